//! A session without a terminal: a report after each save.

use std::{sync::mpsc, thread};

use super::{
    desk::Desk,
    files::{Followed, Follower, Seen},
    session::Event,
    worker::Worker,
};
use crate::{
    cli::{
        Exit,
        terminal::{self, Terminal},
    },
    grade::Error,
    report,
};

/// Checks, prints, and waits for the next save, until the process is interrupted or nobody reads any more.
pub(super) fn run(desk: &Desk, slug: &str, ask: bool, terminal: &Terminal) -> Result<Exit, Error> {
    let (events, heard) = mpsc::channel();
    let saves = events.clone();
    let follower = Follower::start(Followed::client(&desk.catalog.folder(slug)), ask, move |seen| match seen {
        Seen::Saved => saves.send(Event::Saved).is_ok(),
        Seen::Eyes(_) => true,
    });
    let unread = events.clone();
    thread::spawn(move || {
        terminal::until_reader_is_gone();
        // The session may be over.
        let _ = unread.send(Event::Gone);
    });
    let mut generation = 0;
    let mut worker = Worker::start(desk, slug.to_owned(), generation, events.clone());
    while let Ok(event) = heard.recv() {
        match event {
            Event::Saved => {
                worker.end();
                generation += 1;
                worker = Worker::start(desk, slug.to_owned(), generation, events.clone());
            }
            Event::Done(of, checked) if of == generation => {
                let text = match &checked.result {
                    Ok(graded) => report::terminal(&graded.verdict, &graded.traces, terminal.style),
                    Err(text) => text.clone(),
                };
                if !terminal.print_on(&format!("{text}\n"))? {
                    break;
                }
            }
            Event::Gone => break,
            _ => {}
        }
    }
    worker.end();
    drop(follower);
    Ok(Exit::Passed)
}
