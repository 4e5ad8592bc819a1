//! Text that is safe to show, and fits.
//!
//! What a submission prints or sends may hold anything: escape sequences that repaint the screen, characters that turn a line
//! around. Whatever a report shows passes through [`safe`] first.

use std::{borrow::Cow, fmt::Write as _};

use super::style::Style;
use crate::trace::is_hidden;

/// Text with nothing in it that a terminal would act upon, at most `most` characters of it. White space becomes spaces; in ASCII,
/// what has no customary spelling is written as its number.
pub(super) fn safe(text: &str, most: usize, style: Style) -> String {
    let mut out = String::new();
    let mut raised = false;
    for (i, c) in text.chars().enumerate() {
        if i == most {
            out.push_str(style.pick("…", "..."));
            break;
        }
        // In ASCII, 2³² is 2^32.
        let digit = exponent(c).filter(|_| style.ascii);
        if digit.is_some() && !raised {
            out.push('^');
        }
        raised = digit.is_some();
        match digit.unwrap_or(c) {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) || (style.ascii && !c.is_ascii() && spelling(c).is_none()) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c if style.ascii && !c.is_ascii() => out.push_str(spelling(c).unwrap_or_default()),
            c => out.push(c),
        }
    }
    out
}

/// What begins a command to the log of a CI service, wherever it stands: GitHub's and Azure's (`##[error]`, `##vso[…]`) and TeamCity's.
pub(super) const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// A line in which the log of a CI service sees no command: neither one of [`COMMANDS`] nor one that begins the line, as GitHub's
/// `::error::` (GitHub Docs, "Workflow commands for GitHub Actions"; blanks before it do not matter).
pub(super) fn inert(line: &str) -> Cow<'_, str> {
    let start = line.len() - line.trim_start().len();
    let begins = line[start..].starts_with("::");
    let within = COMMANDS.iter().any(|mark| line.contains(mark));
    if !begins && !within {
        return Cow::Borrowed(line);
    }
    let split = |text: &str| text.replace("##", "# #");
    Cow::Owned(match begins {
        true => format!("{}: {}", &line[..start], split(&line[start + 1..])),
        false => split(line),
    })
}

/// The digit that a raised digit is.
fn exponent(c: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let digit = RAISED.chars().position(|raised| raised == c)?;
    char::from_digit(u32::try_from(digit).ok()?, 10)
}

/// How people write a character with a typewriter.
fn spelling(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        '‘' | '’' => "'",
        '“' | '”' | '„' => "\"",
        '–' | '—' | '−' | '‐' | '‑' => "-",
        '…' => "...",
        '×' => "x",
        '·' | '•' => "*",
        '→' => "->",
        '≤' => "<=",
        '≥' => ">=",
        '±' => "+-",
        'µ' | 'μ' => "u",
        '─' | '━' => "-",
        '│' | '┃' => "|",
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => "+",
        '▲' => "^",
        '▼' => "v",
        '◀' | '◄' => "<",
        '▶' | '►' => ">",
        _ => return None,
    })
}

/// How many columns a character takes: none if it combines with the one before, two if it is East Asian or a picture.
#[must_use]
pub fn char_width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5bd
        | 0x610..=0x61a
        | 0x64b..=0x65f
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff
        | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f
        | 0x231a..=0x231b
        | 0x2329..=0x232a
        | 0x23e9..=0x23ec
        | 0x23f0
        | 0x23f3
        | 0x25fd..=0x25fe
        | 0x2614..=0x2615
        | 0x2648..=0x2653
        | 0x267f
        | 0x2693
        | 0x26a1
        | 0x26aa..=0x26ab
        | 0x26bd..=0x26be
        | 0x26c4..=0x26c5
        | 0x26ce
        | 0x26d4
        | 0x26ea
        | 0x26f2..=0x26f3
        | 0x26f5
        | 0x26fa
        | 0x26fd
        | 0x2705
        | 0x270a..=0x270b
        | 0x2728
        | 0x274c
        | 0x274e
        | 0x2753..=0x2755
        | 0x2757
        | 0x2795..=0x2797
        | 0x27b0
        | 0x27bf
        | 0x2b1b..=0x2b1c
        | 0x2b50
        | 0x2b55
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x16fe0..=0x18aff
        | 0x1b000..=0x1b2ff
        | 0x1f004
        | 0x1f0cf
        | 0x1f18e
        | 0x1f191..=0x1f19a
        | 0x1f1e6..=0x1f265
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The beginning of a text that fits, with an ellipsis if anything is missing.
pub(super) fn clip(text: &str, columns: usize, style: Style) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let dots = style.pick("…", "...");
    let mut out = String::new();
    let mut left = columns.saturating_sub(width(dots));
    for c in text.chars() {
        if char_width(c) > left {
            break;
        }
        left -= char_width(c);
        out.push(c);
    }
    out + dots
}

