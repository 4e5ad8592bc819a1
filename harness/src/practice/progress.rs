//! What a student has done, as data, and its form as TOML.
//!
//! The file may come from another version of the harness, and people may edit it. So it is read key by key: what this version does not
//! know or cannot read is kept as it stands and written back, and never keeps the rest from being read.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::Timestamp;
use crate::verdict::{Outcome, Overall, Verdict};

/// The version of the file. It changes when a key changes its meaning.
const FORMAT: i64 = 1;

/// What a student has done in the whole course.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// The challenge that was worked on last.
    pub last: Option<String>,
    /// By challenge, what was done there. One that is missing has never been checked, and no hint was taken.
    pub challenges: BTreeMap<String, Record>,
    /// What this version does not know.
    others: Table,
}

/// What a student has done in one challenge.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// When it was checked for the first time.
    pub started: Option<Timestamp>,
    /// When it was checked last.
    pub checked: Option<Timestamp>,
    /// What came of it then.
    pub outcome: Option<Overall>,
    /// The best score so far.
    pub score: u32,
    /// What could be scored then; 0 if it has never been checked.
    pub max_score: u32,
    /// When it was passed for the first time.
    pub passed: Option<Timestamp>,
    /// The checks that failed when they were last judged, in the order of the spec. A submission that does not compile changes nothing here.
    pub failed: Vec<String>,
    /// If none failed then, those that were not reached, in the order of the spec: the client broke off.
    pub not_reached: Vec<String>,
    /// By check, how many of its hints have been taken.
    pub hints: BTreeMap<String, usize>,
    /// When the student gave up, to see a solution.
    pub gave_up: Option<Timestamp>,
    /// What this version does not know.
    others: Table,
}

impl Progress {
    /// What was done in a challenge, if anything.
    #[must_use]
    pub fn of(&self, slug: &str) -> Option<&Record> {
        self.challenges.get(slug)
    }

    /// Notes the verdict on the student's own work.
    pub fn record_check(&mut self, verdict: &Verdict, when: Timestamp) {
        let record = self.work_on(&verdict.challenge);
        record.started.get_or_insert(when);
        record.checked = Some(when);
        record.outcome = Some(verdict.outcome);
        record.keep_best(verdict.score, verdict.max_score);
        if verdict.outcome == Overall::Passed {
            record.passed.get_or_insert(when);
        }
        // Without a run there are no checks: what is known of them is then still the best guess.
        if !verdict.checks.is_empty() {
            let ids = |outcome| -> Vec<_> {
                let those = verdict.checks.iter().filter(|check| check.outcome == outcome);
                those.map(|check| check.id.clone()).collect()
            };
            record.failed = ids(Outcome::Fail);
            record.not_reached = if record.failed.is_empty() { ids(Outcome::NotReached) } else { Vec::new() };
        }
    }

    /// Takes so many `more` hints of a check that has `of` of them, as far as there are any, and says how many have been taken now.
    pub fn take_hints(&mut self, slug: &str, check: &str, more: usize, of: usize) -> usize {
        let taken = self.work_on(slug).hints.entry(check.to_owned()).or_default();
        *taken = taken.saturating_add(more).min(of);
        *taken
    }

    /// Notes that the student gave up, to see a solution.
    pub fn give_up(&mut self, slug: &str, when: Timestamp) {
        self.work_on(slug).gave_up.get_or_insert(when);
    }

    /// The record of the challenge that is now the one worked on last.
    pub fn work_on(&mut self, slug: &str) -> &mut Record {
        self.last = Some(slug.to_owned());
        self.challenges.entry(slug.to_owned()).or_default()
    }

    /// Reads the file's table.
    pub(super) fn read(mut table: Table) -> Self {
        let record = |value: &Value| Some(Record::read(value.as_table()?.clone()));
        let challenges = take_entries(&mut table, "challenge", record);
        Self { last: take(&mut table, "last", plain), challenges, others: table }
    }

