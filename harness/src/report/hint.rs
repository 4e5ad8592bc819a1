//! Hints, one rung at a time.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::list,
};
use crate::scenario::Check;

/// The hints of a check, as far as they have been taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ladder<'a> {
    /// The challenge.
    pub slug: &'a str,
    /// The check.
    pub check: &'a Check,
    /// Why the hints are for this one, in a sentence.
    pub because: &'a str,
    /// How many have been taken.
    pub taken: usize,
    /// How many of these had been taken before: they are only repeated.
    pub before: usize,
    /// The command, or the key, that takes the next one.
    pub next: &'a str,
    /// The same for what is left when all have been taken: the theory.
    pub theory: &'a str,
}

/// Renders the hints that have been taken, the earlier ones faint, and says what comes after them: the next one, or the theory.
#[must_use]
pub fn hint(ladder: &Ladder<'_>, style: Style) -> String {
    let Ladder { slug, check, because, taken, before, next, theory } = *ladder;
    let mut sheet = Sheet::new(style);
    let of = check.hints.len();
    let taken = taken.min(of);
    let note = if of == 0 { String::new() } else { format!("hint {taken} of {of}") };
    sheet.heading(Paint::Strong, style.pick("›", ">"), &format!("{}: {}", check.id, check.title), &note);
    if !because.is_empty() {
        sheet.text(2, Paint::Faint, because);
    }
    sheet.blank();
    for (n, hint) in check.hints[..taken].iter().enumerate() {
        let paint = if n < before { Paint::Faint } else { Paint::Plain };
        sheet.item(2, paint, &format!("{}.", n + 1), hint);
    }
    sheet.blank();
    if taken < of {
        sheet.command("next hint", next);
    } else {
        let last = if of == 0 { "It has no hints." } else { "That is the last hint." };
        sheet.text(2, Paint::Plain, last);
        sheet.field("read", Paint::Note, &format!("challenges/{slug}/{}", check.read));
        sheet.command("lesson", theory);
        sheet.field("why", Paint::Plain, &check.why);
    }
    sheet.finish()
}

/// Says that no check failed that has hints, and how to get a hint all the same.
#[must_use]
pub fn nothing_to_hint(slug: &str, checks: &[String], style: Style) -> String {
    let mut sheet = Sheet::new(style);
    sheet.text(
        0,
        Paint::Good,
        "No check failed that has hints when you checked it last. To get a hint all the same, name the check.",
    );
    sheet.command("hint", &format!("cargo run -p harness -- hint {slug} CHECK"));
    sheet.field("checks", Paint::Plain, &list(checks));
    sheet.finish()
}
