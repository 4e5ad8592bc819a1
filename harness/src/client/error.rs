//! Why a submission could not be built or started.

use std::{fmt, io, path::PathBuf};

/// Why a submission could not be built or started.
#[derive(Debug)]
pub enum Error {
    /// There is no workspace of the harness here. Wrong usage.
    NoWorkspace {
        /// Where the search began.
        from: PathBuf,
    },
    /// There is no such challenge crate in the workspace. Wrong usage.
    NoChallenge {
        /// The folder that should hold it.
        path: PathBuf,
    },
    /// Code does not compile: the submission's fault if `package` is the submission's.
    Compile {
        /// The package that does not compile.
        package: String,
        /// The compiler's own messages, in colour if that was asked for.
        rendered: String,
    },
    /// A `Cargo.toml` cannot be read: the submission's fault if it is the submission's.
    Manifest {
        /// The broken file.
        path: PathBuf,
        /// Cargo's own message.
        text: String,
    },
    /// Cargo failed in another way: a dependency that cannot be fetched, a lock file that does not fit, no linker.
    Cargo {
        /// Cargo's own message.
        text: String,
    },
    /// The path given as a submission is none. Wrong usage.
    Submission {
        /// The path, as given.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A command line cannot be taken apart. Wrong usage.
    Command {
        /// The command line, as given.
        line: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A program could not be started.
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The harness could not read or write a file or a pipe of its own.
    Io {
        /// What it was about to do.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl Error {
    /// Turns an I/O error into one that says what was being done.
    pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkspace { from } => write!(
                f,
                "no workspace of the harness in {} or above it (a folder with `Cargo.toml`, `harness/` and `challenges/`): \
                 run this inside your clone",
                from.display()
            ),
            Self::NoChallenge { path } => write!(f, "no challenge crate in {}", path.display()),
            Self::Compile { package, rendered } => write!(f, "`{package}` does not compile\n{rendered}"),
            Self::Manifest { path, text } => write!(f, "{} cannot be read\n{text}", path.display()),
            Self::Cargo { text } => write!(f, "cargo could not build the submission\n{text}"),
            Self::Submission { path, why } => write!(f, "{} cannot be taken as a submission: {why}", path.display()),
            Self::Command { line, why } => write!(f, "the command `{line}` cannot be read: {why}"),
            Self::Start { program, source } => write!(f, "could not start {}: {source}", program.display()),
            Self::Io { doing, source } => write!(f, "could not {doing}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
