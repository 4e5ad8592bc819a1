//! What a submission is judged to be: the one record that every report renders.
//!
//! It knows nothing of traces: evidence names times and lanes.

mod advice;
mod grades;
mod hidden;
mod matrix;
mod soak;

pub use advice::{Advice, Fault};
pub use grades::{Assignment, Grade, GradeResult, Grades, Mark, Shard};
pub use hidden::{hidden_name, is_hidden};
pub use matrix::{Broken, Cell, Expectation, Fit, Kind, Matrix, Row, Verification};
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
    /// How far the submission was shut in: `off`, `basic` or `strict`; empty if nothing was run.
    #[serde(default)]
    pub sandbox: String,
    /// The outcome of the whole.
    pub outcome: Overall,
    /// Points earned.
    pub score: u32,
    /// Points that could be earned.
    pub max_score: u32,
    /// The compiler's output, if it did not compile: its errors, those in the student's file first.
    pub compiler: Option<String>,
    /// How many errors the compiler found; 0 if it is the manifest that cannot be read.
    #[serde(default)]
    pub compiler_errors: u32,
    /// What the compiler warned of, if it did compile.
    #[serde(default)]
    pub compiler_warnings: CompilerWarnings,
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

impl Verdict {
    /// Whether the harness could judge every check. If not, the score is not what the submission is worth: what could not be judged must cost
    /// no points.
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Inconclusive)
    }
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
    /// Where on the timeline it was expected instead; a label goes on where "expected" stops.
    #[serde(default)]
    pub windows: Vec<Evidence>,
    /// Whether this is all that is told of it: it is hidden from students.
    #[serde(default)]
    pub hidden: bool,
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
    /// Where it was expected instead.
    pub windows: Vec<Evidence>,
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
    /// The heartbeats of both sides.
    Pings,
    /// What the client reports.
    Status,
    /// What it could truly report.
    Truth,
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

/// What the compiler warns of in the submission's code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompilerWarnings {
    /// What may well be a mistake, such as a future that is never awaited: the first three.
    pub told: Vec<CompilerWarning>,
    /// How many more there are of that kind.
    pub more: u32,
    /// How many only say that something is not used yet, or how it should be written.
    pub unfinished: u32,
}

/// One warning of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompilerWarning {
    /// Its lint, such as `unused_must_use`.
    pub lint: Option<String>,
    /// The file, as the user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What it is, in the compiler's words.
    pub what: String,
    /// All that the compiler says, with the code.
    pub rendered: String,
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
    /// Whether this is all that is told of it: it is hidden from students.
    #[serde(default)]
    pub hidden: bool,
}
