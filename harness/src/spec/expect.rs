//! What checks assert.

use std::ops::Range;

use super::{
    grammar::Node,
    language::{EXPECT, HAPPENS, MOMENT},
    moment::{self, Possible},
    pattern,
    play::Setting,
    problem::Problem,
    scope::Notes,
    view,
};
use crate::{
    scenario::{Expect, Length, Moment, Nth, Quantity},
    time,
};

/// What an assertion is read against.
#[derive(Clone, Copy)]
pub(super) struct Stage<'s> {
    /// The values and the length of the check's scenario.
    pub(super) setting: Setting<'s>,
    /// What can happen in it, and how many clients it has, if it is whole.
    pub(super) scenario: Option<(Possible<'s>, u32)>,
}

/// Reads one assertion.
pub(super) fn expect(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let (word, value) = EXPECT.pick(node)?;
    let value = value?;
    if word.name.starts_with("fleet_") {
        stage.needs_fleet(word.name, node, notes);
    }
    match word.name {
        "waits_together" => waits_together(value, stage, notes),
        "waits_escape" => {
            let over = stage.length(value, "over", notes);
            Some(Expect::WaitsEscape { over: over?, within: whole(value, "within")? })
        }
        "waits_at_most" => Some(Expect::WaitsAtMost { most: stage.setting.scope.positive(value, notes)? }),
        "waits_ceiling" => waits_ceiling(value, stage, notes),
        "attempts" => attempts(value, stage, notes),
        "storm" => {
            let within = stage.window(value, "within", notes);
            let at_most = view::get(value, "at_most").and_then(|most| stage.setting.scope.count(most, notes));
            Some(Expect::Storm { within: within?, at_most: at_most? })
        }
        "status_sequence" => status_sequence(value, notes),
        "status_true" => status_true(value, stage, notes),
        "never" => never(node, value, stage, notes),
        "after" => after(node, value, stage, notes),
        "happens" => happens(value, stage, notes),
        "live_at_most" => Some(Expect::LiveAtMost { most: view::whole(value)? }),
        "shown" => super::shown::expect(value, notes),
        "status_repeats_at_most" => Some(Expect::StatusRepeats { most: view::whole(value)? }),
        "retries_announced" => Some(Expect::RetriesAnnounced { times: view::whole(value)? }),
        "said" => super::shown::said(node, value),
        "ends" => ends(value, stage, notes),
        fleet => super::fleet::expect(fleet, value, stage, notes),
    }
}

