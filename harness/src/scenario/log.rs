//! A scenario's log: the truth that its server serves, bit by bit and again, and with which checks compare what a client shows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Json, Template, Values,
    length::{chance, splitmix},
};

/// What a scenario's log is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSpec {
    /// How many entries each epoch has; one at least, none of them 0.
    pub epochs: Vec<u32>,
    /// Entries, counted over all epochs from 1, that all have the same text.
    pub same_text: Vec<u32>,
    /// What an entry looks like as a message of a WebSocket: JSON with the holes `{seq}`, `{epoch}`, `{id}` and `{text}`.
    pub message: Option<Json>,
}

impl LogSpec {
    /// How many entries there are in all epochs together.
    #[must_use]
    pub fn entries(&self) -> u32 {
        self.epochs.iter().sum()
    }
}

impl LogSpec {
    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        let message = self.message.as_ref().map(|json| json.map(&|text| text.filled(values)));
        Self { message, ..self.clone() }
    }
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// In which epoch it is, from 1.
    pub epoch: u32,
    /// Its number in its epoch, from 1.
    pub seq: u32,
    /// Its name, which no other entry of the log has: letters that say nothing of its place.
    pub id: String,
    /// What it says.
    pub text: String,
}

impl LogEntry {
    /// The names of what it has, as holes.
    pub const PARTS: [&str; 4] = ["seq", "epoch", "id", "text"];

    /// What it has of that name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<Value> {
        Some(match name {
            "seq" => self.seq.into(),
            "epoch" => self.epoch.into(),
            "id" => self.id.as_str().into(),
            "text" => self.text.as_str().into(),
            _ => return None,
        })
    }
}

/// The log of one run: drawn per seed and scenario, so that no client can know an entry before it is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    entries: Vec<LogEntry>,
    message: Option<Json>,
}

impl Log {
    /// Draws the log of `scenario` for `seed`.
    #[must_use]
    pub fn draw(spec: &LogSpec, seed: u64, scenario: &str) -> Self {
        let mut words = Words { state: chance(seed, scenario, "log"), drawn: BTreeSet::new() };
        let mut entries: Vec<LogEntry> = Vec::new();
        for (epoch, count) in (1..).zip(&spec.epochs) {
            for seq in 1..=*count {
                let (id, text) = (words.fresh(ID), words.fresh(TEXT));
                entries.push(LogEntry { epoch, seq, id, text });
            }
        }
        let of = |n: &u32| *n as usize - 1;
        if let Some(first) = spec.same_text.first() {
            let text = entries[of(first)].text.clone();
            for n in &spec.same_text {
                entries[of(n)].text.clone_from(&text);
            }
        }
        Self { entries, message: spec.message.clone() }
    }

    /// An entry as the text of a message; empty if the log says nothing of messages.
    #[must_use]
    pub fn message(&self, entry: &LogEntry) -> String {
        let told = self.message.as_ref().map(|json| json.map(&|text| text.telling(entry)).to_string());
        told.unwrap_or_default()
    }

    /// Every entry, in order, those of a later epoch after those of the earlier ones.
    #[must_use]
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    /// The entry of that number, counted over all epochs from 1.
    #[must_use]
    pub fn entry(&self, number: u32) -> Option<&LogEntry> {
        self.entries.get((number as usize).checked_sub(1)?)
    }
}

/// How many syllables an id has: there are twenty-four million of them.
const ID: &[usize] = &[4];
/// How many syllables the words of a text have.
const TEXT: &[usize] = &[3, 2];

/// Draws words, none of them twice.
struct Words {
    state: u64,
    drawn: BTreeSet<String>,
}

impl Words {
    /// Words of so many syllables that are new together.
    fn fresh(&mut self, lengths: &[usize]) -> String {
        loop {
            let words: Vec<String> = lengths.iter().map(|syllables| self.word(*syllables)).collect();
            let words = words.join(" ");
            if self.drawn.insert(words.clone()) {
                return words;
            }
        }
    }

