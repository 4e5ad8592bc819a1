//! What the wire says of the connection, to be held against what the client claims.
//!
//! A judge knows from the spec from when on a connection counts as connected: often from a first message. A picture does not, so between the
//! answer and the first message it calls a connection *open*, and leaves open what may be claimed.

use super::story::{Story, Try};
use crate::{scenario::StatusKind, time::Millis};

/// A stretch in which one thing is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Truth {
    pub(in crate::report) from: Millis,
    pub(in crate::report) to: Millis,
    pub(in crate::report) is: Wire,
    /// What else may be claimed without a lie.
    allows: Allows,
}

/// What the wire says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Wire {
    /// Nothing is tried, connected or to come.
    Over,
    /// The next attempt is to come.
    Waiting,
    /// An attempt is under way.
    Connecting,
    /// The server has answered, and has said nothing yet.
    Open,
    /// Connected.
    Connected,
}

impl Wire {
    /// What a client shows that tells exactly this; none where that depends on the spec.
    pub(in crate::report) fn status(self) -> Option<StatusKind> {
        match self {
            Self::Over => Some(StatusKind::Disconnected),
            Self::Waiting => Some(StatusKind::Retrying),
            Self::Connecting => Some(StatusKind::Connecting),
            Self::Connected => Some(StatusKind::Connected),
            Self::Open => None,
        }
    }
}

/// A stretch in which the client claims what is not true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Lie {
    pub(in crate::report) from: Millis,
    pub(in crate::report) to: Millis,
    /// Whether it is one whatever the spec says; otherwise only if a judge says so too.
    pub(in crate::report) is_sure: bool,
}

/// Statuses, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allows(u8);

impl Allows {
    const ANYTHING: Self = Self(0b1111);

    fn of(kinds: &[StatusKind]) -> Self {
        Self(kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u8))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, kind: StatusKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// How long after the user's close a client may show what it likes, in seconds of the spec: the judge's time.
const CLOSE_GRACE: f64 = 1.0;
/// How long a disagreement is none yet, in seconds of the spec: what checks let pass at most.
const SLACK: f64 = 0.2;

/// How many tries are in which state.
#[derive(Default)]
struct State {
    connecting: i32,
    open: i32,
    connected: i32,
    /// A closing handshake is under way.
    closing: i32,
}

/// One try more, or less, in one state from a time on.
type Change = (Millis, fn(&mut State) -> &mut i32, i32);

impl Story {
    /// What the wire says, from the first attempt to the end.
    pub(in crate::report) fn truths(&self) -> Vec<Truth> {
        let mut changes: Vec<_> = self.tries.iter().flat_map(|t| changes(t, self.end)).collect();
        let (closed, last) = (self.user_closes(), self.last_pause());
        let also = [self.returned, closed, closed.map(|at| at.saturating_add(self.grace())), last.map(|(_, to)| to)];
        let Some(first) = self.tries.iter().map(|t| t.at).min() else { return Vec::new() };
        changes.sort_by_key(|(at, ..)| *at);
        let times = changes.iter().map(|(at, ..)| *at).chain(also.into_iter().flatten()).chain([self.end]);
        let mut times: Vec<Millis> = times.filter(|at| (first..=self.end).contains(at)).collect();
        times.sort_unstable();
        times.dedup();
        let (mut state, mut next) = (State::default(), 0);
        let mut truths: Vec<Truth> = Vec::new();
        for pair in times.windows(2) {
            while let Some((_, count, by)) = changes.get(next).filter(|(at, ..)| *at <= pair[0]) {
                *count(&mut state) += by;
                next += 1;
            }
            let (is, allows) = self.at(pair[0], &state, last);
            match truths.last_mut().filter(|truth| (truth.is, truth.allows) == (is, allows)) {
                Some(truth) => truth.to = pair[1],
                None => truths.push(Truth { from: pair[0], to: pair[1], is, allows }),
            }
        }
        truths
    }

