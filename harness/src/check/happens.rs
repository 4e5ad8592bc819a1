//! A moment comes.
//!
//! **Asserts** that an event comes at least so many times before the run is over.
//!
//! **Measures** no time; there is no tolerance. A status counts each time the client changes to it.
//!
//! **Findings**: `too-few`, it never came or not often enough.
//!
//! **Chance of failing a correct client**: none by itself; a scenario that ends before a correct client is there is the spec's mistake.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, capital, count, moment as point},
    history::{Client, describe_moment, lane},
};
use crate::{scenario::Moment, time::show, verdict::Judgement};

pub(super) fn judge(case: &Case<'_>, moment: &Moment, times: u32) -> Judgement {
    let what = capital(&describe_moment(moment, case.values));
    let expected = if times == 1 { format!("{what} comes.") } else { format!("{what} comes at least {times} times.") };
    case.each_client(expected, |client| judge_client(case, client, moment, times))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, moment: &Moment, times: u32) -> Judged {
    let found = client.named(moment, case.values, case.history.end);
    if let Some(last) = found.get((times as usize).saturating_sub(1)) {
        return Ok(format!("It came {}, at {}.", count(times.into(), "time"), show(last.at)));
    }
    let got = match found.last() {
        None => "It never came.".to_owned(),
        Some(last) => format!("It came {}, the last at {}.", count(found.len() as u64, "time"), show(last.at)),
    };
    let label = format!("no {}", describe_moment(moment, case.values).trim_start_matches("a "));
    Err(Miss::new(TOO_FEW, got, vec![point(client, case.history.end, lane(moment), label)]))
}
