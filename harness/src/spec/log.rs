//! A scenario's log, and the steps that serve it.

use std::ops::Range;

use super::{
    grammar::{Node, Word},
    play::Setting,
    problem::Problem,
    scope::Notes,
    view,
};
use crate::scenario::{Entry, LogSpec, LogStep, Place, Step};

/// The words of the steps that only a scenario with a log can have.
const WORDS: [&str; 5] = ["emit", "emit_part", "hold_back", "replay", "new_epoch"];

/// Reads a log.
pub(super) fn log(node: Node<'_>, notes: &mut Notes<'_>) -> Option<LogSpec> {
    let lengths = view::get(node, "entries").or_else(|| view::get(node, "epochs"))?;
    let epochs: Vec<u32> = view::items(lengths).iter().map(view::whole).collect::<Option<_>>()?;
    let spec = LogSpec { epochs, same_text: Vec::new() };
    let same_text = match view::get(node, "same_text") {
        Some(list) => same_text(list, spec.entries(), notes)?,
        None => Vec::new(),
    };
    Some(LogSpec { same_text, ..spec })
}

fn same_text(node: Node<'_>, entries: u32, notes: &mut Notes<'_>) -> Option<Vec<u32>> {
    let mut same = Vec::new();
    for item in view::items(node) {
        let number: u32 = view::whole(item)?;
        if number > entries {
            let label = format!("it has {entries} entries");
            notes.push(Problem::at(item.span(), "the log has no such entry", label));
            return None;
        }
        if same.contains(&number) {
            notes.push(Problem::at(item.span(), "this entry is named twice", "leave it out"));
        }
        same.push(number);
    }
    Some(same)
}

/// Whether a step needs the scenario's log.
pub(super) fn is_of_log(word: &Word) -> bool {
    WORDS.contains(&word.name)
}

/// Reads a step of the log.
pub(super) fn step(
    word: &Word,
    node: Node<'_>,
    value: Option<Node<'_>>,
    setting: Setting<'_>,
    notes: &mut Notes<'_>,
) -> Option<Step> {
    let Some(log) = setting.log else {
        let title = format!("`{}` needs a log", word.name);
        let problem = Problem::at(node.span(), title, "the scenario has none");
        notes.push(problem.help("give it one: log = { entries = 12 }"));
        return None;
    };
    let log = log?;
    let step = match (word.name, value) {
        ("emit", Some(value)) if view::text(value).is_some() => LogStep::Emit(None),
        ("emit", Some(value)) => LogStep::Emit(Some(entries(value, log, notes)?)),
        ("emit_part", _) => LogStep::EmitPart,
        ("hold_back", Some(value)) => LogStep::HoldBack(entries(value, log, notes)?),
        ("replay", Some(value)) => LogStep::Replay {
            after: place(view::get(value, "after")?, notes)?,
            overlap: view::get(value, "overlap").map_or(Some(0), view::whole)?,
        },
        ("new_epoch", _) => {
            if log.epochs.len() < 2 {
                let problem = Problem::at(node.span(), "there is no epoch to begin", "the log has one epoch");
                notes.push(problem.help("give it more: log = { epochs = [5, 5] }"));
            }
            LogStep::NewEpoch
        }
        _ => return None,
    };
    Some(Step::Log(step))
}

/// A number of entries, which must fit into an epoch.
fn entries(node: Node<'_>, log: &LogSpec, notes: &mut Notes<'_>) -> Option<u32> {
    let count: u32 = view::whole(node)?;
    let most = log.epochs.iter().copied().max().unwrap_or_default();
    if count > most {
        let label = format!("no epoch has more than {most} entries");
        notes.push(Problem::at(node.span(), "the log has not that many entries", label));
        return None;
    }
    Some(count)
}

fn place(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Place> {
    match view::text(node) {
        None => view::whole(node).map(Place::Number),
        Some("last-event-id") => Some(Place::LastEventId),
        Some(_) => {
            let problem = Problem::at(node.span(), "this is no place in the log", view::found(node));
            notes.push(problem.help("allowed: \"last-event-id\", or a number"));
            None
        }
    }
}

/// Notes if nothing of a log is ever sent.
pub(super) fn unused(span: Range<usize>, server: &[Entry], notes: &mut Notes<'_>) {
    if !server.iter().any(serves) {
        let problem = Problem::at(span, "nothing is sent from this log", "no play has a step for it");
        notes.push(problem.help("write `emit` into a play, or remove the log"));
    }
}

fn serves(entry: &Entry) -> bool {
    match entry {
        Entry::Play { play, .. } => super::moment::any(&play.steps, &|step| matches!(step, Step::Log(_))),
        Entry::Group { entries, .. } => entries.iter().any(serves),
    }
}
