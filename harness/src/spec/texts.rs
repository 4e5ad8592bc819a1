//! Texts with holes, and JSON: what messages say and what a client shows.

use std::ops::Range;

use serde_json::Number;
use toml::{
    Spanned,
    de::{DeString, DeValue},
};

use super::{
    grammar::Node,
    play::Setting,
    problem::Problem,
    scope::{Notes, Scope},
    view,
};
use crate::scenario::{Content, Hole, Json, LogEntry, LogSpec, Template};

/// Which holes a text may have, by where it stands. Words and values of `[client]` it may name everywhere.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    /// The values that it may name.
    pub(super) scope: &'s Scope,
    /// `{n}`: it is in a `repeat`.
    pub(super) rounds: bool,
    /// `{on}`: it follows a message.
    pub(super) follows: bool,
    /// `{log.id.5}`: the scenario's log, as in [`Setting`].
    pub(super) log: Option<Option<&'s LogSpec>>,
    /// `{seq}`: it tells an entry of a log.
    pub(super) entry: bool,
    /// `{byte.ff}`: it is sent byte for byte.
    pub(super) raw: bool,
}

impl<'s> Place<'s> {
    /// A place outside of every play.
    pub(super) fn outside(setting: Setting<'s>) -> Self {
        Self { scope: setting.scope, rounds: false, follows: false, log: setting.log, entry: false, raw: false }
    }

    /// Reads a text.
    pub(super) fn template(self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Template> {
        let text = view::text(node)?;
        let holes = Template::holes_of(text);
        let place = |at: &Range<usize>, notes: &Notes<'_>| view::inside(notes.text, node, at.clone());
        let right: Vec<bool> = holes
            .iter()
            .map(|(hole, at)| {
                let name = place(&(at.start + 1..at.end - 1), notes);
                self.hole(hole, place(at, notes), name, notes)
            })
            .collect();
        right.into_iter().all(|right| right).then(|| Template::parse(text))
    }

    /// Reads a key, in which a fault is shown as a whole.
    fn key(self, key: &Spanned<DeString<'_>>, notes: &mut Notes<'_>) -> Option<Template> {
        let holes = Template::holes_of(key.get_ref());
        let right: Vec<bool> = holes.iter().map(|(hole, _)| self.hole(hole, key.span(), key.span(), notes)).collect();
        right.into_iter().all(|right| right).then(|| Template::parse(key.get_ref()))
    }

    /// Whether what stands in a hole is known here, which is noted if it is not.
    fn hole(self, hole: &Hole, at: Range<usize>, name: Range<usize>, notes: &mut Notes<'_>) -> bool {
        match hole {
            Hole::Word(_) | Hole::Long(_) => true,
            Hole::Named(named) if self.entry && LogEntry::PARTS.contains(&named.as_str()) => true,
            Hole::Log(_, number) => super::log::has(self.log, *number, at, notes),
            // What is wrong with the place of a case's text has been said.
            Hole::Named(_) if notes.any_in(&at) => false,
            Hole::Named(named) => self.scope.any(named, name, notes),
            Hole::Byte(_) => {
                if !self.raw {
                    let title = "`{byte.…}` may be no character";
                    let problem = Problem::at(at, title, "this is a text");
                    notes.push(problem.help("allowed in `bytes`, which are sent as they stand"));
                }
                self.raw
            }
            Hole::Round => {
                if !self.rounds {
                    let title = "`{n}` counts the rounds of a `repeat`";
                    notes.push(Problem::at(at, title, "there is none around this step"));
                }
                self.rounds
            }
            Hole::On(_) | Hole::Retyped(_) => {
                if !self.follows {
                    let title = match hole {
                        Hole::Retyped(_) => "`{retyped.…}` is taken from the message that a step follows",
                        _ => "`{on}` is the message that a step follows",
                    };
                    let problem = Problem::at(at, title, "this follows none");
                    let help =
                        "allowed in an answer, and in the steps after an `expect` of a message, a ping or a pong";
                    notes.push(problem.help(help));
                }
                self.follows
            }
        }
    }

    /// Reads what a message says: a text, or `{ json = { … } }`.
    pub(super) fn content(self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Content> {
        match view::get(node, "json") {
            Some(json) => self.json(json, notes).map(Content::Json),
            None => self.template(node, notes).map(Content::Text),
        }
    }

    /// The JSON of a TOML value, for those that JSON can say.
    pub(super) fn json(self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Json> {
        let json = match node.get_ref() {
            DeValue::String(_) => return self.template(node, notes).map(Json::Text),
            DeValue::Boolean(flag) => Some(Json::Flag(*flag)),
            DeValue::Integer(_) => view::integer(node).map(|n| Json::Number(n.into())),
            DeValue::Float(_) => view::number(node).and_then(Number::from_f64).map(Json::Number),
            DeValue::Datetime(_) => None,
            DeValue::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.json(item, notes)).collect();
                return items.into_iter().collect::<Option<_>>().map(Json::List);
            }
            DeValue::Table(_) => {
                let pairs = view::entries(node).into_iter();
                let members: Vec<_> =
                    pairs.map(|(key, item)| Some((self.key(key, notes)?, self.json(item, notes)?))).collect();
                return members.into_iter().collect::<Option<_>>().map(Json::Object);
            }
        };
        if json.is_none() {
            let problem = Problem::at(node.span(), "JSON has no such value", view::found(node));
            notes.push(
                problem.help("allowed: texts, finite numbers of at most 64 bits, `true`, `false`, lists and tables"),
            );
        }
        json
    }
}
