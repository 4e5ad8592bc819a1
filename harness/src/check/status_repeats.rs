//! A status is shown when it changes.
//!
//! **Asserts** that at most so many reports of a status repeat the one before: the same status, whatever its particulars say.
//!
//! **Measures** no time; there is no tolerance.
//!
//! **Findings**: `repeated`, too many do; `not-begun`, no status was ever reported.
//!
//! **Chance of failing a correct client**: none.

use super::{
    case::{Case, Judged, Miss, count, moment},
    history::Client,
};
use crate::{
    time::{Millis, show},
    trace::Status,
    verdict::{Evidence, Judgement, Lane},
};

/// How many repeats are marked at most.
const MOST_MARKED: usize = 20;

pub(super) fn judge(case: &Case<'_>, most: u32) -> Judgement {
    let expected = match most {
        0 => "No status is shown twice in a row.".to_owned(),
        _ => format!("A status is shown twice in a row at most {}.", count(most.into(), "time")),
    };
    case.each_client(expected, |client| judge_client(client, most as usize, case.history.end))
}

fn judge_client(client: &Client<'_>, most: usize, end: Millis) -> Judged {
    if client.reports.is_empty() {
        return Err(Miss::not_begun(client, end, "the first status"));
    }
    let pairs = client.reports.windows(2).filter(|pair| pair[0].1.kind() == pair[1].1.kind());
    let repeats: Vec<&[(Millis, &Status)]> = pairs.collect();
    let Some(first) = repeats.get(most) else {
        return Ok(format!("Of {} none was too many.", count(client.reports.len() as u64, "report")));
    };
    let (before, at) = (first[0].0, first[1].0);
    let all = if repeats.len() > 1 { format!(" It happened {} times in all.", repeats.len()) } else { String::new() };
    let name = first[1].1.kind().name();
    let got = format!("`{name}` was shown at {} and again at {}.{all}", show(before), show(at));
    let mark = |pair: &&[(Millis, &Status)]| -> Evidence {
        moment(client, pair[1].0, Lane::Status, format!("`{}` again", pair[1].1.kind().name()))
    };
    Err(Miss::new("repeated", got, repeats.iter().skip(most).take(MOST_MARKED).map(mark).collect()))
}
