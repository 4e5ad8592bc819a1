//! How a report looks: colour or not, which characters, how wide.

use colored::Color;

/// The narrowest width that reports are laid out for.
const NARROWEST: usize = 60;

/// How a report looks. It is the caller who knows the terminal, `NO_COLOR` and `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colour are written.
    pub colour: bool,
    /// Whether only ASCII is written.
    pub ascii: bool,
    /// How many columns there are. Below 60, a report is laid out for 60.
    pub width: usize,
    /// How many hints of each failed check are shown.
    pub hints: usize,
}

impl Default for Style {
    /// What every terminal can show that knows UTF-8: 80 columns without colour, and one hint.
    fn default() -> Self {
        Self { colour: false, ascii: false, width: 80, hints: 1 }
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Running text.
    Plain,
    /// A heading.
    Strong,
    /// A word that stands out, in running text.
    Emphasis,
    /// What matters less.
    Faint,
    /// What is as it should be.
    Good,
    /// What is not.
    Bad,
    /// A miss, a failure: the first thing to look at.
    Worst,
    /// A warning, a wait.
    Warn,
    /// Something to look up or to type.
    Note,
}

impl Style {
    /// The width to lay out for.
    pub(super) fn columns(self) -> usize {
        self.width.max(NARROWEST)
    }

    /// One of two ways to write the same.
    pub(super) fn pick<T>(self, unicode: T, ascii: T) -> T {
        if self.ascii { ascii } else { unicode }
    }

    /// Text in its colour. The crate's own switch is global and reads the environment, so only its codes are used here.
    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        let (colour, weight) = match paint {
            Paint::Plain => (None, None),
            Paint::Strong => (None, Some("1")),
            Paint::Emphasis => (None, Some("3")),
            Paint::Faint => (None, Some("2")),
            Paint::Good => (Some(Color::Green), None),
            Paint::Bad => (Some(Color::Red), None),
            Paint::Worst => (Some(Color::Red), Some("1")),
            Paint::Warn => (Some(Color::Yellow), None),
            Paint::Note => (Some(Color::Cyan), None),
        };
        let codes: Vec<_> = weight.map(Into::into).into_iter().chain(colour.map(|colour| colour.to_fg_str())).collect();
        if !self.colour || codes.is_empty() || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", codes.join(";"))
    }
}
