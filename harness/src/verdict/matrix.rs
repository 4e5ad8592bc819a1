//! What `verify` finds out about a challenge: whether its checks tell right from wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Advice, Outcome};

/// What `verify` finds out about challenges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// The version of this record: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// Whether every challenge proves itself.
    pub sound: bool,
    /// The challenges, in the order in which they were verified.
    pub matrices: Vec<Matrix>,
    /// Those whose spec has mistakes: there is nothing to verify.
    pub broken: Vec<Broken>,
}

/// A challenge whose spec has mistakes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// The challenge's slug.
    pub challenge: String,
    /// All of the mistakes, each with its place, as they are shown on a terminal.
    pub errors: String,
}

/// Every solution and every known mistake, judged by every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Matrix {
    /// The version of this record: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The challenge's slug.
    pub challenge: String,
    /// The seed from which the clients' values were drawn.
    pub seed: u64,
    /// The ids of the checks, in the order of the spec.
    pub checks: Vec<String>,
    /// Whatever was judged: solutions, the starter, mistakes.
    pub rows: Vec<Row>,
    /// What is wrong with the challenge, or worth knowing, and what to do about it: what matters most comes first.
    pub advice: Vec<Advice>,
}

/// One submission, judged by every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The checks that must fail, with the finding if one is named. Empty for solutions, and for the starter, which may fail any.
    pub expected: Vec<Expectation>,
    /// What each check said, in the order of [`Matrix::checks`]; empty if nothing was judged.
    pub cells: Vec<Cell>,
    /// Why it was not judged, if so: a mistake that makes no sense on this clock.
    pub skipped: Option<String>,
}

/// What a row of the matrix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Must pass every check.
    Solution,
    /// Must compile and fail.
    Starter,
    /// Must fail exactly the checks that its entry names.
    Mistake,
}

/// A check that a mistake must fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expectation {
    /// The check's id.
    pub check: String,
    /// In which way, if its entry says.
    pub finding: Option<String>,
}

/// What one check said about one submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The outcome.
    pub outcome: Outcome,
    /// In which way it failed.
    pub finding: Option<String>,
}

/// Whether a cell is as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It is.
    Right,
    /// It is not: the challenge, or the grader, is at fault.
    Wrong,
    /// Nothing can be said: the harness could not keep real time.
    Unknown,
}

impl Matrix {
    /// Whether the challenge proves itself: nothing is wrong with it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.advice.iter().all(|advice| !advice.fault.is_problem())
    }

    /// Whether something is wrong with a row.
    #[must_use]
    pub fn is_wrong(&self, row: &Row) -> bool {
        self.advice.iter().any(|advice| advice.fault.is_problem() && advice.about == row.label())
    }

    /// Whether something could not be judged, through no fault of the challenge.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.outcome == Outcome::Inconclusive)
    }
}

impl Row {
    /// What it is called in a sentence: `solution full-jitter`, `starter`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.kind {
            Kind::Solution => format!("solution {}", self.name),
            Kind::Starter => "starter".into(),
            Kind::Mistake => format!("mistake {}", self.name),
        }
    }

    /// Whether what `check` said is what it must say about this submission. Where a check was not reached, another must have failed;
    /// that is for the other's cell to show.
    #[must_use]
    pub fn fit(&self, check: &str, cell: &Cell) -> Fit {
        let expected = self.expected.iter().find(|expectation| expectation.check == check);
        let right = match (self.kind, cell.outcome) {
            (_, Outcome::Inconclusive) => return Fit::Unknown,
            (Kind::Starter, _) => true,
            (Kind::Solution, outcome) => outcome == Outcome::Pass,
            (Kind::Mistake, Outcome::Pass | Outcome::NotReached) => expected.is_none(),
            (Kind::Mistake, Outcome::Fail) => {
                expected.is_some_and(|expectation| expectation.finding.is_none() || expectation.finding == cell.finding)
            }
        };
        if right { Fit::Right } else { Fit::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(check: &str, finding: Option<&str>) -> Row {
        Row {
            name: "m".into(),
            kind: Kind::Mistake,
            expected: vec![Expectation { check: check.into(), finding: finding.map(str::to_owned) }],
            cells: Vec::new(),
            skipped: None,
        }
    }

    fn cell(outcome: Outcome, finding: Option<&str>) -> Cell {
        Cell { outcome, finding: finding.map(str::to_owned) }
    }

    #[test]
    fn a_mistake_fails_exactly_what_its_entry_names() {
        let row = mistake("grows", None);
        assert_eq!(row.fit("grows", &cell(Outcome::Fail, Some("constant"))), Fit::Right);
        assert_eq!(row.fit("grows", &cell(Outcome::Pass, None)), Fit::Wrong);
        assert_eq!(row.fit("grows", &cell(Outcome::NotReached, None)), Fit::Wrong);
        assert_eq!(row.fit("cap", &cell(Outcome::Fail, None)), Fit::Wrong);
        assert_eq!(row.fit("cap", &cell(Outcome::NotReached, None)), Fit::Right);
        assert_eq!(row.fit("cap", &cell(Outcome::Inconclusive, None)), Fit::Unknown);
    }

    #[test]
    fn a_named_finding_must_be_the_one_found() {
        let row = mistake("cap", Some("keeps-growing"));
        assert_eq!(row.fit("cap", &cell(Outcome::Fail, Some("keeps-growing"))), Fit::Right);
        assert_eq!(row.fit("cap", &cell(Outcome::Fail, Some("jitter-above-cap"))), Fit::Wrong);
        assert_eq!(row.fit("cap", &cell(Outcome::Fail, None)), Fit::Wrong);
    }
}
