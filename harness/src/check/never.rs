//! After one moment, another never comes.
//!
//! **Asserts** that after a moment no event of another kind comes; if the first names several events, after the first of them.
//!
//! **Measures** both in the client's time.
//!
//! **Tolerance**: the check's own slack after the moment, and never less than the run's; what comes in that time is not judged.
//!
//! **Findings**: `happened`; `not-begun`, the moment never came.
//!
//! **Window**: from the slack after the moment to the end of the run, where nothing of the kind was expected.
//!
//! **Chance of failing a correct client**: none.

use super::{
    case::{Case, Judged, Miss, moment, stretch},
    history::{Client, describe_moment, lane},
};
use crate::{
    scenario::{Length, Moment},
    time::show,
    verdict::Judgement,
};

pub(super) fn judge(case: &Case<'_>, never: &Moment, after: &Moment, slack: &Length) -> Judgement {
    let (what, from) = (describe_moment(never, case.values), describe_moment(after, case.values));
    let expected = format!("After {from} there is never {what}.");
    case.each_client(expected, |client| judge_client(case, client, never, after, slack))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, never: &Moment, after: &Moment, slack: &Length) -> Judged {
    let end = case.history.end;
    let Some(first) = client.named(after, case.values, end).first().copied() else {
        return Err(Miss::not_begun(client, end, &describe_moment(after, case.values)));
    };
    let judged_from = first.at + case.ms(slack).max(case.header.slack);
    let found: Vec<_> =
        client.named(never, case.values, end).into_iter().filter(|found| found.at > judged_from).collect();
    let Some(miss) = found.first() else {
        return Ok(format!("In {} there was none.", show(end.saturating_sub(first.at))));
    };
    let all = if found.len() > 1 { format!(", the first of {}", found.len()) } else { String::new() };
    let got = format!("There was one after {}{all}.", show(miss.at - first.at));
    let evidence = vec![moment(client, miss.at, lane(never), describe_moment(never, case.values))];
    let window = stretch(client, judged_from, end.max(judged_from), lane(never), "none from here on");
    Err(Miss::new("happened", got, evidence).expected(window))
}