    fn word(&mut self, syllables: usize) -> String {
        let letters = [&b"bdfgklmnprstvz"[..], b"aeiou"];
        (0..2 * syllables).map(|n| char::from(letters[n % 2][self.below(letters[n % 2].len())])).collect()
    }

    fn below(&mut self, most: usize) -> usize {
        self.state = splitmix(self.state);
        (self.state % most as u64) as usize
    }
}

/// What a step does with the log. How far a log has come is a matter of one client, and lasts from one of its connections to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum LogStep {
    /// Sends the next entries of the epoch, so many or all that are left. They are *emitted* then.
    Emit(Option<u32>),
    /// Sends the first half of the next entry, which is emitted then.
    EmitPart,
    /// Emits so many entries without sending them.
    HoldBack(u32),
    /// Sends again what has been emitted in this epoch after the client's place.
    Replay {
        /// The client's place.
        after: Since,
        /// So many entries before its place are sent too.
        overlap: u32,
    },
    /// Begins the next epoch.
    NewEpoch,
}

/// How a server learns a client's place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// From the header field `Last-Event-ID` of the request (WHATWG HTML section 9.2.4).
    LastEventId,
    /// It is this number in the epoch; 0 is the beginning.
    Number(u32),
    /// It is what this text says: the id of an entry, or a number in the epoch.
    Said(Template),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(epochs: &[u32], same_text: &[u32]) -> LogSpec {
        LogSpec { epochs: epochs.to_vec(), same_text: same_text.to_vec(), message: None }
    }

    #[test]
    fn each_epoch_counts_from_one() {
        let log = Log::draw(&spec(&[2, 3], &[]), 1, "x");
        let places: Vec<_> = log.entries().iter().map(|entry| (entry.epoch, entry.seq)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]);
        assert_eq!(log.entry(3), log.entries().get(2));
        assert!(log.entry(0).is_none() && log.entry(6).is_none());
    }

    #[test]
    fn ids_and_texts_depend_on_seed_and_scenario_and_are_all_different() {
        let mut seen = BTreeSet::new();
        for (seed, scenario) in [(1, "one"), (2, "one"), (1, "two")] {
            let log = Log::draw(&spec(&[300], &[]), seed, scenario);
            seen.extend(log.entries().iter().flat_map(|entry| [entry.id.clone(), entry.text.clone()]));
            assert_eq!(log, Log::draw(&spec(&[300], &[]), seed, scenario));
        }
        // Two logs may share a word by chance, one never.
        assert!(seen.len() > 1_790, "{}", seen.len());
        let one = Log::draw(&spec(&[2_000], &[]), 1, "a");
        let ids: BTreeSet<_> = one.entries().iter().flat_map(|entry| [&entry.id, &entry.text]).collect();
        assert_eq!(ids.len(), 4_000);
    }

    #[test]
    fn an_entry_is_told_as_a_message() {
        let member = |name: &str| (name.into(), Json::Text(format!("{{{name}}}").into()));
        let message = Json::Object(LogEntry::PARTS.map(member).to_vec());
        let log = Log::draw(&LogSpec { message: Some(message), ..spec(&[1, 2], &[]) }, 1, "x");
        let entry = &log.entries()[2];
        let (id, text) = (&entry.id, &entry.text);
        assert_eq!(log.message(entry), format!(r#"{{"seq":2,"epoch":2,"id":"{id}","text":"{text}"}}"#));
    }

    #[test]
    fn entries_can_have_the_same_text_but_not_the_same_id() {
        let log = Log::draw(&spec(&[3, 3], &[2, 5]), 1, "x");
        let texts: BTreeSet<_> = log.entries().iter().map(|entry| &entry.text).collect();
        let ids: BTreeSet<_> = log.entries().iter().map(|entry| &entry.id).collect();
        assert_eq!((texts.len(), ids.len()), (5, 6));
        assert_eq!(log.entries()[1].text, log.entries()[4].text);
    }
}
