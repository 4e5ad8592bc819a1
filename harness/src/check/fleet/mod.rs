//! The waits of a fleet: many copies of the client, dropped together again and again.
//!
//! A *round* is what follows one loss: the n-th loss of each client is the n-th round, whenever it comes. A loss that a client brought
//! about itself is no round. Waits are in their shorter reading, network time left out.
//!
//! The *window* of a miss is on the clock of the wait that is shown: as far behind its beginning as the lengths that it is about, so it can
//! be laid over the arrivals of that round and, from there, over the lengths of all waits.
//!
//! Independent draws between clients and between rounds are assumed: what the exercise asks for.

pub(super) mod at_cap;
pub(super) mod frozen;
pub(super) mod ratio;
pub(super) mod together;

use super::{
    case::{Case, Miss, TOO_FEW, stretch},
    history::{Client, History, Wait, ordinal},
};
use crate::{
    time::{Millis, show},
    verdict::{Evidence, Lane},
};

/// One wait of one client of the fleet.
#[derive(Clone, Copy)]
struct Sample<'a> {
    client: &'a Client<'a>,
    /// The loss that it follows, from 0.
    round: usize,
    wait: Wait,
}

impl Sample<'_> {
    fn length(&self) -> Millis {
        self.wait.shortest
    }

    fn evidence(&self, label: String) -> Evidence {
        stretch(self.client, self.wait.from, self.wait.to(), Lane::Fleet, label)
    }

    /// Waits between two lengths, as if they had begun with this one.
    fn window(&self, (low, high): (Millis, Millis), label: String) -> Evidence {
        let from = self.wait.from;
        stretch(self.client, from.saturating_add(low), from.saturating_add(high), Lane::Fleet, label)
    }
}

/// The waits before those retries that `wanted` accepts, client by client, in the order of the rounds.
fn samples<'a>(history: &'a History<'a>, wanted: impl Fn(u32) -> bool) -> Vec<Sample<'a>> {
    let mut samples = Vec::new();
    for client in &history.clients {
        let (mut round, mut seen) = (0, 0);
        for wait in &client.waits {
            let Some(loss) = wait.loss else { continue };
            while seen <= loss {
                round += usize::from(client.losses[seen].is_suffered());
                seen += 1;
            }
            if wanted(wait.retry) && client.losses[loss].is_suffered() {
                samples.push(Sample { client, round: round - 1, wait: *wait });
            }
        }
    }
    samples
}

/// The shortest and the longest of some waits.
fn range<'a>(samples: impl IntoIterator<Item = &'a Sample<'a>>) -> Option<(Millis, Millis)> {
    samples.into_iter().map(Sample::length).fold(None, |range, length| match range {
        None => Some((length, length)),
        Some((low, high)) => Some((length.min(low), length.max(high))),
    })
}

/// There are fewer waits than the judgement needs.
fn too_few(case: &Case<'_>, samples: &[Sample<'_>], got: String) -> Miss {
    let evidence = match samples.last() {
        Some(last) => vec![last.evidence("the last such wait".to_owned())],
        None => Vec::new(),
    };
    Miss::new(TOO_FEW, format!("{got} At {} {}.", show(case.history.end), case.over()), evidence)
}

/// Where at least `share` of the waits are: most of them between two lengths.
struct Crowd {
    inside: usize,
    all: usize,
}

impl Crowd {
    fn is_too_dense(&self, share: f64) -> bool {
        self.inside as f64 >= share * self.all as f64 - 1e-9
    }

    fn words(&self) -> String {
        format!("{} of {} waits ({:.0} %)", self.inside, self.all, 100.0 * self.inside as f64 / self.all.max(1) as f64)
    }
}

/// `the 1st and 3rd retry`.
fn retries(retries: &[u32]) -> String {
    let names: Vec<String> = retries.iter().map(|retry| ordinal(*retry)).collect();
    format!("the {} retry", names.join(" and "))
}
