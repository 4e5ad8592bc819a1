//! The client ends.
//!
//! **Asserts** that after a moment the client shows a status that stays its last, and returns from `run`, both within a time. If the moment
//! names several events, it counts from the first of them.
//!
//! **Measures** from the moment to the later of the last status and the return, in the client's time. It does not matter which of them comes
//! first, nor whether `run` returns an error.
//!
//! **Tolerance**: 50 ms of the spec, and never less than the run's slack. On the wall clock, `run` has returned when the process has exited,
//! and its end is work of the operating system and of the language's runtime that no speed makes shorter: that may take three
//! seconds of real time more. The last status has no such time.
//!
//! **Findings**: `wrong-status`, the last status is another; `never-ended`, `run` did not return; `late`; `not-begun`, the moment never
//! came.
//!
//! **Window**: the time, from the moment on.
//!
//! **Chance of failing a correct client**: none.

use super::{
    case::{Case, Judged, Miss, capital, due, moment, stretch},
    history::{Client, describe_moment},
};
use crate::{
    scenario::{Length, Moment, StatusKind},
    time::{Millis, show},
    trace::Clock,
    verdict::{Judgement, Lane},
};

/// How long a process may take to exit, in real time: on a machine that compiles beside it, a Python interpreter has been seen to need
/// 250 ms, and Node, which waits for the threads of its own, 1.4 s.
const EXITING: Millis = 3_000;

pub(super) fn judge(case: &Case<'_>, status: StatusKind, after: &Moment, within: &Length) -> Judgement {
    let expected = format!(
        "Within {} of {} the client shows `{}` as its last status and returns from `run`.",
        case.describe(within),
        describe_moment(after, case.values),
        status.name(),
    );
    case.each_client(expected, |client| judge_client(case, client, status, after, within))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, status: StatusKind, after: &Moment, within: &Length) -> Judged {
    let end = case.history.end;
    let Some(begin) = client.named(after, case.values, end).first().map(|begin| begin.at) else {
        return Err(Miss::not_begun(client, end, &describe_moment(after, case.values)));
    };
    let returned = returned(case, client, begin);
    let window = due(client, (begin, &describe_moment(after, case.values)), (0, case.ms(within)), Lane::Status);
    let last_at = match client.last_status() {
        Some((at, last)) if last == status => at,
        last => return Err(wrong_status(client, end, last, &returned).expected(window)),
    };
    let Some(returned_at) = client.returned else {
        let got = format!("It showed `{}`, but {returned}.", status.name());
        let evidence = vec![stretch(client, begin, end, Lane::Status, "`run` goes on")];
        return Err(Miss::new("never-ended", got, evidence).expected(window));
    };
    let exiting = if matches!(case.header.clock, Clock::Wall { .. }) { EXITING } else { 0 };
    let took = last_at.max(returned_at.saturating_sub(exiting)).saturating_sub(begin);
    if took <= case.ms(within) + case.tolerance() {
        return Ok(format!("It took {}.", show(took)));
    }
    let got = format!("It showed `{}` after {}, and {returned}.", status.name(), show(last_at.saturating_sub(begin)));
    let evidence = vec![stretch(client, window.to, last_at.max(returned_at), Lane::Status, "too late")];
    Err(Miss::new("late", got, evidence).expected(window))
}

/// Whether and when `run` returned.
fn returned(case: &Case<'_>, client: &Client<'_>, begin: Millis) -> String {
    match client.returned {
        Some(at) if at >= begin => format!("`run` returned after {}", show(at - begin)),
        Some(at) => format!("`run` had returned {} before", show(begin - at)),
        None => format!("`run` had not returned when {}, {} later", case.over(), show(case.history.end - begin)),
    }
}

fn wrong_status(client: &Client<'_>, end: Millis, last: Option<(Millis, StatusKind)>, returned: &str) -> Miss {
    let (got, evidence) = match last {
        None => ("It never showed a status".to_owned(), moment(client, end, Lane::Status, "no status")),
        Some((at, kind)) => (
            format!("Its last status was `{}`, at {}", kind.name(), show(at)),
            stretch(client, at, end, Lane::Status, kind.name()),
        ),
    };
    Miss::new("wrong-status", format!("{}; {returned}.", capital(&got)), vec![evidence])
}
