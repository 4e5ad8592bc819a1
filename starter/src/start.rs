//! From a student's `run` to a process.

use std::{env, process::ExitCode};

use crate::{Net, Result, Ui, User, contract, link, lockstep};

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
    if env::var_os(link::VARIABLE).is_some() {
        lockstep::play(run)
    } else if env::var_os(contract::VARIABLE).is_some() {
        contract::play(run)
    } else {
        eprintln!("This client is run by the harness: cargo run -p harness -- check {}", package());
        ExitCode::from(2)
    }
}

/// The name of the student's package, as far as the program can know it.
fn package() -> String {
    let program = env::args_os().next().map(std::path::PathBuf::from);
    let name = program.as_deref().and_then(std::path::Path::file_stem);
    name.map_or_else(|| "<challenge>".into(), |name| name.to_string_lossy().into_owned())
}

/// The environment variable that names the parts of the kit that the challenge asks the student to write, with commas between them.
const WITHOUT: &str = "HARNESS_WITHOUT";

/// Whether a part of the kit may not be used, because writing it is the exercise.
pub(crate) fn is_exercise(part: &str) -> bool {
    env::var(WITHOUT).is_ok_and(|parts| parts.split(',').any(|other| other == part))
}
