//! The waits between attempts, and the losses that they follow.

use super::{Client, Connection, Cut};
use crate::{scenario::StatusKind, time::Millis};

/// The time between the end of what went before and the next attempt.
///
/// It can be read in two ways, because a client may finish a close handshake before it waits or while it waits: the longer reading is
/// used where a wait must not be too short, the shorter one where it must not be too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Wait {
    /// From when, at the earliest.
    pub from: Millis,
    /// How long, counted from the first sign of the end.
    pub longest: Millis,
    /// How long, counted from when the end was settled.
    pub shortest: Millis,
    /// Which attempt since the last loss of a connection that was up, from 1.
    pub retry: u32,
    /// The index of that loss in [`Client::losses`]; none if no connection had been up before.
    pub loss: Option<usize>,
}

impl Wait {
    /// When the attempt started that ended the wait.
    pub(in crate::check) fn to(&self) -> Millis {
        self.from + self.longest
    }
}

/// A wait that no attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Pending {
    /// From when, at the earliest.
    pub from: Millis,
    /// From when, at the latest.
    pub settled: Millis,
    /// When the run was over, or the client ended: its user closed it, `run` returned or it showed `Disconnected`.
    pub to: Millis,
}

/// The end of a connection that had been up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Loss {
    /// When the client could first see it, or brought it about.
    pub at: Millis,
    /// How long the connection had been up.
    pub up: Millis,
    /// What ended it: a client that leaves has lost nothing, but what it does next is a wait and an attempt all the same.
    pub cut: Cut,
}

impl Loss {
    /// Whether it was the server or the network that ended the connection.
    pub(in crate::check) fn is_suffered(&self) -> bool {
        self.cut != Cut::Left
    }
}

/// The losses, in the order of their times.
pub(super) fn losses(connections: &[Connection]) -> Vec<Loss> {
    let lost = |connection: &Connection| {
        let (up, ending) = (connection.up?, connection.ending?);
        Some(Loss { at: ending.at, up: ending.at - up, cut: ending.cut })
    };
    let mut losses: Vec<Loss> = connections.iter().filter_map(lost).collect();
    if !losses.is_sorted_by_key(|loss| loss.at) {
        losses.sort_by_key(|loss| loss.at);
    }
    losses
}

/// The waits: one before each attempt but the first.
///
/// A wait begins where the last of the earlier connections ended. An attempt that starts while one of them is alive has waited for
/// nothing: its wait is 0.
pub(super) fn waits(connections: &[Connection], losses: &[Loss]) -> Vec<Wait> {
    let mut waits = Vec::with_capacity(connections.len().saturating_sub(1));
    let mut before = Before::default();
    let (mut lost, mut retry) = (0, 0);
    for (index, connection) in connections.iter().enumerate() {
        let start = connection.start;
        while losses.get(lost).is_some_and(|loss| loss.at <= start) {
            (lost, retry) = (lost + 1, 0);
        }
        if index > 0 {
            retry += 1;
            let (from, settled) = before.until(start);
            let (longest, shortest) = (start.saturating_sub(from), start.saturating_sub(settled));
            waits.push(Wait { from, longest, shortest, retry, loss: lost.checked_sub(1) });
        }
        before.add(connection);
    }
    waits
}

/// The wait that was under way when nothing more came: none while a connection or attempt was alive.
pub(super) fn pending(client: &Client<'_>, end: Millis) -> Option<Pending> {
    let mut before = Before::default();
    client.connections.iter().for_each(|connection| before.add(connection));
    let (from, settled) = before.ended?;
    if before.alive {
        return None;
    }
    let disconnected =
        client.statuses.iter().find(|(at, kind)| *at >= from && *kind == StatusKind::Disconnected).map(|(at, _)| *at);
    let to = [client.closed_by_user(), client.returned, disconnected].into_iter().flatten().min().unwrap_or(end);
    (to >= from).then_some(Pending { from, settled: settled.min(to), to })
}

/// What is known of all earlier connections.
#[derive(Default)]
struct Before {
    /// The last end, and when that was settled.
    ended: Option<(Millis, Millis)>,
    /// Whether one of them never ended.
    alive: bool,
}

impl Before {
    fn add(&mut self, connection: &Connection) {
        match connection.ending {
            Some(ending) if self.ended.is_none_or(|(at, _)| at <= ending.at) => {
                self.ended = Some((ending.at, ending.settled));
            }
            Some(_) => {}
            None => self.alive = true,
        }
    }

    /// From when an attempt that starts at `start` has waited, at the earliest and at the latest.
    fn until(&self, start: Millis) -> (Millis, Millis) {
        match self.ended {
            Some((at, settled)) if !self.alive && at <= start => (at, if settled <= start { settled } else { at }),
            _ => (start, start),
        }
    }
}
