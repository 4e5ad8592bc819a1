//! Where a running scenario notes what happens, from whichever task sees it.

use std::sync::{Arc, Mutex};

use crate::{
    time::Millis,
    trace::{Event, What},
};

/// How many events one run may note: past it a client is not practising but flooding.
pub const MOST_EVENTS: usize = 1_000_000;

/// A handle on the notes of one run. Clones write to the same notes.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Recorder {
    /// Notes one event. Past [`MOST_EVENTS`] nothing is noted, so that no client can fill the harness's memory.
    pub fn note(&self, at: Millis, client: u32, conn: Option<u32>, what: What) {
        let mut events = self.0.lock().expect("no task panics while it notes");
        if events.len() < MOST_EVENTS {
            events.push(Event { at, client, conn, what });
        }
    }

    /// What has been noted, in the order of the times; events of one instant stay in the order in which they were noted.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let mut events = self.0.lock().expect("no task panics while it notes").clone();
        events.sort_by_key(|event| event.at);
        events
    }

    /// Forgets what is later than `end`: a run is over then, though one side may have gone on without knowing.
    pub fn cut(&self, end: Millis) {
        self.0.lock().expect("no task panics while it notes").retain(|event| event.at <= end);
    }

    /// Looks at what has been noted so far, in the order of noting.
    pub fn with<T>(&self, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&self.0.lock().expect("no task panics while it notes"))
    }
}
