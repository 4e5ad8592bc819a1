//! Which check a student needs a hint for.

use super::Record;
use crate::{
    grade::{self, Error},
    scenario::{Challenge, Check},
    verdict::{Overall, is_hidden},
};

/// A check that a hint is for, and why this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stuck<'a> {
    /// The check.
    pub check: &'a Check,
    /// Why it is the one.
    pub because: Because,
}

/// Why a hint is for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The student asked for it.
    Named,
    /// It is the first that failed when the challenge was checked last.
    Failed,
    /// None failed, and it is the first that was not reached: the client broke off.
    NotReached,
    /// It is the first of all: nothing has been judged yet.
    First,
}

/// The check that a hint is for: the one that is named; or else the first that failed in the last check, in the order of the spec, then the
/// first that was not reached; before anything has been judged, the first of all. None if nothing is left to give a hint for. For what is hidden
/// there are no hints.
///
/// # Errors
/// [`Error::Usage`] if there is no check of that name, with the nearest one.
pub fn stuck_at<'a>(
    challenge: &'a Challenge,
    record: Option<&Record>,
    named: Option<&str>,
) -> Result<Option<Stuck<'a>>, Error> {
    // What was recorded may have left the course since.
    let known = |id: &str| challenge.open_checks().find(|check| check.id == id);
    if let Some(id) = named {
        let unknown = || {
            let ids: Vec<_> = challenge.open_checks().map(|check| check.id.clone()).collect();
            Error::Usage(grade::unknown("check", id, &ids))
        };
        return Ok(Some(Stuck { check: known(id).ok_or_else(unknown)?, because: Because::Named }));
    }
    let first_of = |ids: &[String]| challenge.open_checks().find(|check| ids.contains(&check.id));
    let recorded = record.and_then(|record| {
        let failed = first_of(&record.failed).map(|check| Stuck { check, because: Because::Failed });
        let not_reached = || first_of(&record.not_reached).map(|check| Stuck { check, because: Because::NotReached });
        failed.or_else(not_reached)
    });
    let is_done = record.is_some_and(|record| {
        let only_hidden = || record.failed.iter().chain(&record.not_reached).any(|id| is_hidden(id));
        matches!(record.outcome, Some(Overall::Passed | Overall::Inconclusive)) || only_hidden()
    });
    let first =
        || challenge.open_checks().next().filter(|_| !is_done).map(|check| Stuck { check, because: Because::First });
    Ok(recorded.or_else(first))
}
