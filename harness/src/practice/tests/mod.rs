//! What is kept, and what happens to it.

mod course;
mod hints;
mod kept;
mod mishaps;
mod resets;
mod starters;

use std::{fs, path::Path};

use tempfile::TempDir;

use super::{Progress, Store, Timestamp};
use crate::verdict::{CheckResult, FORMAT, Outcome, Overall, Verdict};

/// A root without anything in it.
fn empty() -> (TempDir, Store) {
    let dir = TempDir::new().expect("there is room");
    let store = Store::at(dir.path());
    (dir, store)
}

/// A moment of one day.
fn at(time: &str) -> Timestamp {
    format!("2026-03-04T{time}Z").parse().expect("it is a time")
}

/// A verdict with these checks, worth a point each.
fn verdict(slug: &str, outcome: Overall, checks: &[(&str, Outcome)]) -> Verdict {
    let passed = checks.iter().filter(|(_, outcome)| *outcome == Outcome::Pass).count();
    Verdict {
        format: FORMAT,
        challenge: slug.into(),
        title: "A title".into(),
        submission: format!("challenges/{slug}"),
        seed: 1,
        clock: "virtual".into(),
        speed: 1.0,
        sandbox: "basic".into(),
        outcome,
        score: u32::try_from(passed).expect("a few"),
        max_score: 3,
        compiler: None,
        compiler_errors: 0,
        compiler_warnings: Default::default(),
        warnings: Vec::new(),
        checks: checks.iter().map(|(id, outcome)| check(id, *outcome)).collect(),
        looks_like: Vec::new(),
        runs: Vec::new(),
        replay: String::new(),
    }
}

fn check(id: &str, outcome: Outcome) -> CheckResult {
    CheckResult {
        id: id.into(),
        title: "It holds".into(),
        scenario: "blip".into(),
        points: 1,
        requires: Vec::new(),
        outcome,
        finding: None,
        expected: String::new(),
        got: String::new(),
        why: String::new(),
        read: "README.md#a".into(),
        hints: Vec::new(),
        evidence: Vec::new(),
        windows: Vec::new(),
        hidden: false,
    }
}

/// Two of three checks pass, then all of them.
fn failed(slug: &str) -> Verdict {
    verdict(
        slug,
        Overall::Failed,
        &[("opens", Outcome::Pass), ("waits", Outcome::Fail), ("grows", Outcome::NotReached)],
    )
}

fn passed(slug: &str) -> Verdict {
    verdict(slug, Overall::Passed, &[("opens", Outcome::Pass), ("waits", Outcome::Pass), ("grows", Outcome::Pass)])
}

/// What is kept, read by another store of the same workspace.
fn kept(root: &Path) -> Progress {
    let (progress, notice) = Store::at(root).load();
    assert_eq!(notice, None);
    progress
}

/// Writes the file as something else would.
fn write(store: &Store, text: impl AsRef<[u8]>) {
    fs::create_dir_all(store.folder()).expect("it is writable");
    fs::write(store.path(), text).expect("it is writable");
}

fn text(store: &Store) -> String {
    fs::read_to_string(store.path()).expect("it is readable")
}

/// The names in the store's folder, sorted.
fn files(store: &Store) -> Vec<String> {
    let entries = fs::read_dir(store.folder()).expect("it is readable");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("it is readable").file_name().into_string().expect("it is text")).collect();
    names.sort();
    names
}
