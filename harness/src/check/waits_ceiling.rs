//! A stable connection starts the backoff again from the base.
//!
//! **Asserts** that after each loss of a connection that had been up long enough, the n-th wait is at most `first × factor^(n−1)`, for so
//! many waits, and that there were so many such losses.
//!
//! **Measures** how long a connection was up from when the client could see the server's answer to when it could first see the loss;
//! the waits in their shorter reading, a wait in which the run ended included. A loss that the client brought about itself does not count.
//!
//! **Tolerance**: 50 ms of the spec for each wait and for the time up, and never less than the run's slack.
//!
//! **Findings**: `too-long`, a wait is above its ceiling; `too-few`, there were fewer such losses.
//!
//! **Window**: the ceiling, from where the wait that is above it began.
//!
//! **Chance of failing a correct client**: none with `first` = 3 b and `factor` = 3. Decorrelated jitter draws the n-th wait below three
//! times the one before, beginning with b, so below 3ⁿ b; full and equal jitter draw it below 2ⁿ⁻¹ b.
//!
//! **Power**: after a long outage, full jitter that never starts again draws from ceilings of 16 b. One outage's waits then all keep to 3, 9
//! and 27 b with (3/16)·(9/16) = 0.105; the second outage, whose ceilings are still 8, 16 and 16 b, with 0.211; five outages together
//! with 2.6·10⁻⁵. Equal jitter never waits less than 4 b then.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, lasting, moment, stretch},
    history::{Client, Loss},
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::{Evidence, Judgement, Lane},
};

/// How many ceilings are named.
const MOST_NAMED: u32 = 5;

/// What is asserted: the fields of [`Expect::WaitsCeiling`](crate::scenario::Expect::WaitsCeiling).
pub(super) struct Ceiling<'a> {
    pub after_up: &'a Length,
    pub first: &'a Length,
    pub factor: f64,
    pub retries: u32,
    pub times: u32,
}

pub(super) fn judge(case: &Case<'_>, ceiling: &Ceiling<'_>) -> Judgement {
    let further = (2..=ceiling.retries.min(MOST_NAMED))
        .map(|retry| format!(", wait {retry} at most {}", show(allowed(case, ceiling, retry))))
        .collect::<String>();
    let expected = format!(
        "After a loss of a connection that was up for {} or longer, wait 1 is at most {}{further}. There {} at least {} such {}.",
        case.describe(ceiling.after_up),
        case.describe(ceiling.first),
        if ceiling.times == 1 { "is" } else { "are" },
        ceiling.times,
        if ceiling.times == 1 { "loss" } else { "losses" },
    );
    case.each_client(expected, |client| judge_client(case, client, ceiling))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, ceiling: &Ceiling<'_>) -> Judged {
    let long_enough = case.ms(ceiling.after_up).saturating_sub(case.tolerance());
    let is_stable = |loss: &Loss| loss.is_suffered() && loss.up >= long_enough;
    let stable = client.losses.iter().filter(|loss| is_stable(loss)).count() as u64;
    let mut highest: Millis = 0;
    for wait in &client.waits {
        let Some(loss) = wait.loss.map(|index| &client.losses[index]).filter(|loss| is_stable(loss)) else { continue };
        if wait.retry > ceiling.retries {
            continue;
        }
        let allowed = allowed(case, ceiling, wait.retry);
        if wait.shortest > allowed + case.tolerance() {
            let label = format!("wait {}: {}, at most {}", wait.retry, show(wait.shortest), show(allowed));
            let got = format!(
                "Wait {} after the loss at {} was {}, longer than {}; the connection had been up for {}.",
                wait.retry,
                show(loss.at),
                show(wait.shortest),
                show(allowed),
                show(loss.up),
            );
            let evidence = vec![stretch(client, wait.from, wait.to(), Lane::Tries, label)];
            let window = ceiling_from(client, wait.to() - wait.shortest, wait.retry, allowed);
            return Err(Miss::new("too-long", got, evidence).expected(window));
        }
        highest = highest.max(wait.shortest);
    }
    judge_pending(case, client, ceiling, is_stable)?;
    if stable < u64::from(ceiling.times) {
        let got = format!("Only {} of a connection that was up that long came.", losses(stable));
        return Err(Miss::new(
            TOO_FEW,
            got,
            vec![moment(client, case.history.end, Lane::Connection, "too few losses")],
        ));
    }
    Ok(format!("After {} the longest of these waits was {}.", losses(stable), show(highest)))
}

/// The wait in which the run ended can already be too long.
fn judge_pending(
    case: &Case<'_>,
    client: &Client<'_>,
    ceiling: &Ceiling<'_>,
    is_stable: impl Fn(&Loss) -> bool,
) -> Result<(), Miss> {
    let (Some(pending), Some(loss)) = (client.pending, client.losses.last()) else { return Ok(()) };
    let last = client.losses.len() - 1;
    let retry = 1 + client.waits.iter().rev().take_while(|wait| wait.loss == Some(last)).count() as u32;
    let lasted = pending.to - pending.settled;
    let allowed = allowed(case, ceiling, retry);
    if !is_stable(loss) || retry > ceiling.retries || lasted <= allowed + case.tolerance() {
        return Ok(());
    }
    let got = format!("Wait {retry} after the loss at {} had not ended after {}.", show(loss.at), show(lasted));
    let evidence = vec![stretch(client, pending.settled, pending.to, Lane::Tries, format!("waits {}", show(lasted)))];
    Err(Miss::new("too-long", got, evidence).expected(ceiling_from(client, pending.settled, retry, allowed)))
}

/// Where the wait before that retry was expected to end.
fn ceiling_from(client: &Client<'_>, from: Millis, retry: u32, allowed: Millis) -> Evidence {
    lasting(client, from, allowed, Lane::Tries, format!("wait {retry} at most {}", show(allowed)))
}

/// What the wait before that retry may be.
fn allowed(case: &Case<'_>, ceiling: &Ceiling<'_>, retry: u32) -> Millis {
    let factor = ceiling.factor.powi(retry.saturating_sub(1).try_into().unwrap_or(i32::MAX));
    (case.ms(ceiling.first) as f64 * factor).round() as Millis
}

fn losses(n: u64) -> String {
    format!("{n} {}", if n == 1 { "loss" } else { "losses" })
}
