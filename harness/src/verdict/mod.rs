//! What a submission is judged to be: the one record that every report renders.
//!
//! It knows nothing of traces: evidence names times and lanes.

mod matrix;
mod soak;

pub use matrix::{Cell, Expectation, Fit, Kind, Matrix, Row};
pub use soak::{Change, Soak};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// The version of the record's JSON form. It changes when a key changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// The verdict on one submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The version of this record.
    pub format: u32,
    /// The challenge's slug.
    pub challenge: String,
    /// The challenge's title.
    pub title: String,
    /// What was judged, as the user named it: `challenges/reconnect-backoff`, `solution full-jitter`, …
    pub submission: String,
    /// The seed from which the client's values were drawn.
    pub seed: u64,
    /// The clock and its speed: `virtual` or `wall`.
    pub clock: String,
    /// What durations were divided by at most; 1 on the virtual clock.
    pub speed: f64,
    /// The outcome of the whole.
    pub outcome: Overall,
    /// Points earned.
    pub score: u32,
    /// Points that could be earned.
    pub max_score: u32,
    /// The compiler's output, if it did not compile.
    pub compiler: Option<String>,
    /// What the submission's source uses that simulated time cannot see.
    pub warnings: Vec<Warning>,
    /// The checks, in the order of the spec.
    pub checks: Vec<CheckResult>,
    /// The known mistakes that fail the same checks with the same findings; empty if none or more than two do.
    pub looks_like: Vec<LooksLike>,
    /// The runs, in the order of the spec.
    pub runs: Vec<Run>,
    /// The command that repeats this verdict.
    pub replay: String,
}

/// The outcome of a whole submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Overall {
    /// Every check passed.
    Passed,
    /// Some check failed or was not reached.
    Failed,
    /// It does not compile.
    NotCompiled,
    /// Its process broke off in some scenario.
    Crashed,
    /// It never came to wait, or blocked, in some scenario.
    Hung,
    /// It did something without end in some scenario: printed, reported, sent or connected.
    Flooded,
    /// Nothing failed, but some check could not be judged: our fault, it never costs points.
    Inconclusive,
}

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold, or its evidence never came.
    Fail,
    /// A check that it requires did not pass, or the run broke off: no points.
    NotReached,
    /// The harness could not tell: no points lost.
    Inconclusive,
}

/// One check's outcome, with all that a student needs to understand it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckResult {
    /// The check's id.
    pub id: String,
    /// What a correct client does.
    pub title: String,
    /// The scenario it was judged in.
    pub scenario: String,
    /// What it is worth.
    pub points: u32,
    /// The checks that must pass before this one is judged.
    pub requires: Vec<String>,
    /// The outcome.
    pub outcome: Outcome,
    /// In which way it failed, where there are several.
    pub finding: Option<String>,
    /// What was expected, with numbers.
    pub expected: String,
    /// What happened instead, with numbers; or why it was not reached.
    pub got: String,
    /// Why it matters in production.
    pub why: String,
    /// What to read, relative to the challenge's folder.
    pub read: String,
    /// A question, a concept, the line to write.
    pub hints: Vec<String>,
    /// Where to look in the timeline; the first is the first miss.
    pub evidence: Vec<Evidence>,
}

/// What a check's judge says about one assertion.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether it holds.
    pub outcome: Outcome,
    /// In which way it does not.
    pub finding: Option<&'static str>,
    /// What was expected, with numbers.
    pub expected: String,
    /// What happened, with numbers.
    pub got: String,
    /// Where to look.
    pub evidence: Vec<Evidence>,
}

/// A place on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Which client.
    pub client: u32,
    /// From when.
    pub from: Millis,
    /// Until when; the same for a moment.
    pub to: Millis,
    /// On which lane.
    pub lane: Lane,
    /// What is there to see, in a few words.
    pub label: String,
}

/// A lane of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// What the server does.
    Server,
    /// Whether a connection is open.
    Connection,
    /// The client's attempts and the waits between them.
    Tries,
    /// What the client reports.
    Status,
    /// What the client shows besides.
    Shown,
    /// The attempts and waits of all clients together.
    Fleet,
}

/// Something in the submission's source that simulated time cannot see, or that blocks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// The file, relative to the submission.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is used there.
    pub what: String,
    /// What it does here and what to use instead.
    pub advice: String,
}

/// A known mistake that fails in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LooksLike {
    /// The mistake's id.
    pub mistake: String,
    /// What it is, in one sentence.
    pub tells: String,
}

/// How one scenario's run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The scenario's id.
    pub scenario: String,
    /// What happens in it.
    pub about: String,
    /// When it was over, on the scenario's clock.
    pub ended_ms: Millis,
    /// How it ended, in words.
    pub ended: String,
    /// Whether the client's process broke off.
    pub broken: bool,
    /// What the client was told: durations in milliseconds, everything else as it is.
    pub client: serde_json::Map<String, serde_json::Value>,
    /// The end of what the submission printed.
    pub output: String,
}
