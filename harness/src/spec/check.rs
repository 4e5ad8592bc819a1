//! Checks: their scenario, what they assert, and what they require.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    case,
    expect::{self, Stage},
    grammar::Node,
    moment::Possible,
    names::{nearest, sayings},
    play::Setting,
    problem::Problem,
    scenario::Known as KnownScenario,
    scope::{Notes, Scope},
    vary, view,
};
use crate::scenario::{CaseCheck, Check, Expect};

/// What is known of a check of the file, even if something is wrong with it.
pub(super) struct Known {
    /// Its id, and where it stands.
    pub(super) id: Option<(String, Range<usize>)>,
    /// The scenario that it names.
    pub(super) scenario: Option<String>,
    /// The checks that it requires, and where it says so.
    pub(super) requires: Vec<(String, Range<usize>)>,
    /// The ids of the cases that it is about.
    pub(super) cases: Vec<String>,
    /// What it asserts, if nothing is wrong with that; of the first case, if it is about cases.
    pub(super) expect: Option<Vec<Expect>>,
    /// The whole of it, if nothing is wrong.
    pub(super) whole: Option<Check>,
}

/// Reads a check.
pub(super) fn check<'a>(node: Node<'a>, scenarios: &[KnownScenario<'a>], base: &Scope, notes: &mut Notes<'_>) -> Known {
    let id = view::get(node, "id").and_then(|id| Some((view::text(id)?.to_owned(), id.span())));
    let named = view::get(node, "in").and_then(|name| scenario(name, scenarios, notes));
    let before = notes.named.len();
    let asserted = view::get(node, "expect").and_then(|expect| match named {
        Some(known) => asserted(node, expect, known, notes),
        None => {
            let stage = Stage { setting: Setting { scope: base, lasts: None, log: None }, scenario: None };
            all_of(expect, stage, notes).map(|expect| Asserted { expect, cases: Vec::new() })
        }
    });
    let values = view::get(node, "expect").map(|expect| values(expect, &notes.named[before..], notes.text));
    let requires = view::get(node, "requires").map(view::items).unwrap_or_default();
    let requires: Vec<_> = requires.iter().filter_map(|r| Some((view::text(r)?.to_owned(), r.span()))).collect();
    let scenario = named.and_then(|known| known.id.as_ref()).map(|(id, _)| id.clone());
    let ids = |case: &CaseCheck| Some(named?.cases.get(case.case)?.id.as_ref()?.0.clone());
    let cases = asserted.iter().flat_map(|asserted| &asserted.cases).filter_map(ids).collect();
    let first = |asserted: &Asserted| asserted.cases.first().map_or(&asserted.expect, |case| &case.expect).clone();
    let expect = asserted.as_ref().map(first);
    let whole = whole(node, id.as_ref(), scenario.as_ref(), &requires, asserted, values.unwrap_or_default());
    Known { id, scenario, requires, cases, expect, whole }
}

/// What a check asserts: of every client, or of the cases that it is about.
struct Asserted {
    expect: Vec<Expect>,
    cases: Vec<CaseCheck>,
}

/// Reads what a check asserts about a scenario.
fn asserted<'a>(
    node: Node<'a>,
    expect: Node<'a>,
    known: &KnownScenario<'a>,
    notes: &mut Notes<'_>,
) -> Option<Asserted> {
    let setting = Setting { scope: &known.scope, lasts: known.lasts.as_ref(), log: known.log().map(Some) };
    let scenario = known.id.as_ref().map_or("", |(id, _)| id);
    let chosen = case::chosen(view::get(node, "case"), scenario, &known.cases, notes)?;
    let cuts = vary::cuts(node, &chosen, known, notes)?;
    let only: Vec<_> = chosen.iter().map(|(_, case)| *case).collect();
    if !case::names(expect, &only, notes) {
        return None;
    }
    let roles = known.whole.as_ref().map(|whole| (whole.roles(), whole));
    let stage = |role: usize| {
        let possible = roles.as_ref().and_then(|(roles, whole)| {
            let (case, role) = (whole.cases.get(role).map(|case| case.id.as_str()), roles.get(role)?);
            Some((Possible { scenario: &whole.id, case, server: role.server, user: role.user }, whole.clients))
        });
        Stage { setting, scenario: possible }
    };
    if chosen.is_empty() {
        return Some(Asserted { expect: all_of(expect, stage(0), notes)?, cases: Vec::new() });
    }
    let mut indices = chosen.iter().map(|(index, _)| *index);
    let each = case::each(&only, notes, |case, notes| {
        let index = indices.next()?;
        Some(CaseCheck { case: index, cuts: cuts.clone(), expect: all_of(&case.fill(expect), stage(index), notes)? })
    });
    Some(Asserted { expect: Vec::new(), cases: each? })
}

