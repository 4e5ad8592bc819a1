//! Where a running scenario notes what happens, from whichever task sees it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::{
    time::Millis,
    trace::{Event, ServerAct, What},
};

/// How many events one run may note: past it a client is not practising but flooding.
pub const MOST_EVENTS: usize = 1_000_000;

/// How many more it may note for each client of a fleet.
pub const MOST_EVENTS_EACH: usize = 1_000;

/// A handle on the notes of one run. Clones write to the same notes.
#[derive(Debug, Clone)]
pub struct Recorder {
    notes: Arc<Mutex<Notes>>,
    most: usize,
}

#[derive(Debug, Default)]
struct Notes {
    events: Vec<Event>,
    /// By connection, its client and what the script still expects there.
    expected: BTreeMap<u32, (u32, String)>,
    /// Whether there was no room for some event.
    overflowed: bool,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::of(0)
    }
}

impl Recorder {
    /// The notes of a run of so many clients.
    #[must_use]
    pub fn of(clients: u32) -> Self {
        Self { notes: Arc::default(), most: MOST_EVENTS + clients as usize * MOST_EVENTS_EACH }
    }

    /// Notes one event, if there is room: no client can fill the harness's memory.
    pub fn note(&self, at: Millis, client: u32, conn: Option<u32>, what: What) {
        let mut notes = self.lock();
        if notes.events.len() < self.most {
            notes.events.push(Event { at, client, conn, what });
        } else {
            notes.overflowed = true;
        }
    }

    /// How many events there was room for, if there were more: then something is missing, and nothing may be concluded from the rest.
    #[must_use]
    pub fn overflowed(&self) -> Option<usize> {
        self.lock().overflowed.then_some(self.most)
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().expect("no task panics while it notes")
    }

    /// What has been noted, in the order of the times; events of one instant stay in the order in which they were noted.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let mut events = self.lock().events.clone();
        events.sort_by_key(|event| event.at);
        events
    }

    /// What the script expects next of a client on a connection, if it expects anything more.
    pub fn expects(&self, client: u32, conn: u32, what: Option<String>) {
        let expected = &mut self.lock().expected;
        match what {
            Some(what) => drop(expected.insert(conn, (client, what))),
            None => drop(expected.remove(&conn)),
        }
    }

    /// Forgets what is later than `end`: a run is over then, though one side may have gone on without knowing. What was still expected has
    /// not come.
    pub fn cut(&self, end: Millis) {
        self.lock().events.retain(|event| event.at <= end);
        let expected = std::mem::take(&mut self.lock().expected);
        for (conn, (client, what)) in expected {
            self.note(end, client, Some(conn), What::Server(ServerAct::Expected { what, met: false }));
        }
    }

    /// Looks at what has been noted so far, in the order of noting.
    pub fn with<T>(&self, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&self.lock().events)
    }
}
