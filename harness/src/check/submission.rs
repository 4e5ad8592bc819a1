//! All checks of a challenge, over all runs of a submission.

use std::collections::BTreeMap;

use super::{
    case::judgement,
    history::History,
    judge_run,
    variants::{self, Variants},
};
use crate::{
    scenario::{CaseCheck, Cast, Challenge, Check, Scenario, Values},
    trace::{Clock, Trace},
    verdict::{CheckResult, Evidence, Judgement, Outcome},
};

/// Judges a submission by the traces of its runs, one for each scenario that was played: one result for each check, in the order of
/// the challenge.
///
/// A check is *not reached* if a check that it requires did not pass, if its scenario's run broke off, or if its scenario was not played. It is
/// *inconclusive* if the run, or a check that it requires, was. Else it passes or fails; where evidence never came, it fails. The
/// values of each run, and what each of its clients was played, follow from the challenge and the header of its trace, so a trace that has
/// been kept is judged as it was.
///
/// A check about several cases holds if it holds in each; its finding is the id of the first case, in the order of the scenario, in which it
/// does not.
#[must_use]
pub fn judge<'a>(challenge: &'a Challenge, traces: impl IntoIterator<Item = &'a Trace>) -> Vec<CheckResult> {
    let runs: BTreeMap<&str, Run<'_>> = traces
        .into_iter()
        .filter_map(|trace| Some((trace.header.scenario.as_str(), Run::of(challenge, trace)?)))
        .collect();
    let mut outcomes: BTreeMap<&str, Outcome> = BTreeMap::new();
    let mut results = Vec::with_capacity(challenge.checks.len());
    for check in &challenge.checks {
        let (judgement, case) = judge_check(check, &runs, &outcomes);
        outcomes.insert(&check.id, judgement.outcome);
        results.push(result(check, judgement, case));
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
    scenario: &'a Scenario,
    cast: Cast,
}

impl<'a> Run<'a> {
    fn of(challenge: &'a Challenge, trace: &'a Trace) -> Option<Self> {
        let speed = match trace.header.clock {
            Clock::Virtual => 1.0,
            Clock::Wall { speed } => speed,
        };
        let scenario = challenge.scenario(&trace.header.scenario)?;
        let values = challenge.values(scenario, trace.header.seed, speed);
        let cast = scenario.cast(&values, trace.header.clock.variants(trace.header.seed));
        Some(Self { trace, history: History::of(trace), values, scenario, cast })
    }
}

/// What is concluded and, of a check about several cases, which of them it is about.
type Concluded = (Judgement, Option<String>);

fn judge_check(check: &Check, runs: &BTreeMap<&str, Run<'_>>, outcomes: &BTreeMap<&str, Outcome>) -> Concluded {
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
        Some(run) if check.cases.is_empty() => {
            (judge_run(&check.expect, run.trace, &run.history, &run.values, None), None)
        }
        Some(run) if run.history.clients.len() == run.cast.clients() as usize => run.judge_cases(check),
        Some(_) => unjudged(Outcome::NotReached, "The trace is of a run with other clients.".to_owned()),
        None => unjudged(Outcome::NotReached, format!("The scenario `{}` was not played.", check.scenario)),
    }
}

impl Run<'_> {
    /// Judges each of the cases that a check is about: all must hold. The first that does not says why.
    fn judge_cases(&self, check: &Check) -> Concluded {
        let judge = |case: &CaseCheck| {
            let variants = Variants::of(case, self.scenario, &self.cast, &self.values);
            let id = self.scenario.cases[case.case].id.as_str();
            (id, judge_run(&case.expect, self.trace, &self.history, &self.values, Some(&variants)))
        };
        let judged: Vec<_> = check.cases.iter().map(judge).collect();
        variants::all_cases(judged)
    }
}

fn unjudged(outcome: Outcome, got: String) -> Concluded {
    (Judgement { outcome, ..judgement(String::new(), Ok(got)) }, None)
}

fn result(check: &Check, judgement: Judgement, case: Option<String>) -> CheckResult {
    CheckResult {
        id: check.id.clone(),
        title: check.title.clone(),
        scenario: check.scenario.clone(),
        points: check.points,
        requires: check.requires.clone(),
        outcome: judgement.outcome,
        finding: case.or_else(|| judgement.finding.map(str::to_owned)),
        expected: judgement.expected,
        got: judgement.got,
        why: check.why.clone(),
        read: check.read.clone(),
        hints: check.hints.clone(),
        evidence: judgement.evidence,
        windows: judgement.windows,
        hidden: false,
    }
}