/// Reads assertions of which all must hold.
fn all_of(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Vec<Expect>> {
    let all: Vec<_> = view::items(node).iter().map(|item| expect::expect(item, stage, notes)).collect();
    all.into_iter().collect()
}

/// The values of `[client]` that an assertion names itself: what a case of its own says is no part of it.
fn values(expect: Node<'_>, named: &[String], text: &str) -> BTreeSet<String> {
    let written = text.get(view::extent(expect)).unwrap_or_default();
    let words: Vec<_> = written.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    named.iter().filter(|name| words.contains(&name.as_str())).cloned().collect()
}

fn whole(
    node: Node<'_>,
    id: Option<&(String, Range<usize>)>,
    scenario: Option<&String>,
    requires: &[(String, Range<usize>)],
    asserted: Option<Asserted>,
    values: BTreeSet<String>,
) -> Option<Check> {
    let text = |key| view::get(node, key).and_then(view::text).map(str::to_owned);
    let hints = view::items(view::get(node, "hints")?).iter().map(|hint| view::text(hint).map(str::to_owned));
    let asserted = asserted?;
    Some(Check {
        id: id?.0.clone(),
        scenario: scenario?.clone(),
        points: view::whole(view::get(node, "points")?)?,
        requires: requires.iter().map(|(id, _)| id.clone()).collect(),
        title: text("title")?,
        expect: asserted.expect,
        cases: asserted.cases,
        values,
        why: text("why")?,
        read: text("read")?,
        hints: hints.collect::<Option<_>>()?,
        hidden: view::get(node, "hidden").is_some(),
    })
}

/// The scenario that `node` names.
fn scenario<'s, 'a>(
    node: Node<'_>,
    scenarios: &'s [KnownScenario<'a>],
    notes: &mut Notes<'_>,
) -> Option<&'s KnownScenario<'a>> {
    let name = view::text(node)?;
    let ids = || scenarios.iter().filter_map(|known| Some(known.id.as_ref()?.0.as_str()));
    let found = scenarios.iter().find(|known| known.id.as_ref().is_some_and(|(id, _)| id == name));
    // A scenario whose id is missing may be the one that is meant.
    if found.is_none() && scenarios.iter().all(|known| known.id.is_some()) {
        notes.push(unknown("scenario", name, node.span(), "`in` names a scenario that does not exist", ids()));
    }
    found
}

/// A name that nothing has.
pub(super) fn unknown<'n>(
    kind: &str,
    name: &str,
    span: Range<usize>,
    title: &str,
    ids: impl Iterator<Item = &'n str> + Clone,
) -> Problem {
    let near = nearest(name, ids.clone());
    let problem = Problem::at(span, title, format!("there is no {kind} `{name}`"));
    let problem = problem.maybe_help(near.map(|near| format!("did you mean `{near}`?")));
    match ids.clone().next() {
        Some(_) => problem.help(format!("{kind}s: {}", sayings(ids))),
        None => problem.help(format!("the file defines no {kind}")),
    }
}

/// Where each check stands among all; the first, of those with one name.
type Places<'c> = BTreeMap<&'c str, usize>;

fn places(checks: &[Known]) -> Places<'_> {
    let named = checks.iter().enumerate().rev();
    named.filter_map(|(n, check)| Some((check.id.as_ref()?.0.as_str(), n))).collect()
}

