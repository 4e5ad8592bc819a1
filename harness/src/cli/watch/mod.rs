//! `harness watch`: a session at the terminal. Saving checks, keys answer at once, nothing stale is shown.
//!
//! One loop takes events from one channel: keys, saves, what the check tells. [`session`] makes of each what the session is then in and what is
//! to be done, [`page`] lays that out, [`screen`] draws it. Everything that takes time is a thread that sends an event when it is done.

mod again;
mod desk;
mod files;
mod input;
pub(super) mod keys;
mod open;
mod page;
mod plain;
mod screen;
mod session;
#[cfg(test)]
mod tests;
mod worker;

use std::{
    io::{self, IsTerminal as _},
    panic,
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use clap::Args;

use super::{Exit, terminal::Terminal};
use crate::{
    grade::{Catalog, Error},
    report::{self, Style},
};
use desk::Desk;
use files::{Follower, Seen};
use input::{Input, Typed};
use page::Words;
use session::{Effect, Event, Eyes, Session};
use worker::Worker;

pub(super) use again::{Task, follow};
pub(super) use files::Followed;
pub(super) use keys::{Key, key};
pub(super) use screen::{Screen, give_back};

/// The widest page: lines of more than this are hard to read.
const WIDTH: usize = 110;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness                            goes on where you were
  harness watch                      the same
  harness watch reconnect-backoff    begins with this challenge
  harness watch --poll               where saves are not noticed: network drives, shared folders

Keys: n next, p previous, l list, h hint, t lesson, e edit, r run, x reset, o report, ? all keys, q quit.
Without a terminal it prints a report after each save, until it is interrupted.")]
pub(super) struct WatchArguments {
    /// The challenge; without one, the one that you worked on last.
    pub(super) challenge: Option<String>,
    /// Looks at the files again and again instead of asking the system to tell of saves.
    #[arg(long)]
    pub(super) poll: bool,
}

pub(super) fn run(catalog: &Catalog, arguments: &WatchArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let desk = Desk::new(catalog.clone(), terminal);
    let (places, last) = desk.places()?;
    let at = match &arguments.challenge {
        Some(slug) => {
            // Says which one may have been meant.
            desk.expect(slug)?;
            places.iter().position(|place| place.slug == *slug).unwrap_or(0)
        }
        None => last,
    };
    if places.is_empty() {
        return Err(Error::Usage("there are no challenges here".into()));
    }
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) || terminal.dumb {
        return plain::run(&desk, &places[at].slug, !arguments.poll, terminal);
    }
    let eyes = if arguments.poll { Eyes::Polling } else { Eyes::Events };
    let failed = |error: io::Error| Error::Harness(format!("cannot use the terminal: {error}"));
    keep_panics_off_the_screen();
    let screen = Screen::take().map_err(failed)?;
    Room::open(desk, screen, Session::new(places, at, eyes), !arguments.poll).live().map_err(failed)
}

/// A panic gives the terminal back before it says anything. One of a check is told by the session, which goes on.
fn keep_panics_off_the_screen() {
    let (session, tell) = (thread::current().id(), panic::take_hook());
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == session {
            give_back();
            tell(panic);
        }
    }));
}

/// A session with all that it needs.
struct Room {
    desk: Desk,
    screen: Screen,
    session: Session,
    size: (usize, usize),
    events: Sender<Event>,
    heard: Receiver<Event>,
    input: Input,
    follower: Option<Follower>,
    /// Whether the system is asked to tell of saves.
    ask: bool,
    /// The check that is waited for last, behind those that are being broken off.
    workers: Vec<Worker>,
}

impl Room {
    fn open(desk: Desk, screen: Screen, session: Session, ask: bool) -> Self {
        let (events, heard) = mpsc::channel();
        let typed = events.clone();
        let input = Input::read(move |told| {
            let event = match told {
                Typed::Key(key) => Event::Key(key),
                Typed::Size(columns, rows) => Event::Size(columns, rows),
                Typed::Gone => Event::Gone,
            };
            typed.send(event).is_ok()
        });
        let size = Screen::size();
        Self { desk, screen, session, size, events, heard, input, follower: None, ask, workers: Vec::new() }
    }

