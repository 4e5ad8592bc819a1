//! Streams of events: what opens them, and what they carry.

use super::{grammar::Node, play, problem::Problem, scope::Notes, view};
use crate::scenario::{Step, StreamEvent};

/// The content type of a stream (WHATWG HTML section 9.2.5).
pub(super) const TYPE: &str = "text/event-stream";

/// Reads what opens a stream.
pub(super) fn open(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Step> {
    let headers = play::header_fields(node, notes);
    let content_type = match view::get(node, "content_type") {
        Some(value) => play::field_value(value, notes),
        None => Some(TYPE.to_owned()),
    };
    Some(Step::Sse { content_type: content_type?, headers: headers? })
}

/// Reads an event; `counted` looks at each text that may count rounds.
pub(super) fn event(
    node: Node<'_>,
    counted: impl Fn(Node<'_>, &mut Notes<'_>),
    notes: &mut Notes<'_>,
) -> Option<StreamEvent> {
    if let Some(data) = view::text(node) {
        counted(node, notes);
        data_lines(node, notes)?;
        return Some(StreamEvent { data: data.to_owned(), ..StreamEvent::default() });
    }
    let mut field = |key: &str| {
        let node = view::get(node, key);
        node.map(|node| {
            counted(node, notes);
            if key == "data" { data_lines(node, notes) } else { one_line(node, notes) }
        })
    };
    let (data, kind, id) = (field("data"), field("type"), field("id"));
    let optional = |field: Option<Option<String>>| field.map_or(Some(None), |field| field.map(Some));
    Some(StreamEvent { kind: optional(kind)?, id: optional(id)?, data: optional(data)?.unwrap_or_default() })
}

/// A text that stands on one line of the stream.
pub(super) fn one_line(node: Node<'_>, notes: &mut Notes<'_>) -> Option<String> {
    fits(node, &['\n', '\r'], "the line ends here", notes)
}

/// A text that stands on as many lines as it has; a carriage return would begin another field.
fn data_lines(node: Node<'_>, notes: &mut Notes<'_>) -> Option<String> {
    fits(node, &['\r'], "a carriage return ends the line and is no part of the data", notes)
}

fn fits(node: Node<'_>, not: &[char], label: &str, notes: &mut Notes<'_>) -> Option<String> {
    let text = view::text(node)?;
    if text.contains(not) {
        let problem = Problem::at(node.span(), "this text does not fit into a field of an event stream", label);
        notes.push(problem.help("write the stream itself with `bytes`"));
        return None;
    }
    Some(text.to_owned())
}
