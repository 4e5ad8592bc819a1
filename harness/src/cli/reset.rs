//! `harness reset`.

use std::{env, path::Path};

use clap::Args;

use super::{Exit, terminal::Terminal};
use crate::{
    grade::{Catalog, Error, quoted},
    practice::{self, Origin, Timestamp},
    report::{self, Style},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness reset reconnect-backoff   your files become the starter's again; a backup is made first

Your files are all in challenges/<challenge>/src, and the client in another language that a
challenge may begin (client.mjs). What you have passed stays passed.")]
pub(super) struct ResetArguments {
    /// The challenge, as `harness list` names it.
    challenge: String,
}

pub(super) fn run(catalog: &Catalog, arguments: &ResetArguments, terminal: &Terminal) -> Result<Exit, Error> {
    terminal.print(&reset(catalog, &arguments.challenge, terminal.style)?)?;
    Ok(Exit::Passed)
}

/// Brings back the starter, and says what was done.
pub(super) fn reset(catalog: &Catalog, slug: &str, style: Style) -> Result<String, Error> {
    let reset = practice::reset(catalog, slug, Timestamp::now())?;
    let folder = catalog.folder(&reset.slug);
    let files = |names: &[std::path::PathBuf]| names.iter().map(|name| shown(&folder.join(name))).collect();
    let told = report::Reset {
        starter: origin(&reset.origin),
        restored: files(&reset.restored),
        removed: files(&reset.removed),
        backup: reset.backup.as_deref().map(|backup| (shown(backup), undo(backup, &folder))),
        slug: reset.slug,
    };
    Ok(report::reset(&told, style))
}

/// A path as the user can type it here.
fn shown(path: &Path) -> String {
    let here = env::current_dir().ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}

/// The command that brings everything back: the contents of one folder go into the other.
fn undo(backup: &Path, folder: &Path) -> String {
    if cfg!(windows) {
        return format!("robocopy \"{}\" \"{}\" /E", shown(backup), shown(folder));
    }
    format!("cp -r {} {}", quoted(&format!("{}/.", shown(backup))), quoted(&format!("{}/", shown(folder))))
}

fn origin(origin: &Origin) -> String {
    let short = |id: &str| id.chars().take(10).collect::<String>();
    match origin {
        Origin::Commit { id, first: false } => {
            format!("as in commit {}, the course's newest to this challenge", short(id))
        }
        Origin::Commit { id, first: true } => {
            format!("as in commit {}, with which the history here begins", short(id))
        }
        Origin::Seen { when: Some(when) } => format!("as the harness saw it first, on {}", when.date()),
        Origin::Seen { when: None } => "as the harness saw it first".into(),
    }
}
