//! What checks assert about a rhythm.

use super::{
    expect::{Stage, whole},
    grammar::Node,
    moment,
    problem::Problem,
    scope::Notes,
    view,
};
use crate::scenario::{Expect, Moment, Nth, StatusKind};

/// Reads an assertion that something comes again and again.
pub(super) fn expect(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let moment = stage.later_moment(value, notes).filter(|moment| is_sent(moment, value, notes));
    let gaps = view::get(node, "gaps").and_then(|gaps| stage.span(gaps, "the gap", notes));
    let connection = match view::get(node, "connection") {
        Some(connection) => Some((moment::number(connection)?, connection)),
        None => None,
    };
    if let Some((nth, connection)) = connection {
        // A connection is shown as connected at most once.
        stage.can_come(&Moment::Status(StatusKind::Connected, nth), connection, notes);
    }
    let (least, most) = gaps?;
    Some(Expect::Every {
        moment: moment?,
        least,
        most,
        connection: connection.map_or(Nth::Number(1), |(nth, _)| nth),
        idle: view::get(node, "idle").is_some(),
        times: whole(node, "times")?,
    })
}

/// Whether the moment is something that a side sends, whichever of several; noted if it is not.
fn is_sent(moment: &Moment, node: Node<'_>, notes: &mut Notes<'_>) -> bool {
    let nth = match moment {
        Moment::Control(_, _, nth) | Moment::Received(_, nth) | Moment::Sent(_, nth) => *nth,
        _ => {
            let label = "this is nothing that a side sends on a connection";
            let problem = Problem::at(node.span(), "this moment has no rhythm", label);
            notes.push(problem.help("allowed: `received`, `sent`, and the moments of client and server frames"));
            return false;
        }
    };
    if nth != Nth::Any {
        let problem = Problem::at(node.span(), "a number has no meaning here", "each of them is looked at");
        notes.push(problem.help("write \"any\" in its place, or leave out `nth`"));
    }
    nth == Nth::Any
}
