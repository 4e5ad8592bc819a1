//! A line of a file with a place underlined.

use std::fmt::Write as _;
use std::ops::Range;

/// How many columns a line of output may fill.
const WIDTH: usize = 80;
/// How wide a tab is shown.
const TAB: usize = 4;

/// Whether output is coloured.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    /// With ANSI escapes.
    pub(super) colour: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.into() }
    }

    /// Text that says what is wrong.
    pub(super) fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// The frame of an excerpt, and what is beside the point.
    pub(super) fn blue(self, text: &str) -> String {
        self.with("1;34", text)
    }

    /// What an error says first.
    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
}

/// The line and column of a byte of `text`, both from 1, the column in characters. A place past the end is the end.
pub(super) fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..boundary(text, offset)];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    // A byte order mark at the beginning of the file is no column.
    let line = before[start..].trim_start_matches('\u{feff}');
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// The nearest boundary between characters at or before `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Writes `head: body`, broken at 80 columns and hung under the body's start. `head` is shown `width` columns wide.
pub(super) fn paragraph(out: &mut String, head: &str, width: usize, body: &str, paint: impl Fn(&str) -> String) {
    let indent = width + 2;
    for (n, line) in broken(body, WIDTH - indent).iter().enumerate() {
        let _ = match n {
            0 => writeln!(out, "{head}: {}", paint(line)),
            _ => writeln!(out, "{:indent$}{}", "", paint(line)),
        };
    }
}

/// `text` in lines of at most `width` columns, broken between words where there are any. What would steer a terminal is replaced.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut line = lines.pop().unwrap_or_default();
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        for (cell, wide) in cells(word) {
            if columns(&line) + wide > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&cell);
        }
        lines.push(line);
    }
    lines
}

/// Shows places of one file.
pub(super) struct Excerpt<'a> {
    /// The file's name.
    pub(super) file: &'a str,
    /// Its text.
    pub(super) text: &'a str,
    /// How many columns its line numbers get.
    pub(super) gutter: usize,
    /// How it is coloured.
    pub(super) paint: Paint,
}

/// What a place is to an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Where it is.
    Here,
    /// Another place that matters.
    There,
}

impl Excerpt<'_> {
    /// Writes where `span` is, its line, and `label` under it.
    pub(super) fn write(&self, out: &mut String, span: &Range<usize>, label: &str, mark: Mark) {
        let Self { file, text, gutter, paint } = *self;
        let (number, column) = place(text, span.start);
        let arrow = if mark == Mark::Here { "-->" } else { ":::" };
        let bar = paint.blue("|");
        let _ = writeln!(out, "{:gutter$}{} {file}:{number}:{column}", "", paint.blue(arrow));
        let _ = writeln!(out, "{:gutter$} {bar}", "");
        let room = WIDTH - gutter - 3;
        let view = View::new(text, span, room);
        let shown = format!("{} {bar} {}", paint.blue(&format!("{number:gutter$}")), view.line);
        let _ = writeln!(out, "{}", shown.trim_end());
        for (indent, line) in view.marked(label, mark, room) {
            let line = if mark == Mark::Here { paint.red(&line) } else { paint.blue(&line) };
            let _ = writeln!(out, "{:gutter$} {bar} {:indent$}{line}", "", "");
        }
    }
}

/// The part of a line that is shown, and the columns of it that are marked.
struct View {
    line: String,
    start: usize,
    width: usize,
}

impl View {
    /// The line in which `span` begins, cut to `room` columns around it.
    fn new(text: &str, span: &Range<usize>, room: usize) -> Self {
        let from = boundary(text, span.start);
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let line = text[start..end].trim_end_matches('\r');
        let to = boundary(text, span.end).clamp(from, start + line.len().max(from - start));
        let before = columns(&text[start..from]);
        let width = columns(&text[from..to]).max(1);
        Self::cut(line, before, width, room)
    }

