//! What a teacher is told about a challenge that does not prove itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that is wrong with a challenge, or worth knowing, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// What kind of fault it is.
    pub fault: Fault,
    /// What it is about: `solution full-jitter`, `starter`, `mistake no-wait`, `check grows`.
    pub about: String,
    /// What is wrong.
    pub what: String,
    /// What to change.
    pub change: String,
    /// Where: a file, with the line if there is one, as `challenges/echo/challenge.toml:12`.
    pub place: String,
    /// A line for that place that may be what was meant.
    pub write: Option<String>,
    /// The command that shows it.
    pub shows: Option<String>,
}

/// A kind of fault of a challenge. The order is that of their weight: what comes first may well be the cause of what comes after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Something that must run does not compile.
    NotCompiled,
    /// A correct submission fails.
    SolutionFails,
    /// Every solution uses a crate that the challenge's manifest does not offer to students.
    CrateNotOffered,
    /// The verdict on a correct submission is another one when it runs again, or with another latency.
    VerdictChanges,
    /// The starter passes every check.
    StarterPasses,
    /// All checks pass a mistake.
    NotCaught,
    /// A mistake fails other checks than its entry says, or in another way.
    CaughtOtherwise,
    /// No mistake fails a check, so nothing shows that it can fail.
    DeadCheck,
    /// What a check says to read is not there.
    NoSuchSection,
    /// What a check says to read does not name a value that the check measures with.
    ValueNotStated,
    /// The starter passes some checks. Worth knowing.
    StarterScores,
    /// What happens is not the same when a submission runs again, though the verdict is. Worth knowing.
    TraceChanges,
}

impl Fault {
    /// Whether a challenge with it does not prove itself. The others are only worth knowing.
    #[must_use]
    pub fn is_problem(self) -> bool {
        !matches!(self, Self::StarterScores | Self::TraceChanges)
    }
}
