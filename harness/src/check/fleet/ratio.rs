//! T2: jitter covers a good part of the wait.
//!
//! **Asserts** that of all clients' waits before a retry, over all rounds, less than a share is within a ratio of each other: whatever x,
//! between x and `ratio`·x. Each of the retries is judged by itself.
//!
//! **Measures** each wait by itself, whatever the round.
//!
//! **Tolerance**: none; the share leaves room for outliers on both sides.
//!
//! **Findings**: `narrow`, too many waits are within the ratio; `too-few`, there are fewer waits than the check asks for.
//!
//! **Window**: the ratio, from the shortest of these waits on, behind the beginning of the first of them.
//!
//! **Chance of failing a correct client**, for the ratio 1.5, the share 0.9 and N = 300 waits: if it fails, some wait x has at least
//! ⌈0.9 N⌉ − 1 = 269 of the 299 others within [x, 1.5x], each with at most p, the most that such an interval can hold. So the chance is at
//! most N·P(Bin(299, p) ≥ 269).
//!
//! - Full jitter: the interval ending at the ceiling holds 1/3: 10⁻⁹⁰.
//! - Equal jitter: the interval from ⅔ of the ceiling to the ceiling holds 2/3: 10⁻¹⁸. Rounded to whole milliseconds at a base delay of 400 ms or
//!   more, 0.672: 6·10⁻¹⁸. With waits that are off by 5 % of the base delay, 0.70: 3·10⁻¹⁴.
//! - Decorrelated jitter: uniform on [b, 3b] at first, [2b, 3b] holds 1/2: 5·10⁻⁴⁷. Before the third retry at most 0.2 (the distribution
//!   computed step by step, cap 16 b): 10⁻¹⁴⁹.
//!
//! **Power**: a jitter of ±x is within the ratio always if (1 + x)/(1 − x) ≤ 1.5, that is x ≤ 20 %, even with a tenth of outliers. Equal jitter is
//! ±33 % around its mean, so a stricter ratio would not be safe; between 20 and 33 % nothing is promised. Tests that compare
//! with one distribution (Kolmogorov–Smirnov, chi-square) are no use: three are right.

use super::{Crowd, Sample, retries, samples, too_few};
use crate::check::{
    case::{Case, Judged, Miss, judgement},
    history::ordinal,
};
use crate::{
    time::{Millis, show},
    verdict::Judgement,
};

pub(in crate::check) fn judge(
    case: &Case<'_>,
    retries_judged: &[u32],
    ratio: f64,
    share: f64,
    needed: u32,
) -> Judgement {
    let expected = format!(
        "Of the waits before {} ({needed} or more of each), less than {:.0} % are within a factor of {ratio} of each other.",
        retries(retries_judged),
        100.0 * share,
    );
    judgement(expected, judge_fleet(case, retries_judged, ratio, share, needed as usize))
}

fn judge_fleet(case: &Case<'_>, retries_judged: &[u32], ratio: f64, share: f64, needed: usize) -> Judged {
    let mut measured = Vec::new();
    for retry in retries_judged {
        let waits = samples(case.history, |n| n == *retry);
        if waits.len() < needed.max(1) {
            let got = format!("There were only {} waits before the {} retry.", waits.len(), ordinal(*retry));
            return Err(too_few(case, &waits, got));
        }
        let mut lengths: Vec<Millis> = waits.iter().map(Sample::length).collect();
        lengths.sort_unstable();
        let close = densest(&lengths, ratio);
        let crowd = Crowd { inside: close.len(), all: lengths.len() };
        let (low, high) = (close[0], close[close.len() - 1]);
        let got = format!(
            "{} before the {} retry are between {} and {}.",
            crowd.words(),
            ordinal(*retry),
            show(low),
            show(high)
        );
        if crowd.is_too_dense(share) {
            return Err(narrow(got, &waits, (low, high), (ratio, share)));
        }
        measured.push(got);
    }
    Ok(measured.join(" "))
}

/// Where sorted waits are densest: as many as possible that are within the ratio of the first of them.
fn densest(waits: &[Millis], ratio: f64) -> &[Millis] {
    let (mut best, mut next) = (0..0, 0);
    for (first, wait) in waits.iter().enumerate() {
        let limit = (ratio * *wait as f64).floor() as Millis;
        while waits.get(next).is_some_and(|wait| *wait <= limit) {
            next += 1;
        }
        if next - first > best.len() {
            best = first..next;
        }
    }
    &waits[best]
}

/// Too many waits are between `low` and `high`; the first in time of them is the miss.
fn narrow(got: String, waits: &[Sample<'_>], (low, high): (Millis, Millis), (ratio, share): (f64, f64)) -> Miss {
    let close = waits.iter().filter(|sample| (low..=high).contains(&sample.length()));
    let label = format!("{} waits between {} and {}", close.clone().count(), show(low), show(high));
    let first = close.min_by_key(|sample| (sample.wait.from, sample.client.id));
    let expected = format!("less than {:.0} % in here, a factor of {ratio}", 100.0 * share);
    let widest = (ratio * low as f64).floor() as Millis;
    let window = first.map(|sample| sample.window((low, widest), expected));
    let evidence = first.map(|sample| sample.evidence(label)).into_iter().collect();
    Miss { windows: window.into_iter().collect(), ..Miss::new("narrow", got, evidence) }
}