/// Notes what is wrong between checks: requirements that do not exist, come later, or go in a circle.
pub(super) fn requirements(checks: &[Known], notes: &mut Notes<'_>) {
    let places = places(checks);
    let index = |name: &str| places.get(name).copied();
    let complete = checks.iter().all(|check| check.id.is_some());
    for (n, check) in checks.iter().enumerate() {
        for (m, (required, span)) in check.requires.iter().enumerate() {
            if notes.are_full() {
                return;
            }
            let span = span.clone();
            if check.requires[..m].iter().any(|(other, _)| other == required) {
                notes.push(Problem::at(span, "this check is required twice", "leave it out"));
                continue;
            }
            match index(required) {
                None if complete => {
                    let ids = checks.iter().filter_map(|check| Some(check.id.as_ref()?.0.as_str()));
                    notes.push(unknown("check", required, span, "`requires` names a check that does not exist", ids));
                }
                None => {}
                Some(at) if at == n => notes.push(Problem::at(span, "a check cannot require itself", "leave it out")),
                Some(at) if at > n => notes.push(later(checks, &places, (n, at), span)),
                Some(_) => {}
            }
        }
    }
}

/// A check requires one that stands below it.
fn later(checks: &[Known], places: &Places<'_>, (from, to): (usize, usize), span: Range<usize>) -> Problem {
    let defined = checks[to].id.as_ref().map(|(_, span)| span.clone()).unwrap_or_default();
    if let Some(way) = way(checks, places, to, from) {
        let ids: Vec<_> =
            [from].into_iter().chain(way).map(|n| checks[n].id.as_ref().map_or("", |(id, _)| id)).collect();
        let problem = Problem::at(span, "`requires` goes in a circle", ids.join(" -> "));
        return problem.note(defined, "defined here").help("none of these checks could ever be judged");
    }
    Problem::at(span, "`requires` names a check further down", "not defined yet")
        .note(defined, "defined here")
        .help("checks are judged in the order of the file: move this check below")
}

/// The way from one check to another along `requires`, both included.
fn way(checks: &[Known], places: &Places<'_>, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; checks.len()];
    let mut queue = vec![from];
    let mut next = 0;
    while let Some(&at) = queue.get(next) {
        next += 1;
        if at == to {
            let mut way = vec![to];
            while let Some(before) = came_from[*way.last()?].filter(|_| way.last() != Some(&from)) {
                way.push(before);
            }
            way.reverse();
            return Some(way);
        }
        for (name, _) in &checks[at].requires {
            let known = places.get(name.as_str()).copied();
            if let Some(known) = known.filter(|known| *known != from && came_from[*known].is_none()) {
                came_from[known] = Some(at);
                queue.push(known);
            }
        }
    }
    None
}

/// Notes scenarios and cases that no check reads, unless a check may mean one that cannot be told.
pub(super) fn unread(scenarios: &[KnownScenario<'_>], checks: &[Known], notes: &mut Notes<'_>) {
    if checks.is_empty() || checks.iter().any(|check| check.scenario.is_none()) {
        return;
    }
    for known in scenarios {
        let Some((id, span)) = &known.id else { continue };
        let readers: Vec<_> = checks.iter().filter(|check| check.scenario.as_ref() == Some(id)).collect();
        if readers.is_empty() {
            let problem =
                Problem::at(span.clone(), format!("no check reads the scenario `{id}`"), "played for nothing");
            notes.push(problem.help("write a check with this id as its `in`, or remove the scenario"));
        } else if readers.iter().all(|check| check.expect.is_some()) {
            unread_cases(known, &readers, notes);
        }
    }
}

/// Notes cases that none of the checks is about.
fn unread_cases(known: &KnownScenario<'_>, checks: &[&Known], notes: &mut Notes<'_>) {
    for (id, span) in known.cases.iter().filter_map(|case| case.id.as_ref()) {
        if checks.iter().all(|check| !check.cases.contains(id)) {
            let problem = Problem::at(span.clone(), format!("no check is about the case `{id}`"), "played for nothing");
            notes.push(problem.help("name it in the `case` of a check, or remove it"));
        }
    }
}
