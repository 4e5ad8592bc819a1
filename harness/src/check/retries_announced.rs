//! What is said of a retry comes true.
//!
//! **Asserts** that in each wait that an attempt ended, the client reported `Retrying` with the number of that attempt and the wait before it. The
//! number is 1 for the first retry after the loss of a connection that had been up, or after the first attempt of all, and one more for each
//! retry that follows. There must be so many waits at least.
//!
//! **Measures** from each report to the attempt, in the client's time: a client that reports later announces a shorter wait. Waits
//! under 50 ms are not judged, for nobody could read what is announced in them; nor is one that no attempt ended.
//!
//! **Tolerance**: 50 ms of the spec for the wait, and never less than the run's slack.
//!
//! **Findings**, by the first wait that is not as announced: `not-announced`, no `Retrying` was reported in it; `wrong-attempt`, the number is another;
//! `wrong-wait`, the attempt came earlier or later; `too-few`, there were not so many waits.
//!
//! **Window** of `wrong-wait`: where the attempt had been announced for, give or take the tolerance.
//!
//! **Chance of failing a correct client**: none.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, count, stretch},
    history::{Client, Wait},
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    trace::Status,
    verdict::{Judgement, Lane},
};

/// How long a wait must be to be judged.
const SHORTEST: Millis = 50;

pub(super) fn judge(case: &Case<'_>, times: u32) -> Judgement {
    let expected =
        "In each wait the client shows `retrying` with the number of the attempt that follows and the time until it.";
    case.each_client(expected.to_owned(), |client| judge_client(case, client, times))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, times: u32) -> Judged {
    let tolerance = case.tolerance();
    let shortest = case.ms(&Length::literal(SHORTEST)).max(1);
    let waits: Vec<&Wait> = client.waits.iter().filter(|wait| wait.shortest >= shortest).collect();
    for wait in &waits {
        judge_wait(client, wait, tolerance)?;
    }
    if waits.len() < times as usize {
        let got = format!("There were only {} that an attempt ended.", count(waits.len() as u64, "wait"));
        let label = format!("{} of {times}", count(waits.len() as u64, "wait"));
        return Err(Miss::new(TOO_FEW, got, vec![stretch(client, 0, case.history.end, Lane::Tries, label)]));
    }
    Ok(format!("It was so in {}.", count(waits.len() as u64, "wait")))
}

fn judge_wait(client: &Client<'_>, wait: &Wait, tolerance: Millis) -> Result<(), Miss> {
    let (from, to) = (wait.from, wait.to());
    // What is said at the moment of the attempt is said of what follows it: in real time it may be refused in the same millisecond.
    let first = client.reports.partition_point(|(at, _)| *at < from);
    let reports = client.reports[first..].iter().take_while(|(at, _)| *at < to);
    let mut announced = false;
    for (at, status) in reports {
        let Status::Retrying { attempt, wait: told } = status else { continue };
        announced = true;
        let miss = |finding, got: String, label: String| {
            Miss::new(finding, got, vec![stretch(client, *at, to, Lane::Status, label)])
        };
        if *attempt != wait.retry {
            let got = format!("At {} it showed attempt {attempt}, and attempt {} followed.", show(*at), wait.retry);
            return Err(miss("wrong-attempt", got, format!("attempt {}, not {attempt}", wait.retry)));
        }
        let really = to - at;
        if told.abs_diff(really) > tolerance {
            let got = format!("At {} it announced a wait of {}, and waited {}.", show(*at), show(*told), show(really));
            let due = at.saturating_add(*told);
            let (from, to) = (due.saturating_sub(tolerance), due.saturating_add(tolerance));
            let window = stretch(client, from, to, Lane::Tries, format!("the attempt, announced for {}", show(due)));
            let miss = miss("wrong-wait", got, format!("{}, not {}", show(really), show(*told)));
            return Err(miss.expected(window));
        }
    }
    if announced {
        return Ok(());
    }
    let got = format!("In the wait from {} to {} it did not show `retrying`.", show(from), show(to));
    Err(Miss::new("not-announced", got, vec![stretch(client, from, to, Lane::Status, "not announced")]))
}
