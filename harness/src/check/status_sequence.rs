//! The order of the statuses.
//!
//! **Asserts** that the statuses a client reports, equal ones in a row taken as one, match a regular expression over their names from the
//! first to the last.
//!
//! **Measures** no time; there is no tolerance. `Retrying` reports that follow each other are one, whatever they say about the attempt.
//!
//! **Findings**: `other-order`, a status cannot stand where it does; `cut-short`, the reports end before the expression can.
//!
//! **Chance of failing a correct client**: none; an expression that a correct client's chance can break is the spec's mistake.

use super::{
    case::{Case, Judged, Miss, capital, judgement, moment},
    history::Client,
    sequence::{Match, Sequence},
};
use crate::{
    scenario::StatusKind,
    verdict::{Judgement, Lane, Outcome},
};

/// How many of the reports before a miss are quoted.
const QUOTED: usize = 4;

pub(super) fn judge(case: &Case<'_>, pattern: &str) -> Judgement {
    let expected = format!("The statuses follow `{pattern}`.");
    match Sequence::parse(pattern) {
        Ok(sequence) => case.each_client(expected, |client| judge_client(client, &sequence, case.history.end)),
        // A spec is parsed before it is played, so this is no student's fault.
        Err(error) => Judgement { outcome: Outcome::Inconclusive, ..judgement(expected, Ok(capital(&error) + ".")) },
    }
}

fn judge_client(client: &Client<'_>, sequence: &Sequence, end: u64) -> Judged {
    let told = &client.statuses;
    match sequence.follow(told.iter().map(|(_, kind)| *kind)) {
        Match::Whole => Ok(format!("They do, with {} changes.", told.len())),
        Match::CutShort(next) => {
            let got = format!("They end with {}, where {} should follow.", quote(client, told.len()), names(&next));
            Err(Miss::new("cut-short", got, vec![moment(client, end, Lane::Status, format!("no {}", names(&next)))]))
        }
        Match::Leaves(index, allowed) => {
            let (at, kind) = told[index];
            let got = match allowed.as_slice() {
                [] => format!("`{}` follows {}, where they should have ended.", kind.name(), quote(client, index)),
                _ => {
                    format!("`{}` follows {}, where {} should.", kind.name(), quote(client, index), names(&allowed))
                }
            };
            Err(Miss::new("other-order", got, vec![moment(client, at, Lane::Status, kind.name())]))
        }
    }
}

/// The reports just before that of `index`.
fn quote(client: &Client<'_>, index: usize) -> String {
    if index == 0 {
        return "nothing".to_owned();
    }
    let from = index.saturating_sub(QUOTED);
    let names: Vec<&str> = client.statuses[from..index].iter().map(|(_, kind)| kind.name()).collect();
    format!("`{}{}`", if from > 0 { "… " } else { "" }, names.join(" "))
}

fn names(kinds: &[StatusKind]) -> String {
    kinds.iter().map(|kind| format!("`{}`", kind.name())).collect::<Vec<_>>().join(" or ")
}
