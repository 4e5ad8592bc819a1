//! The command line, as a user types it: the real binary, its output and its exit codes.

mod doctor;
mod ending;
mod help;
mod hidden;
mod lesson;
mod places;
mod play;
mod practice;
mod recording;
mod reports;
mod solution;
mod terminal;
mod usage;
mod verdicts;

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The binary on a terminal's usual environment, though not on a terminal: nothing of this process's own decides how output looks.
pub(crate) fn harness<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(arguments).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env("TERM", "xterm-256color");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"] {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

/// The workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The challenges of the course.
pub(crate) fn slugs() -> impl Iterator<Item = String> {
    let folders = std::fs::read_dir(root().join("challenges")).expect("there are challenges");
    let paths = folders.map(|entry| entry.expect("it is readable").path());
    let challenges = paths.filter(|path| path.join("challenge.toml").is_file());
    challenges.map(|path| path.file_name().expect("it has a name").display().to_string())
}

/// What a command has said, and its exit code.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("output is text");
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// The code and both streams, to be compared with a snapshot.
    pub(crate) fn all(&self) -> String {
        let code = self.code.map_or_else(|| "signal".to_owned(), |code| code.to_string());
        let stream =
            |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") };
        format!("exit code {code}\n{}{}", stream("standard output", &self.out), stream("standard error", &self.err))
    }
}

/// Runs a command line that is written as one would type it.
pub(crate) fn run(line: &str) -> Done {
    Done::of(&mut harness(line.split_whitespace()))
}
