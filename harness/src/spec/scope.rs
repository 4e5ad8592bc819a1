//! The values of `[client]`: which names there are, and between which extremes they are drawn.

use std::ops::Range;

use serde_json::Value;

use super::{
    grammar::Node,
    language::DRAW,
    length::{self, What},
    names::{is_snake, nearest, sayings},
    problem::{MOST, Problem},
    told, view,
};
use crate::{
    scenario::{Count, Draw, Length, Term, Unit, Values},
    time::{self, Millis},
};

/// No duration of a spec is longer: 24 hours.
pub(super) const LONGEST: Millis = 24 * 3_600_000;

/// How many values of one scenario may be drawn: every rule is tried at each combination of their extremes.
const MOST_DRAWN: usize = 10;

/// What these stand for in a text is no value.
const RESERVED: [&str; 2] = ["n", "on"];

/// The text of a file, and what has been found in it.
pub(super) struct Notes<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// The problems.
    pub(super) problems: Vec<Problem>,
    /// The values of `[client]` that have been named so far, in the order of reading.
    pub(super) named: Vec<String>,
}

impl Notes<'_> {
    /// Notes a problem.
    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether more has been found wrong than is told: looking on would be in vain, and where everything is wrong it takes long.
    pub(super) fn are_full(&self) -> bool {
        self.problems.len() > MOST
    }

    /// Whether anything has been found wrong between these places.
    pub(super) fn any_in(&self, extent: &Range<usize>) -> bool {
        self.problems.iter().filter_map(|problem| problem.span.as_ref()).any(|span| extent.contains(&span.start))
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Duration,
    Count,
    Told(told::Kind),
    /// Its definition is wrong, which has been said.
    Broken,
}

/// One defined value.
#[derive(Debug, Clone)]
struct Definition {
    name: String,
    span: Range<usize>,
    kind: Kind,
    draw: Option<Draw>,
}

/// The values that a scenario knows.
///
/// A duration is multilinear in the drawn values: a sum of products with factors that are not negative, where each draw is
/// `low + u * (high - low)` with its own u in 0..1. Such a function, and the difference of two, takes its extremes where every
/// u is 0 or 1. So a rule that holds at those corners holds for every seed.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    defined: Vec<Definition>,
    /// Names whose definitions follow, while definitions are read.
    later: Vec<(String, Range<usize>)>,
    /// The values at each combination of extremes.
    corners: Vec<Values>,
    drawn: Vec<String>,
    /// Whether this is the place outside of all scenarios, where no value is known.
    outside: bool,
}

impl Scope {
    /// The place outside of all scenarios.
    pub(super) fn outside() -> Self {
        let mut notes = Notes { text: "", problems: Vec::new(), named: Vec::new() };
        Self { outside: true, ..Self::new(None, &mut notes) }
    }

    /// Reads `[client]`.
    pub(super) fn new(client: Option<Node<'_>>, notes: &mut Notes<'_>) -> Self {
        Self::read(&[], client, notes)
    }

    /// The same values, with those that a scenario's `client` replaces or adds.
    pub(super) fn with(&self, client: Option<Node<'_>>, notes: &mut Notes<'_>) -> Self {
        Self::read(&self.defined, client, notes)
    }

