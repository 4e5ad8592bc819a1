//! Clients that nobody here wrote, from crates.io, each wrapped in a few lines of the contract: `harness/tests/data/outsiders`.
//!
//! They are a workspace of their own, fetched and built into the target folder by the first of these tests. What each of them fails, and
//! why, stands in `challenges/README.md`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
    thread,
};

use super::{PLACES, Places, assert_passes, conclude_in, failed};
use crate::command_line::root;

/// Cargo at work on the outsiders.
fn cargo(task: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    let manifest = root().join("harness/tests/data/outsiders/Cargo.toml");
    cargo.args([task, "--locked", "--manifest-path"]).arg(manifest).env_remove("CARGO_BUILD_TARGET");
    cargo
}

/// Why the outsiders cannot be had here, if it is the fault of this place and not of the outsiders.
fn excuse(output: &Output) -> Option<&'static str> {
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    if says(&[
        "could not resolve",
        "could not connect",
        "couldn't connect",
        "failed to connect",
        "network",
        "timed out",
    ]) {
        return Some("crates.io cannot be reached from here");
    }
    says(&["is not supported by the following package"]).then_some("this version of Rust is too old for them")
}

/// Runs cargo; gives back why it cannot work here.
fn run(mut cargo: Command) -> Result<(), &'static str> {
    let output = cargo.output().expect("cargo starts");
    if output.status.success() {
        return Ok(());
    }
    match excuse(&output) {
        Some(excuse) => Err(excuse),
        None => panic!("{cargo:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// The folder of the built clients; none if they cannot be had here.
fn built() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outsiders");
        let mut build = cargo("build");
        build.arg("--offline").arg("--target-dir").arg(&target);
        // A compiler keeps all processors busy for a minute.
        let _places = Places::take(PLACES);
        match run(cargo("fetch")).and_then(|()| run(build)) {
            Ok(()) => Some(target.join("debug")),
            Err(excuse) => {
                eprintln!("SKIPPED: {excuse}, so clients of other people were not tested");
                None
            }
        }
    };
    BUILT.get_or_init(build).as_deref()
}

/// The command line of an outsider that connects to `path`.
fn outsider(name: &str, path: &str) -> Option<String> {
    built().map(|folder| format!("'{}' {path}", folder.join(name).display()))
}

/// A scenario, and the checks that fail in it, with their findings; none if all pass.
type Expected<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Plays scenarios to an outsider, side by side.
fn judge(name: &str, path: &str, expected: &[Expected<'_>]) {
    let Some(client) = outsider(name, path) else { return };
    thread::scope(|scope| {
        for (challenge, scenario, fails) in expected {
            let client = &client;
            scope.spawn(move || {
                let Some(verdict) = conclude_in(challenge, &["--client", client], scenario) else { return };
                if fails.is_empty() {
                    return assert_passes(&verdict);
                }
                let fails: Vec<_> = fails.iter().map(|(check, finding)| (*check, Some(*finding))).collect();
                assert_eq!(failed(&verdict), fails, "{name} in {scenario}");
            });
        }
    });
}

/// It reads a stream as it should, and waits for ever for one that is mute.
#[test]
fn eventsource_client_reads_streams() {
    let expected: &[Expected<'_>] = &[
        ("choose-channel", "feed", &[]),
        ("choose-channel", "slow-start", &[]),
        ("choose-channel", "mute", &[("falls-back-from-mute", "never")]),
    ];
    judge("eventsource-client", "/events", expected);
}

/// It comes back and keeps its place; but it takes every success for a stream, and every refusal for a loss.
#[test]
fn eventsource_client_keeps_a_dashboard() {
    let expected: &[Expected<'_>] = &[
        ("sse-minimal", "live", &[]),
        ("sse-minimal", "parameters", &[]),
        ("sse-minimal", "sign-in", &[("type", "wrong-status")]),
        ("sse-minimal", "not-found", &[("not-found", "wrong-status")]),
        ("sse-minimal", "other-answers", &[("only-200", "accepted")]),
        ("sse-minimal", "first-fails", &[]),
        ("sse-minimal", "losses", &[]),
        ("sse-minimal", "outage", &[]),
        ("sse-minimal", "resume", &[]),
        ("sse-minimal", "slow", &[("status-true", "attempt-not-shown")]),
        ("sse-minimal", "close-connected", &[]),
        ("sse-minimal", "close-waiting", &[]),
    ];
    judge("eventsource-client", "/metrics", expected);
}

/// It says where it was, but does not know what it has had, and does not hear how long it should wait.
#[test]
fn eventsource_client_resumes_but_repeats() {
    let expected: &[Expected<'_>] = &[
        ("resume-session", "sse-resume", &[("sse-once", "repeated")]),
        ("resume-session", "sse-ids", &[]),
        ("resume-session", "sse-retry", &[("retry-obeyed", "early")]),
        ("resume-session", "sse-retry-lasts", &[("retry-lasts", "early")]),
    ];
    judge("eventsource-client", "/events", expected);
}

/// It comes back, always after the same wait, or after none.
#[test]
fn ezsockets_comes_back_without_backing_off() {
    let expected: &[Expected<'_>] = &[
        ("choose-channel", "talk", &[]),
        ("reconnect-backoff", "first-fails", &[]),
        ("reconnect-backoff", "blip", &[]),
        ("reconnect-backoff", "restart", &[]),
        ("reconnect-backoff", "refused", &[("grows", "never-longer")]),
        ("reconnect-backoff", "flap", &[("earns-reset", "never-longer")]),
        ("reconnect-backoff", "close-connected", &[]),
        ("reconnect-backoff", "close-connecting", &[("close-connecting", "second")]),
        ("reconnect-backoff", "close-greeting", &[]),
    ];
    judge("ezsockets", "/ws", expected);
}

/// Its frames are its own; it has no reconnection.
#[test]
fn fastwebsockets_talks_and_does_not_come_back() {
    let expected: &[Expected<'_>] = &[
        ("choose-channel", "talk", &[]),
        ("reconnect-backoff", "blip", &[("comes-back", "gone")]),
        // One of the users closes after a connection that was lost.
        ("reconnect-backoff", "close-connected", &[("close-connected", "again")]),
    ];
    judge("fastwebsockets", "/ws", expected);
}

/// A machine without a network skips these tests and says so. Here the network ends at a port where nobody listens.
#[test]
fn a_place_without_a_network_is_excused() {
    let home = tempfile::tempdir().unwrap();
    let mut fetch = cargo("fetch");
    fetch.env("CARGO_HOME", home.path()).env("CARGO_HTTP_PROXY", "http://127.0.0.1:1").env("CARGO_NET_RETRY", "0");
    assert_eq!(run(fetch), Err("crates.io cannot be reached from here"));
}

/// Nothing of the outsiders is in the project's lock file.
#[test]
fn outsiders_stay_outside() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["outsiders", "eventsource-client", "ezsockets", "fastwebsockets"] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
