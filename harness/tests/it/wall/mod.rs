//! Verdicts in real time, of this workspace's clients and of any program.
//!
//! A machine that is too busy concludes nothing, and says so with exit code 3; then the run is made again. No time is asserted here.

mod any_program;
mod javascript;
mod outsiders;
mod workspace;

use std::sync::{Condvar, Mutex};

use harness::verdict::{Outcome, Overall, Verdict};

use crate::command_line::{Done, harness};

/// How often a run is made again that concluded nothing.
const TRIES: usize = 4;

/// How many scenarios may be played at the same time, over all tests. Each is up to a dozen processes that start at once: with more, they
/// make each other late, nothing can be concluded, and all is made again. A whole challenge takes them all.
const PLACES: usize = 4;
static FREE: Mutex<usize> = Mutex::new(PLACES);
static FREED: Condvar = Condvar::new();

/// Holds so many of the places.
struct Places(usize);

impl Places {
    fn take(places: usize) -> Self {
        let mut free = FREED.wait_while(FREE.lock().unwrap(), |free| *free < places).unwrap();
        *free -= places;
        Self(places)
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        *FREE.lock().unwrap() += self.0;
        FREED.notify_all();
    }
}

/// The verdict on one scenario, run in real time until something can be concluded. None if the machine never kept up.
fn conclude(what: &[&str], scenario: &str) -> Option<Verdict> {
    conclude_in("reconnect-backoff", what, scenario)
}

/// The same for a scenario of any challenge.
fn conclude_in(challenge: &str, what: &[&str], scenario: &str) -> Option<Verdict> {
    let what = [what, &["--scenario", scenario]].concat();
    let verdict =
        (0..TRIES).map(|_| verdict_of(challenge, &what)).find(|verdict| verdict.outcome != Overall::Inconclusive);
    if verdict.is_none() {
        eprintln!("{what:?}: nothing could be concluded in {TRIES} runs, the machine is too busy");
    }
    verdict
}

/// The verdict that these options of `check` lead to.
fn verdict(options: &[&str]) -> Verdict {
    verdict_of("reconnect-backoff", options)
}

fn verdict_of(challenge: &str, options: &[&str]) -> Verdict {
    let line = [&["check", challenge, "--format", "json"], options].concat();
    let _places = Places::take(if options.contains(&"--scenario") { 1 } else { PLACES });
    let done = Done::of(&mut harness(&line));
    let verdict: Verdict = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let code = match verdict.outcome {
        Overall::Passed => 0,
        Overall::Inconclusive => 3,
        _ => 1,
    };
    assert_eq!(done.code, Some(code), "{line:?}: {}", done.out);
    assert_eq!(verdict.clock, "wall");
    verdict
}

/// Asserts that every check passed.
fn assert_passes(verdict: &Verdict) {
    let failed: Vec<_> = verdict.checks.iter().filter(|check| check.outcome != Outcome::Pass).collect();
    assert!(verdict.outcome == Overall::Passed && failed.is_empty(), "{}: {failed:#?}", verdict.submission);
}

/// The checks that failed, with their findings.
fn failed(verdict: &Verdict) -> Vec<(&str, Option<&str>)> {
    let failed = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fail);
    failed.map(|check| (check.id.as_str(), check.finding.as_deref())).collect()
}
