//! A client that uses nothing of this workspace: Python and its standard library.

use std::{process::Command, thread};

use harness::verdict::Outcome;

use super::{assert_passes, conclude, failed, verdict};
use crate::command_line::{Done, harness, root};

/// The command line of the client with these flags; none if there is no Python here.
fn python(flags: &str) -> Option<String> {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3 here, so clients in other languages were not tested");
        return None;
    }
    let client = root().join("harness/tests/data/clients/reconnect.py");
    Some(format!("python3 '{}' {flags}", client.display()))
}

/// Every scenario that is played in real time, at once: it takes as long as the longest. What a busy machine cannot judge in three runs
/// of half a minute stays open here; the shorter scenarios of the next test are made again.
#[test]
fn a_correct_client_in_another_language_fails_no_check() {
    let Some(client) = python("") else { return };
    let verdict = verdict(&["--client", &client]);
    assert_eq!(verdict.submission, client);
    assert!(verdict.checks.len() >= 19, "{}", verdict.checks.len());
    let open = verdict.checks.iter().filter(|check| check.outcome == Outcome::Inconclusive);
    let open: u32 = open.map(|check| check.points).sum();
    let failed: Vec<_> = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fail).collect();
    assert_eq!(verdict.score + open, verdict.max_score, "{failed:#?}");
}

#[test]
fn a_correct_client_in_another_language_passes() {
    let Some(client) = python("") else { return };
    let scenarios = ["first-fails", "blip", "mute", "slow", "exhausted"];
    let closed = ["close-connected", "close-waiting", "close-connecting"];
    thread::scope(|scope| {
        for scenario in scenarios.into_iter().chain(closed) {
            scope.spawn({
                let client = &client;
                move || conclude(&["--client", client], scenario).iter().for_each(assert_passes)
            });
        }
    });
}

#[test]
fn wrong_clients_in_another_language_fail_the_right_checks() {
    let (Some(constant), Some(deaf)) = (python("--constant"), python("--deaf")) else { return };
    thread::scope(|scope| {
        scope.spawn(|| {
            if let Some(verdict) = conclude(&["--client", &constant], "refused") {
                assert_eq!(failed(&verdict), [("grows", Some("never-longer"))]);
            }
        });
        scope.spawn(|| {
            if let Some(verdict) = conclude(&["--client", &deaf], "close-connected") {
                assert!(matches!(failed(&verdict)[..], [("close-connected", Some(_))]), "{:?}", failed(&verdict));
            }
        });
    });
}

#[test]
fn a_program_that_cannot_be_started_is_the_harness_users_to_mend() {
    let line = ["check", "reconnect-backoff", "--scenario", "blip", "--client", "./no-such-program"];
    let done = Done::of(&mut harness(line));
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{done:?}");
    assert!(done.err.contains("no-such-program"), "{}", done.err);
}

#[test]
fn a_program_that_breaks_off_is_told_how() {
    let client = "sh -c 'echo about to fail; echo why it failed >&2; exit 7'";
    let done = Done::of(&mut harness(["check", "reconnect-backoff", "--scenario", "blip", "--client", client]));
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.out.contains("ended before `run` returned") && done.out.contains("why it failed"), "{}", done.out);
}
