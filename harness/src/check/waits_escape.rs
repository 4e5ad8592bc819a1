//! T6: waits grow.
//!
//! **Asserts** that among a client's first so many waits one is longer than a length. The first is enough.
//!
//! **Measures** each wait in its longer reading; a wait in which the run ended counts with what there was of it.
//!
//! **Tolerance**: none is needed, lateness only helps.
//!
//! **Findings**: `never-longer`, as many waits and none is longer; `too-few`, the waits ended before one was longer.
//!
//! **Window**: the length, from where the longest wait began.
//!
//! **Chance of failing a correct client**, for 33 waits and three times the base delay b, with a cap of 16 b, whether the server refuses
//! or accepts and drops at once:
//!
//! - Equal jitter: the fourth wait is at least 4 b. It cannot fail.
//! - Full jitter: the ceilings are 1, 2, 4, 8, 16, 16, … (in b), so every wait stays at or below 3 with ¾·⅜·(3/16)²⁹ = 2·10⁻²².
//! - Decorrelated jitter: the first wait is uniform on [1, 3]. As long as a wait x is within [1, 3], the next is uniform on [1, 3x], so it
//!   stays within [1, 3] with 2/(3x − 1), and given that it does it is uniform on [1, 3] again. Each further step therefore stays with
//!   ∫₁³ ½ · 2/(3x − 1) dx = (ln 4)/3 = 0.462, and all 32 further steps with 0.462³² = 1.9·10⁻¹¹.
//!
//! **Power**: a client whose ceiling never leaves its first step waits at most 3 b under any of the three policies, so it fails always.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, count, lasting, moment, stretch},
    history::Client,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, over: &Length, within: u32) -> Judgement {
    let expected = format!("One of the first {within} waits is longer than {}.", case.describe(over));
    case.each_client(expected, |client| judge_client(client, case.ms(over), within as usize, case.history.end))
}

fn judge_client(client: &Client<'_>, over: Millis, within: usize, end: Millis) -> Judged {
    let waits = &client.waits[..within.min(client.waits.len())];
    if let Some(index) = waits.iter().position(|wait| wait.longest > over) {
        return Ok(format!("Wait {} was {}.", index + 1, show(waits[index].longest)));
    }
    let pending = client.pending.filter(|pending| waits.len() < within && pending.to - pending.from > over);
    if let Some(pending) = pending {
        return Ok(format!("Wait {} had lasted {}.", waits.len() + 1, show(pending.to - pending.from)));
    }
    let Some(longest) = waits.iter().max_by_key(|wait| wait.longest) else {
        let evidence = vec![moment(client, end, Lane::Tries, "no wait")];
        return Err(Miss::new(TOO_FEW, "There was no wait at all.", evidence));
    };
    let label = format!("the longest: {}", show(longest.longest));
    let evidence = vec![stretch(client, longest.from, longest.to(), Lane::Tries, label)];
    let window = lasting(client, longest.from, over, Lane::Tries, format!("one is longer than {}", show(over)));
    if waits.len() < within {
        let number = count(waits.len() as u64, "wait");
        let got = format!("There were only {number}, the longest {}.", show(longest.longest));
        return Err(Miss::new(TOO_FEW, got, evidence).expected(window));
    }
    let got = format!("The longest of them was {}.", show(longest.longest));
    Err(Miss::new("never-longer", got, evidence).expected(window))
}
