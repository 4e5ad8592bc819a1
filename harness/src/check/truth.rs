//! Which status is true when.

use super::history::{Client, Connection};
use crate::{
    scenario::{Moment, StatusKind},
    time::Millis,
};

/// The statuses that are true at a time, one bit each: several while attempts overlap or one state passes into the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth(u8);

impl Truth {
    const NOTHING: Self = Self(0);
    const ANYTHING: Self = Self(0b1111);

    fn of(kind: StatusKind) -> Self {
        Self(1 << kind as u8)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is true to show this.
    pub(super) fn allows(self, kind: StatusKind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }

    /// Whether this is true and nothing else.
    pub(super) fn is_only(self, kind: StatusKind) -> bool {
        self == Self::of(kind)
    }

    /// Whether it does not matter what is shown, if anything.
    pub(super) fn is_anything(self) -> bool {
        self == Self::ANYTHING
    }

    /// The statuses, in the order of a connection's life.
    pub(super) fn kinds(self) -> impl Iterator<Item = StatusKind> {
        StatusKind::ALL.into_iter().filter(move |kind| self.allows(*kind))
    }
}

/// From when on which statuses are true. Neighbours differ, unless something came and went in the instant between them: an attempt that is
/// refused within a millisecond, as in real time, ends a wait no less than one that takes longer.
pub(super) type Truths = Vec<(Millis, Truth)>;

/// From when on a connection counts as connected, by what [`Expect::StatusTrue`](crate::scenario::Expect::StatusTrue) says.
fn connected_from(client: &Client<'_>, moment: &Moment) -> Vec<Option<Millis>> {
    let mut from: Vec<Option<Millis>> = vec![None; client.connections.len()];
    let mut keep = |index: usize, at: Millis| {
        from[index].get_or_insert(at);
    };
    match moment {
        Moment::Sent(wanted, _) => {
            client.heard.iter().filter(|text| wanted.is(text.text)).for_each(|text| keep(text.connection, text.at));
        }
        Moment::Received(wanted, _) => {
            client.said.iter().filter(|text| wanted.is(text.text)).for_each(|text| keep(text.connection, text.at));
        }
        Moment::Accepted(_) => return client.connections.iter().map(|connection| connection.accepted).collect(),
        Moment::Answered(statuses, _) => {
            // An answer that opens nothing is the end of an attempt, whatever its status.
            let answered =
                |at: &Millis| client.answers.iter().any(|(when, code)| when == at && statuses.contains(code));
            return client.connections.iter().map(|connection| connection.up.filter(answered)).collect();
        }
        Moment::Attempt(_)
        | Moment::Lost(_)
        | Moment::Status(..)
        | Moment::Request(..)
        | Moment::User(..)
        | Moment::Shown(..)
        | Moment::Control(..)
        | Moment::Stalled(_)
        | Moment::Left(_)
        | Moment::At(_) => {
            return client.connections.iter().map(|connection| connection.up).collect();
        }
    }
    from
}

/// What changes at a time: how many connections are in which state.
#[derive(Clone, Copy)]
enum Change {
    Pending(i32),
    Connected(i32),
    /// A closing handshake is under way.
    Closing(i32),
    /// The first attempt has started.
    Begun,
    /// No connection is left, and no attempt comes any more.
    Over,
    Returned,
    /// Nothing but `Disconnected` is true any more.
    Closed,
    /// The user has closed: until [`Change::Closed`] the client may show anything.
    Leaving,
}

/// Which statuses are true when, for one client.
///
/// - Before the first attempt anything is true.
/// - From an attempt to its failure, or to the moment that `from` names: *connecting*.
/// - From there to the loss: *connected*. While a close handshake is finished after it, *connected* and *retrying*.
/// - From a failure or loss to the next attempt: *retrying*; where no attempt comes any more also *disconnected*, for the client may
///   have given up.
/// - From the user's close on anything for `grace`, then, and from when `run` has returned, *disconnected* alone.
pub(super) fn truths(client: &Client<'_>, from: &Moment, grace: Millis, end: Millis) -> Truths {
    let mut changes = Vec::with_capacity(4 * client.connections.len() + 4);
    let connected = connected_from(client, from);
    for (connection, connected) in client.connections.iter().zip(connected) {
        note(&mut changes, connection, connected, end);
    }
    if let Some(first) = client.connections.first() {
        changes.push((first.start, Change::Begun));
    }
    if let Some(over) = client.pending.map(|pending| pending.from) {
        changes.push((over, Change::Over));
    }
    if let Some(returned) = client.returned {
        changes.push((returned, Change::Returned));
    }
    if let Some(closed) = client.closed_by_user() {
        changes.push((closed, Change::Leaving));
        changes.push((closed + grace, Change::Closed));
    }
    changes.sort_by_key(|(at, _)| *at);
    sweep(&changes)
}

fn note(changes: &mut Vec<(Millis, Change)>, connection: &Connection, connected: Option<Millis>, end: Millis) {
    let over = connection.ending.map_or(end, |ending| ending.at);
    let connected = connected.filter(|at| *at < over && *at >= connection.start);
    changes.push((connection.start, Change::Pending(1)));
    changes.push((connected.unwrap_or(over), Change::Pending(-1)));
    if let Some(at) = connected {
        changes.push((at, Change::Connected(1)));
        changes.push((over, Change::Connected(-1)));
    }
    if let Some(ending) = connection.ending.filter(|ending| ending.settled > ending.at) {
        changes.push((ending.at, Change::Closing(1)));
        changes.push((ending.settled, Change::Closing(-1)));
    }
}

/// The state of all connections of a client.
#[derive(Default)]
struct State {
    pending: i32,
    connected: i32,
    closing: i32,
    begun: bool,
    over: bool,
    leaving: bool,
    ended: bool,
}

fn sweep(changes: &[(Millis, Change)]) -> Truths {
    let mut state = State::default();
    let mut truths: Truths = vec![(0, Truth::ANYTHING)];
    let mut last = Truth::ANYTHING;
    for instant in changes.chunk_by(|(one, _), (other, _)| one == other) {
        let mut moved = false;
        for (_, change) in instant {
            state.apply(*change);
            moved |= state.truth() != last;
        }
        if moved {
            last = state.truth();
            truths.push((instant[0].0, last));
        }
    }
    truths
}

impl State {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Pending(n) => self.pending += n,
            Change::Connected(n) => self.connected += n,
            Change::Closing(n) => self.closing += n,
            Change::Begun => self.begun = true,
            Change::Over => self.over = true,
            Change::Leaving => self.leaving = true,
            Change::Returned | Change::Closed => self.ended = true,
        }
    }

    fn truth(&self) -> Truth {
        if self.ended {
            return Truth::of(StatusKind::Disconnected);
        }
        if !self.begun || self.leaving {
            return Truth::ANYTHING;
        }
        let mut truth = Truth::NOTHING;
        if self.connected > 0 {
            truth = truth.or(Truth::of(StatusKind::Connected));
        }
        if self.pending > 0 {
            truth = truth.or(Truth::of(StatusKind::Connecting));
        }
        if self.closing > 0 {
            truth = truth.or(Truth::of(StatusKind::Connected)).or(Truth::of(StatusKind::Retrying));
        }
        if self.connected == 0 && self.pending == 0 {
            truth = truth.or(Truth::of(StatusKind::Retrying));
        }
        if self.over {
            truth = truth.or(Truth::of(StatusKind::Disconnected));
        }
        truth
    }
}
