//! `harness hint`.

use clap::Args;

use super::{Exit, terminal::Terminal};
use crate::{
    grade::{Catalog, Error},
    practice::{self, Because, Notice, Progress, Store, Stuck},
    report::{self, Ladder, Style},
    scenario::Check,
    verdict::Overall,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness hint reconnect-backoff           the next hint for what failed first in your last check
  harness hint reconnect-backoff grows     the next hint for the check `grows`, passed or not
  harness hint reconnect-backoff --again   the hints that you have taken, and no further one
  harness hint reconnect-backoff --all     every hint, up to the line to write")]
pub(super) struct HintArguments {
    /// The challenge, as `harness list` names it.
    challenge: String,
    /// The check; the first one that failed if none is named.
    check: Option<String>,
    /// Shows the hints that have been taken, and takes no further one.
    #[arg(long)]
    again: bool,
    /// Takes every hint at once.
    #[arg(long, conflicts_with = "again")]
    all: bool,
}

pub(super) fn run(catalog: &Catalog, arguments: &HintArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let named = arguments.check.as_deref();
    let take = match (arguments.again, arguments.all) {
        (true, _) => Take::None,
        (false, true) => Take::All,
        (false, false) => Take::Next,
    };
    let asked = Asked { slug: &arguments.challenge, check: named, take, keys: None };
    let (text, notices) = asked.answer(catalog, terminal.style)?;
    notices.iter().for_each(|notice| terminal.notice(Some(notice)));
    terminal.print(&text)?;
    Ok(Exit::Passed)
}

/// How many hints are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// None: those that were taken are shown.
    None,
    /// The first one, unless it was taken before.
    First,
    /// One more.
    Next,
    /// All that there are.
    All,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// About this challenge.
    pub(super) slug: &'a str,
    /// About this check, or the one that the student is stuck at.
    pub(super) check: Option<&'a str>,
    pub(super) take: Take,
    /// The keys for the next one and for the theory, where there are keys.
    pub(super) keys: Option<[&'a str; 2]>,
}

impl Asked<'_> {
    /// Takes the hints, and says what there is to read.
    pub(super) fn answer(&self, catalog: &Catalog, style: Style) -> Result<(String, Vec<Notice>), Error> {
        let Self { slug, check, take, .. } = *self;
        let challenge = catalog.load(slug)?;
        let store = Store::of(&catalog.workspace);
        let (progress, notice) = store.load();
        let mut notices: Vec<_> = notice.into_iter().collect();
        if progress.of(slug).is_none() {
            practice::keep_starter(catalog, slug);
        }
        let Some(stuck) = practice::stuck_at(&challenge, progress.of(slug), check)? else {
            let ids: Vec<_> = challenge.open_checks().map(|check| check.id.clone()).collect();
            return Ok((report::nothing_to_hint(slug, &ids, style), notices));
        };
        let (before, of) = (taken(&progress, slug, &stuck), stuck.check.hints.len());
        let more = match take {
            Take::None => 0,
            Take::First => usize::from(before == 0),
            Take::Next => 1,
            Take::All => of,
        };
        let taken = if more == 0 {
            before
        } else {
            let (taken, notice) = store.take_hints(slug, &stuck.check.id, more, of);
            notices.extend(notice);
            taken
        };
        let [next, theory] = self.ways_on(stuck.check);
        let compiles = progress.of(slug).and_then(|record| record.outcome) != Some(Overall::NotCompiled);
        let because = because(stuck.because, compiles);
        let ladder = Ladder { slug, check: stuck.check, because, taken, before, next: &next, theory: &theory };
        Ok((report::hint(&ladder, style), notices))
    }

    /// How one gets the next hint, and the theory.
    fn ways_on(&self, check: &Check) -> [String; 2] {
        if let Some(keys) = self.keys {
            return keys.map(str::to_owned);
        }
        let Self { slug, .. } = self;
        let named = self.check.map(|check| format!(" {check}")).unwrap_or_default();
        let section = check.read.rsplit_once('#').map(|(_, anchor)| format!(" {anchor}")).unwrap_or_default();
        [
            format!("cargo run -p harness -- hint {slug}{named}"),
            format!("cargo run -p harness -- lesson {slug}{section}"),
        ]
    }
}

fn taken(progress: &Progress, slug: &str, stuck: &Stuck<'_>) -> usize {
    progress.of(slug).and_then(|record| record.hints.get(&stuck.check.id)).copied().unwrap_or(0)
}

/// Why the hint is for this check.
fn because(because: Because, compiles: bool) -> &'static str {
    match because {
        Because::Named => "",
        _ if !compiles => {
            "Your client does not compile: see to what the compiler says first. This is the hint for what comes after that."
        }
        Because::Failed => "The first check that failed when you checked it last.",
        Because::NotReached => "The first check that was not reached when you checked it last: your client broke off.",
        Because::First => "The first check of all: yours has not been judged yet. `check` says where you stand.",
    }
}
