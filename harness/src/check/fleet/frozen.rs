//! T4: each wait is a fresh draw.
//!
//! **Asserts** that not every client of a fleet repeats its own wait, within a window: before one retry over its first rounds, or before
//! several retries in a row in one outage.
//!
//! **Measures** each client against itself. In a row: over the first outage in which it made all these retries.
//!
//! **Tolerance**: none. One client that draws anew is enough.
//!
//! **Findings**: `frozen`, every client repeats its wait; `too-few`, a client made the retry in fewer rounds, or not so many in a row.
//!
//! **Window**: as wide as the window of the check, from the shortest wait of the first client on: they should not all be in there.
//!
//! **Chance of failing a correct client**, for a window of 0.1 b, four waits and 20 clients: four waits are within the window if three are within it
//! above the least, with at most 4·q³, q the most that the window can hold of one wait; all clients with (4·q³)²⁰.
//!
//! - Third retry: q ≤ 0.051 (see [`super::together`]), so (5.3·10⁻⁴)²⁰ = 10⁻⁶⁵.
//! - First retry: q ≤ 0.2, so 0.032²⁰ = 10⁻³⁰.
//! - In a row at the cap of 16 b: full and equal jitter have q ≤ 0.1/8, so (8·10⁻⁶)²⁰ = 10⁻¹⁰². Decorrelated jitter waits for the cap itself
//!   with at most 32/47 = 0.681, after a wait that was the cap; with the window, 0.683. Four in a row have at most 0.22, all clients 7·10⁻¹⁴.
//!
//! **Power**: a factor drawn once for the life of a client gives the same wait each time, always; one drawn once an outage gives the same wait
//! at the cap. Judge a later retry than the first: a client whose first retry is exact, and later ones are drawn, has another fault.

use super::{Sample, range, samples, too_few};
use crate::check::{
    case::{Case, Judged, Miss, judgement},
    history::ordinal,
};
use crate::{
    scenario::{Length, Repeats},
    time::{Millis, show},
    verdict::Judgement,
};

pub(in crate::check) fn judge(case: &Case<'_>, retry: u32, over: Repeats, window: &Length) -> Judgement {
    let within = case.describe(window);
    let expected = match over {
        Repeats::Rounds(rounds) => format!(
            "Over {rounds} rounds the clients' waits before the {} retry change: not every client repeats its own within {within}.",
            ordinal(retry),
        ),
        Repeats::InARow(waits) => format!(
            "In one outage the clients' waits before the {} to {} retry change: not every client repeats its own within {within}.",
            ordinal(retry),
            ordinal(last_of(retry, waits)),
        ),
    };
    let own = match over {
        Repeats::Rounds(rounds) => over_rounds(case, retry, rounds.max(1) as usize),
        Repeats::InARow(waits) => in_a_row(case, retry, waits.max(1)),
    };
    judgement(expected, own.and_then(|own| judge_fleet(&own, case.ms(window))))
}

/// The last of so many retries in a row.
fn last_of(retry: u32, waits: u32) -> u32 {
    retry.saturating_add(waits.saturating_sub(1))
}

/// The waits of each client before one retry in its first rounds.
fn over_rounds<'a>(case: &'a Case<'_>, retry: u32, rounds: usize) -> Result<Vec<Vec<Sample<'a>>>, Miss> {
    let all = samples(case.history, |n| n == retry);
    let own = all.chunk_by(|one, other| one.client.id == other.client.id);
    let own: Vec<_> = own.filter_map(|own| own.get(..rounds)).map(<[_]>::to_vec).collect();
    let clients = case.history.clients.len();
    if own.len() < clients || clients == 0 || rounds < 2 {
        let got =
            format!("Only {} of {clients} clients made the {} retry in {rounds} rounds.", own.len(), ordinal(retry));
        return Err(too_few(case, &all, got));
    }
    Ok(own)
}

/// The waits of each client before several retries of one outage: the first in which it made them all.
fn in_a_row<'a>(case: &'a Case<'_>, retry: u32, waits: u32) -> Result<Vec<Vec<Sample<'a>>>, Miss> {
    let last = last_of(retry, waits);
    let all = samples(case.history, |n| (retry..=last).contains(&n));
    let mut own: Vec<_> = all
        .chunk_by(|one, other| (one.client.id, one.round) == (other.client.id, other.round))
        .filter(|own| own.len() == waits as usize)
        .map(<[_]>::to_vec)
        .collect();
    own.dedup_by_key(|own| own[0].client.id);
    let clients = case.history.clients.len();
    if own.len() < clients || clients == 0 || waits < 2 {
        let (first, last) = (ordinal(retry), ordinal(last));
        let got = format!("Only {} of {clients} clients made the {first} to {last} retry in one outage.", own.len());
        return Err(too_few(case, &all, got));
    }
    Ok(own)
}

fn judge_fleet(all: &[Vec<Sample<'_>>], window: Millis) -> Judged {
    let frozen = all.iter().filter(|own| range(*own).is_some_and(|(low, high)| high - low <= window)).count();
    if frozen < all.len() {
        return Ok(format!("{frozen} of {} clients repeated their wait.", all.len()));
    }
    let own = &all[0];
    let waits: Vec<String> = own.iter().map(|sample| show(sample.length())).collect();
    let got = format!("Every client repeats its wait; client {} waited {}.", own[0].client.id, waits.join(", "));
    let evidence = own.iter().map(|sample| sample.evidence(format!("waits {} again", show(sample.length()))));
    let low = range(own).map_or(0, |(low, _)| low);
    let window = own[0].window((low, low.saturating_add(window)), format!("not all {} in here", own.len()));
    Err(Miss::new("frozen", got, evidence.collect()).expected(window))
}
