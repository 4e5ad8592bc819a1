//! The work that goes on beside a session.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Sender,
    thread::{self, JoinHandle},
    time::Instant,
};

use super::{
    desk::Desk,
    session::{Checked, Event},
};
use crate::{
    client::{Stop, Workspace},
    grade::{self, Catalog, Error, Options, Submission},
};

/// Work in a thread of its own.
#[derive(Debug)]
pub(super) struct Worker {
    stop: Stop,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Begins `work`, with a catalog whose processes end when it is broken off.
    pub(super) fn begin(catalog: &Catalog, work: impl FnOnce(Catalog) + Send + 'static) -> Self {
        let stop = Stop::default();
        let catalog = Catalog::of(Workspace { stop: stop.clone(), ..catalog.workspace.clone() });
        Self { stop, thread: thread::spawn(move || work(catalog)) }
    }

    /// Begins to check a student's client. What comes of it has the number of the check.
    pub(super) fn start(desk: &Desk, slug: String, generation: u64, events: Sender<Event>) -> Self {
        let desk = desk.clone();
        Self::begin(&desk.catalog.clone(), move |catalog| {
            let (desk, begun) = (Desk { catalog, ..desk }, Instant::now());
            desk.keep_starter(&slug);
            let options = Options {
                slug,
                submission: Submission::Student,
                scenario: None,
                seed: None,
                wall: None,
                colour: desk.style.colour,
                show_hidden: false,
            };
            let tell = |progress| {
                // The session may be over.
                let _ = events.send(Event::Progress(generation, progress));
            };
            let graded = told(|| grade::check(&desk.catalog, &options, &tell), |error| desk.explain(error));
            let took = begun.elapsed();
            // What was broken off says nothing about the client.
            if desk.catalog.workspace.stop.is_stopped() {
                return;
            }
            let noted = graded.as_ref().ok().map(|graded| desk.note(graded));
            let _ = events.send(Event::Done(generation, Box::new(Checked { result: graded, took })));
            for event in noted.into_iter().flatten() {
                let _ = events.send(event);
            }
        })
    }

    /// Breaks it off. Returns at once.
    pub(super) fn stop(&self) {
        self.stop.stop();
    }

    /// Breaks it off, and waits until it has left nothing behind.
    pub(super) fn end(self) {
        self.stop();
        // Nothing that it tells is heard any more.
        let _ = self.thread.join();
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }
}

/// What comes of `work`, or why nothing does, as it is shown. A panic is one of the harness, which goes on.
pub(super) fn told<T>(
    work: impl FnOnce() -> Result<T, Error>,
    explain: impl Fn(&Error) -> String,
) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| explain(&error)),
        Err(panic) => Err(format!("The harness itself failed. This is our fault, not yours.\n{}", message(&*panic))),
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}
