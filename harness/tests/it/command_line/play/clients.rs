//! Clients of the harness.

use std::process::Command;

use super::serving::Serving;
use crate::command_line::{harness, root, run};

/// A shell in the role of a client, which can do anything but connect.
fn client(script: &str) -> Serving {
    let client = format!("sh -c '{script}'");
    Serving::of(harness(["play", "sse-minimal", "--speed", "1000", "--port", "0", "--client"]).arg(client))
}

#[test]
fn what_a_client_says_is_told_as_it_comes() {
    let script = r#"echo {\"status\":\"connecting\"}
        echo trying $HARNESS_CONFIG
        echo {\"show\":{\"a\":1}}
        echo on the other stream >&2
        echo {\"status\":\"retrying\",\"attempt\":1,\"wait\":502}
        printf "without an end""#;
    let ended = client(script).end();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let log = ended.log();
    // What is printed and what is claimed travel on different ways.
    let of = |who: &str| log.iter().filter_map(|line| line.strip_prefix(who)).collect::<Vec<_>>();
    assert_eq!(of("status "), ["connecting", "retrying: attempt 1 in 502 ms"]);
    assert_eq!(of("shows "), [r#"{"a":1}"#]);
    assert_eq!(of("client "), ["has returned"]);
    let printed = of("prints ");
    // However high the speed, a client can keep pace.
    for line in [r#"trying {"base_delay":100}"#, "on the other stream", "without an end"] {
        assert!(printed.contains(&line), "{printed:?}");
    }
    let last = ended.lines.iter().rfind(|line| line.contains("cargo run -p harness -- check sse-minimal"));
    assert!(last.is_some(), "{ended:?}");
}

#[test]
fn a_client_that_breaks_off_is_told_how() {
    let ended = client("echo why it failed >&2; exit 7").end();
    assert_eq!(ended.code, Some(1));
    let over = ended.lines.join(" ");
    assert!(over.contains("the client's process ended before `run` returned: status 7"), "{over}");
    assert!(over.contains("prints  why it failed"), "{over}");
}

#[test]
fn ctrl_c_ends_a_client_that_would_go_on() {
    let mut serving = client("echo {\\\"status\\\":\\\"connecting\\\"}; while true; do sleep 1; done");
    serving.until("status  connecting");
    let ended = serving.interrupt();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[test]
fn a_program_that_is_not_there_is_the_users_to_mend() {
    let done = run("play sse-minimal --port 0 --client ./no-such-program");
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("cannot start the client") && done.err.contains("no-such-program"), "{}", done.err);
}

#[test]
fn a_client_is_served_as_it_is_graded_and_its_user_acts() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3 here, so `play` was not tested with a whole client");
        return;
    }
    let client = format!("python3 '{}'", root().join("harness/tests/data/clients/reconnect.py").display());
    let command = ["play", "reconnect-backoff", "close-connected", "--speed", "4", "--port", "0", "--client"];
    let ended = Serving::of(harness(command).arg(client)).end();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    let log = ended.log();
    let wanted = [
        "status connecting",
        "status connected",
        "user closes the client",
        "status disconnected: closed by user",
        "client has returned",
    ];
    let found: Vec<_> = log.iter().filter(|line| wanted.contains(&line.as_str())).collect();
    assert_eq!(found, wanted, "{log:#?}");
    assert!(log.iter().any(|line| line == "#1 server keeps the connection open until the client ends it"), "{log:#?}");
}
