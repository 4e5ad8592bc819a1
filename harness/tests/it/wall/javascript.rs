//! The clients in JavaScript that stand beside two challenges: what a student begins from, and a correct one.

use std::{process::Command, thread};

use super::{conclude, conclude_in, failed, verdict_of};
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

#[test]
fn the_correct_dashboard_passes() {
    let Some(client) = node("solutions/sse-minimal") else { return };
    // One after the other: a dozen interpreters that start take both processors from those that are being judged.
    for scenario in [
        "live",
        "parameters",
        "sign-in",
        "not-found",
        "other-answers",
        "first-fails",
        "losses",
        "outage",
        "resume",
        "slow",
        "close-connected",
        "close-waiting",
        "close-asking",
    ] {
        if let Some(verdict) = conclude_in("sse-minimal", &["--client", &client], scenario) {
            assert_eq!(failed(&verdict), [], "{scenario}: {:#?}", verdict.checks);
        }
    }
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
