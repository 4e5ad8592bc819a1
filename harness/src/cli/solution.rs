//! `harness solution`.

use clap::Args;

use super::{
    Exit,
    pager::{self, PagerArguments},
    terminal::Terminal,
};
use crate::{
    grade::{Catalog, Error},
    practice::{self, Store, Timestamp},
    report::{self, Style},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness solution reconnect-backoff                  your file beside the nearest solution
  harness solution reconnect-backoff state-machine    beside this one
  harness solution reconnect-backoff --list           what each solution does, in a sentence
  harness solution reconnect-backoff --give-up        before you have passed; that is remembered

Exit codes: 0 if it was shown, 1 if you have neither passed nor given up.")]
pub(super) struct SolutionArguments {
    /// The challenge, as `harness list` names it.
    challenge: String,
    /// The solution; without one, the one that differs from your file in the fewest lines.
    name: Option<String>,
    /// Names all solutions, each with a sentence on its design.
    #[arg(long, conflicts_with = "name")]
    list: bool,
    /// Shows it before you have passed. `list` shows from then on that you gave up.
    #[arg(long)]
    give_up: bool,
    #[command(flatten)]
    pager: PagerArguments,
}

/// The widest comparison: where each half is wider than code is.
const WIDEST: usize = 200;

pub(super) fn run(catalog: &Catalog, arguments: &SolutionArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let slug = &arguments.challenge;
    catalog.find(slug)?;
    let store = Store::of(&catalog.workspace);
    if !may_see(&store, slug) && !arguments.give_up {
        terminal.print(&(report::prose(&refusal(slug), terminal.style).join("\n") + "\n"))?;
        return Ok(Exit::FellShort);
    }
    // Who names a solution that there is not has not given up.
    let give_up = || {
        let notice = if may_see(&store, slug) { None } else { store.give_up(slug, Timestamp::now()) };
        terminal.notice(notice.as_ref());
    };
    if arguments.list {
        let designs = practice::designs(catalog, slug)?;
        give_up();
        terminal.print(&report::designs_of(slug, &designs, terminal.style))?;
        return Ok(Exit::Passed);
    }
    let comparison = practice::compare(catalog, slug, arguments.name.as_deref())?;
    give_up();
    let style = |columns: usize| Style { width: columns.min(WIDEST), ..terminal.style };
    let plain = report::comparison(&comparison, terminal.style);
    pager::show(terminal, arguments.pager, &plain, |columns| (report::comparison(&comparison, style(columns)), 0))?;
    Ok(Exit::Passed)
}

/// Whether the student may see solutions: after passing, or after giving up.
pub(super) fn may_see(store: &Store, slug: &str) -> bool {
    let (progress, _) = store.load();
    progress.of(slug).is_some_and(|record| record.passed.is_some() || record.gave_up.is_some())
}

/// Why solutions are not shown, and what to do.
pub(super) fn refusal(slug: &str) -> String {
    format!(
        "You have not passed {slug} yet, and a solution read too early is a lesson lost. A hint takes you further:\n\n\
         cargo run -p harness -- hint {slug}\n\n\
         If you would rather see how others do it, give up; that is remembered, and you can pass all the same:\n\n\
         cargo run -p harness -- solution {slug} --give-up"
    )
}

/// The student's file beside a solution.
pub(super) fn shown(catalog: &Catalog, slug: &str, name: Option<&str>, style: Style) -> Result<String, Error> {
    Ok(report::comparison(&practice::compare(catalog, slug, name)?, style))
}
