//! Known mistakes: their files, and the checks that they fail.

use std::ops::Range;

use super::{
    check::{Known as KnownCheck, unknown},
    grammar::Node,
    names::{nearest, sayings},
    problem::Problem,
    scenario::virtual_only,
    scope::Notes,
    view,
};
use crate::scenario::Mistake;

/// What is known of a mistake of the file, even if something is wrong with it.
pub(super) struct Known {
    /// Its id, and where it stands.
    pub(super) id: Option<(String, Range<usize>)>,
    /// The whole of it, if nothing is wrong.
    pub(super) whole: Option<Mistake>,
}

/// Reads a mistake.
pub(super) fn mistake(node: Node<'_>, checks: &[KnownCheck], notes: &mut Notes<'_>) -> Known {
    let id = view::get(node, "id").and_then(|id| Some((view::text(id)?.to_owned(), id.span())));
    let fails = view::get(node, "fails").and_then(|list| fails(list, checks, notes));
    let tells = view::get(node, "tells").and_then(view::text).map(str::to_owned);
    let whole = id.as_ref().zip(fails).zip(tells).map(|(((id, _), fails), tells)| Mistake {
        id: id.clone(),
        fails,
        tells,
        virtual_only: virtual_only(node),
    });
    Known { id, whole }
}

/// Reads the checks that a mistake fails.
fn fails(node: Node<'_>, checks: &[KnownCheck], notes: &mut Notes<'_>) -> Option<Vec<(String, Option<String>)>> {
    let items = node.get_ref().as_array()?;
    let named: Vec<_> = items.iter().filter_map(|item| Some((item, view::text(item)?))).collect();
    for (n, (item, text)) in named.iter().enumerate() {
        let (check, finding) = split(text);
        if named[..n].iter().any(|(_, other)| split(other).0 == check) {
            notes.push(Problem::at(item.span(), "this check is named twice", "a check fails once"));
            continue;
        }
        known(item, check, finding, checks, notes);
        not_reached(item, check, &named, checks, notes);
    }
    items
        .iter()
        .map(|item| {
            let (check, finding) = split(view::text(item)?);
            Some((check.to_owned(), finding.map(str::to_owned)))
        })
        .collect()
}

/// `check/finding`.
fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once('/').map_or((text, None), |(check, finding)| (check, Some(finding)))
}

/// Notes if there is no such check, or if it has no such finding.
fn known(item: Node<'_>, check: &str, finding: Option<&str>, checks: &[KnownCheck], notes: &mut Notes<'_>) {
    let found = checks.iter().find(|known| known.id.as_ref().is_some_and(|(id, _)| id == check));
    let Some(found) = found else {
        if !notes.are_full() && checks.iter().all(|known| known.id.is_some()) {
            let ids = checks.iter().filter_map(|known| Some(known.id.as_ref()?.0.as_str()));
            let at = view::inside(notes.text, item, 0..check.len());
            notes.push(unknown("check", check, at, "`fails` names a check that does not exist", ids));
        }
        return;
    };
    let (Some(finding), Some(expect)) = (finding, &found.expect) else { return };
    let findings = || {
        let ways = if found.cases.len() > 1 { &[] } else { expect.as_slice() };
        let ways = ways.iter().flat_map(|expect| expect.findings().iter().copied());
        ways.chain(found.cases.iter().map(String::as_str).filter(|_| found.cases.len() > 1))
    };
    if findings().any(|known| known == finding) {
        return;
    }
    let at = view::inside(notes.text, item, check.len() + 1..check.len() + 1 + finding.len());
    let problem = Problem::at(at, format!("`{check}` has no such finding"), format!("it never says `{finding}`"));
    let near = nearest(finding, findings()).map(|near| format!("did you mean `{near}`?"));
    notes.push(problem.maybe_help(near).help(match findings().next() {
        Some(_) => format!("findings of `{check}`: {}", sayings(findings())),
        None => format!("it can fail in one way only: write \"{check}\""),
    }));
}

/// Notes if a check is not judged when another one that the mistake names fails.
fn not_reached(item: Node<'_>, check: &str, named: &[(Node<'_>, &str)], checks: &[KnownCheck], notes: &mut Notes<'_>) {
    let above = required(check, checks);
    let failing = named.iter().find(|(_, other)| above.contains(&split(other).0));
    if let Some((other, text)) = failing {
        let title = format!("`{check}` is not reached when `{}` fails", split(text).0);
        let problem = Problem::at(item.span(), title, "so it cannot fail too");
        notes.push(problem.note(other.span(), format!("`{check}` requires this check")));
    }
}

/// All the checks that `check` requires, through others too; not itself.
fn required<'c>(check: &'c str, checks: &'c [KnownCheck]) -> Vec<&'c str> {
    let mut all = vec![check];
    let mut next = 0;
    while let Some(at) = all.get(next) {
        let found = checks.iter().find(|known| known.id.as_ref().is_some_and(|(id, _)| id == at));
        for (required, _) in found.map(|known| known.requires.as_slice()).unwrap_or_default() {
            if !all.contains(&required.as_str()) {
                all.push(required);
            }
        }
        next += 1;
    }
    all.remove(0);
    all
}

/// Notes entries without a file, and files without an entry.
pub(super) fn files(mistakes: &[Known], files: &[String], slug: &str, notes: &mut Notes<'_>) {
    for (id, span) in mistakes.iter().filter_map(|mistake| mistake.id.as_ref()) {
        if !files.contains(id) {
            let ids = files.iter().map(String::as_str).filter(|file| entry(mistakes, file).is_none());
            let near = nearest(id, ids).map(|near| format!("did you mean `{near}`?"));
            let problem = Problem::at(span.clone(), format!("the mistake `{id}` has no file"), "no file is called so");
            notes.push(problem.maybe_help(near).help(format!("write challenges/{slug}/mistakes/{id}.rs")));
        }
    }
    // A mistake whose id is missing may be the one of that file.
    if mistakes.iter().any(|mistake| mistake.id.is_none()) {
        return;
    }
    for file in files.iter().filter(|file| entry(mistakes, file).is_none()) {
        let title = format!("the file mistakes/{file}.rs has no entry");
        notes.push(Problem::nowhere(title).help(format!("add a [[mistake]] with id = \"{file}\", or remove the file")));
    }
}

fn entry<'m>(mistakes: &'m [Known], file: &str) -> Option<&'m Known> {
    mistakes.iter().find(|mistake| mistake.id.as_ref().is_some_and(|(id, _)| id == file))
}
