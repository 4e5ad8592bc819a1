//! Doing something again whenever one of its files is saved, and showing what came of it last.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal as _},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
};

use super::{
    Key, Screen,
    files::{Followed, Follower, Seen},
    input::{Input, Typed},
    keep_panics_off_the_screen,
    worker::{Worker, told},
};
use crate::{
    cli::{Exit, pager::View, progress, terminal::Terminal},
    grade::{Catalog, Error, Progress},
    report::Style,
};

/// Something that is done again after each save.
pub(in crate::cli) struct Task {
    /// What it is called where it is waited for.
    name: String,
    followed: Followed,
    work: Arc<Work>,
}

type Work = dyn Fn(&Catalog, Style, &(dyn Fn(Progress) + Sync)) -> Result<String, Error> + Send + Sync;

impl Task {
    /// Does this `work`, whose result is shown, after each save of a file that is followed.
    pub(in crate::cli) fn new(
        name: String,
        followed: Followed,
        work: impl Fn(&Catalog, Style, &(dyn Fn(Progress) + Sync)) -> Result<String, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { name, followed, work: Arc::new(work) }
    }
}

/// Does each task, and again after each save, until the user leaves or nobody reads any more.
pub(in crate::cli) fn follow(catalog: &Catalog, tasks: Vec<Task>, terminal: &Terminal) -> Result<Exit, Error> {
    let (events, heard) = mpsc::channel();
    let followers: Vec<_> = tasks.iter().enumerate().map(|(nth, task)| follower(nth, task, events.clone())).collect();
    let mut round = Round::new(catalog, tasks, terminal, events);
    round.begin_next();
    let done = if io::stdin().is_terminal() && io::stdout().is_terminal() && !terminal.dumb {
        on_screen(&mut round, &heard, terminal)
            .map_err(|error| Error::Harness(format!("cannot use the terminal: {error}")))
    } else {
        in_lines(&mut round, &heard, terminal)
    };
    round.end();
    drop(followers);
    done.map(|()| Exit::Passed)
}

fn follower(nth: usize, task: &Task, events: Sender<Event>) -> Follower {
    Follower::start(task.followed.clone(), true, move |seen| match seen {
        Seen::Saved => events.send(Event::Saved(nth)).is_ok(),
        Seen::Eyes(_) => true,
    })
}

/// What happens.
#[derive(Debug)]
enum Event {
    /// A file of this task has been saved.
    Saved(usize),
    /// The work of this number is so far.
    Progress(u64, Progress),
    /// It is over.
    Done(u64, String),
    /// Something has come from the terminal.
    Typed(Typed),
}

/// Prints each result, an empty line behind it.
fn in_lines(round: &mut Round, heard: &Receiver<Event>, terminal: &Terminal) -> Result<(), Error> {
    while let Ok(event) = heard.recv() {
        if let Some(text) = round.take(event)
            && !terminal.print_on(&format!("{}\n\n", text.trim_end()))?
        {
            break;
        }
    }
    Ok(())
}

/// Shows the newest result page by page, and above it what is being done.
fn on_screen(round: &mut Round, heard: &Receiver<Event>, terminal: &Terminal) -> io::Result<()> {
    keep_panics_off_the_screen();
    let mut screen = Screen::take()?;
    let typed = round.events.clone();
    let _input = Input::read(move |told| typed.send(Event::Typed(told)).is_ok());
    let mut size = Screen::size();
    let view = |text: &str, size: (usize, usize)| View::new(text, 0, below(size), terminal.style);
    let (mut text, mut page) = (String::new(), view("", size));
    while !page.is_over() {
        let mut rows = vec![round.status(size.0)];
        rows.extend(page.rows());
        screen.draw(rows)?;
        let Ok(event) = heard.recv() else { break };
        // All that has happened meanwhile, before it is drawn once.
        for event in std::iter::once(event).chain(heard.try_iter()) {
            match event {
                Event::Typed(Typed::Key(key)) => page.on(key),
                Event::Typed(Typed::Size(..)) => {}
                Event::Typed(Typed::Gone) => page.on(Key::Quit),
                event => {
                    if let Some(new) = round.take(event) {
                        page = view(&new, size);
                        text = new;
                    }
                }
            }
        }
        // A change of the size that comes together with a key is not always told.
        if Screen::size() != size {
            size = Screen::size();
            screen.forget();
            page.resize(&text, below(size));
        }
    }
    Ok(())
}

/// What is left below the first row.
fn below((columns, rows): (usize, usize)) -> (usize, usize) {
    (columns, rows.saturating_sub(1))
}

/// What is being done, and what is to be done after it.
struct Round {
    catalog: Catalog,
    tasks: Vec<Task>,
    style: Style,
    events: Sender<Event>,
    waiting: VecDeque<usize>,
    /// The task at work, and the number of its work.
    running: Option<(usize, Worker)>,
    number: u64,
    /// Work that is being broken off.
    stopping: Vec<Worker>,
    said: String,
}

impl Round {
    fn new(catalog: &Catalog, tasks: Vec<Task>, terminal: &Terminal, events: Sender<Event>) -> Self {
        Self {
            catalog: catalog.clone(),
            waiting: (0..tasks.len()).collect(),
            tasks,
            style: terminal.style,
            events,
            running: None,
            number: 0,
            stopping: Vec::new(),
            said: String::new(),
        }
    }

    /// Takes an event. What is to be shown from now on, if that is something new.
    fn take(&mut self, event: Event) -> Option<String> {
        match event {
            Event::Saved(nth) => {
                if self.running.as_ref().is_some_and(|(running, _)| *running == nth)
                    && let Some((_, worker)) = self.running.take()
                {
                    worker.stop();
                    self.stopping.push(worker);
                }
                self.waiting.retain(|other| *other != nth);
                self.waiting.push_front(nth);
                self.begin_next();
                None
            }
            Event::Progress(number, progress) if number == self.number => {
                self.said = progress::words(&progress);
                None
            }
            Event::Done(number, text) if number == self.number => {
                self.running = None;
                self.begin_next();
                Some(text)
            }
            Event::Progress(..) | Event::Done(..) | Event::Typed(_) => None,
        }
    }

    /// Begins with what waits longest, or was saved last, unless something is at work.
    fn begin_next(&mut self) {
        self.stopping.retain(|worker| !worker.is_over());
        if self.running.is_some() {
            return;
        }
        let Some(nth) = self.waiting.pop_front() else { return };
        self.number += 1;
        self.said.clear();
        let (work, number, events) = (Arc::clone(&self.tasks[nth].work), self.number, self.events.clone());
        let style = self.style;
        let worker = Worker::begin(&self.catalog, move |catalog| {
            let tell = |progress| {
                // Nobody may listen any more, here and below.
                let _ = events.send(Event::Progress(number, progress));
            };
            let text = told(|| work(&catalog, style, &tell), |error| Terminal::told(error, style.colour));
            if !catalog.workspace.stop.is_stopped() {
                let _ = events.send(Event::Done(number, text.unwrap_or_else(|why| why)));
            }
        });
        self.running = Some((nth, worker));
    }

    /// Says in one row how things stand.
    fn status(&self, columns: usize) -> String {
        let text = match &self.running {
            Some((nth, _)) => format!("{}: {}", self.tasks[*nth].name, self.said),
            None => "watching: it goes on after the next save".to_owned(),
        };
        text.chars().filter(|c| !c.is_control()).take(columns).collect()
    }

    /// Breaks off what is at work, and waits until it has left nothing behind.
    fn end(self) {
        self.running.into_iter().map(|(_, worker)| worker).chain(self.stopping).for_each(Worker::end);
    }
}
