//! Correct and known-wrong submissions: one program for each challenge, whose first argument says which submission runs.
//!
//! `reconnect-backoff-solutions` lists them, `reconnect-backoff-solutions full-jitter` runs a solution, and
//! `reconnect-backoff-solutions mistakes/no-jitter` runs a mistake. The harness does so; a submission has no server to talk to without it.

use std::{env, process::ExitCode};

/// One submission.
#[derive(Debug)]
pub struct Submission {
    /// `<name>`, or `mistakes/<name>`.
    pub name: &'static str,
    /// Runs it as its own crate's `main` would.
    pub start: fn() -> ExitCode,
}

/// Runs the one of these that the first argument names.
#[must_use]
pub fn main(submissions: &[Submission]) -> ExitCode {
    let Some(wanted) = env::args().nth(1) else {
        submissions.iter().for_each(|submission| println!("{}", submission.name));
        return ExitCode::SUCCESS;
    };
    match submissions.iter().find(|submission| submission.name == wanted) {
        Some(submission) => (submission.start)(),
        None => {
            eprintln!("there is no submission `{wanted}`; without an argument, all are listed");
            ExitCode::from(2)
        }
    }
}