    fn read(base: &[Definition], client: Option<Node<'_>>, notes: &mut Notes<'_>) -> Self {
        let none = vec![Values::none()];
        let mut scope =
            Self { defined: Vec::new(), later: Vec::new(), corners: none, drawn: Vec::new(), outside: false };
        let own = client.map(view::entries).unwrap_or_default();
        let replaced = |name: &str| own.iter().find(|(key, _)| key.get_ref() == name);
        let known = base.iter().map(|old| (old.name.as_str(), Some(old), replaced(&old.name)));
        let added = own.iter().filter(|(key, _)| base.iter().all(|old| old.name != *key.get_ref()));
        let all: Vec<_> = known.chain(added.map(|pair| (pair.0.get_ref().as_ref(), None, Some(pair)))).collect();
        let place = |old: Option<&Definition>, new: Option<&view::Pair<'_>>| match (old, new) {
            (_, Some((key, _))) => key.span(),
            (Some(old), None) => old.span.clone(),
            (None, None) => 0..0,
        };
        for (n, (name, old, new)) in all.iter().enumerate() {
            scope.later = all[n..].iter().map(|(name, old, new)| ((*name).to_owned(), place(*old, *new))).collect();
            let span = place(*old, *new);
            let (kind, draw) = match new {
                Some((_, value)) => scope.define(name, &span, value, *old, notes),
                None => old.map_or((Kind::Broken, None), |old| scope.again(old)),
            };
            scope.add(Definition { name: (*name).to_owned(), span, kind, draw }, notes);
        }
        scope.later.clear();
        scope
    }

    /// An earlier definition, as it is in this scope: broken if a value that it names is.
    fn again(&self, old: &Definition) -> (Kind, Option<Draw>) {
        let lengths: Vec<&Length> = match &old.draw {
            Some(Draw::Length(length)) => vec![length],
            Some(Draw::LengthBetween(low, high)) => vec![low, high],
            _ => vec![],
        };
        let names = lengths.iter().flat_map(|length| &length.terms).filter_map(|term| match &term.unit {
            Unit::Name(name) => Some(name),
            Unit::Literal(_) => None,
        });
        let whole = names.into_iter().all(|name| self.kind(name) == Some(Kind::Duration));
        if whole { (old.kind, old.draw.clone()) } else { (Kind::Broken, None) }
    }

    /// Reads one definition.
    fn define(
        &self,
        name: &str,
        span: &Range<usize>,
        value: Node<'_>,
        old: Option<&Definition>,
        notes: &mut Notes<'_>,
    ) -> (Kind, Option<Draw>) {
        if !is_snake(name) || length::is_unit(name) || RESERVED.contains(&name) {
            let help = "lower-case letters and digits in words joined by single underscores, beginning with a letter; not a unit, `n` or `on`";
            notes.push(
                Problem::at(span.clone(), format!("`{name}` is no name for a value"), "choose another").help(help),
            );
        }
        let Some((kind, draw)) = self.draw(value, notes) else { return (Kind::Broken, None) };
        if let Some(old) = old.filter(|old| old.kind != Kind::Broken && old.kind != kind) {
            let title = format!("`{name}` must stay {}", said(old.kind));
            let label = format!("replaced by {} here", said(kind));
            notes.push(Problem::at(value.span(), title, label).note(old.span.clone(), "defined here"));
            return (Kind::Broken, None);
        }
        (kind, Some(draw))
    }

    fn draw(&self, value: Node<'_>, notes: &mut Notes<'_>) -> Option<(Kind, Draw)> {
        if view::text(value).is_some() {
            let length = self.length(value, notes);
            if let (None, Some(text), Some(last)) = (&length, view::text(value), notes.problems.last_mut())
                && !text.contains(|c: char| c.is_ascii_digit() || c == '*' || c == '+')
            {
                last.help.push(format!("a text that is no duration is written {{ text = {text:?} }}"));
            }
            return Some((Kind::Duration, Draw::Length(length?)));
        }
        if let Some(count) = view::whole(value) {
            return Some((Kind::Count, Draw::Count(count)));
        }
        let (word, inner) = DRAW.pick(value)?;
        let inner = inner?;
        if word.name != "between" {
            return told::draw(word.name, inner, notes).map(|(kind, draw)| (Kind::Told(kind), draw));
        }
        let [low, high] = view::items(inner) else { return None };
        match (view::whole::<u64>(low), view::whole::<u64>(high)) {
            (Some(from), Some(to)) => {
                if from > to {
                    notes.push(upside_down(inner, &from.to_string(), &to.to_string()));
                    return None;
                }
                Some((Kind::Count, Draw::CountBetween(from, to)))
            }
            (None, None) => self.length_between(inner, low, high, notes),
            _ => {
                let title = "`between` needs two durations or two whole numbers";
                notes.push(Problem::at(inner.span(), title, "found one of each"));
                None
            }
        }
    }

    fn length_between(
        &self,
        both: Node<'_>,
        low: Node<'_>,
        high: Node<'_>,
        notes: &mut Notes<'_>,
    ) -> Option<(Kind, Draw)> {
        let (from, to) = (self.length(low, notes), self.length(high, notes));
        let (from, to) = (from?, to?);
        if let Some(values) = self.corners.iter().find(|values| values.ms(&from) > values.ms(&to)) {
            notes.push(upside_down(both, &time::show(values.ms(&from)), &time::show(values.ms(&to))));
            return None;
        }
        Some((Kind::Duration, Draw::LengthBetween(from, to)))
    }

    /// Adds a definition, with its values at every corner.
    fn add(&mut self, definition: Definition, notes: &mut Notes<'_>) {
        let Definition { name, draw, span, .. } = definition.clone();
        let between = matches!(draw, Some(Draw::LengthBetween(..) | Draw::CountBetween(..)));
        if between && self.drawn.len() == MOST_DRAWN {
            let title = format!("more than {MOST_DRAWN} values are drawn");
            notes.push(Problem::at(span, title, "one too many").help("compute it from another value"));
            self.defined.push(Definition { kind: Kind::Broken, draw: None, ..definition });
            return;
        }
        if between {
            self.drawn.push(name.clone());
            self.corners = self.corners.iter().chain(&self.corners).cloned().collect();
        }
        let half = self.corners.len() / 2;
        for (n, values) in self.corners.iter_mut().enumerate() {
            let is_low = n < half;
            match &draw {
                Some(Draw::Length(length)) => drop(values.durations.insert(name.clone(), values.ms(length))),
                Some(Draw::LengthBetween(low, high)) => {
                    let ms = values.ms(if is_low { low } else { high });
                    values.durations.insert(name.clone(), ms);
                }
                Some(Draw::Count(n)) => drop(values.counts.insert(name.clone(), *n)),
                Some(Draw::CountBetween(low, high)) => {
                    values.counts.insert(name.clone(), if is_low { *low } else { *high });
                }
                Some(Draw::Text(_) | Draw::Told(_) | Draw::OneOf(_)) | None => {}
            }
        }
        self.defined.push(definition);
    }

    /// The definitions, in order. Only complete if nothing was wrong with them.
    pub(super) fn draws(&self) -> Vec<(String, Draw)> {
        self.defined.iter().filter_map(|d| Some((d.name.clone(), d.draw.clone()?))).collect()
    }

    /// Reads what one case tells in place of these values. Only tables and lists, on which nothing else in a spec depends.
    pub(super) fn told(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Vec<(String, Value)>> {
        let read = |(key, value): view::Pair<'_>, notes: &mut Notes<'_>| {
            let name = key.get_ref().to_string();
            let kind = told::kind(value).filter(|kind| *kind != told::Kind::Text).map(Kind::Told);
            if kind.is_none() || self.kind(&name) != kind {
                let title = format!("`{name}` is no such value of the scenario");
                let problem =
                    Problem::at(key.span(), title, "a case replaces a table by a table, and a list by a list");
                notes.push(problem.help("give it to the scenario first: `client.NAME = { table = { … } }`"));
                return None;
            }
            Some((name, told::value(value, notes)?))
        };
        let all: Vec<_> = view::entries(node).into_iter().map(|pair| read(pair, notes)).collect();
        all.into_iter().collect()
    }

    fn kind(&self, name: &str) -> Option<Kind> {
        self.defined.iter().find(|d| d.name == name).map(|d| d.kind)
    }

    /// Reads a duration; nothing if it is wrong, which is then noted.
    pub(super) fn length(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Length> {
        let text = view::text(node)?;
        let parts = match length::parse(text) {
            Ok(parts) => parts,
            Err(fault) => {
                let at = view::inside(notes.text, node, fault.at);
                notes.push(Problem::at(at, fault.title, fault.label).help(fault.help));
                return None;
            }
        };
        let terms: Vec<_> = parts.into_iter().map(|part| self.term(part, node, notes)).collect();
        let length = Length { terms: terms.into_iter().collect::<Option<_>>()? };
        if let Some(values) = self.corners.iter().find(|values| values.ms(&length) > LONGEST) {
            let label = format!("{}{}", time::show(values.ms(&length)), self.when(values));
            notes.push(
                Problem::at(node.span(), "the duration does not fit", label).help("no duration is longer than 24h"),
            );
            return None;
        }
        Some(length)
    }

    /// Reads a duration that is longer than 0.
    pub(super) fn positive(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Length> {
        let length = self.length(node, notes)?;
        if let Some(values) = self.corners.iter().find(|values| values.ms(&length) == 0) {
            let label = format!("0 ms{}", self.when(values));
            notes.push(Problem::at(node.span(), "the duration must be at least 1 ms", label));
            return None;
        }
        Some(length)
    }

    fn term(&self, part: length::Part<'_>, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Term> {
        let unit = match part.what {
            What::Literal(ms) => Unit::Literal(ms),
            What::Name(name, at) => {
                let at = view::inside(notes.text, node, at);
                self.named(name, at, Kind::Duration, notes)?;
                Unit::Name(name.to_owned())
            }
        };
        Some(Term { factor: part.factor, unit })
    }

    /// Reads a whole number or the name of one.
    pub(super) fn count(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Count> {
        if let Some(name) = view::text(node) {
            self.named(name, node.span(), Kind::Count, notes)?;
            return Some(Count::Name(name.to_owned()));
        }
        let count = view::whole(node);
        if count.is_none() {
            notes.push(Problem::at(node.span(), "a count is not negative", view::found(node)));
        }
        count.map(Count::Literal)
    }

    /// Looks up a name that must stand for `wanted`.
    fn named(&self, name: &str, at: Range<usize>, wanted: Kind, notes: &mut Notes<'_>) -> Option<()> {
        match self.kind(name) {
            Some(kind) if kind == wanted => {
                notes.named.push(name.to_owned());
                return Some(());
            }
            Some(Kind::Broken) => return None,
            Some(kind) => {
                let title = format!("`{name}` is not {}", said(wanted));
                notes.push(Problem::at(at, title, format!("it is {}", said(kind))));
                return None;
            }
            None => {}
        }
        if let Some((_, span)) = self.later.iter().find(|(later, _)| later == name) {
            let first = self.later.first().is_some_and(|(current, _)| current == name);
            let title = format!("`{name}` is named before it is defined");
            let label = if first { "this is its own definition" } else { "not defined yet" };
            let problem = Problem::at(at, title, label).help("a value can name those above it; move it below");
            notes.push(if first { problem } else { problem.note(span.clone(), "defined here") });
            return None;
        }
        self.unknown(name, at, Some(wanted), notes);
        None
    }

    /// Whether a name stands for a value of any kind, which is noted if it does not.
    pub(super) fn any(&self, name: &str, at: Range<usize>, notes: &mut Notes<'_>) -> bool {
        let kind = self.kind(name);
        match kind {
            None => self.unknown(name, at, None, notes),
            Some(_) => notes.named.push(name.to_owned()),
        }
        kind.is_some_and(|kind| kind != Kind::Broken)
    }

    /// Notes a name that stands for nothing, where a value of a kind is wanted, or of any.
    fn unknown(&self, name: &str, at: Range<usize>, wanted: Option<Kind>, notes: &mut Notes<'_>) {
        if self.outside {
            let title = format!("`{name}` cannot be named here");
            notes.push(Problem::at(at, title, "the latency is the same in every run").help("such as \"10ms\""));
            return;
        }
        let known =
            || self.defined.iter().filter(|d| wanted.is_none_or(|wanted| d.kind == wanted)).map(|d| d.name.as_str());
        let near = nearest(name, known());
        let help = match known().next() {
            Some(_) => format!("defined in [client]: {}", sayings(known())),
            None => match wanted {
                Some(wanted) => format!("[client] defines no value that is {}", said(wanted)),
                None => "[client] defines no value".to_owned(),
            },
        };
        let problem = Problem::at(at, format!("unknown value `{name}`"), "[client] defines no such value");
        notes.push(problem.maybe_help(near.map(|near| format!("did you mean `{near}`?"))).help(help));
    }

    /// The extreme values at which `broken` is true, if there are any.
    pub(super) fn worst(&self, broken: impl Fn(&Values) -> bool) -> Option<&Values> {
        self.corners.iter().find(|values| broken(values))
    }

    /// What a duration comes to that names no value.
    pub(super) fn exactly(&self, length: &Length) -> Millis {
        self.corners[0].ms(length)
    }

    /// Whether `holds` at every extreme.
    pub(super) fn always(&self, holds: impl Fn(&Values) -> bool) -> bool {
        self.corners.iter().all(holds)
    }

    /// Which draws lead to `values`: ` when base_delay is 900 ms`, or nothing if nothing is drawn.
    pub(super) fn when(&self, values: &Values) -> String {
        let drawn: Vec<_> = self
            .drawn
            .iter()
            .filter_map(|name| match (values.durations.get(name), values.counts.get(name)) {
                (Some(ms), _) => Some(format!("{name} is {}", time::show(*ms))),
                (None, Some(count)) => Some(format!("{name} is {count}")),
                (None, None) => None,
            })
            .collect();
        if drawn.is_empty() { String::new() } else { format!(" when {}", drawn.join(" and ")) }
    }
}

fn said(kind: Kind) -> &'static str {
    match kind {
        Kind::Duration => "a duration",
        Kind::Count => "a whole number",
        Kind::Told(told::Kind::Text) => "a text",
        Kind::Told(told::Kind::Table) => "a table",
        Kind::Told(told::Kind::List) => "a list",
        Kind::Broken => "a value",
    }
}

fn upside_down(node: Node<'_>, low: &str, high: &str) -> Problem {
    Problem::at(node.span(), "the low end is above the high end", format!("from {low} to {high}"))
        .help("`between` is [low, high]")
}
