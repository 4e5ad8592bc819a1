//! A full screen of `watch`: where one is, how it stands, a page that can be scrolled, and the keys.

mod chooser;
mod pages;
#[cfg(test)]
mod tests;

pub use chooser::{Chooser, Place, chooser};
pub use pages::{bar, keys, prose};

use super::{
    style::{Paint, Style},
    text::{clip, clip_painted, pad, safe, width},
};

/// The rows that are no page: title, status, two rules, keys.
const FRAME: usize = 5;
/// The fewest rows and columns on which anything can be shown.
const LEAST: (usize, usize) = (FRAME + 1, 20);

/// What stands between two keys.
const GAP: &str = "  ";
/// The keys that lead to all others, and away.
const WAYS_OUT: [&str; 2] = ["?", "q"];

/// What a screen shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen<'a> {
    /// Where one is.
    pub title: &'a str,
    /// How many challenges of the course are passed, and of how many.
    pub passed: (usize, usize),
    /// How it stands.
    pub tone: Tone,
    /// The same, in a sentence.
    pub status: &'a str,
    /// How saves are noticed.
    pub watching: &'a str,
    /// The page, line by line, with its colours.
    pub page: &'a [String],
    /// How many of its lines are above the screen.
    pub scroll: usize,
    /// What has just happened, besides.
    pub notice: Option<&'a str>,
    /// The keys and what they do.
    pub keys: &'a [(&'a str, &'a str)],
}

/// How something stands, which decides its colour and sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Something is not.
    Bad,
    /// It is being worked on.
    Busy,
    /// Nobody can tell.
    Unsure,
    /// Nothing to say.
    Quiet,
}

impl Tone {
    fn sign(self, style: Style) -> (Paint, &'static str) {
        match self {
            Self::Good => (Paint::Good, style.pick("✓ ", "+ ")),
            Self::Bad => (Paint::Worst, style.pick("✗ ", "x ")),
            Self::Busy => (Paint::Warn, style.pick("… ", "~ ")),
            Self::Unsure => (Paint::Warn, "? "),
            Self::Quiet => (Paint::Faint, ""),
        }
    }
}

/// How many lines of its page a screen of so many rows shows.
#[must_use]
pub fn page_rows(rows: usize) -> usize {
    rows.saturating_sub(FRAME).max(1)
}

/// How far a page of so many lines can be scrolled on a screen of so many rows.
#[must_use]
pub fn most_scroll(lines: usize, rows: usize) -> usize {
    lines.saturating_sub(page_rows(rows))
}

/// Lays out a screen: exactly so many rows, none wider than so many columns.
#[must_use]
pub fn screen(screen: &Screen<'_>, style: Style, (columns, rows): (usize, usize)) -> Vec<String> {
    if rows < LEAST.0 || columns < LEAST.1 {
        let text = clip("This terminal is too small.", columns, style);
        return (0..rows).map(|row| if row == 0 { text.clone() } else { String::new() }).collect();
    }
    let frame = Frame { style, columns };
    let shown = page_rows(rows);
    let scroll = screen.scroll.min(most_scroll(screen.page.len(), rows));
    let (passed, of) = screen.passed;
    let mut lines = vec![
        frame.ends(Paint::Strong, screen.title, Paint::Faint, &format!("{passed} of {of} passed")),
        frame.status(screen),
        frame.rule(""),
    ];
    let page = screen.page.iter().skip(scroll).take(shown).map(|line| clip_painted(line, columns));
    lines.extend(page);
    lines.resize(3 + shown, String::new());
    lines.push(match screen.notice {
        Some(notice) => frame.notice(notice),
        None => frame.rule(&position(scroll, screen.page.len(), shown)),
    });
    lines.push(frame.keys(screen.keys).0);
    lines
}

/// A line of keys and what they do, as many as there is room for, and a note at its right end.
#[must_use]
pub fn keys_line(keys: &[(&str, &str)], note: &str, style: Style) -> String {
    let note = clip(&safe(note, 200, style), style.width.saturating_sub(1), style);
    let room = style.width.saturating_sub(width(&note) + 2);
    let frame = Frame { style, columns: room };
    let (keys, used) = frame.keys(keys);
    // A terminal may break a line whose last column is written.
    let left = style.width.saturating_sub(used + width(&note) + 1);
    format!("{keys}{}{}", " ".repeat(left), style.paint(Paint::Faint, &note))
}

/// Where on the page one is, if not all of it is shown.
fn position(scroll: usize, lines: usize, shown: usize) -> String {
    if lines <= shown {
        return String::new();
    }
    format!("lines {} to {} of {lines}", scroll + 1, (scroll + shown).min(lines))
}

/// Rows that fit.
#[derive(Clone, Copy)]
struct Frame {
    style: Style,
    columns: usize,
}

impl Frame {
    /// A text at the left end and one at the right; where there is no room for both, the left one is cut.
    fn ends(self, left_paint: Paint, left: &str, right_paint: Paint, right: &str) -> String {
        let right = clip(&safe(right, 200, self.style), self.columns / 2, self.style);
        let room = self.columns - width(&right) - 1;
        let left = pad(&clip(&safe(left, 400, self.style), room, self.style), room + 1);
        self.style.paint(left_paint, &left) + &self.style.paint(right_paint, &right)
    }

    fn status(self, screen: &Screen<'_>) -> String {
        let (paint, sign) = screen.tone.sign(self.style);
        self.ends(paint, &format!("{sign}{}", screen.status), Paint::Faint, screen.watching)
    }

    fn rule(self, note: &str) -> String {
        let dash = self.style.pick("─", "-");
        let note = if note.is_empty() { String::new() } else { format!(" {note} ") };
        let note = clip(&note, self.columns, self.style);
        let left = self.columns.saturating_sub(width(&note) + 2);
        let right = self.columns - width(&note) - left;
        self.style.paint(Paint::Faint, &format!("{}{note}{}", dash.repeat(left), dash.repeat(right)))
    }

    fn notice(self, notice: &str) -> String {
        self.style.paint(Paint::Warn, &clip(&safe(notice, 400, self.style), self.columns, self.style))
    }

    /// As many keys as there is room for, and how many columns they take. The ways out are left out last.
    fn keys(self, keys: &[(&str, &str)]) -> (String, usize) {
        let needed = |(key, what): &(&str, &str)| width(key) + 1 + width(what) + GAP.len();
        // The first one has no gap before it.
        let mut left = self.columns + GAP.len();
        let mut shown = vec![false; keys.len()];
        for is_out in [true, false] {
            for (i, key) in keys.iter().enumerate().filter(|(_, (key, _))| WAYS_OUT.contains(key) == is_out) {
                if needed(key) > left {
                    break;
                }
                left -= needed(key);
                shown[i] = true;
            }
        }
        let shown = keys.iter().zip(shown).filter(|(_, shown)| *shown);
        let shown: Vec<_> =
            shown.map(|((key, what), _)| format!("{} {what}", self.style.paint(Paint::Note, key))).collect();
        (shown.join(GAP), (self.columns + GAP.len() - left).saturating_sub(GAP.len()))
    }
}
