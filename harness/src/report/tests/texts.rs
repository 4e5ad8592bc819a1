//! Text that is safe, and fits.

use crate::report::{
    Style,
    text::{clip, compiler, inert, list, pad, safe, width, wrap, wrap_command},
};

const ASCII: Style = Style { colour: false, ascii: true, width: 80, hints: 1 };

#[test]
fn what_a_terminal_acts_upon_is_shown_as_a_number() {
    let style = Style::default();
    assert_eq!(safe("a\x1b[31mb\u{202e}c\r\nd\te", 99, style), r"a\u{1b}[31mb\u{202e}c  d e");
    assert_eq!(safe("grüße – 界", 99, style), "grüße – 界");
    assert_eq!(safe("grüße – 界…", 99, ASCII), r"gr\u{fc}\u{df}e - \u{754c}...");
    assert_eq!(safe(&"x".repeat(1_000), 3, style), "xxx…");
}

#[test]
fn what_the_log_of_a_ci_service_acts_upon_is_broken_up() {
    assert_eq!(inert("  ::error::x ##[y]"), "  : :error::x # #[y]");
    assert_eq!(inert("a ##vso[task.complete]"), "a # #vso[task.complete]");
    for plain in ["path::to::it", "  │ ::error::", "## heading", "", "  : :"] {
        assert_eq!(inert(plain), plain);
    }
}

#[test]
fn width_counts_columns() {
    assert_eq!(["abc", "e\u{301}", "界a", "🦀", "", "✗", "━┄·"].map(width), [3, 1, 3, 2, 0, 1, 3]);
    assert_eq!((pad("界", 4), pad("long", 2)), ("界  ".into(), "long".into()));
}

#[test]
fn lines_break_between_words_and_within_those_that_are_too_long() {
    assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
    assert_eq!(wrap("a 0123456789 b", 4), ["a", "0123", "4567", "89 b"]);
    assert_eq!(wrap("界界界 é", 4), ["界界", "界 é"]);
    assert_eq!(wrap("", 4), [""]);
    for columns in 2..40 {
        let text = "The 界界界界界 of a 🦀 is averyveryveryverylongword, ok?";
        let lines = wrap(text, columns);
        assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:?}");
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(letters(&lines.concat()), letters(text));
    }
}

#[test]
fn clipped_text_fits() {
    assert_eq!(clip("0123456789", 10, ASCII), "0123456789");
    assert_eq!(clip("0123456789", 9, ASCII), "012345...");
    assert_eq!(clip("界界界", 4, Style::default()), "界…");
}

#[test]
fn a_command_breaks_between_its_arguments() {
    let command = "cargo run -p harness -- check x --client 'node  my client.mjs' --seed 1";
    let lines = wrap_command(command, 40);
    assert_eq!(lines, ["cargo run -p harness -- check x \\", "--client 'node  my client.mjs' \\", "--seed 1"]);
    assert_eq!(wrap_command(command, 80), [command]);
    assert_eq!(wrap_command("'unclosed quote", 5), ["'unclosed quote"]);
}

#[test]
fn of_what_the_compiler_writes_only_colours_remain() {
    let text = "\x1b[1m\x1b[38;5;9merror\x1b[0m: a\x1b]8;;https://x.y\x1b\\link\x1b]8;;\x1b\\\r\n\tfn \x1b[2J \u{202e}\x1b]0;t\x07";
    let colour = Style { colour: true, ..Style::default() };
    let escaped = r"\u{1b}[2J \u{202e}\u{1b}]0;t\u{7}";
    assert_eq!(compiler(text, Style::default()), format!("error: alink\n\tfn {escaped}"));
    assert_eq!(compiler(text, colour), format!("\x1b[1m\x1b[38;5;9merror\x1b[0m: alink\n\tfn {escaped}\x1b[0m"));
}

#[test]
fn names_are_listed_as_people_do() {
    let names = |n: usize| list(&["a", "b", "c"][..n].iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!([names(0), names(1), names(2), names(3)], ["", "a", "a and b", "a, b and c"]);
}
