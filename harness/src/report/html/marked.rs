//! What is marked on a scenario's timeline: where checks were missed, and where they expected something.

use super::scene::{check_anchor, scene_anchor};
use crate::{
    time::Millis,
    trace::Trace,
    verdict::{CheckResult, Evidence, Lane, Outcome, Run, Verdict},
};

/// How many places of one check are marked.
pub(super) const MOST_PLACES: usize = 30;

/// A place that is marked.
#[derive(Debug, Clone)]
pub(super) struct Marked {
    /// Which check it belongs to, or what else it is.
    pub(super) name: String,
    /// Where its explanation is.
    pub(super) anchor: String,
    pub(super) kind: Mark,
    /// Where it is, within the run.
    pub(super) place: Evidence,
    /// Which one of its kind it is for its check, from 0.
    pub(super) number: usize,
}

/// Why it is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Where the client's process broke off.
    Broke,
    /// Where it went wrong first.
    Miss,
    /// Where else it went wrong.
    More,
    /// Where something was expected.
    Window,
    /// What a check that holds, or could not be judged, looked at.
    Seen,
}

impl Marked {
    /// All places of a scenario, in the order of the checks.
    pub(super) fn all(verdict: &Verdict, run: &Run, trace: Option<&Trace>, number: usize) -> Vec<Self> {
        let mut all = Vec::new();
        if run.broken {
            all.push(broke_off(run, number));
        }
        for (i, check) in verdict.checks.iter().enumerate().filter(|(_, check)| check.scenario == run.scenario) {
            all.extend(of(check, i));
        }
        if let Some(end) = trace.map(|trace| trace.end.at) {
            for marked in &mut all {
                let place = &mut marked.place;
                place.from = place.from.min(end);
                place.to = place.to.clamp(place.from, end);
            }
        }
        all
    }

    /// The same on another axis.
    pub(super) fn moved(&self, to: impl Fn(Millis) -> Millis) -> Self {
        let place = Evidence { from: to(self.place.from), to: to(self.place.to), ..self.place.clone() };
        Self { place, ..self.clone() }
    }

    /// Whether something went wrong there.
    pub(super) fn is_wrong(&self) -> bool {
        matches!(self.kind, Mark::Broke | Mark::Miss | Mark::More)
    }

    /// Whether it is the first thing to look at: of a check, or of the run.
    pub(super) fn is_first(&self) -> bool {
        matches!(self.kind, Mark::Broke | Mark::Miss)
    }
}

fn of(check: &CheckResult, i: usize) -> impl Iterator<Item = Marked> {
    let kind = move |number| match (check.outcome, number) {
        (Outcome::Fail, 0) => Mark::Miss,
        (Outcome::Fail, _) => Mark::More,
        _ => Mark::Seen,
    };
    let mark = move |number: usize, kind, place: &Evidence| Marked {
        name: check.id.clone(),
        anchor: check_anchor(check, i),
        kind,
        place: place.clone(),
        number,
    };
    let windows = check.windows.iter().filter(|_| check.outcome == Outcome::Fail);
    let windows = windows.take(MOST_PLACES).enumerate().map(move |(number, place)| mark(number, Mark::Window, place));
    check
        .evidence
        .iter()
        .take(MOST_PLACES)
        .enumerate()
        .map(move |(number, place)| mark(number, kind(number), place))
        .chain(windows)
}

fn broke_off(run: &Run, number: usize) -> Marked {
    let at = run.ended_ms;
    let place = Evidence { client: 0, from: at, to: at, lane: Lane::Status, label: run.ended.clone() };
    Marked { name: run.scenario.clone(), anchor: scene_anchor(run, number), kind: Mark::Broke, place, number: 0 }
}