    /// The table to be written: what is known, and beside it what is not.
    pub(super) fn table(&self) -> Table {
        let mut table = self.others.clone();
        let newer = table.get("format").and_then(Value::as_integer).filter(|format| *format > FORMAT);
        table.insert("format".into(), newer.unwrap_or(FORMAT).into());
        put(&mut table, "last", self.last.clone());
        put_entries(
            &mut table,
            "challenge",
            self.challenges.iter().map(|(slug, record)| (slug, record.table().into())),
        );
        table
    }
}

impl Record {
    /// Keeps the better of two scores. What could be scored may have changed with the course, so it is the share that counts.
    fn keep_best(&mut self, score: u32, max: u32) {
        let share = |score: u32, other_max: u32| u64::from(score) * u64::from(other_max);
        if self.max_score == 0 || share(score, self.max_score) >= share(self.score, max) {
            (self.score, self.max_score) = (score, max);
        }
    }

    fn read(mut table: Table) -> Self {
        Self {
            started: take(&mut table, "started", time),
            checked: take(&mut table, "checked", time),
            outcome: take(&mut table, "outcome", plain),
            score: take(&mut table, "score", plain).unwrap_or(0),
            max_score: take(&mut table, "max_score", plain).unwrap_or(0),
            passed: take(&mut table, "passed", time),
            failed: take(&mut table, "failed", plain).unwrap_or_default(),
            not_reached: take(&mut table, "not_reached", plain).unwrap_or_default(),
            hints: take_entries(&mut table, "hints", plain),
            gave_up: take(&mut table, "gave_up", time),
            others: table,
        }
    }

    fn table(&self) -> Table {
        let mut table = self.others.clone();
        let scored = self.max_score > 0;
        let ids = |ids: &Vec<String>| Some(ids.clone()).filter(|ids| !ids.is_empty());
        let word = |outcome| Value::try_from(outcome).expect("it is written as a word");
        let number = |taken: usize| Value::from(i64::try_from(taken).unwrap_or(i64::MAX));
        put(&mut table, "started", self.started.map(Timestamp::datetime));
        put(&mut table, "checked", self.checked.map(Timestamp::datetime));
        put(&mut table, "outcome", self.outcome.map(word));
        put(&mut table, "score", scored.then_some(self.score));
        put(&mut table, "max_score", scored.then_some(self.max_score));
        put(&mut table, "passed", self.passed.map(Timestamp::datetime));
        put(&mut table, "failed", ids(&self.failed));
        put(&mut table, "not_reached", ids(&self.not_reached));
        put_entries(&mut table, "hints", self.hints.iter().map(|(check, taken)| (check, number(*taken))));
        put(&mut table, "gave_up", self.gave_up.map(Timestamp::datetime));
        table
    }
}

/// Takes a value out of a table, if `read` can read it; else it stays there.
fn take<T>(table: &mut Table, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let value = read(table.get(key)?)?;
    table.remove(key);
    Some(value)
}

/// Takes the entries of a table in a table that can be read; the others stay there.
fn take_entries<T>(table: &mut Table, key: &str, read: impl Fn(&Value) -> Option<T>) -> BTreeMap<String, T> {
    let Some(Value::Table(entries)) = table.get_mut(key) else { return BTreeMap::new() };
    let names: Vec<_> = entries.keys().cloned().collect();
    names.into_iter().filter_map(|name| Some((name.clone(), take(entries, &name, &read)?))).collect()
}

/// A word, a number or a list of them.
fn plain<T: DeserializeOwned>(value: &Value) -> Option<T> {
    value.clone().try_into().ok()
}

/// A time, written as TOML's own or as a text.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Datetime(time) => time.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Puts a value into a table, if there is one.
fn put(table: &mut Table, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        table.insert(key.into(), value.into());
    }
}

/// Puts entries into a table in a table, beside those that are not known.
fn put_entries<'a>(table: &mut Table, key: &str, entries: impl Iterator<Item = (&'a String, Value)>) {
    let mut all = match table.remove(key) {
        Some(Value::Table(all)) => all,
        _ => Table::new(),
    };
    all.extend(entries.map(|(name, value)| (name.clone(), value)));
    if !all.is_empty() {
        table.insert(key.into(), all.into());
    }
}
