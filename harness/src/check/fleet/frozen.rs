//! T4: each wait is a fresh draw.
//!
//! **Asserts** that not every client of a fleet repeats its own wait, within a window, before one retry over its first rounds.
//!
//! **Measures** each client against itself.
//!
//! **Tolerance**: none. One client that draws anew is enough.
//!
//! **Findings**: `frozen`, every client repeats its wait; `too-few`, a client made the retry in fewer rounds.
//!
//! **Chance of failing a correct client**, for a window of 0.1 b, four rounds and 20 clients: four waits are within the window if three are within it
//! above the least, with at most 4·q³, q the most that the window can hold of one wait; all clients with (4·q³)²⁰.
//!
//! - Third retry: q ≤ 0.051 (see [`super::together`]), so (5.3·10⁻⁴)²⁰ = 10⁻⁶⁵.
//! - First retry: q ≤ 0.2, so 0.032²⁰ = 10⁻³⁰.
//!
//! **Power**: a factor drawn once for the life of a client gives the same wait each time, always. Judge a later retry than the first: a client
//! whose first retry is exact, and later ones are drawn, has another fault.

use super::{Sample, range, samples, too_few};
use crate::check::{
    case::{Case, Judged, Miss, judgement},
    history::ordinal,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::Judgement,
};

pub(in crate::check) fn judge(case: &Case<'_>, retry: u32, rounds: u32, window: &Length) -> Judgement {
    let expected = format!(
        "Over {rounds} rounds the clients' waits before the {} retry change: not every client repeats its own within {}.",
        ordinal(retry),
        case.describe(window),
    );
    judgement(expected, judge_fleet(case, retry, rounds.max(1) as usize, case.ms(window)))
}

fn judge_fleet(case: &Case<'_>, retry: u32, rounds: usize, window: Millis) -> Judged {
    let all = samples(case.history, |n| n == retry);
    let clients = case.history.clients.len();
    let mut firsts: Vec<&[Sample<'_>]> = all.chunk_by(|one, other| one.client.id == other.client.id).collect();
    firsts.retain(|own| own.len() >= rounds);
    if firsts.len() < clients || clients == 0 || rounds < 2 {
        let got =
            format!("Only {} of {clients} clients made the {} retry in {rounds} rounds.", firsts.len(), ordinal(retry));
        return Err(too_few(case, &all, got));
    }
    let repeats = |own: &&&[Sample<'_>]| range(&own[..rounds]).is_some_and(|(low, high)| high - low <= window);
    let frozen = firsts.iter().filter(repeats).count();
    if frozen < clients {
        return Ok(format!("{frozen} of {clients} clients repeated their wait."));
    }
    let own = &firsts[0][..rounds];
    let waits: Vec<String> = own.iter().map(|sample| show(sample.length())).collect();
    let got = format!("Every client repeats its wait; client {} waited {}.", own[0].client.id, waits.join(", "));
    let evidence = own.iter().map(|sample| sample.evidence(format!("waits {} again", show(sample.length()))));
    Err(Miss::new("frozen", got, evidence.collect()))
}
