//! What is graded.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::client::Sources;

/// Which client a command grades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// The student's crate: `challenges/<slug>`.
    Student,
    /// A correct one: `solutions/<slug>/<name>.rs`.
    Solution(String),
    /// A known-wrong one: `challenges/<slug>/mistakes/<name>.rs`.
    Mistake(String),
    /// A `.rs` file, a crate's folder, or a folder or archive that holds one of these.
    Path(PathBuf),
    /// The same when it has been read.
    Sources(Arc<Sources>),
    /// Any program that speaks the contract.
    Command(String),
}

impl Submission {
    /// Its name in a report.
    #[must_use]
    pub fn name(&self, slug: &str) -> String {
        match self {
            Self::Student => format!("challenges/{slug}"),
            Self::Solution(name) => format!("solution {name}"),
            Self::Mistake(name) => format!("mistake {name}"),
            Self::Path(path) => path.display().to_string(),
            Self::Sources(sources) => sources.name().to_owned(),
            Self::Command(command) => command.clone(),
        }
    }

    /// The options that name it on the command line; empty for the student's crate.
    #[must_use]
    pub fn options(&self) -> String {
        let path = |path: &Path| format!(" --submission {}", quoted(&path.display().to_string()));
        match self {
            Self::Student => String::new(),
            Self::Solution(name) => format!(" --solution {name}"),
            Self::Mistake(name) => format!(" --mistake {name}"),
            Self::Path(file) => path(file),
            Self::Sources(sources) => path(sources.path()),
            Self::Command(command) => format!(" --client {}", quoted(command)),
        }
    }
}

/// The text as one word for a shell.
pub(crate) fn quoted(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) && !text.is_empty() {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::Submission;

    #[test]
    fn a_command_is_quoted_for_the_shell() {
        let command = Submission::Command("node it's.mjs".into());
        assert_eq!(command.options(), r" --client 'node it'\''s.mjs'");
        assert_eq!(Submission::Path("a/b.rs".into()).options(), " --submission a/b.rs");
    }
}
