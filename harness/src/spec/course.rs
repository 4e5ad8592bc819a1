//! `course.toml`: the order of the challenges.

use std::ops::Range;

use super::{check::unknown, grammar::Node, language::COURSE, problem::Problem, scope::Notes, view};
use crate::scenario::{Chapter, Course};

/// Reads a course over the challenges whose folders are `slugs`.
pub(super) fn course(root: Node<'_>, slugs: &[String], notes: &mut Notes<'_>) -> Option<Course> {
    super::shape::table(&COURSE, root, &mut notes.problems);
    let mut placed: Vec<(String, Range<usize>)> = Vec::new();
    let chapters: Vec<_> = view::get(root, "chapter")
        .map(view::items)
        .unwrap_or_default()
        .iter()
        .map(|node| chapter(node, slugs, &mut placed, notes))
        .collect();
    let requires = view::get(root, "requires").map(view::entries).unwrap_or_default();
    let requires: Vec<_> = requires
        .into_iter()
        .map(|(key, list)| {
            let at = position(key.get_ref(), key.span(), &placed, notes);
            let earlier: Vec<_> =
                view::items(list).iter().filter_map(|item| prerequisite(item, at, &placed, notes)).collect();
            (key.get_ref().to_string(), earlier)
        })
        .collect();
    Some(Course { chapters: chapters.into_iter().collect::<Option<_>>()?, requires: requires.into_iter().collect() })
}

fn chapter(
    node: Node<'_>,
    slugs: &[String],
    placed: &mut Vec<(String, Range<usize>)>,
    notes: &mut Notes<'_>,
) -> Option<Chapter> {
    let challenges = view::get(node, "challenges")?;
    for item in view::items(challenges) {
        let Some(slug) = view::text(item) else { continue };
        if !slugs.iter().any(|known| known == slug) {
            let ids = slugs.iter().map(String::as_str);
            notes.push(unknown("challenge", slug, item.span(), "a chapter names a challenge that does not exist", ids));
        }
        if let Some((_, first)) = placed.iter().find(|(other, _)| other == slug) {
            let problem = Problem::at(item.span(), format!("`{slug}` is in the course twice"), "the second time");
            notes.push(problem.note(first.clone(), "the first time"));
        }
        placed.push((slug.to_owned(), item.span()));
    }
    let challenges = view::items(challenges).iter().map(|item| view::text(item).map(str::to_owned));
    Some(Chapter {
        title: view::text(view::get(node, "title")?)?.to_owned(),
        challenges: challenges.collect::<Option<_>>()?,
    })
}

/// Where in the course a challenge is; noted if it is not in it.
fn position(slug: &str, span: Range<usize>, placed: &[(String, Range<usize>)], notes: &mut Notes<'_>) -> Option<usize> {
    let at = placed.iter().position(|(other, _)| other == slug);
    // A challenge whose name is mistyped in its chapter may be the one that is meant.
    if at.is_none() && placed.iter().all(|(_, span)| !notes.any_in(span)) {
        let ids = placed.iter().map(|(slug, _)| slug.as_str());
        notes.push(unknown("challenge", slug, span, "`requires` names a challenge that is in no chapter", ids));
    }
    at
}

/// A challenge that should be done before the one at `at`.
fn prerequisite(
    item: Node<'_>,
    at: Option<usize>,
    placed: &[(String, Range<usize>)],
    notes: &mut Notes<'_>,
) -> Option<String> {
    let slug = view::text(item)?;
    let earlier = position(slug, item.span(), placed, notes)?;
    if at.is_some_and(|at| earlier >= at) {
        let problem = Problem::at(item.span(), format!("`{slug}` does not come earlier in the course"), "too late");
        notes.push(problem.note(placed[earlier].1.clone(), "it stands here").help("move it up, or leave it out"));
    }
    Some(slug.to_owned())
}
