//! The whole of a `challenge.toml`.

use std::ops::Range;

use super::{
    check,
    grammar::Node,
    language::CHALLENGE,
    mistake,
    problem::Problem,
    scenario,
    scope::{Notes, Scope},
    view,
};
use crate::{
    scenario::{Challenge, Channel, KitPart},
    time::Millis,
};

/// The link's latency where the spec says nothing: 10 ms.
const LATENCY: Millis = 10;

/// How many scenarios, checks and mistakes are read. That there are more has been noted.
const MOST_TABLES: usize = 1_000;

/// Reads a challenge whose folder is `slug` and whose folder `mistakes` holds the files `files`, each named without `.rs`, if it is there.
pub(super) fn challenge(
    slug: &str,
    root: Node<'_>,
    files: Option<&[String]>,
    notes: &mut Notes<'_>,
) -> Option<Challenge> {
    super::shape::table(&CHALLENGE, root, &mut notes.problems);
    if notes.are_full() {
        return None;
    }
    let none = Scope::outside();
    let latency = match view::get(root, "latency") {
        Some(latency) => none.positive(latency, notes).map(|length| none.exactly(&length)),
        None => Some(LATENCY),
    };
    let scope = Scope::new(view::get(root, "client"), notes);
    let scenarios: Vec<_> = tables(root, "scenario").map(|node| scenario::scenario(node, &scope, notes)).collect();
    let checks: Vec<_> = tables(root, "check").map(|node| check::check(node, &scenarios, &scope, notes)).collect();
    let mistakes: Vec<_> = tables(root, "mistake").map(|node| mistake::mistake(node, &checks, notes)).collect();
    for known in &scenarios {
        unique("cases", known.cases.iter().filter_map(|case| case.id.as_ref()), notes);
    }
    unique("scenarios", scenarios.iter().filter_map(|known| known.id.as_ref()), notes);
    unique("checks", checks.iter().filter_map(|known| known.id.as_ref()), notes);
    unique("mistakes", mistakes.iter().filter_map(|known| known.id.as_ref()), notes);
    check::requirements(&checks, notes);
    check::unread(&scenarios, &checks, notes);
    if let Some(files) = files {
        mistake::files(&mistakes, files, slug, notes);
    }
    let text = |key| view::get(root, key).and_then(view::text).map(str::to_owned);
    Some(Challenge {
        slug: slug.to_owned(),
        title: text("title")?,
        channel: channel(view::get(root, "channel")?)?,
        summary: text("summary")?,
        minutes: view::whole(view::get(root, "minutes")?)?,
        seed: view::get(root, "seed").map_or(Some(1), view::whole)?,
        latency: latency?,
        without: without(root, notes)?,
        client: scope.draws(),
        scenarios: scenarios.into_iter().map(|known| known.whole).collect::<Option<_>>()?,
        checks: checks.into_iter().map(|known| known.whole).collect::<Option<_>>()?,
        mistakes: mistakes.into_iter().map(|known| known.whole).collect::<Option<_>>()?,
    })
}

fn tables<'a>(root: Node<'a>, key: &str) -> impl Iterator<Item = Node<'a>> {
    let all = view::get(root, key).map(view::items).unwrap_or_default();
    all.iter().filter(|node| node.get_ref().is_table()).take(MOST_TABLES)
}

/// The parts of the kit that are withheld.
fn without(root: Node<'_>, notes: &mut Notes<'_>) -> Option<Vec<KitPart>> {
    let mut parts = Vec::new();
    for item in view::get(root, "without").map(view::items).unwrap_or_default() {
        let part = Some(view::text(item)?).filter(|name| *name == KitPart::Sse.name()).map(|_| KitPart::Sse)?;
        if parts.contains(&part) {
            notes.push(Problem::at(item.span(), "this part is named twice", "leave it out"));
        }
        parts.push(part);
    }
    Some(parts)
}

fn channel(node: Node<'_>) -> Option<Channel> {
    match view::text(node)? {
        "websocket" => Some(Channel::WebSocket),
        "sse" => Some(Channel::Sse),
        "both" => Some(Channel::Both),
        _ => None,
    }
}

/// Notes names that are given twice.
pub(super) fn unique<'i>(kind: &str, ids: impl Iterator<Item = &'i (String, Range<usize>)>, notes: &mut Notes<'_>) {
    let ids: Vec<_> = ids.collect();
    for (n, (id, span)) in ids.iter().enumerate() {
        if let Some((_, first)) = ids[..n].iter().find(|(other, _)| other == id) {
            let problem = Problem::at(span.clone(), format!("two {kind} are called `{id}`"), "the second one");
            notes.push(problem.note(first.clone(), "the first one"));
        }
    }
}