    /// Where the client claims what is not true, for longer than any judge lets pass.
    pub(in crate::report) fn lies(&self) -> Vec<Lie> {
        let least = ((SLACK * self.second as f64) as Millis).max(self.slack);
        let mut lies: Vec<Lie> = Vec::new();
        let mut told: Vec<_> = self.statuses.iter().map(|(at, status)| (*at, status.kind())).collect();
        told.dedup_by_key(|(_, kind)| *kind);
        let mut told = told.into_iter().peekable();
        let mut shown = None;
        for truth in self.truths() {
            let mut at = truth.from;
            while at < truth.to {
                while let Some((_, kind)) = told.next_if(|(told_at, _)| *told_at <= at) {
                    shown = Some(kind);
                }
                let next = told.peek().map_or(truth.to, |(told_at, _)| (*told_at).min(truth.to));
                if let Some(kind) = shown.filter(|kind| truth.is.status() != Some(*kind)) {
                    let is_sure = !truth.allows.has(kind) && next - at >= least;
                    lies.push(Lie { from: at, to: next, is_sure });
                }
                at = next;
            }
        }
        lies
    }

    fn grace(&self) -> Millis {
        (CLOSE_GRACE * self.second as f64) as Millis
    }

    /// What is true at a time, and what else may be claimed.
    fn at(&self, at: Millis, state: &State, last: Option<(Millis, Millis)>) -> (Wire, Allows) {
        let closed = self.user_closes().filter(|closed| *closed <= at);
        let is_over = closed.is_some_and(|closed| closed.saturating_add(self.grace()) <= at);
        if is_over || self.returned.is_some_and(|returned| returned <= at) {
            return (Wire::Over, Allows::of(&[StatusKind::Disconnected]));
        }
        let is = match state.wire() {
            Wire::Waiting if last.is_some_and(|(_, to)| to <= at) => Wire::Over,
            wire => wire,
        };
        let mut allows = state.allows();
        if last.is_some_and(|(from, _)| from <= at) {
            allows = allows.or(Allows::of(&[StatusKind::Disconnected]));
        }
        (is, if closed.is_some() { Allows::ANYTHING } else { allows })
    }
}

/// What one try changes, and when.
fn changes(t: &Try, end: Millis) -> Vec<Change> {
    let over = t.over.unwrap_or(end).max(t.at);
    let open = t.open.unwrap_or(over).clamp(t.at, over);
    let heard = if t.open.is_some() { t.heard.unwrap_or(over).clamp(open, over) } else { over };
    let mut changes: Vec<Change> = Vec::with_capacity(8);
    let mut stretch = |from: Millis, to: Millis, count: fn(&mut State) -> &mut i32| {
        if from < to {
            changes.extend([(from, count, 1), (to, count, -1)]);
        }
    };
    stretch(t.at, open, |state| &mut state.connecting);
    stretch(open, heard, |state| &mut state.open);
    stretch(heard, over, |state| &mut state.connected);
    stretch(over, t.settled.unwrap_or(over), |state| &mut state.closing);
    changes
}

impl State {
    /// What is drawn: of several things at once the one that is nearest to a connection.
    fn wire(&self) -> Wire {
        match self {
            Self { connected: 1.., .. } => Wire::Connected,
            Self { open: 1.., .. } => Wire::Open,
            Self { connecting: 1.., .. } => Wire::Connecting,
            _ => Wire::Waiting,
        }
    }

    /// What some spec lets a client claim: while anything is alive, it is the spec that says what makes it connected.
    fn allows(&self) -> Allows {
        let mut allows = match self.wire() {
            Wire::Connected | Wire::Open | Wire::Connecting => {
                Allows::of(&[StatusKind::Connecting, StatusKind::Connected])
            }
            Wire::Waiting | Wire::Over => Allows::of(&[StatusKind::Retrying]),
        };
        if self.closing > 0 {
            allows = allows.or(Allows::of(&[StatusKind::Connected, StatusKind::Retrying]));
        }
        allows
    }
}
