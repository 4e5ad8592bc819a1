//! The course, with what the student has done.

use std::{collections::BTreeMap, thread};

use super::{Progress, Timestamp, state::states};
use crate::{
    grade::{self, Catalog, Error},
    report::{About, Best, Chapter, List, Listed, State},
    spec,
};

/// The challenges in the order of the course with how far the student is, and what is wrong with the specs that have mistakes.
///
/// # Errors
/// As [`Catalog::known_course`].
pub fn list(catalog: &Catalog, progress: &Progress) -> Result<(List, Vec<spec::Errors>), Error> {
    let (course, wrong) = catalog.known_course()?;
    // Git answers while the specs are read.
    let (states, all) = thread::scope(|scope| {
        let states = scope.spawn(|| states(catalog, progress));
        let all = catalog.all();
        (states.join().expect("it does not panic"), all)
    });
    let (states, all) = (states?, all?);
    let about: BTreeMap<_, _> =
        all.iter().map(|(slug, challenge)| (slug, challenge.as_ref().ok().map(About::of))).collect();
    let passed = |slug: &String| states.get(slug) == Some(&State::Passed);
    let listed = |slug: &String| {
        let requires = course.requires.get(slug).cloned().unwrap_or_default();
        let after = requires.iter().filter(|required| !passed(required)).cloned().collect();
        let record = progress.of(slug).cloned().unwrap_or_default();
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Listed {
            slug: slug.clone(),
            about: about.get(slug).cloned().flatten(),
            state: states.get(slug).copied().unwrap_or(State::NotStarted),
            best: (record.max_score > 0).then_some(Best { score: record.score, max_score: record.max_score }),
            started: text(record.started),
            checked: text(record.checked),
            passed: text(record.passed),
            gave_up: text(record.gave_up),
            requires,
            after,
        }
    };
    let chapters = course.chapters.iter().map(|chapter| Chapter {
        title: Some(chapter.title.clone()).filter(|title| !title.is_empty()),
        challenges: chapter.challenges.iter().map(listed).collect(),
    });
    let chapters = chapters.collect();
    let specs = all.into_iter().filter_map(|(_, challenge): grade::Listed| challenge.err());
    let broken = wrong.into_iter().chain(specs).collect();
    Ok((List::new(progress.last.clone(), chapters), broken))
}
