//! A moment comes.
//!
//! **Asserts** that an event comes at least so many times before the run is over.
//!
//! **Measures** no time; there is no tolerance. A status counts each time the client changes to it.
//!
//! **Findings**: `too-few`, it never came or not often enough; `gone`, nor could it come again, for `run` had returned.
//!
//! **Chance of failing a correct client**: none by itself; a scenario that ends before a correct client is there is the spec's mistake.

use super::{
    case::{Case, GONE, Judged, Miss, TOO_FEW, capital, count, stretch},
    history::{Client, clause, lane},
};
use crate::{scenario::Moment, time::show, verdict::Judgement};

pub(super) fn judge(case: &Case<'_>, moment: &Moment, times: u32) -> Judgement {
    let what = capital(&clause(moment, case.values));
    let expected = if times == 1 { format!("{what}.") } else { format!("{what} at least {times} times.") };
    case.each_client(expected, |client| judge_client(case, client, moment, times))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, moment: &Moment, times: u32) -> Judged {
    let found = client.named(moment, case.values, case.history.end);
    if let Some(last) = found.get((times as usize).saturating_sub(1)) {
        return Ok(format!("It happened {}, at {}.", count(times.into(), "time"), show(last.at)));
    }
    let (from, got) = match found.last() {
        None => (0, format!("It had not happened when {}, at {}.", case.over(), show(case.history.end))),
        Some(last) => {
            let (times, last_of) = (count(found.len() as u64, "time"), if found.len() > 1 { "the last " } else { "" });
            (last.at, format!("It happened only {times}, {last_of}at {}, until {}.", show(last.at), case.over()))
        }
    };
    let label = format!("not yet: {}", clause(moment, case.values));
    let evidence = vec![stretch(client, from, case.history.end, lane(moment), label)];
    let finding = if client.returned.is_some() { GONE } else { TOO_FEW };
    Err(Miss::new(finding, got, evidence))
}
