//! A scenario's log, and the steps that serve it.

use std::ops::Range;

use super::{
    expect::Stage,
    grammar::{Node, Word},
    life::Life,
    play::Setting,
    problem::Problem,
    scope::{Notes, Scope},
    texts::Place,
    view,
};
use crate::scenario::{Content, Entry, Expect, Hole, LogSpec, LogStep, Scenario, Since, Step, Template};

/// The words of the steps that only a scenario with a log can have.
const WORDS: [&str; 5] = ["emit", "emit_part", "hold_back", "replay", "new_epoch"];

/// Reads a log.
pub(super) fn log(node: Node<'_>, scope: &Scope, notes: &mut Notes<'_>) -> Option<LogSpec> {
    let lengths = view::get(node, "entries").or_else(|| view::get(node, "epochs"))?;
    let epochs: Vec<u32> = view::items(lengths).iter().map(view::whole).collect::<Option<_>>()?;
    let spec = LogSpec { epochs, same_text: Vec::new(), message: None };
    let place = Place { entry: true, ..Place::outside(Setting { scope, lasts: None, log: None }) };
    let message = match view::get(node, "message") {
        Some(table) => Some(place.json(table, notes)?),
        None => None,
    };
    let same_text = match view::get(node, "same_text") {
        Some(list) => same_text(list, spec.entries(), notes)?,
        None => Vec::new(),
    };
    Some(LogSpec { same_text, message, ..spec })
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
    (place, life): (Place<'_>, &Life),
    notes: &mut Notes<'_>,
) -> Option<Step> {
    let Some(log) = place.log else {
        let title = format!("`{}` needs a log", word.name);
        let problem = Problem::at(node.span(), title, "the scenario has none");
        notes.push(problem.help("give it one: log = { entries = 12 }"));
        return None;
    };
    let log = log?;
    if life.is_websocket() && log.message.is_none() && ["emit", "replay"].contains(&word.name) {
        let title = format!("`{}` on a WebSocket", word.name);
        let problem = Problem::at(node.span(), title, "the log does not say what a message looks like");
        notes.push(problem.help("add to it: message = { seq = \"{seq}\", text = \"{text}\" }"));
        return None;
    }
    let step = match (word.name, value) {
        ("emit", Some(value)) if view::text(value).is_some() => LogStep::Emit(None),
        ("emit", Some(value)) => LogStep::Emit(Some(entries(value, log, notes)?)),
        ("emit_part", _) => LogStep::EmitPart,
        ("hold_back", Some(value)) => LogStep::HoldBack(entries(value, log, notes)?),
        ("replay", Some(value)) => LogStep::Replay {
            after: since(view::get(value, "after")?, place, notes)?,
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

fn since(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Since> {
    match view::text(node) {
        None => view::whole(node).map(Since::Number),
        Some("last-event-id") => Some(Since::LastEventId),
        Some(text) if !Template::holes_of(text).is_empty() => place.template(node, notes).map(Since::Said),
        Some(_) => {
            let problem = Problem::at(node.span(), "this is no place in the log", view::found(node));
            notes.push(problem.help("allowed: \"last-event-id\", a number, or a text with a hole: \"{on.seq}\""));
            None
        }
    }
}

/// Whether a log has an entry of that number, counted over all epochs, which is noted if it has not.
pub(super) fn has(log: Option<Option<&LogSpec>>, number: u32, at: Range<usize>, notes: &mut Notes<'_>) -> bool {
    let (title, label) = match log {
        None => ("there is no log to be named", "the scenario has none".to_owned()),
        Some(Some(log)) if !(1..=log.entries()).contains(&number) => {
            ("the log has no such entry", format!("it has {} entries", log.entries()))
        }
        Some(_) => return true,
    };
    notes.push(Problem::at(at, title, label));
    false
}

/// Whether an entry of a log may say this.
pub(super) fn may_be_told(said: &Content) -> bool {
    match said {
        Content::Json(_) => true,
        Content::Text(text) => text.holes().any(|hole| matches!(hole, Hole::Log(..))),
    }
}

/// Reads that the log is shown.
pub(super) fn shown(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    if let (Some((possible, _)), None) = (stage.scenario, stage.setting.log) {
        let label = format!("`{}` has none", possible.scenario);
        notes.push(Problem::at(node.span(), "there is no log to be shown", label));
        return None;
    }
    Some(Expect::ShownLog)
}

/// Notes if nothing of a log is ever sent.
pub(super) fn unused(span: Range<usize>, scenario: &Scenario, notes: &mut Notes<'_>) {
    if !scenario.roles().iter().any(|role| role.server.iter().any(serves)) {
        let problem = Problem::at(span, "nothing is sent from this log", "no play has a step for it");
        notes.push(problem.help("write `emit` into a play, or remove the log"));
    }
}

fn serves(entry: &Entry) -> bool {
    match entry {
        Entry::Play { play, .. } => {
            let logged = |steps: &[Step]| super::moment::any(steps, &|step| matches!(step, Step::Log(_)));
            logged(&play.steps) || play.answers.iter().any(|answer| logged(&answer.with))
        }
        Entry::Group { entries, .. } => entries.iter().any(serves),
    }
}
