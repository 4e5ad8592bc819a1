//! T1: clients dropped together do not come back together.
//!
//! **Asserts** that in no round all clients of a fleet wait for the same time, within a window, before the retries that are judged.
//!
//! **Measures** each client's wait before that retry in that round. A round counts if every client made the retry: where the run ended before
//! the last did, nothing is concluded.
//!
//! **Tolerance**: none. Lateness spreads the waits, which helps; on the virtual clock waits are exact but for the rounding to whole
//! milliseconds.
//!
//! **Findings**: `no-draw`, all clients wait the same in every round, and the same over the rounds; `shared-draw`, all the same in every
//! round, but the rounds differ: every client draws the same numbers; `first-only`, in every round only the first of the judged retries is
//! in step; `sometimes`, it happens in other ways; `too-few`, no round in which every client made the retry.
//!
//! **Window**: as wide as the window of the check, from the shortest wait of the first round on: they should not all be in there.
//!
//! **Chance of failing a correct client**, for a window of 0.1 b and 20 clients (M): if all waits are within a window, all others are within
//! it above the least, so the chance is at most M·q^(M−1), q the most that a window of that width can hold of one wait.
//!
//! - First retry: the densities are 1/b (full), 2/b (equal) and 1/(2b) (decorrelated), so q ≤ 0.2 and the chance is at most
//!   20·0.2¹⁹ = 1·10⁻¹² a round; with half a percent for the rounding 1.7·10⁻¹². Fifteen rounds: 2.5·10⁻¹¹.
//! - Third retry: the densities are 1/(4b), 1/(2b) and at most 0.16/b, and decorrelated jitter with a cap of 16 b also draws exactly the cap with
//!   0.03. So q ≤ 0.051, and the chance is below 10⁻²².
//!
//! **Power**: clients that do not draw, or draw the same, are in step always.

use super::{Sample, range, retries, samples, too_few};
use crate::check::{
    case::{Case, Judged, Miss, judgement},
    history::ordinal,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::Judgement,
};

/// How many rounds are shown at most.
const MOST_SHOWN: usize = 20;

pub(in crate::check) fn judge(case: &Case<'_>, retries_judged: &[u32], window: &Length) -> Judgement {
    let expected = format!(
        "In no round do all {} clients wait for the same time, within {}, before {}.",
        case.history.clients.len(),
        case.describe(window),
        retries(retries_judged),
    );
    judgement(expected, judge_fleet(case, retries_judged, case.ms(window)))
}

/// What one retry looks like over the rounds.
struct Steps<'a> {
    retry: u32,
    /// The rounds that every client was part of, with the shortest and the longest wait.
    rounds: Vec<(Vec<Sample<'a>>, (Millis, Millis))>,
}

impl<'a> Steps<'a> {
    fn of(case: &Case<'a>, retry: u32) -> Self {
        let mut rounds: Vec<Vec<Sample<'a>>> = Vec::new();
        for sample in samples(case.history, |n| n == retry) {
            if rounds.len() <= sample.round {
                rounds.resize_with(sample.round + 1, Vec::new);
            }
            rounds[sample.round].push(sample);
        }
        let complete = rounds.into_iter().filter(|round| round.len() == case.history.clients.len());
        Self { retry, rounds: complete.filter_map(|round| range(&round).map(|range| (round, range))).collect() }
    }

    fn in_step(&self, window: Millis) -> impl Iterator<Item = &(Vec<Sample<'a>>, (Millis, Millis))> {
        self.rounds.iter().filter(move |(_, (low, high))| high - low <= window)
    }

    fn always_in_step(&self, window: Millis) -> bool {
        self.in_step(window).count() == self.rounds.len()
    }

    /// Whether the rounds do not differ from each other either.
    fn is_constant(&self, window: Millis) -> bool {
        let low = self.rounds.iter().map(|(_, (low, _))| *low).min();
        let high = self.rounds.iter().map(|(_, (_, high))| *high).max();
        low.zip(high).is_some_and(|(low, high)| high - low <= window)
    }
}

fn judge_fleet(case: &Case<'_>, retries_judged: &[u32], window: Millis) -> Judged {
    let all: Vec<Steps<'_>> = retries_judged.iter().map(|retry| Steps::of(case, *retry)).collect();
    let clients = case.history.clients.len();
    if let Some(steps) = all.iter().find(|steps| steps.rounds.is_empty() || clients < 2) {
        let got =
            format!("There was no round in which all of {clients} clients made the {} retry.", ordinal(steps.retry));
        return Err(too_few(case, &samples(case.history, |retry| retry == steps.retry), got));
    }
    let Some((worst, (round, (low, high)))) =
        all.iter().find_map(|steps| steps.in_step(window).next().map(|first| (steps, first)))
    else {
        let closest = all.iter().flat_map(|steps| &steps.rounds).map(|(_, (low, high))| high - low).min();
        return Ok(format!("The closest were {} apart.", show(closest.unwrap_or_default())));
    };
    let waited = if low == high { show(*low) } else { format!("from {} to {}", show(*low), show(*high)) };
    let got = format!(
        "In {} of {} rounds all {clients} clients were in step before the {} retry: in round {} they all waited {waited}.",
        worst.in_step(window).count(),
        worst.rounds.len(),
        ordinal(worst.retry),
        round[0].round + 1,
    );
    let shown = all.iter().flat_map(|steps| steps.in_step(window).map(move |round| (steps.retry, round)));
    let evidence = shown.take(MOST_SHOWN).map(|(retry, (round, (low, high)))| {
        let how = if low == high { "together".to_owned() } else { format!("within {}", show(high - low)) };
        round[0].evidence(format!("{clients} clients make the {} retry {how}", ordinal(retry)))
    });
    let expected = round[0].window((*low, low.saturating_add(window)), format!("more than {} apart", show(window)));
    Err(Miss::new(finding(&all, window), got, evidence.collect()).expected(expected))
}

fn finding(all: &[Steps<'_>], window: Millis) -> &'static str {
    let first = all.iter().map(|steps| steps.retry).min();
    let others_free = all.len() > 1
        && all.iter().all(|steps| (Some(steps.retry) == first) == (steps.in_step(window).next().is_some()))
        && all.iter().filter(|steps| Some(steps.retry) == first).all(|steps| steps.always_in_step(window));
    match all {
        _ if others_free => "first-only",
        _ if !all.iter().all(|steps| steps.always_in_step(window)) => "sometimes",
        _ if all.iter().all(|steps| steps.is_constant(window)) => "no-draw",
        _ => "shared-draw",
    }
}
