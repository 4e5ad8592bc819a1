//! `harness list`.

use clap::{Args, ValueEnum};

use super::{Exit, terminal::Terminal};
use crate::{
    grade::{Catalog, Error},
    practice::{self, Store},
    report,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness list                                 the whole course, and how far you are
  harness list sse                             what has to do with `sse`
  harness list --state started,not-started     what is left to do
  harness list --format json                   for a program, by harness/schema/list.schema.json")]
pub(super) struct ListArguments {
    /// Only challenges that each of these words is said of: in the name, the title, the chapter or the channel.
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Only challenges in one of these states.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STATE")]
    state: Vec<State>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A list for a person.
    Human,
    /// The same for a program, by harness/schema/list.schema.json.
    Json,
}

/// How far a student is with a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// Never checked, and the files are as they were.
    NotStarted,
    /// Checked, or at least changed.
    Started,
    /// Passed at least once.
    Passed,
}

impl From<State> for report::State {
    fn from(state: State) -> Self {
        match state {
            State::NotStarted => Self::NotStarted,
            State::Started => Self::Started,
            State::Passed => Self::Passed,
        }
    }
}

pub(super) fn run(catalog: &Catalog, arguments: &ListArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let (progress, notice) = Store::of(&catalog.workspace).load();
    let (list, broken) = practice::list(catalog, &progress)?;
    for errors in &broken {
        terminal.error(&Error::Spec(errors.clone()));
    }
    terminal.notice(notice.as_ref());
    let states: Vec<_> = arguments.state.iter().map(|state| (*state).into()).collect();
    let was_empty = list.chapters.is_empty();
    let list = list.filtered(&arguments.filter, &states);
    let text = match arguments.format {
        Format::Json => report::json(&list),
        Format::Human if list.chapters.is_empty() && !was_empty => {
            "No challenge is like that. All of them: cargo run -p harness -- list\n".into()
        }
        Format::Human => report::list(&list, terminal.style),
    };
    terminal.print(&text)?;
    Ok(if broken.is_empty() { Exit::Passed } else { Exit::Usage })
}