    fn live(mut self) -> io::Result<Exit> {
        let effects = self.session.begin();
        self.act(effects)?;
        while !self.session.over {
            self.draw()?;
            let Ok(event) = self.heard.recv() else { break };
            self.take(event)?;
            // All that has happened meanwhile, before it is drawn once.
            while let Ok(event) = self.heard.try_recv() {
                self.take(event)?;
            }
        }
        self.workers.drain(..).for_each(Worker::end);
        Ok(Exit::Passed)
    }

    /// How pages look on this screen.
    fn style(&self) -> Style {
        Style { width: self.size.0.min(WIDTH), ..self.desk.style }
    }

    fn draw(&mut self) -> io::Result<()> {
        let (style, (_, rows)) = (self.style(), self.size);
        let laid = page::lay_out(&self.session, style);
        if let Some(chosen) = laid.chosen {
            self.session.keep_in_sight(chosen, report::page_rows(rows));
        }
        let words = Words::of(&self.session, style);
        let screen = page::frame(&self.session, &laid.lines, &words);
        self.screen.draw(report::screen(&screen, style, self.size))
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        if let Event::Size(columns, rows) = event {
            self.size = (columns, rows);
            self.screen.forget();
        }
        let style = self.style();
        let lines = page::lay_out(&self.session, style).lines.len();
        let effects = self.session.on(event, report::page_rows(self.size.1), lines);
        self.act(effects)
    }

    fn act(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Follow(slug) => self.follow(&slug),
                Effect::Stop => self.workers.iter().for_each(Worker::stop),
                Effect::Check(slug, generation) => {
                    self.workers.retain(|worker| !worker.is_over());
                    let desk = Desk { style: self.style(), ..self.desk.clone() };
                    self.workers.push(Worker::start(&desk, slug, generation, self.events.clone()));
                }
                Effect::Fetch { slug, page, further } => {
                    self.aside(move |desk| desk.page(&slug, page, further));
                }
                Effect::Edit(slug) => self.edit(&slug)?,
                Effect::Report => {
                    if let Some(graded) = self.session.graded() {
                        let notice = self.desk.open_report(graded);
                        self.session.notice = Some(notice);
                    }
                }
                Effect::Reset(slug) => self.aside(move |desk| desk.reset(&slug)),
            }
        }
        Ok(())
    }

    /// Does something that takes time beside the session, and tells it what came of it.
    fn aside(&self, work: impl FnOnce(&Desk) -> Event + Send + 'static) {
        let desk = Desk { style: self.style(), ..self.desk.clone() };
        let events = self.events.clone();
        thread::spawn(move || {
            // The session may be over.
            let _ = events.send(work(&desk));
        });
    }

    fn follow(&mut self, slug: &str) {
        // The old one first: it would tell of saves that are none of this challenge's.
        self.follower = None;
        let events = self.events.clone();
        let tell = move |seen| {
            let event = match seen {
                Seen::Saved => Event::Saved,
                Seen::Eyes(eyes) => Event::Eyes(eyes),
            };
            events.send(event).is_ok()
        };
        self.follower = Some(Follower::start(Followed::client(&self.desk.catalog.folder(slug)), self.ask, tell));
    }

    fn edit(&mut self, slug: &str) -> io::Result<()> {
        let Self { desk, screen, input, .. } = self;
        let notice = match desk.editor(slug) {
            Ok(mut editor) => input.pause(|| {
                screen.lend();
                let done = editor.status();
                screen.resume()?;
                Ok::<_, io::Error>(match done {
                    Ok(status) if status.success() => None,
                    Ok(status) => Some(format!("the editor ended with {status}")),
                    Err(error) => Some(format!("cannot start {}: {error}", editor.get_program().display())),
                })
            })?,
            Err(why) => Some(why),
        };
        self.size = Screen::size();
        self.session.notice = notice;
        Ok(())
    }
}
