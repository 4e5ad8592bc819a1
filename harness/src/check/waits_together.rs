//! T7: there are waits at all.
//!
//! **Asserts** that waits in a row add up to at least a length: the first so many of a client, or any so many in a row.
//!
//! **Measures** each wait from the first sign of the loss or failure before it to the start of the next attempt (the longer reading),
//! network time left out. It never looks at one wait alone: full jitter may draw next to nothing.
//!
//! **Tolerance**: none on the virtual clock, where a timer never fires early; on the wall clock the run's slack, once for the sum.
//!
//! **Findings**: `too-short`, the sum is smaller; `too-few`, there are not so many waits.
//!
//! **Window**: the length, from where the first of these waits began.
//!
//! **Chance of failing a correct client**, for ten waits and the base delay b, with a cap of c = 16 b:
//!
//! - Equal jitter waits at least half of each ceiling: the first two waits alone are ½ b + b. Decorrelated jitter waits at least b each
//!   time. Neither can fail.
//! - Full jitter waits eₖ·Uₖ with ceilings e = 1, 2, 4, 8, 16, 16, … (in b) and independent uniform Uₖ. The sum of ten is below 1 only
//!   inside the simplex Σ eₖ·uₖ < 1, whose volume is 1/(10!·Πeₖ) = 1/(3 628 800 · 64 · 16⁶) = 2.6·10⁻¹⁶.
//! - *Any ten in a row* of eighty: the j-th window has ceilings larger by the factor 16 each time one of the small ones leaves, so the sum
//!   over all windows is 2.9·10⁻¹⁶.
//!
//! A smaller cap makes the product smaller and the chance larger; at c = 4 b it is 2·10⁻¹² for the first ten and 2·10⁻¹¹ for any ten.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, count, lasting, moment, stretch},
    history::Client,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, waits: u32, anywhere: bool, at_least: &Length) -> Judgement {
    let which = if anywhere { "Any" } else { "The first" };
    let expected = format!("{which} {waits} waits in a row add up to at least {}.", case.describe(at_least));
    case.each_client(expected, |client| {
        judge_client(client, waits as usize, anywhere, case.ms(at_least), case.header.slack, case.history.end)
    })
}

fn judge_client(
    client: &Client<'_>,
    needed: usize,
    anywhere: bool,
    at_least: Millis,
    slack: Millis,
    end: Millis,
) -> Judged {
    let waits = &client.waits;
    if waits.len() < needed || needed == 0 {
        let got = format!("There were only {}.", count(waits.len() as u64, "wait"));
        return Err(Miss::new(TOO_FEW, got, vec![moment(client, end, Lane::Tries, "too few waits")]));
    }
    let mut sum: Millis = waits[..needed].iter().map(|wait| wait.longest).sum();
    let mut shortest = sum;
    for next in needed..=waits.len() {
        shortest = shortest.min(sum);
        if sum + slack < at_least {
            return Err(too_short(client, next - needed, next, sum, at_least));
        }
        if !anywhere || next == waits.len() {
            break;
        }
        sum = sum + waits[next].longest - waits[next - needed].longest;
    }
    Ok(if anywhere {
        format!("The shortest such row comes to {}.", show(shortest))
    } else {
        format!("They come to {}.", show(sum))
    })
}

/// The waits from `first` up to but without `next` come to `sum`, which is less than `at_least`.
fn too_short(client: &Client<'_>, first: usize, next: usize, sum: Millis, at_least: Millis) -> Miss {
    let waits = &client.waits[first..next];
    let got = if first == 0 {
        format!("They come to {}.", show(sum))
    } else {
        format!("The waits {} to {} come to {}.", first + 1, next, show(sum))
    };
    let label = format!("{} waits, {} in all", waits.len(), show(sum));
    let expected = format!("{} waits take {} or more", waits.len(), show(at_least));
    let evidence = vec![stretch(client, waits[0].from, waits[waits.len() - 1].to(), Lane::Tries, label)];
    Miss::new("too-short", got, evidence).expected(lasting(client, waits[0].from, at_least, Lane::Tries, expected))
}
