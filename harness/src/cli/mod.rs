//! The command line: the only module that prints.

mod args;
mod check;
mod class;
mod doctor;
#[cfg(test)]
mod examples;
mod files;
mod hint;
mod lesson;
mod list;
mod new;
mod pager;
mod play;
mod progress;
mod replay;
mod reports;
mod reset;
mod sandbox;
mod soak;
mod solution;
mod terminal;
mod trial;
mod verify;
mod watch;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::{
    client,
    grade::{Catalog, Error},
    verdict::Overall,
};
use args::{Arguments, Color, Command};

/// What the process's exit code says, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// All passed.
    Passed = 0,
    /// The submission fell short: checks, compile error, crash, hang.
    FellShort = 1,
    /// Wrong usage, unknown challenge or bad spec.
    Usage = 2,
    /// The harness itself failed or is inconclusive.
    Harness = 3,
}

impl From<Overall> for Exit {
    fn from(outcome: Overall) -> Self {
        match outcome {
            Overall::Passed => Self::Passed,
            Overall::Inconclusive => Self::Harness,
            Overall::Failed | Overall::NotCompiled | Overall::Crashed | Overall::Hung | Overall::Flooded => {
                Self::FellShort
            }
        }
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::Usage(_) | Error::Spec(_) => Self::Usage,
            Error::Harness(_) => Self::Harness,
        }
    }
}

/// Reads the arguments, does what they say and returns the exit code.
#[must_use]
pub fn main() -> Exit {
    terminal::restore_at_panic();
    let arguments = arguments();
    let terminal = terminal::Terminal::new(arguments.color);
    let result = client::interrupt::install(terminal::restore)
        .map_err(|error| Error::Harness(format!("cannot listen for Ctrl-C: {error}")))
        .and_then(|()| Ok(client::Workspace::find()?))
        .and_then(|workspace| run(&Catalog::of(workspace), arguments.wanted(), &terminal));
    result.unwrap_or_else(|error| {
        terminal.error(&error);
        Exit::from(&error)
    })
}

/// The arguments; if they cannot be read, the process ends with a message.
fn arguments() -> Arguments {
    let command = Arguments::command().color(Color::among(std::env::args_os()));
    Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

fn run(catalog: &Catalog, command: Command, terminal: &terminal::Terminal) -> Result<Exit, Error> {
    match command {
        Command::Check(arguments) => check::run(catalog, &arguments, terminal),
        Command::List(arguments) => list::run(catalog, &arguments, terminal),
        Command::Grade(arguments) => class::run(catalog, &arguments, terminal),
        Command::Hint(arguments) => hint::run(catalog, &arguments, terminal),
        Command::Lesson(arguments) => lesson::run(catalog, &arguments, terminal),
        Command::Reset(arguments) => reset::run(catalog, &arguments, terminal),
        Command::New(arguments) => new::run(catalog, &arguments, terminal),
        Command::Try(arguments) => trial::run(catalog, &arguments, terminal),
        Command::Verify(arguments) => verify::run(catalog, &arguments, terminal),
        Command::Soak(arguments) => soak::run(catalog, &arguments, terminal),
        Command::Replay(arguments) => replay::run(catalog, &arguments, terminal),
        Command::Doctor(arguments) => doctor::run(&catalog.workspace, &arguments, terminal),
        Command::Solution(arguments) => solution::run(catalog, &arguments, terminal),
        Command::Watch(arguments) => watch::run(catalog, &arguments, terminal),
        Command::Play(arguments) => play::run(catalog, &arguments, terminal),
    }
}
