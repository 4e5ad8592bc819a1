//! How many attempts there are.
//!
//! **Asserts** that a client makes exactly, at least or at most so many attempts, from a moment on or from the start, for some time or
//! until the run is over.
//!
//! **Measures** the starts of attempts; one that starts at the very moment counts, unless it is the moment.
//!
//! **Tolerance**: where the window has an end, it ends 50 ms of the spec earlier for "too many" and later for "too few" (never less than the
//! run's slack). Without an end nothing is measured, only counted.
//!
//! **Findings**: `too-many`, `too-few`; `not-begun`, the moment never came.
//!
//! **Window**, where a moment or a time is named: the time in which attempts are counted.
//!
//! **Chance of failing a correct client**: none by itself; a scenario whose window a correct client's waits may overrun is the spec's
//! mistake.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, count, moment, stretch},
    history::{Client, Occurrence, describe_moment},
};
use crate::{
    scenario::{Length, Moment, Quantity},
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(
    case: &Case<'_>,
    after: Option<&Moment>,
    within: Option<&Length>,
    quantity: &Quantity,
) -> Judgement {
    let bounds = Bounds::of(case, quantity);
    let from = after.map_or_else(String::new, |after| format!(" after {}", describe_moment(after, case.values)));
    let time = within.map_or_else(String::new, |within| format!(" within {}", case.describe(within)));
    let expected = format!("The client makes {}{time}{from}.", bounds.words("attempt"));
    case.each_client(expected, |client| judge_client(case, client, after, within, &bounds))
}

/// The least and the most.
pub(super) struct Bounds {
    pub least: u64,
    pub most: u64,
}

impl Bounds {
    pub(super) fn of(case: &Case<'_>, quantity: &Quantity) -> Self {
        match quantity {
            Quantity::Exactly(n) => Self { least: case.values.count(n), most: case.values.count(n) },
            Quantity::AtLeast(n) => Self { least: case.values.count(n), most: u64::MAX },
            Quantity::AtMost(n) => Self { least: 0, most: case.values.count(n) },
        }
    }

    /// Them in words, of what `noun` names.
    pub(super) fn words(&self, noun: &str) -> String {
        match (self.least, self.most) {
            (_, 0) => format!("no {noun}"),
            (least, most) if least == most => format!("exactly {}", count(least, noun)),
            (least, u64::MAX) => format!("at least {}", count(least, noun)),
            (_, most) => format!("at most {}", count(most, noun)),
        }
    }
}

fn judge_client(
    case: &Case<'_>,
    client: &Client<'_>,
    after: Option<&Moment>,
    within: Option<&Length>,
    bounds: &Bounds,
) -> Judged {
    let begin = match after {
        None => Occurrence { at: 0, nth: 0 },
        Some(after) => match client.named(after, case.values, case.history.end).first() {
            Some(begin) => *begin,
            None => return Err(Miss::not_begun(client, case.history.end, &describe_moment(after, case.values))),
        },
    };
    // An attempt that is itself the moment is the `nth` one, and those before it are over.
    let skipped = match after {
        Some(Moment::Attempt(_)) => begin.nth as usize,
        _ => client.connections.partition_point(|connection| connection.start < begin.at),
    };
    let starts: Vec<Millis> = client.connections[skipped..].iter().map(|connection| connection.start).collect();
    let until = within.map(|within| begin.at.saturating_add(case.ms(within)));
    let (sure, possible) = match until {
        None => (starts.len(), starts.len()),
        Some(until) => (
            starts.partition_point(|start| start + case.tolerance() <= until),
            starts.partition_point(|start| *start <= until + case.tolerance()),
        ),
    };
    let counted = |miss: Miss| {
        let label = match within {
            Some(within) => format!("{} within {}", bounds.words("attempt"), show(case.ms(within))),
            None => format!("{} from here on", bounds.words("attempt")),
        };
        let to = until.unwrap_or(case.history.end);
        let window = stretch(client, begin.at, to, Lane::Tries, label);
        if after.is_some() || within.is_some() { miss.expected(window) } else { miss }
    };
    if sure as u64 > bounds.most {
        let first = starts[usize::try_from(bounds.most).unwrap_or(usize::MAX)];
        let evidence = vec![moment(client, first, Lane::Tries, format!("attempt {}", bounds.most + 1))];
        return Err(counted(Miss::new("too-many", format!("It made {}.", count(sure as u64, "attempt")), evidence)));
    }
    if (possible as u64) < bounds.least {
        let at = starts.get(possible).copied().unwrap_or(case.history.end);
        let label = format!("only {}", count(possible as u64, "attempt"));
        let evidence = vec![stretch(client, begin.at.min(at), at, Lane::Tries, label)];
        return Err(counted(Miss::new(TOO_FEW, format!("It made {}.", count(possible as u64, "attempt")), evidence)));
    }
    Ok(format!("It made {}.", count(possible as u64, "attempt")))
}
