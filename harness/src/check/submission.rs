//! All checks of a challenge, over all runs of a submission.

use std::collections::BTreeMap;

use super::{history::History, judge_run};
use crate::{
    scenario::{Challenge, Check, Values},
    trace::{Clock, Trace},
    verdict::{CheckResult, Evidence, Judgement, Outcome},
};

/// Judges a submission by the traces of its runs, one for each scenario that was played: one result for each check, in the order of
/// the challenge.
///
/// A check is *not reached* if a check that it requires did not pass, if its scenario's run broke off, or if its scenario was not played. It is
/// *inconclusive* if the run, or a check that it requires, was. Else it passes or fails; where evidence never came, it fails. The
/// values of each run follow from the challenge and the header of its trace, so a trace that has been kept is judged as it was.
#[must_use]
pub fn judge<'a>(challenge: &Challenge, traces: impl IntoIterator<Item = &'a Trace>) -> Vec<CheckResult> {
    let runs: BTreeMap<&str, Run<'_>> = traces
        .into_iter()
        .filter_map(|trace| Some((trace.header.scenario.as_str(), Run::of(challenge, trace)?)))
        .collect();
    let mut outcomes: BTreeMap<&str, Outcome> = BTreeMap::new();
    let mut results = Vec::with_capacity(challenge.checks.len());
    for check in &challenge.checks {
        let judgement = judge_check(check, &runs, &outcomes);
        outcomes.insert(&check.id, judgement.outcome);
        results.push(result(check, judgement));
    }
    results
}

/// The place on the timeline that a report marks: where a check first fails.
#[must_use]
pub fn first_miss(result: &CheckResult) -> Option<&Evidence> {
    result.evidence.first().filter(|_| result.outcome == Outcome::Fail)
}

/// One run with all that its checks need.
struct Run<'a> {
    trace: &'a Trace,
    history: History<'a>,
    values: Values,
}

impl<'a> Run<'a> {
    fn of(challenge: &Challenge, trace: &'a Trace) -> Option<Self> {
        let speed = match trace.header.clock {
            Clock::Virtual => 1.0,
            Clock::Wall { speed } => speed,
        };
        let values = challenge.values(challenge.scenario(&trace.header.scenario)?, trace.header.seed, speed);
        Some(Self { trace, history: History::of(trace), values })
    }
}

fn judge_check(check: &Check, runs: &BTreeMap<&str, Run<'_>>, outcomes: &BTreeMap<&str, Outcome>) -> Judgement {
    let required = |wanted: fn(Outcome) -> bool| {
        check.requires.iter().find(|id| outcomes.get(id.as_str()).is_some_and(|outcome| wanted(*outcome)))
    };
    if let Some(id) = required(|outcome| matches!(outcome, Outcome::Fail | Outcome::NotReached)) {
        return unjudged(Outcome::NotReached, format!("It is judged only when `{id}` passes."));
    }
    if let Some(id) = required(|outcome| outcome == Outcome::Inconclusive) {
        return unjudged(
            Outcome::Inconclusive,
            format!("It is judged only when `{id}` passes, which could not be judged."),
        );
    }
    match runs.get(check.scenario.as_str()) {
        Some(run) => judge_run(&check.expect, run.trace, &run.history, &run.values),
        None => unjudged(Outcome::NotReached, format!("The scenario `{}` was not played.", check.scenario)),
    }
}

fn unjudged(outcome: Outcome, got: String) -> Judgement {
    Judgement { outcome, finding: None, expected: String::new(), got, evidence: Vec::new() }
}

fn result(check: &Check, judgement: Judgement) -> CheckResult {
    CheckResult {
        id: check.id.clone(),
        title: check.title.clone(),
        scenario: check.scenario.clone(),
        points: check.points,
        requires: check.requires.clone(),
        outcome: judgement.outcome,
        finding: judgement.finding.map(str::to_owned),
        expected: judgement.expected,
        got: judgement.got,
        why: check.why.clone(),
        read: check.read.clone(),
        hints: check.hints.clone(),
        evidence: judgement.evidence,
    }
}
