//! The grades of a class: as text, as a table for other programs, and as a page.

mod figures;
mod markdown;
mod page;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use markdown::markdown;
pub use page::page;
pub use table::csv;
pub use text::{graded, text};

use super::json;
use crate::verdict::{Grade, GradeResult, Grades};

/// The JSON Schema of the grades, as it is committed in `harness/schema/grades.schema.json`.
///
/// # Panics
/// Never: schemas are JSON.
#[must_use]
pub fn schema() -> String {
    json(&schemars::schema_for!(Grades))
}

/// The points of one grade, or a dash.
fn points(grade: &Grade) -> String {
    match grade.score {
        Some(score) => format!("{score}/{}", grade.max_score),
        None => format!("–/{}", grade.max_score),
    }
}

/// What is to be said of a grade besides its outcome: the first failed check and how many more, or why there is none.
fn remark(grade: &Grade) -> String {
    let failed = grade.checks.iter().filter(|mark| mark.outcome == crate::verdict::Outcome::Fail).count();
    match (grade.failed_first(), grade.note.is_empty()) {
        (_, false) => grade.note.clone(),
        (Some(first), true) if failed > 1 => format!("{first} and {} more", failed - 1),
        (Some(first), true) => first.to_owned(),
        (None, true) => String::new(),
    }
}

/// Whether an outcome is ours to mend.
fn is_ours(outcome: GradeResult) -> bool {
    matches!(outcome, GradeResult::Inconclusive | GradeResult::Unjudged)
}
