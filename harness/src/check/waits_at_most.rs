//! The cap: no wait is too long.
//!
//! **Asserts** that no wait of a client is longer than a length, jitter included.
//!
//! **Measures** each wait in its shorter reading: from when the loss or failure was settled, so that a finished close handshake is not
//! counted, to the start of the next attempt. A wait in which the run ended counts with what there was of it.
//!
//! **Tolerance**: 50 ms of the spec for each wait, and never less than the run's slack.
//!
//! **Findings**: `keeps-growing`, the longest wait is over twice the length, as without a cap; `jitter-above-cap`, it is between the
//! length and twice that, as when a random part is added to a wait that has been capped; `too-few`, there was no wait.
//!
//! **Window**: the length, from where the first wait that is too long began.
//!
//! **Chance of failing a correct client**: none. Full, equal and decorrelated jitter all draw at most the cap, and timers round up by
//! less than the tolerance.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, lasting, moment, stretch},
    history::Client,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, most: &Length) -> Judgement {
    let expected = format!("No wait is longer than {}.", case.describe(most));
    case.each_client(expected, |client| judge_client(client, case.ms(most), case.tolerance(), case.history.end))
}

/// A wait, as long as it can be shown to have lasted.
#[derive(Clone, Copy)]
struct Lasted {
    from: Millis,
    to: Millis,
    length: Millis,
}

fn judge_client(client: &Client<'_>, most: Millis, tolerance: Millis, end: Millis) -> Judged {
    let pending = client.pending.map(|pending| Lasted {
        from: pending.settled,
        to: pending.to,
        length: pending.to - pending.settled,
    });
    let ended = client.waits.iter().map(|wait| Lasted { from: wait.from, to: wait.to(), length: wait.shortest });
    let all: Vec<Lasted> = ended.chain(pending).collect();
    let Some(longest) = all.iter().max_by_key(|wait| wait.length) else {
        let evidence = vec![moment(client, end, Lane::Tries, "no wait")];
        return Err(Miss::new(TOO_FEW, "There was no wait at all.", evidence));
    };
    let got = format!("The longest wait was {}.", show(longest.length));
    if longest.length <= most + tolerance {
        return Ok(got);
    }
    let mark = |wait: &Lasted| stretch(client, wait.from, wait.to, Lane::Tries, format!("waits {}", show(wait.length)));
    let first = all.iter().find(|wait| wait.length > most + tolerance).unwrap_or(longest);
    let mut evidence = vec![mark(first)];
    if first.from != longest.from {
        evidence.push(mark(longest));
    }
    let finding = if longest.length > 2 * most + tolerance { "keeps-growing" } else { "jitter-above-cap" };
    let window = lasting(client, first.to - first.length, most, Lane::Tries, format!("at most {}", show(most)));
    Err(Miss::new(finding, got, evidence).expected(window))
}
