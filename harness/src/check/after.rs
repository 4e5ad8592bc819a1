//! One moment follows another within a time.
//!
//! **Asserts** that after a moment another comes, not earlier than one length after it and not later than another. If the first names
//! several events, each must be followed. If the second is numbered, that one is meant, counted from the start of the run; if it is not, the
//! next one is.
//!
//! **Measures** from moment to moment, both in the client's time.
//!
//! **Tolerance**: 50 ms of the spec at both ends, and never less than the run's slack.
//!
//! **Findings**: `never`, it does not come before the run is over; `gone`, nor could it, for `run` had returned; `early`, it comes too soon, or came before the first moment; `late`;
//! `not-begun`, the first moment never came.
//!
//! **Window**: from the one length after the first moment to the other.
//!
//! **Chance of failing a correct client**: none by itself; a time that a correct client's chance can break is the spec's mistake.

use super::{
    case::{Case, GONE, Judged, Miss, capital, due, stretch},
    history::{Client, Occurrence, clause, describe_moment, lane, same_kind, which},
};
use crate::{
    scenario::{Length, Moment, Nth},
    time::{Millis, show},
    verdict::Judgement,
};

/// What is asserted: the fields of [`Expect::After`](crate::scenario::Expect::After).
pub(super) struct Following<'a> {
    pub after: &'a Moment,
    pub then: &'a Moment,
    pub at_least: &'a Length,
    pub at_most: &'a Length,
}

pub(super) fn judge(case: &Case<'_>, following: &Following<'_>) -> Judgement {
    let (after, then) = (describe_moment(following.after, case.values), clause(following.then, case.values));
    let most = case.describe(following.at_most);
    let expected = if case.ms(following.at_least) == 0 {
        format!("{} within {most} of {after}.", capital(&then))
    } else if following.at_least == following.at_most {
        format!("{} {most} after {after}.", capital(&then))
    } else {
        format!("{} between {} and {most} after {after}.", capital(&then), case.describe(following.at_least))
    };
    case.each_client(expected, |client| judge_client(case, client, following))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, following: &Following<'_>) -> Judged {
    let end = case.history.end;
    let firsts = client.named(following.after, case.values, end);
    if firsts.is_empty() {
        return Err(Miss::not_begun(client, end, &describe_moment(following.after, case.values)));
    }
    let seconds = client.all(following.then, case.values, end);
    let mut longest: Millis = 0;
    for first in firsts {
        let second = second(first, &seconds, following);
        longest = longest.max(judge_pair(case, client, following, first, second)?);
    }
    Ok(format!("It took {}.", show(longest)))
}

/// The event that is to follow `first`.
fn second(first: Occurrence, seconds: &[Occurrence], following: &Following<'_>) -> Option<Occurrence> {
    match which(following.then) {
        Nth::Number(n) => seconds.get(n.checked_sub(1)? as usize).copied(),
        Nth::Last => seconds.last().copied(),
        Nth::Any if same_kind(following.after, following.then) => seconds.get(first.nth as usize).copied(),
        Nth::Any => seconds.get(seconds.partition_point(|second| second.at < first.at)).copied(),
    }
}

/// How long it took, if that is within the bounds.
fn judge_pair(
    case: &Case<'_>,
    client: &Client<'_>,
    following: &Following<'_>,
    first: Occurrence,
    second: Option<Occurrence>,
) -> Result<Millis, Miss> {
    let mark = |to: Millis, label: String| {
        vec![stretch(client, first.at.min(to), first.at.max(to), lane(following.then), label)]
    };
    let bounds = (case.ms(following.at_least), case.ms(following.at_most));
    let miss = |finding, got: String, evidence| {
        let since = (first.at, describe_moment(following.after, case.values));
        let window = due(client, (since.0, &since.1), bounds, lane(following.then));
        Err(Miss::new(finding, got, evidence).expected(window))
    };
    let Some(second) = second else {
        let left = show(case.history.end - first.at);
        let got = format!("It had not happened when {}, {left} later.", case.over());
        let finding = if client.returned.is_some() { GONE } else { "never" };
        return miss(finding, got, mark(case.history.end, format!("nothing in {left}")));
    };
    let Some(took) = second.at.checked_sub(first.at) else {
        let early = show(first.at - second.at);
        return miss("early", format!("It happened {early} before that."), mark(second.at, "too early".to_owned()));
    };
    if took + case.tolerance() < bounds.0 {
        return miss("early", format!("It took {}.", show(took)), mark(second.at, "too early".to_owned()));
    }
    if took > bounds.1 + case.tolerance() {
        return miss("late", format!("It took {}.", show(took)), mark(second.at, "too late".to_owned()));
    }
    Ok(took)
}
