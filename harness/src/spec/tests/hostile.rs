//! Values that a spec does not have, or only at its limits.

use super::chance::Chance;

/// Whole values, as TOML writes them.
const VALUES: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "16",
    "64",
    "999",
    "1000",
    "1001",
    "10000",
    "10001",
    "100000",
    "86400000",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "0xffff",
    "0b1",
    "0o777",
    "1_000",
    "0.0",
    "-0.0",
    "0.5",
    "1.0",
    "1e308",
    "-1e308",
    "1e400",
    "1e-300",
    "nan",
    "inf",
    "-inf",
    "true",
    "false",
    "2026-01-01",
    "12:00:00",
    "2026-01-01T00:00:00Z",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "\"\"",
    "''",
    "\"\"\"\n\"\"\"",
    "\"\\u0000\"",
    "\"\\u202e\"",
    "\" \"",
    "\"\\uFEFF\"",
    "\"\\t\\r\\n\"",
    "\"é\"",
    "\"日本語\"",
    "\"👩‍👩‍👧\"",
    "\"any\"",
    "\"last\"",
    "\"rest\"",
    "\"no-such-name\"",
    "\"no_such_name\"",
    "\"close\"",
    "\"hold\"",
    "\"end\"",
    "\"reset\"",
    "\"accept\"",
    "\"refuse\"",
    "\"sse\"",
    "\"whole\"",
    "\"every\"",
    "\"00 ff 0\"",
    "[\"1s\", \"1ms\"]",
    "[1, 0]",
    "[0, 9223372036854775807]",
    "{ between = [0, 9223372036854775807] }",
    "{ between = [\"1ms\", \"24h\"] }",
    "{ text = \"\" }",
    "{ table = {} }",
    "{ list = [] }",
    "{ one_of = [] }",
    "{ one_of = [\"a\", \"b\"] }",
    "{ json = {} }",
    "{ json = { \"{on}\" = \"{on.a.b}\" } }",
];

/// Durations, as they stand in a text.
const LENGTHS: &[&str] = &[
    "0ms",
    "1ms",
    "2ms",
    "24h",
    "86400000ms",
    "86400001ms",
    "24h + 1ms",
    "1000000h",
    "99999999999999999999h",
    "1e9 * 1h",
    "0.0001 * 24h",
    "0.5ms",
    "1.0005s",
    "0 * 1s",
    "1000000 * base_delay",
    "base_delay",
    "0.000001 * base_delay",
    "-1s",
    "1s +",
    "+ 1s",
    "1s - 1ms",
    "2 * 3 * 1s",
    "1s * 2",
    "base_delay + base_delay + base_delay + base_delay",
    "max_retries",
    "1",
    "ms",
    "1 s",
    "١s",
    "1µs",
    "",
];

/// Parts of texts: holes, patterns, names of fields, paths.
const PARTS: &[&str] = &[
    "{word.a}",
    "{word.}",
    "{on}",
    "{on.id}",
    "{n}",
    "{{n}",
    "{",
    "}",
    "{}",
    "{case.x}",
    "{case.stream}",
    "{base_delay}",
    "{log.id.1}",
    "{log.text.0}",
    "{log.id.4294967296}",
    "{log.id.99999999999999999999}",
    "{seq}",
    "{epoch}",
    "((((((((((((((((((",
    "connected",
    "retrying*",
    "|",
    "connected ",
    "+",
    "?",
    "/",
    "//",
    "?a=b",
    "a b",
    "\u{0}",
    "\r",
    "\n",
    "\u{202e}",
    "\u{feff}",
    "é",
    "日",
    "e\u{301}",
    "🏳️‍🌈",
    "README.md#",
    "#",
    "::error::",
    "\u{1b}[31m",
];

/// Pieces of a file.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "=",
    ",",
    ".",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "é",
    "日",
    "𝄞",
    "a\u{308}",
    "\\u0000",
    "\\U0010FFFF",
    "\\ud800",
    "\\x",
    "[scenario]",
    "[[scenario]]",
    "[[scenario.case]]",
    "[[scenario.server]]",
    "[[check]]",
    "[[mistake]]",
    "[client]",
    "[check]",
    "[a.b.c]",
    "format = 1",
    "id = \"a\"",
    "a.b = 1",
    "x = ",
    "= 1",
    "{ a = 1",
    "play = [",
    "hidden = true",
];

/// A value, as TOML writes it.
pub(super) fn value(chance: &mut Chance) -> String {
    match chance.below(5) {
        0 => format!("\"{}\"", chance.one(LENGTHS)),
        1 => quoted(chance.one(PARTS)),
        2 if chance.one_in(8) => deep(chance),
        2 if chance.one_in(8) => {
            format!("\"{}\"", chance.one(&["a", "日", "{word.a}", "( "]).repeat(1 + chance.below(3_000)))
        }
        _ => chance.one(VALUES).to_owned(),
    }
}

/// Lists or tables in each other.
fn deep(chance: &mut Chance) -> String {
    let depth = chance.up_to_one(&[8, 100, 1_000]);
    match chance.one_in(2) {
        true => format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
        false => format!("{}1{}", "{ a = ".repeat(depth), " }".repeat(depth)),
    }
}

/// A piece of a file; a few of them are long.
pub(super) fn piece(chance: &mut Chance) -> String {
    match chance.below(200) {
        0 => chance.one(&["[", "{a=", "[[", "(", "\"", "a.", "\n", "[[scenario]]\n"]).repeat(1 + chance.below(5_000)),
        1..40 => value(chance),
        _ => chance.one(PIECES).to_owned(),
    }
}

/// What may be put into a text.
pub(super) fn part(chance: &mut Chance) -> &'static str {
    if chance.one_in(2) { chance.one(PARTS) } else { chance.one(LENGTHS) }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    }
}