impl Stage<'_> {
    /// The duration of a key.
    pub(super) fn length(&self, node: Node<'_>, key: &str, notes: &mut Notes<'_>) -> Option<Length> {
        self.setting.scope.positive(view::get(node, key)?, notes)
    }

    /// The duration of a key, which must be over before the scenario is.
    pub(super) fn window(&self, node: Node<'_>, key: &str, notes: &mut Notes<'_>) -> Option<Length> {
        self.setting.within(view::get(node, key)?, &format!("`{key}`"), notes)
    }

    /// A duration that may be 0; 0 without its key.
    fn slack(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Length> {
        match view::get(node, "slack") {
            Some(slack) => self.setting.scope.length(slack, notes),
            None => Some(Length::literal(0)),
        }
    }

    /// A moment, which must be one that can come. Without a number it is the first.
    fn moment(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Moment> {
        self.numbered(node, Nth::Number(1), notes)
    }

    /// A moment that is looked for after another. Without a number it is the next one, whichever that is.
    fn later_moment(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Moment> {
        self.numbered(node, Nth::Any, notes)
    }

    fn numbered(&self, node: Node<'_>, nth: Nth, notes: &mut Notes<'_>) -> Option<Moment> {
        let moment = moment::worded(&MOMENT, node, nth, self.setting, notes)?;
        self.can_come(&moment, node, notes);
        Some(moment)
    }

    fn can_come(&self, moment: &Moment, node: Node<'_>, notes: &mut Notes<'_>) {
        if let Some((possible, _)) = self.scenario {
            possible.check(moment, node, notes);
        }
    }

    fn needs_fleet(&self, kind: &str, node: Node<'_>, notes: &mut Notes<'_>) {
        if let Some((possible, 1)) = self.scenario {
            let title = format!("`{kind}` needs a fleet");
            let label = format!("`{}` has one client", possible.scenario);
            notes.push(Problem::at(node.span(), title, label).help("give the scenario `clients = 20`"));
        }
    }

    /// Notes if the scenario's server ends fewer connections of each client than the assertion needs.
    pub(super) fn needs_losses(&self, needed: u64, span: Range<usize>, notes: &mut Notes<'_>) {
        let Some((possible, _)) = self.scenario else { return };
        let most = possible.lost();
        if most < needed {
            let label =
                format!("needs {needed} lost connections; the server of `{}` ends only {most}", possible.scenario);
            notes.push(Problem::at(span, "there can never be enough evidence", label));
        }
    }

    /// Notes if a window that begins at a point in time ends after the scenario.
    fn ends_in_time(&self, after: &Moment, most: &Length, span: Range<usize>, notes: &mut Notes<'_>) {
        let (Moment::At(at), Some(lasts)) = (after, self.setting.lasts) else { return };
        let total = |values: &crate::scenario::Values| values.ms(at) + values.ms(most);
        if let Some(values) = self.setting.scope.worst(|values| total(values) > values.ms(lasts)) {
            let (sum, most) = (time::show(total(values)), time::show(values.ms(lasts)));
            let label = format!("it ends at {sum}{}, and the scenario lasts {most}", self.setting.scope.when(values));
            notes.push(Problem::at(span, "the window does not fit into the scenario", label));
        }
    }
}

/// A whole number of a key.
pub(super) fn whole<T: TryFrom<i64>>(node: Node<'_>, key: &str) -> Option<T> {
    view::whole(view::get(node, key)?)
}

fn waits_together(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let at_least = stage.length(node, "at_least", notes);
    let anywhere = view::get(node, "any").is_some();
    let waits = whole(node, if anywhere { "any" } else { "first" })?;
    Some(Expect::WaitsTogether { waits, anywhere, at_least: at_least? })
}

fn waits_ceiling(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let (after_up, first) = (stage.window(node, "after_up", notes), stage.length(node, "first", notes));
    let times = view::get(node, "times")?;
    stage.needs_losses(view::whole(times)?, times.span(), notes);
    Some(Expect::WaitsCeiling {
        after_up: after_up?,
        first: first?,
        factor: view::get(node, "factor").map_or(Some(3.0), view::number)?,
        retries: whole(node, "retries")?,
        times: view::whole(times)?,
    })
}

fn attempts(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let after = view::get(node, "after").map(|after| stage.moment(after, notes));
    let within = view::get(node, "within").map(|_| stage.window(node, "within", notes));
    let (key, count) =
        ["exactly", "at_least", "at_most"].into_iter().find_map(|key| Some((key, view::get(node, key)?)))?;
    let count = stage.setting.scope.count(count, notes);
    if let (Some(Some(after)), Some(Some(within)), Some(span)) = (&after, &within, view::get(node, "within")) {
        stage.ends_in_time(after, within, span.span(), notes);
    }
    let quantity = match key {
        "exactly" => Quantity::Exactly(count?),
        "at_least" => Quantity::AtLeast(count?),
        _ => Quantity::AtMost(count?),
    };
    let after = after.map_or(Some(None), |after| after.map(Some))?;
    let within = within.map_or(Some(None), |within| within.map(Some))?;
    Some(Expect::Attempts { after, within, quantity })
}

fn status_sequence(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let pattern = view::text(node)?;
    let faults = pattern::faults(pattern);
    let right = faults.is_empty();
    for fault in faults {
        let at = view::inside(notes.text, node, fault.at);
        let title = "this is no regular expression over statuses";
        notes.push(Problem::at(at, title, fault.label).help(fault.help));
    }
    right.then(|| Expect::StatusSequence { pattern: pattern.to_owned() })
}

fn status_true(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let slack = view::get(node, "slack").and_then(|_| stage.slack(node, notes));
    let from = view::get(node, "connected_from")?;
    let moment = stage.moment(from, notes)?;
    match moment {
        Moment::Sent(..) | Moment::Received(..) | Moment::Accepted(Nth::Any) => {}
        Moment::Accepted(_) => {
            let problem = Problem::at(from.span(), "a number has no meaning here", "each connection is looked at");
            notes.push(problem.help("write { accepted = \"any\" }"));
            return None;
        }
        _ => {
            let label = "this says nothing about the connection on the wire";
            let problem = Problem::at(from.span(), "a connection counts as connected from evidence on", label);
            notes.push(problem.help("allowed: `accepted`, `sent`, `received`"));
            return None;
        }
    }
    if let Some(nth) = view::get(from, "nth") {
        let label = "each connection is looked at";
        notes.push(Problem::at(nth.span(), "`nth` has no meaning here", label).help("leave it out"));
    }
    Some(Expect::StatusTrue { slack: slack?, connected_from: moment })
}

fn never(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let never = stage.later_moment(value, notes);
    let after = view::get(node, "after").and_then(|after| stage.moment(after, notes));
    let slack = stage.slack(node, notes);
    Some(Expect::Never { never: never?, after: after?, slack: slack? })
}

fn after(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let after = stage.moment(value, notes);
    let then = view::get(node, "then").and_then(|then| stage.later_moment(then, notes));
    let within = view::get(node, "within")?;
    let [earliest, latest] = view::items(within) else { return None };
    let scope = stage.setting.scope;
    let (at_least, at_most) = (scope.length(earliest, notes), stage.setting.within(latest, "the window", notes));
    let (after, at_least, at_most) = (after?, at_least?, at_most?);
    if let Some(values) = scope.worst(|values| values.ms(&at_least) > values.ms(&at_most)) {
        let (low, high) = (time::show(values.ms(&at_least)), time::show(values.ms(&at_most)));
        let label = format!("from {low} to {high}{}", scope.when(values));
        let problem = Problem::at(within.span(), "the earliest time is after the latest", label);
        notes.push(problem.help("`within` is [earliest, latest]"));
        return None;
    }
    stage.ends_in_time(&after, &at_most, latest.span(), notes);
    Some(Expect::After { after, then: then?, at_least, at_most })
}

fn happens(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let moment = moment::worded(&HAPPENS, node, Nth::Any, stage.setting, notes)?;
    let counted = view::get(node, "times");
    let times = counted.map_or(Some(1), view::whole)?;
    if let (Some(counted), Some(once)) = (counted, once(&moment)) {
        let problem = Problem::at(counted.span(), "this moment is counted twice", once);
        notes.push(problem.help("either a number of the moment, or `any` and `times`"));
        return None;
    }
    stage.can_come(&at_least(&moment, times), node, notes);
    Some(Expect::Happens { moment, times })
}

/// Why a moment can come only once, if so.
fn once(moment: &Moment) -> Option<&'static str> {
    let nth = match moment {
        Moment::At(_) => return Some("a point in time comes once"),
        Moment::Attempt(nth) | Moment::Lost(nth) | Moment::Accepted(nth) => nth,
        Moment::Status(_, nth) | Moment::Received(_, nth) | Moment::Sent(_, nth) | Moment::User(_, nth) => nth,
        Moment::Shown(_, nth) => nth,
    };
    (*nth != Nth::Any).then_some("one certain moment comes once")
}

/// The moment that has come when `moment` has come so many times.
fn at_least(moment: &Moment, times: u32) -> Moment {
    let number = |nth: &Nth| if *nth == Nth::Any { Nth::Number(times) } else { *nth };
    match moment {
        Moment::Attempt(nth) => Moment::Attempt(number(nth)),
        Moment::Lost(nth) => Moment::Lost(number(nth)),
        Moment::Accepted(nth) => Moment::Accepted(number(nth)),
        Moment::Status(status, nth) => Moment::Status(*status, number(nth)),
        Moment::Received(text, nth) => Moment::Received(text.clone(), number(nth)),
        Moment::Sent(text, nth) => Moment::Sent(text.clone(), number(nth)),
        Moment::User(act, nth) => Moment::User(act.clone(), number(nth)),
        Moment::Shown(json, nth) => Moment::Shown(json.clone(), number(nth)),
        Moment::At(at) => Moment::At(at.clone()),
    }
}

fn ends(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let after = view::get(node, "after").and_then(|after| stage.moment(after, notes));
    let within = stage.window(node, "within", notes);
    let status = moment::status(view::get(node, "status")?)?;
    if let (Some(after), Some(within), Some(span)) = (&after, &within, view::get(node, "within")) {
        stage.ends_in_time(after, within, span.span(), notes);
    }
    Some(Expect::Ends { status, after: after?, within: within? })
}
