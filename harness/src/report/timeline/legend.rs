//! Which symbols a timeline has used, explained in a line.

use crate::report::style::Style;

/// The symbols used so far, in the order of their first use.
#[derive(Debug, Default)]
pub(super) struct Legend(Vec<(String, &'static str)>);

impl Legend {
    /// A symbol, which is now explained.
    pub(super) fn glyph(&mut self, unicode: char, ascii: char, meaning: &'static str, style: Style) -> char {
        let glyph = style.pick(unicode, ascii);
        self.explain(&glyph.to_string(), meaning);
        glyph
    }

    /// A number as one character, which is now explained.
    pub(super) fn digit(&mut self, n: usize, meaning: &'static str, style: Style) -> char {
        self.explain(style.pick("2…9", "2..9"), meaning);
        match u32::try_from(n) {
            Ok(n @ 0..=9) => char::from_digit(n, 10).unwrap_or('+'),
            _ => {
                self.explain("+", "ten or more");
                '+'
            }
        }
    }

    fn explain(&mut self, glyph: &str, meaning: &'static str) {
        if self.0.iter().all(|(_, known)| *known != meaning) {
            self.0.push((glyph.to_owned(), meaning));
        }
    }

    /// The explanations of what can still be seen in `drawn`, as lines of at most so many columns.
    pub(super) fn lines(&self, drawn: &str, columns: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (glyph, meaning) in self.0.iter().filter(|(glyph, _)| glyph.chars().count() > 1 || drawn.contains(glyph)) {
            let item = format!("{glyph} {meaning}");
            match lines.last_mut() {
                Some(line) if line.chars().count() + 3 + item.chars().count() <= columns => {
                    *line = format!("{line}   {item}")
                }
                _ => lines.push(item),
            }
        }
        lines
    }
}
