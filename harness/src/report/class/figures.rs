//! What can be said of a class as a whole.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::verdict::{GradeResult, Grades, Outcome};

/// How many checks and mistakes are named.
const MOST_NAMED: usize = 5;

/// What can be said of a class as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Figures {
    /// How many grades came to each outcome that there is, the best first.
    pub(super) outcomes: Vec<(GradeResult, usize)>,
    /// For each challenge the slug, the median of the points that are known, and how many can be earned.
    pub(super) medians: Vec<(String, Option<u32>, u32)>,
    /// The checks that failed most often, with how often.
    pub(super) failed: Vec<(String, usize)>,
    /// The mistakes that were seen most often, with how often.
    pub(super) looks_like: Vec<(String, usize)>,
}

impl Figures {
    pub(super) fn of(grades: &Grades) -> Self {
        let outcomes = GradeResult::ALL.map(|outcome| (outcome, grades.count(outcome)));
        let several = grades.challenges.len() > 1;
        let named = |challenge: &str, name: &str| match several {
            true => format!("{challenge}: {name}"),
            false => name.to_owned(),
        };
        let all = &grades.grades;
        let failed = all.iter().flat_map(|grade| {
            let failed = grade.checks.iter().filter(|mark| mark.outcome == Outcome::Fail);
            failed.map(|mark| named(&grade.challenge, &mark.check))
        });
        let like = all.iter().flat_map(|grade| grade.looks_like.iter().map(|like| named(&grade.challenge, like)));
        let median = |slug: &str| {
            let of = all.iter().filter(|grade| grade.challenge == slug);
            let mut scores: Vec<_> = of.filter_map(|grade| grade.score).collect();
            scores.sort_unstable();
            // The lower one of two in the middle: points are whole.
            scores.get(scores.len().saturating_sub(1) / 2).copied()
        };
        let medians = grades.challenges.iter().map(|one| (one.slug.clone(), median(&one.slug), one.max_score));
        Self {
            outcomes: outcomes.into_iter().filter(|(_, count)| *count > 0).collect(),
            medians: medians.collect(),
            failed: most(failed),
            looks_like: most(like),
        }
    }
}

/// The most frequent names, with how often they come.
fn most(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts.truncate(MOST_NAMED);
    counts
}
