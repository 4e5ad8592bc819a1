//! Streams of events: what opens them, and what they carry.

use super::{grammar::Node, play, problem::Problem, scope::Notes, texts::Place, view};
use crate::scenario::{Content, EventText, Step, Template};

/// The content type of a stream (WHATWG HTML section 9.2.5).
pub(super) const TYPE: &str = "text/event-stream";

/// Reads what opens a stream.
pub(super) fn open(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Step> {
    let headers = play::header_fields(node, place, notes);
    let content_type = match view::get(node, "content_type") {
        Some(value) => play::field_value(value, place, notes),
        None => Some(TYPE.into()),
    };
    Some(Step::Sse { content_type: content_type?, headers: headers? })
}

/// Reads an event.
pub(super) fn event(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<EventText> {
    if view::text(node).is_some() {
        return Some(EventText { kind: None, id: None, data: data_lines(node, place, notes)? });
    }
    let line = |key: &str, notes: &mut Notes<'_>| view::get(node, key).map(|line| one_line(line, place, notes));
    let (kind, id) = (line("type", notes), line("id", notes));
    let data = match view::get(node, "data") {
        Some(data) => data_lines(data, place, notes),
        None => Some(Content::Text(Template::default())),
    };
    let optional = |line: Option<Option<Template>>| line.map_or(Some(None), |line| line.map(Some));
    Some(EventText { kind: optional(kind)?, id: optional(id)?, data: data? })
}

/// A text that stands on one line of the stream.
pub(super) fn one_line(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Template> {
    fits(node, &['\n', '\r'], "the line ends here", notes)?;
    place.template(node, notes)
}

/// A text that stands on as many lines as it has; a carriage return would begin another field. JSON stands on one line.
fn data_lines(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Content> {
    if view::text(node).is_some() {
        fits(node, &['\r'], "a carriage return ends the line and is no part of the data", notes)?;
    }
    place.content(node, notes)
}

fn fits(node: Node<'_>, not: &[char], label: &str, notes: &mut Notes<'_>) -> Option<()> {
    let text = view::text(node)?;
    if text.contains(not) {
        let problem = Problem::at(node.span(), "this text does not fit into a field of an event stream", label);
        notes.push(problem.help("write the stream itself with `bytes`"));
        return None;
    }
    Some(())
}
