//! What `verify` finds out about a challenge: whether its checks tell right from wrong.

use serde::{Deserialize, Serialize};

use super::Outcome;

/// Every solution and every known mistake, judged by every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// The version of this record: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The challenge's slug.
    pub challenge: String,
    /// The ids of the checks, in the order of the spec.
    pub checks: Vec<String>,
    /// Whatever was judged: solutions, the starter, mistakes.
    pub rows: Vec<Row>,
    /// Checks that no mistake fails: nothing shows that they can fail.
    pub dead: Vec<String>,
}

/// One submission, judged by every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What is wrong with the challenge here, in sentences.
    pub problems: Vec<String>,
}

/// What a row of the matrix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The check's id.
    pub check: String,
    /// In which way, if its entry says.
    pub finding: Option<String>,
}

/// What one check said about one submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether the challenge proves itself: no problem, no dead check.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.dead.is_empty() && self.rows.iter().all(|row| row.problems.is_empty())
    }

    /// Whether something could not be judged, through no fault of the challenge.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.outcome == Outcome::Inconclusive)
    }
}

impl Row {
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
            problems: Vec::new(),
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