    /// The lines under the excerpt, each with its indent: the mark and `label` beside it, or below it if there is no room.
    fn marked(&self, label: &str, mark: Mark, room: usize) -> Vec<(usize, String)> {
        let carets = if mark == Mark::Here { "^" } else { "-" }.repeat(self.width);
        if label.is_empty() {
            return vec![(self.start, carets)];
        }
        if self.start + self.width + 1 + columns(label) <= room {
            return vec![(self.start, format!("{carets} {label}"))];
        }
        let lines = broken(label, room);
        let longest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
        let indent = self.start.min(room.saturating_sub(longest));
        [(self.start, carets)].into_iter().chain(lines.into_iter().map(|line| (indent, line))).collect()
    }

    fn cut(line: &str, before: usize, width: usize, room: usize) -> Self {
        let total = columns(line);
        if total.max(before + width) <= room {
            return Self { line: expanded(line), start: before, width };
        }
        // Most of the room goes to what is marked and what stands before it.
        let width = width.min(room - 2);
        let left = (before + width + 1).saturating_sub(room * 3 / 4).min(before.saturating_sub(1));
        let mut shown = String::new();
        let mut at = 0;
        for (text, wide) in cells(line) {
            let last = left + room - 1;
            if at + wide > last && total > last + 1 {
                shown.push('…');
                break;
            }
            match at {
                _ if at > left || left == 0 => shown.push_str(&text),
                // What is cut off on the left leaves its columns to the mark.
                _ if at + wide > left => shown.push_str(&format!("{}…", " ".repeat(at + wide - left - 1))),
                _ => {}
            }
            at += wide;
        }
        Self { line: shown, start: before - left, width }
    }
}

/// The characters of `line` as they are shown, each with its columns.
fn cells(line: &str) -> impl Iterator<Item = (String, usize)> {
    line.chars().map(|c| match c {
        '\t' => (" ".repeat(TAB), TAB),
        c if c.is_control() => ("\u{fffd}".into(), 1),
        c => (c.into(), wide(c)),
    })
}

fn expanded(line: &str) -> String {
    cells(line).map(|(text, _)| text).collect()
}

fn columns(line: &str) -> usize {
    let wide = |c: char| match c {
        '\t' => TAB,
        c if c.is_control() => 1,
        c => wide(c),
    };
    line.chars().map(wide).sum()
}

/// How many columns a terminal gives a character, after the wide and the zero-width ranges of Unicode's East Asian Width
/// (UAX #11) that people write.
fn wide(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{View, broken, place};

    #[test]
    fn columns_are_characters() {
        assert_eq!(place("a\nö\tx", 5), (2, 3));
        assert_eq!(place("\u{feff}a", 4), (1, 2));
        assert_eq!(place("a", 99), (1, 2));
    }

    #[test]
    fn marks_stand_under_what_they_mark() {
        let marked = |text: &str, span| {
            let view = View::new(text, &span, 20);
            view.line.chars().skip(view.start).take(view.width).collect::<String>()
        };
        assert_eq!(marked("short", 1..3), "ho");
        assert_eq!(marked("\tab", 1..2), "a");
        let long = format!("{}middle{}", "a".repeat(40), "b".repeat(40));
        assert_eq!(marked(&long, 40..46), "middle");
        assert_eq!(marked(&long, 0..3), "aaa");
        assert_eq!(marked(&long, 85..86), "b");
        assert_eq!(marked("two\nlines", 1..8), "wo");
    }

    #[test]
    fn a_line_is_cut_to_its_room() {
        let long = format!("{}middle{}", "a".repeat(40), "b".repeat(40));
        for (from, to) in [(0, 3), (40, 46), (10, 80), (85, 86), (86, 86)] {
            let view = View::new(&long, &(from..to), 20);
            assert!(view.line.chars().count() <= 20 && view.start + view.width <= 20, "{from}..{to}: {}", view.line);
        }
    }

    #[test]
    fn paragraphs_break_between_words_and_steer_no_terminal() {
        assert_eq!(broken("one two three", 7), ["one two", "three"]);
        assert_eq!(broken("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(broken("a\u{1b}[31mb", 20), ["a\u{fffd}[31mb"]);
    }
}
