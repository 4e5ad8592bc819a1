//! Where a running scenario notes what happens, from whichever task sees it.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::{
    time::Millis,
    trace::{Event, Intent, ServerAct, What},
};

/// How many events one run may note: past it a client is not practising but flooding.
pub const MOST_EVENTS: usize = 1_000_000;

/// How many more it may note for each client of a fleet.
pub const MOST_EVENTS_EACH: usize = 1_000;

/// Watches a run while it goes on. It is called on the run's own thread, so it may not block.
pub trait Observer: Send + Sync {
    /// Something happens. Each event is told once, in the order of noting.
    fn happens(&self, event: &Event);

    /// The script turns to something on a connection which leaves no event.
    fn turns_to(&self, at: Millis, conn: u32, intent: &Intent);
}

/// A handle on the notes of one run. Clones write to the same notes.
#[derive(Clone)]
pub struct Recorder {
    notes: Arc<Mutex<Notes>>,
    most: usize,
    observer: Option<Arc<dyn Observer>>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("notes", &self.notes).field("most", &self.most).finish_non_exhaustive()
    }
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
        Self { notes: Arc::default(), most: MOST_EVENTS + clients as usize * MOST_EVENTS_EACH, observer: None }
    }

    /// Notes that tell what happens and keep nothing of it, for a run that may go on for hours.
    #[must_use]
    pub fn told_to(observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..Self::of(0) }
    }

    /// Notes one event, if there is room: no client can fill the harness's memory.
    pub fn note(&self, at: Millis, client: u32, conn: Option<u32>, what: What) {
        let event = Event { at, client, conn, what };
        let mut notes = self.lock();
        if let Some(observer) = &self.observer {
            observer.happens(&event);
        } else if notes.events.len() < self.most {
            notes.events.push(event);
        } else {
            notes.overflowed = true;
        }
    }

    /// The script turns to something on a connection; nothing is made of it unless somebody watches.
    pub fn turns_to(&self, at: Millis, conn: u32, intent: impl FnOnce() -> Option<Intent>) {
        if let Some(observer) = &self.observer
            && let Some(intent) = intent()
        {
            observer.turns_to(at, conn, &intent);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ClientAct;

    /// Keeps what it is told.
    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Told {
        fn push(&self, line: String) {
            self.0.lock().expect("nobody panics").push(line);
        }
    }

    impl Observer for Told {
        fn happens(&self, event: &Event) {
            self.push(format!("{} {:?} {:?}", event.at, event.conn, event.what));
        }

        fn turns_to(&self, at: Millis, conn: u32, intent: &Intent) {
            self.push(format!("{at} #{conn} {intent:?}"));
        }
    }

    #[test]
    fn what_happens_is_told_or_kept() {
        let told = Arc::new(Told::default());
        let (telling, keeping) = (Recorder::told_to(told.clone()), Recorder::default());
        for recorder in [&telling, &keeping] {
            recorder.note(5, 0, Some(1), What::Client(ClientAct::Attempt));
            recorder.turns_to(6, 1, || Some(Intent::Wait(7)));
            recorder.turns_to(6, 1, || None);
            recorder.expects(0, 1, Some("pong".into()));
            recorder.cut(9);
        }
        let missed = What::Server(ServerAct::Expected { what: "pong".into(), met: false });
        let attempt = What::Client(ClientAct::Attempt);
        let kept: Vec<_> = keeping.events().into_iter().map(|event| event.what).collect();
        assert_eq!((kept, telling.events().len()), (vec![attempt.clone(), missed.clone()], 0));
        let lines = told.0.lock().expect("nobody panics");
        let expected = [format!("5 Some(1) {attempt:?}"), "6 #1 Wait(7)".into(), format!("9 Some(1) {missed:?}")];
        assert_eq!(*lines, expected);
    }
}
