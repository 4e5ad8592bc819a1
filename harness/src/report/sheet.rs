//! The page that a report is written on: knows the width, breaks lines, aligns labels.

use super::{
    style::{Paint, Style},
    text::{clip, inert, pad, safe, width, wrap, wrap_command},
};

/// The longest text that a report shows, in characters; what is longer is in the record.
const MOST_TEXT: usize = 700;
/// How far a block's contents are indented.
const INDENT: usize = 2;
/// How wide the column of labels is.
pub(super) const LABEL: usize = 12;

/// A page being written.
pub(super) struct Sheet {
    pub(super) style: Style,
    out: String,
}

impl Sheet {
    pub(super) fn new(style: Style) -> Self {
        Self { style, out: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// How many lines there are.
    pub(super) fn height(&self) -> usize {
        self.out.lines().count()
    }

    /// An empty line; never two in a row, and none at the top.
    pub(super) fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Text that is already laid out.
    pub(super) fn raw(&mut self, text: &str) {
        for line in text.lines() {
            self.push(line);
        }
    }

    /// One line of pieces that are known to fit.
    pub(super) fn line(&mut self, indent: usize, pieces: &[(Paint, &str)]) {
        let blank_from = pieces.iter().rposition(|(_, text)| !text.trim().is_empty()).map_or(0, |last| last + 1);
        let mut line = " ".repeat(indent);
        for (i, (paint, text)) in pieces[..blank_from].iter().enumerate() {
            let text = if i + 1 == blank_from { text.trim_end() } else { text };
            line.push_str(&self.style.paint(*paint, text));
        }
        self.push(line.trim_end());
    }

    fn push(&mut self, line: &str) {
        self.out.push_str(&inert(line));
        self.out.push('\n');
    }

    /// A paragraph.
    pub(super) fn text(&mut self, indent: usize, paint: Paint, text: &str) {
        let text = safe(text, MOST_TEXT, self.style);
        for line in wrap(&text, self.style.columns() - indent) {
            self.line(indent, &[(paint, &line)]);
        }
    }

    /// The lines that a text takes behind an indent.
    pub(super) fn lines_of(&self, text: &str, indent: usize) -> Vec<String> {
        wrap(&safe(text, MOST_TEXT, self.style), self.style.columns() - indent)
    }

    /// A paragraph that begins with a symbol and hangs below its first word.
    pub(super) fn item(&mut self, indent: usize, paint: Paint, symbol: &str, text: &str) {
        let text = safe(text, MOST_TEXT, self.style);
        let hang = width(symbol) + 1;
        for (i, line) in wrap(&text, self.style.columns() - indent - hang).iter().enumerate() {
            self.line(indent, &[(paint, &pad(if i == 0 { symbol } else { "" }, hang)), (paint, line)]);
        }
    }

    /// A heading, with a note at the right end of its first line.
    pub(super) fn heading(&mut self, paint: Paint, symbol: &str, text: &str, note: &str) {
        let (text, note) = (safe(text, MOST_TEXT, self.style), safe(note, MOST_TEXT, self.style));
        let columns = self.style.columns() - width(symbol) - 1;
        for (i, line) in wrap(&text, columns - width(&note) - 2).iter().enumerate() {
            let (symbol, note) = if i == 0 { (symbol, note.as_str()) } else { ("", "") };
            let left = pad(line, columns - width(note));
            let symbol = pad(symbol, self.style.columns() - columns);
            self.line(0, &[(paint, &symbol), (paint, &left), (Paint::Faint, note)]);
        }
    }

    /// A label and its text beside it.
    pub(super) fn field(&mut self, label: &str, paint: Paint, text: &str) {
        let text = safe(text, MOST_TEXT, self.style);
        let lines = wrap(&text, self.style.columns() - INDENT - LABEL);
        self.labelled(label, paint, &lines);
    }

    /// A label and a command beside it.
    pub(super) fn command(&mut self, label: &str, command: &str) {
        let command = safe(command, MOST_TEXT, self.style);
        let lines = wrap_command(&command, self.style.columns() - INDENT - LABEL);
        self.labelled(label, Paint::Note, &lines);
    }

    /// A label and lines of somebody else's text, each cut where it does not fit. A bar beside them shows where they begin and end.
    pub(super) fn quoted(&mut self, label: &str, lines: &[&str]) {
        let bar = self.style.pick("│ ", "| ");
        let columns = self.style.columns() - INDENT - LABEL - width(bar);
        let line = |line: &&str| clip(&safe(line, MOST_TEXT, self.style), columns, self.style);
        let shown: Vec<_> = lines.iter().map(|text| format!("{bar}{}", line(text))).collect();
        self.labelled(label, Paint::Plain, &shown);
    }

    fn labelled(&mut self, label: &str, paint: Paint, lines: &[String]) {
        for (i, line) in lines.iter().enumerate() {
            let label = pad(if i == 0 { label } else { "" }, LABEL);
            self.line(INDENT, &[(Paint::Faint, &label), (paint, line)]);
        }
    }
}
