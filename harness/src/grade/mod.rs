//! From a challenge and a submission to a verdict: load, build, run, judge.

mod advice;
mod catalog;
mod check;
mod confirm;
mod hidden;
pub(crate) mod parallel;
mod play;
mod prepare;
mod replay;
mod soak;
mod submission;
mod verdict;
mod verify;
mod waves;

pub(crate) use catalog::unknown;
pub use catalog::{Catalog, Listed};
pub use check::{Graded, Options, check, refuse, try_out};
pub use play::{Opened, Play, PlayOptions, open};
pub use replay::replay;
pub use soak::{SoakOptions, soak};
pub use submission::Submission;
pub(crate) use submission::quoted;
pub use verify::{VerifyOptions, verify};

/// How far a grading is, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Cargo builds something.
    Building(crate::client::Progress),
    /// So many of so many runs are done.
    Running {
        /// Done.
        done: usize,
        /// Of so many.
        of: usize,
        /// In so many of those that are done, the submission broke off.
        broken: usize,
    },
}

/// Why nothing could be graded. None of it is the submission's fault.
#[derive(Debug)]
pub enum Error {
    /// The command names something that does not exist: says what, and what there is. Exit code 2.
    Usage(String),
    /// A `challenge.toml` has mistakes: the rendered list. Exit code 2.
    Spec(crate::spec::Errors),
    /// The harness or the machine failed. Exit code 3.
    Harness(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Usage(message) | Self::Harness(message) => f.write_str(message),
            Self::Spec(errors) => write!(f, "{errors}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<crate::run::Error> for Error {
    fn from(error: crate::run::Error) -> Self {
        Self::Harness(error.to_string())
    }
}

impl From<crate::client::Error> for Error {
    fn from(error: crate::client::Error) -> Self {
        use crate::client::Error as Client;
        match error {
            Client::NoWorkspace { .. }
            | Client::NoChallenge { .. }
            | Client::Submission { .. }
            | Client::Command { .. } => Self::Usage(error.to_string()),
            // A crate other than the submission's: of the harness, or a solution.
            Client::Compile { .. }
            | Client::Manifest { .. }
            | Client::Cargo { .. }
            | Client::Lock { .. }
            | Client::Start { .. }
            | Client::Confine { .. }
            | Client::Io { .. } => Self::Harness(error.to_string()),
        }
    }
}
