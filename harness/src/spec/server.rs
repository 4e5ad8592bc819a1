//! A scenario's `server` list: whether each entry can be reached, and that the list cannot run out.

use std::ops::Range;

use super::{
    grammar::Node,
    language::ENTRY,
    play::{self, Setting},
    problem::Problem,
    scope::Notes,
    view,
};
use crate::scenario::{Entry, Length, Times};

/// Reads a `server` list.
pub(super) fn entries(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Vec<Entry>> {
    let items = node.get_ref().as_array()?;
    let mut reader = Reader { setting, endless: Vec::new(), depth: 0 };
    let entries: Vec<_> = items.iter().map(|item| reader.entry(item, notes)).collect();
    if let Some(last) = items.last() {
        runs_out(last, entries.last().and_then(Option::as_ref), notes);
    }
    entries.into_iter().collect()
}

/// An entry that serves whatever comes, so that nothing below it is reached.
struct Endless {
    path: Option<String>,
    /// Until then; for ever without it.
    until: Option<Length>,
    span: Range<usize>,
}

struct Reader<'s> {
    setting: Setting<'s>,
    endless: Vec<Endless>,
    /// In how many groups.
    depth: u32,
}

impl Reader<'_> {
    fn entry(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Entry> {
        let (word, value) = ENTRY.pick(node)?;
        let value = value?;
        if word.name == "repeat" {
            self.depth += 1;
            let items = view::get(node, "entries").and_then(|list| list.get_ref().as_array());
            let entries: Option<Vec<_>> = items.map(|items| items.iter().map(|item| self.entry(item, notes)).collect());
            self.depth -= 1;
            return Some(Entry::Group {
                repeat: view::whole(value)?,
                entries: entries?.into_iter().collect::<Option<_>>()?,
            });
        }
        self.play(node, value, notes)
    }

    fn play(&mut self, node: Node<'_>, value: Node<'_>, notes: &mut Notes<'_>) -> Option<Entry> {
        let path = view::get(node, "path").map(|path| self.path(path, notes));
        let until = view::get(node, "until").map(|until| self.until(until, notes));
        let times = self.times(node, until.is_some(), notes);
        let play = play::play(value, view::get(node, "answers"), path.is_some(), self.setting, notes);
        // What is wrong with a path or a time has been said: it must not make the entry one that serves all.
        let path = path.map_or(Some(None), |path| path.map(Some))?;
        let until = until.map_or(Some(None), |until| until.map(Some))?;
        let times = times?;
        self.reached(node, path.as_deref(), until.as_ref(), notes);
        if times == Times::Any {
            self.endless.push(Endless { path: path.clone(), until: until.clone(), span: node.span() });
        }
        Some(Entry::Play { play: play?, times, until, path })
    }

    fn path(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<String> {
        let path = view::text(node)?;
        if !path.starts_with('/') || !path.chars().all(|c| c.is_ascii_graphic() && c != '#' && c != '?') {
            let label = "such as \"/events\": from the slash on, without query and fragment";
            notes.push(Problem::at(node.span(), "this is no path of a request", label));
            return None;
        }
        Some(path.to_owned())
    }

    fn until(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Length> {
        if self.depth > 0 {
            let title = "`until` cannot be repeated";
            let label = "it is a time of the scenario, which comes once";
            notes.push(Problem::at(node.span(), title, label).help("in a `repeat`, entries are used up by `times`"));
            return None;
        }
        self.setting.within(node, "`until`", notes)
    }

    fn times(&self, node: Node<'_>, until: bool, notes: &mut Notes<'_>) -> Option<Times> {
        let Some(times) = view::get(node, "times") else {
            return Some(if until { Times::Any } else { Times::Exactly(1) });
        };
        if view::text(times) != Some("any") {
            return Some(Times::Exactly(view::whole(times)?));
        }
        if self.depth > 0 {
            let title = "an entry in a `repeat` must be used up";
            let label = "this one never is, so that the next round never begins";
            notes.push(Problem::at(times.span(), title, label).help("give it a number, or move it out"));
            return None;
        }
        Some(Times::Any)
    }

    /// Notes if an entry above serves everything that this one could.
    fn reached(&self, node: Node<'_>, path: Option<&str>, until: Option<&Length>, notes: &mut Notes<'_>) {
        let above = self.endless.iter().find(|above| {
            let same = above.path.is_none() || above.path.as_deref() == path;
            same && match (&above.until, until) {
                (None, _) => true,
                (Some(above), Some(until)) => self.setting.scope.always(|values| values.ms(above) >= values.ms(until)),
                (Some(_), None) => false,
            }
        });
        if let Some(above) = above {
            let problem =
                Problem::at(node.span(), "this entry can never be reached", "every connection is served before");
            notes.push(problem.note(above.span.clone(), "this one serves whatever comes"));
        }
    }
}

/// Notes if the last entry can be used up.
fn runs_out(node: Node<'_>, last: Option<&Entry>, notes: &mut Notes<'_>) {
    let label = match last {
        None | Some(Entry::Play { times: Times::Any, until: None, path: None, .. }) => return,
        Some(Entry::Group { .. }) => "after the last round, nothing is left",
        Some(Entry::Play { path: Some(_), .. }) => "requests for another path get nothing",
        Some(Entry::Play { until: Some(_), .. }) => "after that time, nothing is left",
        Some(Entry::Play { .. }) => "once it is used up, nothing is left",
    };
    notes.push(Problem::at(node.span(), "the server can run out of entries", label).help(
        "the last entry must serve whatever still comes: `times = \"any\"`, without `until` and `path`; \
             such as { times = \"any\", play = [\"refuse\"] }",
    ));
}
