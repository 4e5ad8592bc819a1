//! Text, times and names as a page writes them.

use maud::{Markup, html as markup};

use super::TEXT;
use crate::{
    report::{summary, text::safe},
    time::{Millis, show},
    verdict::{Lane, Outcome},
};

/// The longest text in a sentence, in characters.
const MOST_INLINE: usize = 2_000;

/// Text that stands in a line: nothing in it hides or turns anything round.
pub(in crate::report) fn inline(text: &str) -> String {
    safe(text, MOST_INLINE, TEXT)
}

/// A sentence of which some words are code, between backticks.
pub(super) fn prose(text: &str) -> Markup {
    let text = inline(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without another is none.
    let whole = parts.len() % 2 == 1;
    markup! {
        @if whole {
            @for (i, part) in parts.iter().enumerate() {
                @if i % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

/// Such text, cut short.
pub(super) fn short(text: &str, most: usize) -> String {
    safe(text, most, TEXT)
}

/// The beginning of a text, at most so many bytes of it.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    let ends = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..ends.unwrap_or(0)]
}

/// The end of a text, at most so many bytes of it.
pub(super) fn ending(text: &str, most: usize) -> &str {
    let starts = (text.len().saturating_sub(most)..).find(|start| text.is_char_boundary(*start));
    &text[starts.unwrap_or(text.len())..]
}

/// A command to be copied.
pub(super) fn code(command: &str) -> Markup {
    markup! { pre.command tabindex="0" { code { (inline(command)) } } }
}

/// The sign of an outcome, for the eye, and its word, for everybody.
pub(super) fn outcome(outcome: Outcome) -> Markup {
    let (sign, word) = (summary::symbol(outcome, TEXT).0, summary::word(outcome));
    markup! { span class={ "outcome " (class(outcome)) } { span.sign aria-hidden="true" { (sign) } " " (word) } }
}

/// The class that gives an outcome its colour.
pub(super) fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "good",
        Outcome::Fail => "bad",
        Outcome::NotReached => "faint",
        Outcome::Inconclusive => "warn",
    }
}

/// A moment or a span, for reading: `5.01 s`, `5.01 s to 5.34 s`.
pub(super) fn span(from: Millis, to: Millis) -> String {
    if to > from { format!("{} to {}", show(from), show(to)) } else { show(from) }
}

/// A time in seconds to the millisecond, for columns.
pub(super) fn seconds(at: Millis) -> String {
    format!("{}.{:03}", at / 1_000, at % 1_000)
}

/// An `id` on the page for something that has a name: the name where it can be one, so that links to it read well.
pub(super) fn anchor(kind: &str, name: &str, number: usize) -> String {
    let plain = !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    // A name that is no name may not be one of those that follow.
    if plain { format!("{kind}-{name}") } else { format!("{kind}_{number}") }
}

/// What a lane shows, as evidence names it.
pub(super) fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Server => "server",
        Lane::Connection => "connection",
        Lane::Tries => "tries",
        Lane::Pings => "pings",
        Lane::Status => "status",
        Lane::Truth => "truth",
        Lane::Shown => "shown",
        Lane::Fleet => "all clients",
    }
}
