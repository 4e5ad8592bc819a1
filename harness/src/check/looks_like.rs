//! Which known mistake a submission looks like.

use crate::{
    scenario::{Challenge, Mistake},
    verdict::{CheckResult, LooksLike, Outcome},
};

/// More candidates than this say nothing.
const MOST: usize = 2;

/// The known mistakes that fail exactly the checks that failed, with the same findings; none if more than two do.
///
/// Where a mistake names a check without a finding, any finding is the same. Checks that were not reached do not matter.
#[must_use]
pub fn looks_like(challenge: &Challenge, results: &[CheckResult]) -> Vec<LooksLike> {
    let failed: Vec<&CheckResult> = results.iter().filter(|result| result.outcome == Outcome::Fail).collect();
    if failed.is_empty() {
        return Vec::new();
    }
    let alike: Vec<&Mistake> = challenge.mistakes.iter().filter(|mistake| fails_alike(mistake, &failed)).collect();
    if alike.len() > MOST {
        return Vec::new();
    }
    alike.into_iter().map(|mistake| LooksLike { mistake: mistake.id.clone(), tells: mistake.tells.clone() }).collect()
}

fn fails_alike(mistake: &Mistake, failed: &[&CheckResult]) -> bool {
    let matches = |result: &&CheckResult| {
        mistake.fails.iter().any(|(check, finding)| {
            *check == result.id && finding.as_ref().is_none_or(|finding| result.finding.as_ref() == Some(finding))
        })
    };
    mistake.fails.len() == failed.len() && failed.iter().all(matches)
}
