//! The status tells the truth.
//!
//! **Asserts** that what a client reports agrees with the wire at every instant, from its first attempt to the end of the run.
//!
//! **Measures** the stretches in which what was shown last is not among what is true ([`truths`] says what is true when); all times are
//! those at the client. A stretch ends when the truth changes, so a truth that lasts less than the tolerance is never judged. While the
//! truth stays the same, the stretches count together: a client that shows all states in turn is wrong most of the time, however short
//! each stretch is.
//!
//! **Tolerance**: the check's own slack, for each truth, and never less than the run's. After the user's close a client has one second of the spec before
//! anything but `Disconnected` is wrong.
//!
//! **Findings**, by the first stretch and what is shown longest in it: `nothing-shown`, no status had been reported; `connected-while-down`, it shows `Connected` while no
//! connection is usable; `connected-not-shown`, a connection is usable and it shows something else; `wait-not-shown`, it shows
//! `Connecting` in a wait; `attempt-not-shown`, it shows `Retrying` in an attempt; `ended-too-soon`, it shows `Disconnected` and goes on;
//! `end-not-shown`, it has ended and shows something else; `not-begun`, there was no attempt.
//!
//! **Window**: as long as the truth of the first stretch lasts.
//!
//! **Chance of failing a correct client**: none. What is true does not depend on chance, and a client that reports on each change is never
//! wrong for longer than its own work takes.

use super::{
    case::{Case, Judged, Miss, capital, stretch},
    history::{Client, describe_kind},
    truth::{Truth, truths},
};
use crate::{
    scenario::{Length, Moment, StatusKind},
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

/// How long after the user's close a client may take to show its end.
const CLOSE_GRACE: Millis = 1_000;

/// How many stretches are shown at most.
const MOST_SHOWN: usize = 20;

pub(super) fn judge(case: &Case<'_>, slack: &Length, connected_from: &Moment) -> Judgement {
    let slack = case.ms(slack).max(case.header.slack).max(1);
    let connected_from = &connected_from.filled(case.values);
    let expected = format!(
        "What the client shows is true, but for less than {} after each change of the truth; it is connected from {} on.",
        show(slack),
        describe_kind(connected_from, case.values),
    );
    case.each_client(expected, |client| judge_client(case, client, slack, connected_from))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, slack: Millis, connected_from: &Moment) -> Judged {
    let end = case.history.end;
    if client.connections.is_empty() {
        return Err(Miss::not_begun(client, end, "the first attempt"));
    }
    let grace = case.ms(&Length::literal(CLOSE_GRACE));
    let lies = lies(client, &truths(client, connected_from, grace, end), slack, end);
    let Some(first) = lies.first() else {
        return Ok("What it showed was always true.".to_owned());
    };
    let mut got = format!(
        "From {} on, for {}, it showed {} while the truth was {}.",
        show(first.from),
        show(first.to - first.from),
        first.shown.map_or_else(|| "nothing".to_owned(), |kind| format!("`{}`", kind.name())),
        names(first.truth),
    );
    if lies.len() > 1 {
        let total: Millis = lies.iter().map(|lie| lie.to - lie.from).sum();
        got += &format!(" It was wrong {} times, for {} in all.", lies.len(), show(total));
    }
    let mark = |lie: &Lie| {
        let label = format!("{}, not {}", names(lie.truth), lie.shown.map_or("shown", StatusKind::name));
        stretch(client, lie.from, lie.to, Lane::Status, label)
    };
    let (from, to) = first.lasts;
    let window = stretch(client, from, to, Lane::Truth, names(first.truth));
    Err(Miss::new(first.finding(), capital(&got), lies.iter().take(MOST_SHOWN).map(mark).collect()).expected(window))
}

/// A stretch in which what is shown is not true.
#[derive(Debug, Clone, Copy)]
struct Lie {
    from: Millis,
    to: Millis,
    /// What is shown longest without a change.
    shown: Option<StatusKind>,
    /// How long that is.
    longest: Millis,
    truth: Truth,
    /// From when to when that is true.
    lasts: (Millis, Millis),
}

impl Lie {
    /// It goes on to `to`, and this is shown.
    fn extend(&mut self, to: Millis, shown: Option<StatusKind>) {
        if to - self.to > self.longest {
            (self.longest, self.shown) = (to - self.to, shown);
        }
        self.to = to;
    }

    fn finding(&self) -> &'static str {
        match self.shown {
            None => "nothing-shown",
            Some(StatusKind::Disconnected) => "ended-too-soon",
            Some(_) if self.truth.is_only(StatusKind::Disconnected) => "end-not-shown",
            Some(StatusKind::Connected) => "connected-while-down",
            Some(_) if self.truth.allows(StatusKind::Connected) => "connected-not-shown",
            Some(StatusKind::Connecting) => "wait-not-shown",
            Some(StatusKind::Retrying) => "attempt-not-shown",
        }
    }
}

/// The stretches in which what is shown is not true, where they take at least `slack` together while one truth lasts.
fn lies(client: &Client<'_>, truths: &[(Millis, Truth)], slack: Millis, end: Millis) -> Vec<Lie> {
    let mut lies = Vec::new();
    let mut told = client.statuses.iter().peekable();
    let mut shown = None;
    for (index, (from, truth)) in truths.iter().enumerate() {
        let to = truths.get(index + 1).map_or(end, |(next, _)| *next).min(end);
        let mut untrue = Vec::new();
        let mut lie: Option<Lie> = None;
        let mut at = *from;
        // Each turn of the loop is a stretch in which neither the truth nor what is shown changes.
        while at < to {
            while let Some((_, kind)) = told.next_if(|(told_at, _)| *told_at <= at) {
                shown = Some(*kind);
            }
            let next = told.peek().map_or(to, |(told_at, _)| (*told_at).min(to));
            if shown.is_some_and(|kind| truth.allows(kind)) || truth.is_anything() {
                untrue.extend(lie.take());
            } else {
                let begins = Lie { from: at, to: at, shown, longest: 0, truth: *truth, lasts: (*from, to) };
                lie.get_or_insert(begins).extend(next, shown);
            }
            at = next;
        }
        untrue.extend(lie);
        if untrue.iter().map(|lie| lie.to - lie.from).sum::<Millis>() >= slack {
            lies.append(&mut untrue);
        }
    }
    lies
}

fn names(truth: Truth) -> String {
    truth.kinds().map(|kind| format!("`{}`", kind.name())).collect::<Vec<_>>().join(" or ")
}
