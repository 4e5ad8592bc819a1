//! What a student should know about their progress though it stops nothing.

use std::{fmt, path::PathBuf};

/// What the student should know about the kept progress. It is never a reason to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The file could not be understood: it was put aside, and progress begins anew.
    Damaged {
        /// What is wrong with it.
        why: String,
        /// Where it is now.
        kept: PathBuf,
    },
    /// The file cannot be read at present: it is left as it is, and nothing is known of earlier work.
    NotRead {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What was to be noted could not be kept; what was kept before stands.
    NotKept {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { why, kept } => {
                let kept = kept.display();
                write!(f, "your progress could not be understood ({why}) and begins anew; the old file is kept: {kept}")
            }
            Self::NotRead { path, why } => write!(f, "your progress in {} cannot be read: {why}", path.display()),
            Self::NotKept { path, why } => {
                write!(f, "this could not be noted in your progress, {}: {why}", path.display())
            }
        }
    }
}
