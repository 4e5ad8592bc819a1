//! Correct and known-wrong submissions of every challenge, in one program: the first argument says which one runs.
//!
//! `solutions` lists them, `solutions reconnect-backoff/full-jitter` runs a solution, and
//! `solutions reconnect-backoff/mistakes/no-jitter` runs a mistake. The harness does so; a submission has no server to talk to without it.

use std::{env, process::ExitCode};

include!(concat!(env!("OUT_DIR"), "/submissions.rs"));

/// One submission.
struct Submission {
    /// `<slug>/<name>`, or `<slug>/mistakes/<name>`.
    name: &'static str,
    /// Runs it as its own crate's `main` would.
    start: fn() -> ExitCode,
}

fn main() -> ExitCode {
    let Some(wanted) = env::args().nth(1) else {
        SUBMISSIONS.iter().for_each(|submission| println!("{}", submission.name));
        return ExitCode::SUCCESS;
    };
    match SUBMISSIONS.iter().find(|submission| submission.name == wanted) {
        Some(submission) => (submission.start)(),
        None => {
            eprintln!("there is no submission `{wanted}`; without an argument, all are listed");
            ExitCode::from(2)
        }
    }
}
