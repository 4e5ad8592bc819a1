//! How far a scenario's log has come for each client.

use std::sync::{Arc, Mutex};

use crate::scenario::{Log, LogEntry, Values};

/// The logs of all clients of a run.
#[derive(Debug, Clone)]
pub(super) struct Logs {
    values: Arc<Values>,
    told: Arc<Mutex<Vec<Told>>>,
}

/// The log of one client, the same on all its connections.
#[derive(Debug, Clone)]
pub(super) struct ClientLog {
    logs: Logs,
    client: u32,
}

/// How far the log has come for one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    /// The epoch, from 1.
    epoch: u32,
    /// How many entries, of all epochs, are behind it.
    emitted: usize,
}

impl Logs {
    pub(super) fn new(values: Arc<Values>, clients: u32) -> Self {
        let told = (0..clients).map(|_| Told { epoch: 1, emitted: 0 }).collect();
        Self { values, told: Arc::new(Mutex::new(told)) }
    }

    /// The log of a client, which is one of the run's.
    pub(super) fn of(&self, client: u32) -> ClientLog {
        ClientLog { logs: self.clone(), client }
    }
}

impl ClientLog {
    /// Emits the next entries of the epoch: so many, or all that are left.
    pub(super) fn emit(&self, count: Option<u32>) -> Vec<LogEntry> {
        self.with(|told, log| told.emit(log, count))
    }

    /// What has been emitted in this epoch after a place, as the client names it: the id of an entry, or a number in the epoch. So many
    /// entries before it come too. A place that the log does not know is none.
    pub(super) fn since(&self, place: &str, overlap: u32) -> Vec<LogEntry> {
        self.with(|told, log| told.since(log, place, overlap))
    }

    /// Begins the next epoch.
    pub(super) fn new_epoch(&self) {
        self.with(Told::new_epoch);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Told, &Log) -> T) -> T {
        let mut told = self.logs.told.lock().expect("no task panics while it reads the log");
        act(&mut told[self.client as usize], &self.logs.values.log)
    }
}

impl Told {
    fn emit(&mut self, log: &Log, count: Option<u32>) -> Vec<LogEntry> {
        let left = log.entries()[self.emitted..].iter().take_while(|entry| entry.epoch == self.epoch);
        let next: Vec<_> = left.take(count.map_or(usize::MAX, |count| count as usize)).cloned().collect();
        self.emitted += next.len();
        next
    }

    fn since(&self, log: &Log, place: &str, overlap: u32) -> Vec<LogEntry> {
        let first = log.entries().iter().take_while(|entry| entry.epoch < self.epoch).count();
        let emitted = &log.entries()[..self.emitted];
        let behind = match place.parse::<usize>() {
            Ok(number) => first.saturating_add(number),
            Err(_) => match emitted.iter().position(|entry| entry.id == place) {
                Some(index) => index + 1,
                None => return Vec::new(),
            },
        };
        let from = behind.saturating_sub(overlap as usize).max(first);
        emitted.get(from..).unwrap_or_default().to_vec()
    }

    fn new_epoch(&mut self, log: &Log) {
        self.epoch += 1;
        self.emitted = log.entries().iter().take_while(|entry| entry.epoch < self.epoch).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::LogSpec;

    fn client() -> ClientLog {
        let log = Log::draw(&LogSpec { epochs: vec![5, 3], same_text: vec![], message: None }, 1, "x");
        Logs::new(Arc::new(Values { log, ..Values::none() }), 2).of(0)
    }

    fn places(entries: &[LogEntry]) -> Vec<(u32, u32)> {
        entries.iter().map(|entry| (entry.epoch, entry.seq)).collect()
    }

    #[test]
    fn what_is_emitted_is_emitted_once_for_each_client() {
        let client = client();
        assert_eq!(places(&client.emit(Some(2))), [(1, 1), (1, 2)]);
        assert_eq!(places(&client.emit(Some(1))), [(1, 3)]);
        assert_eq!(places(&client.logs.of(1).emit(Some(1))), [(1, 1)]);
        assert_eq!(places(&client.clone().emit(None)), [(1, 4), (1, 5)]);
        assert_eq!(places(&client.emit(None)), []);
    }

    #[test]
    fn what_came_after_a_place_is_given_again() {
        let client = client();
        let id = client.emit(Some(4))[1].id.clone();
        for (place, overlap, again) in [
            (&*id, 0, vec![(1, 3), (1, 4)]),
            (&*id, 1, vec![(1, 2), (1, 3), (1, 4)]),
            ("2", 1, vec![(1, 2), (1, 3), (1, 4)]),
            ("0", 0, vec![(1, 1), (1, 2), (1, 3), (1, 4)]),
            ("1", 9, vec![(1, 1), (1, 2), (1, 3), (1, 4)]),
            ("4", 0, vec![]),
            ("4", 2, vec![(1, 3), (1, 4)]),
            ("9", 0, vec![]),
            ("99999999999999999999", 3, vec![]),
            ("", 3, vec![]),
            ("null", 3, vec![]),
            ("-1", 3, vec![]),
        ] {
            assert_eq!(places(&client.since(place, overlap)), again, "{place} {overlap}");
        }
        assert_eq!(places(&client.emit(None)), [(1, 5)], "what is given again is not emitted");
    }

    #[test]
    fn an_entry_that_has_not_been_emitted_is_no_place() {
        let client = client();
        let log = client.logs.values.log.clone();
        client.emit(Some(2));
        assert_eq!(places(&client.since(&log.entries()[3].id, 2)), []);
    }

    #[test]
    fn a_new_epoch_leaves_the_old_one_behind() {
        let client = client();
        let id = client.emit(Some(3))[2].id.clone();
        client.new_epoch();
        assert_eq!(places(&client.since("0", 2)), [], "of this epoch nothing has been emitted");
        assert_eq!(places(&client.emit(Some(2))), [(2, 1), (2, 2)]);
        assert_eq!(places(&client.since(&id, 2)), [(2, 1), (2, 2)], "a place before the epoch is its beginning");
        assert_eq!(places(&client.since("1", 5)), [(2, 1), (2, 2)]);
        client.new_epoch();
        assert_eq!(places(&client.emit(None)), [], "there is no third epoch");
    }
}
