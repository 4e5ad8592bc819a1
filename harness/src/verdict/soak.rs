//! What `soak` finds out about a submission: whether its verdict ever changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Outcome;

/// Many gradings of the same submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Soak {
    /// The version of this record: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The challenge's slug.
    pub challenge: String,
    /// What was judged, as the user named it.
    pub submission: String,
    /// The seed of every grading.
    pub seed: u64,
    /// How often it was graded.
    pub runs: u32,
    /// How many of these gradings were inconclusive: they say nothing about the submission.
    pub inconclusive: u32,
    /// How many gradings had each score.
    pub scores: BTreeMap<u32, u32>,
    /// Points that could be earned.
    pub max_score: u32,
    /// Each check whose outcome was not that of the first grading, in the order of the gradings.
    pub changed: Vec<Change>,
    /// How many gradings had each digest of all traces: one entry if every trace was the same, byte for byte.
    pub digests: BTreeMap<String, u32>,
}

/// A check that said something else than in the first grading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which grading, from 1.
    pub run: u32,
    /// The check's id.
    pub check: String,
    /// What it said in the first grading.
    pub before: Outcome,
    /// What it said in this one.
    pub after: Outcome,
}
