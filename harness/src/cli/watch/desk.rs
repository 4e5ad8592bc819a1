//! What a session looks up and writes down: challenges, progress, pages, the student's file.

use std::{fs, process::Command};

use super::{
    open,
    page::{Page, Text},
    session::Event,
};
use crate::{
    cli::{
        files,
        hint::{Asked, Take},
        reset::reset,
        solution,
        terminal::Terminal,
    },
    grade::{Catalog, Error, Graded},
    practice::{self, Store, Timestamp},
    report::{self, Place, State, Style},
};

/// What a session works with. Clones work with the same.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) catalog: Catalog,
    /// How pages look, and how wide they are.
    pub(super) style: Style,
    pub(super) store: Store,
}

impl Desk {
    pub(super) fn new(catalog: Catalog, terminal: &Terminal) -> Self {
        let store = Store::of(&catalog.workspace);
        Self { catalog, style: terminal.style, store }
    }

    /// Makes sure that there is a challenge of that name.
    pub(super) fn expect(&self, slug: &str) -> Result<(), Error> {
        self.catalog.load(slug).map(drop).or_else(|error| match error {
            // A session can begin with a broken spec: it shows what is wrong, and the spec is followed like any file.
            Error::Spec(_) => Ok(()),
            other => Err(other),
        })
    }

    /// The challenges in the order of the course, and which of them to begin with: the one worked on last, or else the first that is not
    /// passed.
    pub(super) fn places(&self) -> Result<(Vec<Place>, usize), Error> {
        let (progress, _) = self.store.load();
        let (list, _) = practice::list(&self.catalog, &progress)?;
        let mut places = Vec::new();
        for chapter in &list.chapters {
            places.extend(chapter.challenges.iter().map(|listed| Place {
                slug: listed.slug.clone(),
                title:
                    listed.about.as_ref().map_or_else(|| "its spec has mistakes".into(), |about| about.title.clone()),
                chapter: chapter.title.clone().unwrap_or_default(),
                state: listed.state,
                score: listed.best.as_ref().map(|best| (best.score, best.max_score)),
            }));
        }
        let last = places.iter().position(|place| Some(&place.slug) == list.last.as_ref());
        let first = || places.iter().position(|place| place.state != State::Passed);
        let at = last.or_else(first).unwrap_or(0);
        Ok((places, at))
    }

    /// Before the first check of a challenge its starter may still be there to be kept.
    pub(super) fn keep_starter(&self, slug: &str) {
        if self.store.load().0.of(slug).is_none() {
            practice::keep_starter(&self.catalog, slug);
        }
    }

    /// Writes down what came of a check, and says what the session shall know of it.
    pub(super) fn note(&self, graded: &Graded) -> Vec<Event> {
        let notice = self.store.record_check(&graded.verdict, Timestamp::now());
        let places = self.places().ok().map(|(places, _)| Event::Places(places));
        places.into_iter().chain(notice.map(|notice| Event::Notice(notice.to_string()))).collect()
    }

    /// An error, as it is shown.
    pub(super) fn explain(&self, error: &Error) -> String {
        match error {
            Error::Spec(errors) => errors.render(self.style.colour),
            Error::Usage(message) | Error::Harness(message) => message.clone(),
        }
    }

    /// A page, and where on it to begin.
    pub(super) fn page(&self, slug: &str, page: Page, further: bool) -> Event {
        let text = match page {
            Page::Hint => {
                let take = if further { Take::Next } else { Take::First };
                let asked = Asked { slug, check: None, take, keys: Some(["h", "t"]) };
                asked.answer(&self.catalog, self.style).map(|(text, _)| (text, 0))
            }
            Page::Lesson => self.lesson(slug),
            Page::Solution => self.solution(slug).map(|text| (text, 0)),
            Page::Verdict | Page::List | Page::Help | Page::Reset | Page::Told => Ok((String::new(), 0)),
        };
        self.laid(slug, page, text)
    }

    /// Brings back the starter, and says what was done.
    pub(super) fn reset(&self, slug: &str) -> Event {
        self.laid(slug, Page::Told, reset(&self.catalog, slug, self.style).map(|text| (text, 0)))
    }

    fn laid(&self, slug: &str, page: Page, text: Result<(String, usize), Error>) -> Event {
        let (text, at) = text.unwrap_or_else(|error| (self.explain(&error), 0));
        Event::Page(slug.to_owned(), Text { page, lines: text.lines().map(str::to_owned).collect(), at })
    }

    /// The lesson. Who has taken all hints for what failed is shown the section that the last of them points to.
    fn lesson(&self, slug: &str) -> Result<(String, usize), Error> {
        let markdown = self.catalog.readme(slug)?;
        let lesson = report::lesson(&markdown, self.style);
        let challenge = self.catalog.load(slug)?;
        let (progress, _) = self.store.load();
        let record = progress.of(slug);
        let stuck = practice::stuck_at(&challenge, record, None)?.filter(|stuck| {
            let taken = record.and_then(|record| record.hints.get(&stuck.check.id)).copied().unwrap_or(0);
            taken > 0 && taken >= stuck.check.hints.len()
        });
        let section = stuck.and_then(|stuck| report::find_section(&lesson.sections, &stuck.check.read));
        let at = section.map_or(0, |section| section.line);
        Ok((lesson.text, at))
    }

    fn solution(&self, slug: &str) -> Result<String, Error> {
        if solution::may_see(&self.store, slug) {
            solution::shown(&self.catalog, slug, None, self.style)
        } else {
            Ok(report::prose(&solution::refusal(slug), self.style).join("\n"))
        }
    }

    /// Writes the report as a page and opens it. Says where it is.
    pub(super) fn open_report(&self, graded: &Graded) -> String {
        let folder = self.store.folder().join("reports");
        let file = folder.join(format!("{}.html", graded.verdict.challenge));
        let saved = fs::create_dir_all(&folder)
            .map_err(|error| Error::Harness(format!("cannot make {}: {error}", folder.display())))
            .and_then(|()| files::save(&file, &report::html(&graded.verdict, &graded.traces)));
        let shown = file.strip_prefix(&self.catalog.workspace.root).unwrap_or(&file).display();
        match saved {
            Err(error) => self.explain(&error),
            Ok(()) if open::open(&file) => {
                format!("Your browser should open {shown}")
            }
            Ok(()) => format!("No browser could be started. Open {shown}"),
        }
    }

    /// The editor with the student's file; or why there is none.
    pub(super) fn editor(&self, slug: &str) -> Result<Command, String> {
        let file = self.catalog.folder(slug).join("src/lib.rs");
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        // A terminal inside VS Code tells so; its editor is the one at hand.
        let inside = || set("TERM_PROGRAM").filter(|program| program == "vscode").map(|_| "code".to_owned());
        let shown = file.strip_prefix(&self.catalog.workspace.root).unwrap_or(&file).display();
        let Some(line) = set("VISUAL").or_else(|| set("EDITOR")).or_else(inside) else {
            return Err(format!("No editor is set in VISUAL or EDITOR. Your file is {shown}"));
        };
        let mut editor = open::editor(&line, &file)?;
        editor.current_dir(&self.catalog.workspace.root);
        Ok(editor)
    }
}
