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
        /// How many errors there are.
        errors: u32,
        /// The compiler's own messages, those about the student's file first, in colour if that was asked for.
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
    /// Cargo could not make the lock file name a new member.
    Lock {
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
    /// The submission could not be shut in as far as was asked for.
    Confine {
        /// Why.
        why: String,
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
    /// A program that could not be started, or not as it should be.
    pub(super) fn start(program: impl Into<PathBuf>, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::Unsupported => Self::Confine { why: source.to_string() },
            _ => Self::Start { program: program.into(), source },
        }
    }

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
            Self::Compile { package, rendered, .. } => write!(f, "`{package}` does not compile\n{rendered}"),
            Self::Manifest { path, text } => {
                let path = path.display();
                let text = text.trim_end();
                write!(
                    f,
                    "{path} cannot be read, and without it cargo builds nothing here\n{text}\n\nIf you have not changed it on purpose, \
                     bring back the course's: git checkout -- {path}"
                )
            }
            Self::Cargo { text } => write!(f, "cargo could not build the submission\n{text}"),
            Self::Lock { text } => write!(f, "cargo could not write the new crate into Cargo.lock\n{text}"),
            Self::Submission { path, why } => write!(f, "{} cannot be taken as a submission: {why}", path.display()),
            Self::Command { line, why } => write!(f, "the command `{line}` cannot be read: {why}"),
            Self::Start { program, source } => write!(f, "could not start {}: {source}", program.display()),
            Self::Confine { why } => write!(f, "the submission could not be shut in: {why}"),
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
