//! The list from which the next challenge is chosen.

use super::super::{
    list::State,
    style::{Paint, Style},
    text::{clip, pad, safe, width},
};

/// What is shown of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The title of its chapter; empty if the course does not place it.
    pub chapter: String,
    /// How far the student is.
    pub state: State,
    /// The best score so far and the most that there is, if it was checked.
    pub score: Option<(u32, u32)>,
}

/// A list with one of its places chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chooser<'a> {
    /// The places that are shown, in order.
    pub places: Vec<&'a Place>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// The one that is being worked on.
    pub current: &'a str,
    /// What the list is narrowed to, if it is.
    pub filter: &'a str,
    /// Whether that is being typed.
    pub typing: bool,
}

/// Lays out the list, and says which of its lines is the chosen one.
#[must_use]
pub fn chooser(chooser: &Chooser<'_>, style: Style) -> (Vec<String>, usize) {
    let (mut lines, mut at) = (Vec::new(), 0);
    if chooser.typing || !chooser.filter.is_empty() {
        let cursor = if chooser.typing { "_" } else { "" };
        lines.push(style.paint(Paint::Note, &format!("filter: {}{cursor}", safe(chooser.filter, 60, style))));
    }
    let slugs = chooser.places.iter().map(|place| width(&place.slug)).max().unwrap_or(0).min(30);
    let mut chapter = None;
    for (i, place) in chooser.places.iter().enumerate() {
        if chapter != Some(&place.chapter) {
            chapter = Some(&place.chapter);
            if !lines.is_empty() {
                lines.push(String::new());
            }
            let title = if place.chapter.is_empty() { "In no chapter" } else { &place.chapter };
            lines.push(style.paint(Paint::Strong, &clip(&safe(title, 200, style), style.columns(), style)));
        }
        if i == chooser.chosen {
            at = lines.len();
        }
        lines.push(row(chooser, place, i == chooser.chosen, slugs, style));
    }
    if chooser.places.is_empty() {
        lines.push(style.paint(Paint::Faint, "No challenge is like that. Esc shows all of them."));
    }
    (lines, at)
}

fn row(chooser: &Chooser<'_>, place: &Place, chosen: bool, slugs: usize, style: Style) -> String {
    let (paint, sign) = match place.state {
        State::NotStarted => (Paint::Faint, style.pick("·", ".")),
        State::Started => (Paint::Warn, style.pick("◐", "o")),
        State::Passed => (Paint::Good, style.pick("✓", "+")),
    };
    let score = place.score.map_or_else(String::new, |(score, of)| format!("{score}/{of}"));
    let here = if place.slug == chooser.current { style.pick("←", "<-") } else { "" };
    let room = style.columns().saturating_sub(slugs + 16);
    let slug = pad(&clip(&safe(&place.slug, 60, style), slugs, style), slugs);
    let title = pad(&clip(&safe(&place.title, 200, style), room, style), room);
    let (arrow, weight) = if chosen { (style.pick("›", ">"), Paint::Strong) } else { (" ", Paint::Plain) };
    let pieces = [
        style.paint(Paint::Note, arrow),
        " ".into(),
        style.paint(paint, sign),
        " ".into(),
        style.paint(if chosen { Paint::Note } else { Paint::Plain }, &slug),
        "  ".into(),
        style.paint(weight, &title),
        style.paint(Paint::Faint, &format!("{score:>7}")),
        " ".into(),
        style.paint(Paint::Note, here),
    ];
    pieces.concat().trim_end().to_owned()
}
