//! What may be told of checks and scenarios that are hidden from students.

use super::Graded;
use crate::{
    scenario::Challenge,
    verdict::{CheckResult, Outcome, Run, Verdict, hidden_name},
};

/// What is told in place of everything else about a hidden check.
const NOT_SHOWN: &str = "Not shown: this check is hidden.";

/// The same grading as a student may see it: of what is hidden only outcomes, points and what to read are left, and the traces of hidden scenarios
/// are left out. It is applied before anything is reported or kept, so that no report can forget it. The score stays what it is.
pub(super) fn without_hidden(challenge: &Challenge, graded: Graded) -> Graded {
    let names = Names::of(challenge);
    let Graded { mut verdict, mut traces } = graded;
    if names.checks.is_empty() {
        return Graded { verdict, traces };
    }
    traces.retain(|trace| !names.scenarios.contains(&trace.header.scenario));
    let is_hidden = |check: &CheckResult| names.checks.contains(&check.id);
    // What a mistake is known for would tell what the hidden check looks at.
    if verdict.checks.iter().any(|check| is_hidden(check) && check.outcome == Outcome::Fail) {
        verdict.looks_like.clear();
    }
    let checks = verdict.checks.into_iter().map(|check| names.check(check)).collect();
    let runs = verdict.runs.into_iter().map(|run| names.run(run)).collect();
    Graded { verdict: Verdict { checks, runs, ..verdict }, traces }
}

/// The hidden checks and scenarios of a challenge, in its order: each is named by its number.
struct Names {
    checks: Vec<String>,
    scenarios: Vec<String>,
}

impl Names {
    fn of(challenge: &Challenge) -> Self {
        let checks = challenge.checks.iter().filter(|check| challenge.hides(check));
        let scenarios = challenge.scenarios.iter().filter(|scenario| scenario.hidden);
        Self {
            checks: checks.map(|check| check.id.clone()).collect(),
            scenarios: scenarios.map(|scenario| scenario.id.clone()).collect(),
        }
    }

    fn check(&self, check: CheckResult) -> CheckResult {
        let requires = check.requires.iter().map(|id| named(&self.checks, id)).collect();
        let scenario = named(&self.scenarios, &check.scenario);
        match self.checks.iter().position(|id| *id == check.id) {
            Some(at) => CheckResult {
                id: hidden_name(at + 1),
                title: format!("Hidden check {} of {}", at + 1, self.checks.len()),
                scenario,
                points: check.points,
                requires,
                outcome: check.outcome,
                finding: None,
                expected: NOT_SHOWN.to_owned(),
                got: NOT_SHOWN.to_owned(),
                why: NOT_SHOWN.to_owned(),
                read: check.read,
                hints: Vec::new(),
                evidence: Vec::new(),
                windows: Vec::new(),
                hidden: true,
            },
            None => CheckResult { got: self.without_names(check.got, &check.requires), requires, ..check },
        }
    }

    /// What is said of an open check, which may name the hidden ones that it waits for.
    fn without_names(&self, said: String, requires: &[String]) -> String {
        let hidden = requires.iter().filter(|id| self.checks.contains(id));
        hidden.fold(said, |said, id| said.replace(&format!("`{id}`"), &format!("`{}`", named(&self.checks, id))))
    }

    fn run(&self, run: Run) -> Run {
        let Some(at) = self.scenarios.iter().position(|id| *id == run.scenario) else { return run };
        let ended = if run.broken { "the client broke off in a hidden scenario" } else { "how it ended is not shown" };
        Run {
            scenario: hidden_name(at + 1),
            about: "This scenario is hidden: what happens in it is not shown.".to_owned(),
            ended_ms: 0,
            ended: ended.to_owned(),
            broken: run.broken,
            client: serde_json::Map::new(),
            output: String::new(),
            hidden: true,
        }
    }
}

/// The name under which something is known to students.
fn named(hidden: &[String], id: &str) -> String {
    hidden.iter().position(|other| other == id).map_or_else(|| id.to_owned(), |at| hidden_name(at + 1))
}
