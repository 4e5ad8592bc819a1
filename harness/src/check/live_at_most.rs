//! One at a time.
//!
//! **Asserts** that of one client at most so many attempts and connections are alive at once.
//!
//! **Measures** each from the start of its attempt to the first of: the client could see the server's refusal, close frame, end of stream
//! or reset; the client sent a close frame, dropped it or reset it. Half of a connection that the client closed without dropping it is
//! alive.
//!
//! **Tolerance**: an overlap of less than 50 ms of the spec is not judged, and never less than the run's slack: a task that is aborted is gone
//! only when the runtime comes to it.
//!
//! **Findings**: `while-pending`, an attempt starts while too many others are unanswered; `while-connected`, one starts while too many
//! connections are open; `not-begun`, there was no attempt.
//!
//! **Chance of failing a correct client**: none.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    case::{Case, Judged, Miss, stretch},
    history::Client,
};
use crate::{
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, most: u32) -> Judgement {
    let expected = match most {
        1 => "No attempt starts while an earlier attempt or connection of the client is alive.".to_owned(),
        _ => format!("At most {most} attempts and connections of the client are alive at once."),
    };
    case.each_client(expected, |client| judge_client(case, client, most as usize))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, most: usize) -> Judged {
    if client.connections.is_empty() {
        return Err(Miss::not_begun(client, case.history.end, "the first attempt"));
    }
    let end = case.history.end;
    // Each alive one with the time at which it ends, the earliest end on top.
    let mut alive: BinaryHeap<Reverse<(Millis, usize)>> = BinaryHeap::new();
    let mut highest = 0;
    for (index, connection) in client.connections.iter().enumerate() {
        let over = connection.ending.map_or(end, |ending| ending.at);
        while alive.peek().is_some_and(|Reverse((ends, _))| *ends <= connection.start) {
            alive.pop();
        }
        // The one that must end first for the number to be right again: from then on there is no overlap.
        if let Some(Reverse((ends, other))) = overlap(&mut alive, most, connection.start, over, case.tolerance()) {
            return Err(miss(client, index, other, connection.start, ends.min(over), alive.len() + 1));
        }
        alive.push(Reverse((over, index)));
        highest = highest.max(alive.len().min(most));
    }
    Ok(match highest {
        0 | 1 => "There was never more than one.".to_owned(),
        n => format!("There were never more than {n}."),
    })
}

/// The earliest-ending other one, if a connection from `start` to `over` is too many for longer than the tolerance.
///
/// Those that end within the tolerance are let go: what is left in `alive` stays so for longer.
fn overlap(
    alive: &mut BinaryHeap<Reverse<(Millis, usize)>>,
    most: usize,
    start: Millis,
    over: Millis,
    tolerance: Millis,
) -> Option<Reverse<(Millis, usize)>> {
    if over < start + tolerance.max(1) {
        return None;
    }
    while alive.len() >= most.max(1) {
        let earliest = *alive.peek()?;
        if earliest.0.0 >= start + tolerance.max(1) {
            return Some(earliest);
        }
        alive.pop();
    }
    None
}

fn miss(client: &Client<'_>, index: usize, other: usize, start: Millis, until: Millis, alive: usize) -> Miss {
    let is_up = client.connections[other].up.is_some_and(|up| up <= start);
    let (finding, earlier, state) =
        if is_up { ("while-connected", "the connection", "open") } else { ("while-pending", "attempt", "pending") };
    let got = format!(
        "Attempt {} started at {} while {earlier} {} was {state}; {alive} were alive for {}.",
        index + 1,
        show(start),
        if is_up { format!("of attempt {}", other + 1) } else { (other + 1).to_string() },
        show(until - start),
    );
    Miss::new(finding, got, vec![stretch(client, start, until, Lane::Connection, format!("{alive} alive"))])
}
