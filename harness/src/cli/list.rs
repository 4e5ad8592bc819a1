//! `harness list`.

use super::{Exit, terminal::Terminal};
use crate::{
    grade::{Catalog, Error},
    report::{self, Chapter, Listed},
};

pub(super) fn run(catalog: &Catalog, terminal: &Terminal) -> Result<Exit, Error> {
    let course = catalog.course()?;
    let all = catalog.all()?;
    let listed = |slug: &String| {
        let (slug, challenge) = all.iter().find(|(known, _)| known == slug)?;
        Some(match challenge {
            Ok(challenge) => Listed::Challenge(challenge),
            Err(_) => Listed::Broken { slug, problem: "its challenge.toml has mistakes, told above" },
        })
    };
    let chapters: Vec<_> = course
        .chapters
        .iter()
        .map(|chapter| Chapter {
            title: Some(chapter.title.as_str()).filter(|title| !title.is_empty()),
            challenges: chapter.challenges.iter().filter_map(listed).collect(),
        })
        .collect();
    let broken: Vec<_> = all.iter().filter_map(|(_, challenge)| challenge.as_ref().err()).collect();
    for errors in &broken {
        terminal.error(&Error::Spec((*errors).clone()));
    }
    terminal.print(&report::list(&chapters, terminal.style))?;
    Ok(if broken.is_empty() { Exit::Passed } else { Exit::Usage })
}
