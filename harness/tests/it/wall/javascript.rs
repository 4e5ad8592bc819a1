//! The clients in JavaScript that stand beside two challenges: what a student begins from, and a correct one.

use std::{process::Command, thread};

use harness::verdict::{Outcome, Overall};

use super::{TRIES, conclude, failed, verdict_of};
use crate::command_line::root;

/// The command line of `client.mjs` in this folder; none if there is no Node that can run it here.
fn node(folder: &str) -> Option<String> {
    let version = Command::new("node").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        let found = if version.is_empty() { "no node" } else { &version };
        eprintln!("SKIPPED: there is {found} here and 20 or newer is needed, so clients in JavaScript were not tested");
        return None;
    }
    let client = root().join(folder).join("client.mjs");
    assert!(client.is_file(), "{}", client.display());
    Some(format!("node '{}'", client.display()))
}

/// Asserts that a client fails no check, in as many runs as it takes until every check could be judged.
fn assert_correct(challenge: &str, client: &str) {
    for _ in 0..TRIES {
        let verdict = verdict_of(challenge, &["--client", client]);
        assert_eq!(failed(&verdict), [], "{:#?}", verdict.checks);
        if verdict.outcome == Overall::Passed {
            assert_eq!(verdict.score, verdict.max_score);
            return;
        }
        let unreached = verdict.checks.iter().find(|check| check.outcome == Outcome::NotReached);
        assert!(unreached.is_none() || verdict.outcome == Overall::Inconclusive, "{unreached:?}");
    }
    eprintln!("{client}: not every check could be judged in {TRIES} runs, the machine is too busy");
}

#[test]
fn the_correct_dashboard_passes() {
    let Some(client) = node("solutions/sse-minimal") else { return };
    assert_correct("sse-minimal", &client);
}

#[test]
fn the_correct_chat_passes() {
    let Some(client) = node("solutions/reconnect-backoff") else { return };
    thread::scope(|scope| {
        for scenario in ["first-fails", "blip", "restart", "slow", "exhausted", "close-connected", "close-waiting"] {
            let client = &client;
            scope.spawn(move || {
                if let Some(verdict) = conclude(&["--client", client], scenario) {
                    assert_eq!(failed(&verdict), [], "{scenario}: {:#?}", verdict.checks);
                }
            });
        }
    });
}

/// What a student begins from runs as it is, and fails for what is left to do.
#[test]
fn what_a_student_begins_from_runs_and_fails() {
    let Some(dashboard) = node("challenges/sse-minimal") else { return };
    let verdict = verdict_of("sse-minimal", &["--client", &dashboard, "--scenario", "live"]);
    assert_eq!(failed(&verdict), [("asks", Some("field-other"))], "{:#?}", verdict.checks);
    let Some(chat) = node("challenges/reconnect-backoff") else { return };
    if let Some(verdict) = conclude(&["--client", &chat], "blip") {
        assert_eq!(failed(&verdict), [("comes-back", Some("gone"))], "{:#?}", verdict.checks);
    }
}
