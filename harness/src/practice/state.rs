//! How far a student is with a challenge.

use std::collections::BTreeMap;

use super::{Progress, starter};
use crate::{
    grade::{Catalog, Error},
    report::State,
};

/// How far the student is with a challenge: it counts as started once it has been checked or its files differ from the starter, and as
/// passed for good.
///
/// # Errors
/// [`Error::Usage`] if there is no such challenge.
pub fn state(catalog: &Catalog, slug: &str, progress: &Progress) -> Result<State, Error> {
    catalog.find(slug)?;
    Ok(of_these(catalog, &[slug], progress).remove(slug).unwrap_or(State::NotStarted))
}

/// How far the student is with each challenge, as [`state`] says it. Asks git once for all of them, and not at all if all have been checked.
/// Where the starter is not known, what is there now is kept as such.
///
/// # Errors
/// As [`Catalog::known_course`].
pub fn states(catalog: &Catalog, progress: &Progress) -> Result<BTreeMap<String, State>, Error> {
    let slugs = catalog.slugs()?;
    Ok(of_these(catalog, &slugs.iter().map(String::as_str).collect::<Vec<_>>(), progress))
}

fn of_these(catalog: &Catalog, slugs: &[&str], progress: &Progress) -> BTreeMap<String, State> {
    let mut states: BTreeMap<_, _> = slugs.iter().map(|slug| ((*slug).to_owned(), recorded(progress, slug))).collect();
    let open: Vec<_> = slugs.iter().filter(|slug| states[**slug] == State::NotStarted).copied().collect();
    let starters = if open.is_empty() { Vec::new() } else { starter::find(catalog, &open) };
    for (slug, starter) in open.into_iter().zip(starters) {
        let Some(starter) = starter else {
            // It helps a later `reset` only, so nothing is lost if it cannot be done.
            let _ = starter::keep(catalog, slug);
            continue;
        };
        // Whoever has put something strange there has begun.
        if !starter.present(&catalog.folder(slug)).is_ok_and(|files| starter.is(&files)) {
            states.insert(slug.to_owned(), State::Started);
        }
    }
    states
}

/// What the progress alone says.
fn recorded(progress: &Progress, slug: &str) -> State {
    match progress.of(slug) {
        Some(record) if record.passed.is_some() => State::Passed,
        Some(record) if record.started.is_some() => State::Started,
        _ => State::NotStarted,
    }
}
