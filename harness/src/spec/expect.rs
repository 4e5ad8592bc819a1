//! What checks assert.

use std::ops::Range;

use super::{
    every,
    grammar::Node,
    language::{EXPECT, HAPPENS, MOMENT},
    moment::{self, Possible},
    pattern,
    play::Setting,
    problem::Problem,
    scope::Notes,
    texts::Place,
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
    if word.name == "scripted" {
        return scripted(node, value, stage, notes);
    }
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
        "every" => every::expect(node, value, stage, notes),
        "happens" => happens(value, stage, notes),
        "request" => super::request::request(node, value, stage, notes),
        "requests" => super::request::requests(value, stage, notes),
        "live_at_most" => Some(Expect::LiveAtMost { most: view::whole(value)? }),
        "shown" => shown(node, value, stage, notes),
        "received" => received(value, stage, notes),
        "status_repeats_at_most" => Some(Expect::StatusRepeats { most: view::whole(value)? }),
        "retries_announced" => Some(Expect::RetriesAnnounced { times: view::whole(value)? }),
        "shown_last" => shown_last(node, value, stage, notes),
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
    pub(super) fn moment(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Moment> {
        self.numbered(node, Nth::Number(1), notes)
    }

    /// A moment that is looked for after another. Without a number it is the next one, whichever that is.
    pub(super) fn later_moment(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Moment> {
        self.numbered(node, Nth::Any, notes)
    }

    fn numbered(&self, node: Node<'_>, nth: Nth, notes: &mut Notes<'_>) -> Option<Moment> {
        let moment = moment::worded(&MOMENT, node, nth, self.setting, notes)?;
        self.can_come(&moment, node, notes);
        Some(moment)
    }

    pub(super) fn can_come(&self, moment: &Moment, node: Node<'_>, notes: &mut Notes<'_>) {
        if let Some((possible, _)) = self.scenario {
            possible.check(moment, node, notes);
        }
    }

    /// Two durations, the longer one second: the least, which may be 0, and the most, which `what` names in a sentence.
    pub(super) fn span(&self, node: Node<'_>, what: &str, notes: &mut Notes<'_>) -> Option<(Length, Length)> {
        let [least, most] = view::items(node) else { return None };
        let scope = self.setting.scope;
        let (least, most) = (scope.length(least, notes), self.setting.within(most, what, notes));
        let (least, most) = (least?, most?);
        let Some(values) = scope.worst(|values| values.ms(&least) > values.ms(&most)) else {
            return Some((least, most));
        };
        let (low, high) = (time::show(values.ms(&least)), time::show(values.ms(&most)));
        let label = format!("from {low} to {high}{}", scope.when(values));
        let problem = Problem::at(node.span(), "the first of two times is the longer one", label);
        notes.push(problem.help("write the shorter one first"));
        None
    }

    fn needs_fleet(&self, kind: &str, node: Node<'_>, notes: &mut Notes<'_>) {
        if let Some((Possible { case: Some(_), scenario, .. }, _)) = self.scenario {
            let title = format!("`{kind}` compares clients that are played alike");
            let label = format!("each client of `{scenario}` is played a case of its own");
            notes.push(Problem::at(node.span(), title, label));
            return;
        }
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
            let label = format!("needs {needed} lost connections; the server of {} ends only {most}", possible.name());
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
    let quantity = quantity(node, stage, notes);
    if let (Some(Some(after)), Some(Some(within)), Some(span)) = (&after, &within, view::get(node, "within")) {
        stage.ends_in_time(after, within, span.span(), notes);
    }
    let after = after.map_or(Some(None), |after| after.map(Some))?;
    let within = within.map_or(Some(None), |within| within.map(Some))?;
    Some(Expect::Attempts { after, within, quantity: quantity? })
}

/// How many of something there must be.
pub(super) fn quantity(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Quantity> {
    let (key, count) =
        ["exactly", "at_least", "at_most"].into_iter().find_map(|key| Some((key, view::get(node, key)?)))?;
    let count = stage.setting.scope.count(count, notes)?;
    Some(match key {
        "exactly" => Quantity::Exactly(count),
        "at_least" => Quantity::AtLeast(count),
        _ => Quantity::AtMost(count),
    })
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
        Moment::Sent(..) | Moment::Received(..) | Moment::Answered(..) | Moment::Accepted(Nth::Any) => {}
        Moment::Accepted(_) => {
            let problem = Problem::at(from.span(), "a number has no meaning here", "each connection is looked at");
            notes.push(problem.help("write { accepted = \"any\" }"));
            return None;
        }
        _ => {
            let label = "this says nothing about the connection on the wire";
            let problem = Problem::at(from.span(), "a connection counts as connected from evidence on", label);
            notes.push(problem.help("allowed: `accepted`, `answered`, `sent`, `received`"));
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
    let [_, latest] = view::items(within) else { return None };
    let span = stage.span(within, "the window", notes);
    let (after, (at_least, at_most)) = (after?, span?);
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
    match moment.nth() {
        None => Some("a point in time comes once"),
        Some(Nth::Any) => None,
        Some(_) => Some("one certain moment comes once"),
    }
}

/// The moment that has come when `moment` has come so many times.
fn at_least(moment: &Moment, times: u32) -> Moment {
    match moment.nth() {
        Some(Nth::Any) => moment.clone().with_nth(Nth::Number(times)),
        _ => moment.clone(),
    }
}

fn shown(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    if value.get_ref().is_table() {
        return super::log::shown(node, stage, notes);
    }
    let place = Place::outside(stage.setting);
    let items: Vec<_> = value.get_ref().as_array()?.iter().map(|item| place.json(item, notes)).collect();
    Some(Expect::Shown { exactly: items.into_iter().collect::<Option<_>>()? })
}

/// Reads what is shown last, or at a moment; `value` says what.
fn shown_last(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let at = view::get(node, "at").map(|at| stage.moment(at, notes));
    let value = Place::outside(stage.setting).json(value, notes);
    let within = match view::get(node, "within") {
        Some(_) => stage.window(node, "within", notes),
        None => Some(Length::literal(0)),
    };
    if let (None, Some(within)) = (&at, view::get(node, "within")) {
        let problem = Problem::at(within.span(), "`within` counts from a moment", "there is no `at` beside it");
        notes.push(problem.help("without `at`, the end of the run is meant"));
    }
    let at = at.map_or(Some(None), |at| at.map(Some))?;
    Some(Expect::ShownLast { value: value?, at, within: within? })
}

fn received(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let place = Place::outside(stage.setting);
    let matching = view::get(node, "matching").map(|matching| place.content(matching, notes));
    let items = view::get(node, "exactly").map(view::items)?;
    let exactly: Vec<_> = items.iter().map(|item| place.content(item, notes)).collect();
    let path = |text: &str| text.split('.').map(str::to_owned).collect();
    Some(Expect::Received {
        matching: matching.map_or(Some(None), |matching| matching.map(Some))?,
        exactly: exactly.into_iter().collect::<Option<_>>()?,
        unique_by: view::get(node, "unique_by").and_then(view::text).map(path),
        connection: view::get(node, "connection").map_or(Some(None), |number| view::whole(number).map(Some))?,
    })
}

fn scripted(node: Node<'_>, value: Option<Node<'_>>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    if let Some((possible, _)) = stage.scenario
        && !possible.expects()
    {
        let label = format!("the server of `{}` expects nothing", possible.scenario);
        notes.push(Problem::at(node.span(), "there is nothing to judge", label));
    }
    let list = value.and_then(|value| view::get(value, "connections"));
    let numbers = list.map(|list| view::items(list).iter().map(view::whole).collect::<Option<Vec<u32>>>());
    if let (Some(Some(numbers)), Some((possible, _)), Some(list)) = (&numbers, stage.scenario, list)
        && let Some(most) = numbers.iter().max().filter(|most| possible.accepted() < u64::from(**most))
    {
        let label = format!("the server of `{}` accepts fewer than {most} connections", possible.scenario);
        notes.push(Problem::at(list.span(), "this connection can never come", label));
    }
    Some(Expect::Scripted { connections: numbers.map_or(Some(None), |numbers| numbers.map(Some))? })
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