/// The beginning of a line that already has its colours, as far as it fits.
pub(super) fn clip_painted(line: &str, columns: usize) -> String {
    let (mut out, mut left, mut rest) = (String::with_capacity(line.len()), columns, line);
    while let Some(c) = rest.chars().next() {
        let sequence = escape_sequence(rest);
        if sequence > 0 {
            // Also behind the end: what ends a colour must not be lost.
            out.push_str(&rest[..sequence]);
            rest = &rest[sequence..];
            continue;
        }
        match left.checked_sub(char_width(c)) {
            Some(still) => {
                left = still;
                out.push(c);
            }
            None => left = 0,
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Fills a text up to a width.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Breaks a text into lines between its words, and a word that is longer than a line anywhere.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let space = usize::from(used > 0);
        if used > 0 && used + space + width(word) > columns {
            lines.push(String::new());
            used = 0;
        }
        let mut line = lines.pop().unwrap_or_default();
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            if used + char_width(c) > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += char_width(c);
        }
        lines.push(line);
    }
    lines
}

/// Breaks a command into lines that can be pasted into a shell: never within an argument, nor between an option and its value.
pub(super) fn wrap_command(command: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for group in arguments(command).chunk_by(|option, value| is_option(option) && !value.starts_with('-')) {
        let group = group.join(" ");
        let line = lines.last_mut().expect("there is a first line");
        if line.is_empty() {
            *line = group;
        } else if width(line) + 1 + width(&group) + 2 <= columns {
            *line = format!("{line} {group}");
        } else {
            line.push_str(" \\");
            lines.push(group);
        }
    }
    lines
}

fn is_option(argument: &str) -> bool {
    argument.starts_with('-') && argument != "--"
}

/// The arguments of a command, quotes and all.
fn arguments(command: &str) -> Vec<&str> {
    let mut quote = None;
    let between = |c: char| {
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(q) if c == q => quote = None,
            _ => {}
        }
        quote.is_none() && c == ' '
    };
    command.split(between).filter(|argument| !argument.is_empty()).collect()
}

/// `1 check`, `2 checks`.
pub(super) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Several names as people list them: `a`, `a and b`, `a, b and c`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// The compiler's own words, with its colours if there may be any, and without anything else that a terminal acts upon.
pub(super) fn compiler(text: &str, style: Style) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let sequence = escape_sequence(rest);
        if sequence > 0 {
            if style.colour && rest[..sequence].ends_with('m') {
                out.push_str(&rest[..sequence]);
            }
            rest = &rest[sequence..];
            continue;
        }
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {}
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    if style.colour && !out.is_empty() {
        out.push_str("\x1b[0m");
    }
    out
}

/// How long the colour sequence (`ESC [ … m`) or link (`ESC ] 8 ; … ESC \`) at the start of a text is; 0 if there is none.
fn escape_sequence(text: &str) -> usize {
    if let Some(rest) = text.strip_prefix("\x1b[") {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
        return if rest[digits..].starts_with('m') { 2 + digits + 1 } else { 0 };
    }
    let link = text.strip_prefix("\x1b]8;").and_then(|rest| rest.find("\x1b\\"));
    link.map_or(0, |end| 4 + end + 2)
}
