//! T5: the budget of a retry storm.
//!
//! **Asserts** that within a time of the first loss a client makes at most so many attempts.
//!
//! **Measures** the starts of attempts from the moment at which the client could first see the loss. Network time is inside the window: it
//! can only make the attempts fewer.
//!
//! **Tolerance**: the window ends 50 ms of the spec earlier, and never less than the run's slack.
//!
//! **Findings**: `too-many`; `not-begun`, no connection was lost.
//!
//! **Window**: the time, from the loss on.
//!
//! **Chance of failing a correct client**, for at most 27 attempts within 40 b, the server refusing, with a cap of 16 b:
//!
//! - Equal jitter: the least that eight waits can be together is ½ + 1 + 2 + 4 + 8·4 = 39.5 b, so there are at most eight. It cannot fail.
//! - Full jitter: 28 retries need Σ eₖ·Uₖ < 40 over the ceilings 1, 2, 4, 8, 16, 16, … (in b). The simplex gives at most
//!   40²⁸/(28!·Πeₖ) = 5·10⁻¹⁶.
//! - Decorrelated jitter: by Markov's inequality P(S < 40) ≤ e^(40 s)·E[e^(−s S)] for every s > 0, S the sum of 28 waits. With
//!   f₀ = 1 and fₙ(x) = E[e^(−s Y)·fₙ₋₁(Y)], Y = min(16, uniform on [1, 3x]), E[e^(−s S)] = f₂₈(1); the best s gives 2·10⁻¹².
//!
//! **Power**: a fixed wait of b makes 36 to 40 attempts in that time. (More than 40 is impossible for decorrelated jitter, but a line there
//! would catch nothing.)

use super::{
    case::{Case, Judged, Miss, count, lasting, moment},
    history::Client,
};
use crate::{
    scenario::{Count, Length},
    time::show,
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, within: &Length, at_most: &Count) -> Judgement {
    let most = case.values.count(at_most);
    let expected =
        format!("Within {} of the first loss there are at most {}.", case.describe(within), count(most, "attempt"));
    case.each_client(expected, |client| judge_client(case, client, within, most))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, within: &Length, most: u64) -> Judged {
    let Some(loss) = client.losses.iter().find(|loss| loss.is_suffered()) else {
        return Err(Miss::not_begun(client, case.history.end, "the first loss"));
    };
    let until = loss.at.saturating_add(case.ms(within));
    let attempts = &client.connections[client.connections.partition_point(|connection| connection.start < loss.at)..];
    let inside = attempts.partition_point(|connection| connection.start + case.tolerance() <= until) as u64;
    if inside <= most {
        return Ok(format!("There were {}.", count(inside, "attempt")));
    }
    let first = attempts[most as usize].start;
    let evidence = vec![moment(client, first, Lane::Tries, format!("attempt {}", most + 1))];
    let label = format!("at most {} within {}", count(most, "attempt"), show(case.ms(within)));
    let window = lasting(client, loss.at, case.ms(within), Lane::Tries, label);
    Err(Miss::new("too-many", format!("There were {}.", count(inside, "attempt")), evidence).expected(window))
}
