//! What is hidden from students: it counts, and no report tells of it. Everything secret in these specs has the word in it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
};

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Done, harness};
use crate::robustness::workspace::{make, write_changed};

const SPEC: &str = r#"
format  = 1
title   = "Two greetings"
channel = "websocket"
summary = "Show what the server says."
minutes = 1

[client]
base_delay = "1s"

[[scenario]]
id     = "greeting"
about  = "The server greets and waits."
lasts  = "10s"
server = [{ times = "any", play = ["accept", { send = "hello" }, "hold"] }]

[[scenario]]
id     = "secret-story"
about  = "The secret server says something secret."
lasts  = "10s"
server = [{ times = "any", play = ["accept", { send = "secret story" }, "hold"] }]
hidden = true

[[scenario]]
id     = "secret-end"
about  = "The secret server makes the client panic."
lasts  = "10s"
server = [{ times = "any", play = ["accept", { send = "panic: secret" }, "hold"] }]
hidden = true

[[check]]
id     = "connected"
in     = "greeting"
points = 1
title  = "The connection is shown"
expect = { status_sequence = "connecting connected" }
why    = "A user wants to know."
read   = "README.md#the-idea"
hints  = ["What does the user see?", "Nothing.", "`ui.status(…)`"]

[[check]]
id     = "secret-shown"
in     = "greeting"
points = 2
title  = "The secret greeting is shown"
expect = { shown = ["secret greeting"] }
why    = "The secret is for the user."
read   = "README.md#hello"
hints  = ["Secret?", "It is secret.", "`ui.show(\"secret\")`"]
hidden = true

[[check]]
id     = "secret-heard"
in     = "secret-story"
points = 4
title  = "The secret is shown"
expect = { shown = ["secret story"] }
why    = "The secret is for the user."
read   = "README.md#the-idea"
hints  = ["Secret?", "It is secret.", "`ui.show(\"secret\")`"]

[[check]]
id     = "secret-end"
in     = "secret-end"
points = 8
title  = "No panic because of a secret"
expect = { shown = ["panic: secret"] }
why    = "The secret is for the user."
read   = "README.md#the-idea"
hints  = ["Secret?", "It is secret.", "`ui.show(\"secret\")`"]

[[check]]
id       = "open-at-last"
in       = "greeting"
points   = 16
requires = ["secret-shown"]
title    = "Something that waits for what is hidden"
expect   = { shown = ["hello"] }
why      = "Waiting is part of it."
read     = "README.md#the-idea"
hints    = ["For what?", "For another check.", "`ui.show(…)`"]

[[mistake]]
id    = "secret-mistake"
fails = ["secret-shown"]
tells = "The secret greeting is not shown."
"#;

/// Shows what the server says, and prints all that it can know.
const CLIENT: &str = r#"//! Shows what the server says.

use futures_util::StreamExt;
use starter::{Net, Result, Status, Ui, User};

/// Runs the client.
pub async fn run(net: Net, ui: Ui, _user: User) -> Result<()> {
    for known in std::env::vars().map(|(name, value)| format!("{name}={value}")).chain(std::env::args()) {
        println!("known: {known}");
    }
    let config = net.config::<std::collections::BTreeMap<String, serde::de::IgnoredAny>>()?;
    println!("known: {:?}", config.keys());
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/").await?;
    ui.status(Status::Connected);
    while let Some(Ok(text)) = socket.next().await {
        let text = text.into_text()?;
        println!("heard: {text}");
        assert!(!text.starts_with("panic"), "I have heard {text}");
        ui.show(text.as_str());
    }
    Ok(())
}
"#;

/// A workspace with this challenge.
fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hidden");
        make(&root);
        let slug = "hidden-parts";
        let manifest = include_str!("../../data/faults/Cargo.toml").replace("faults", slug);
        let files = [
            ("Cargo.toml", manifest.as_str()),
            ("challenge.toml", SPEC),
            ("README.md", "# Two greetings\n\n## The idea\n\n## Hello\n"),
            ("src/main.rs", "starter::main!(hidden_parts::run);\n"),
            ("src/lib.rs", CLIENT),
            ("mistakes/secret-mistake.rs", CLIENT),
        ];
        for (name, text) in files {
            write_changed(&root.join("challenges").join(slug).join(name), text.as_bytes());
        }
        root
    });
    &ROOT
}

fn at(line: &str) -> Done {
    Done::of(harness(line.split_whitespace()).current_dir(root()).env_remove("GITHUB_STEP_SUMMARY"))
}

/// Checks that nothing secret is in a text.
#[track_caller]
fn keeps_the_secret(text: &str) {
    let told = text.lines().find(|line| line.to_lowercase().contains("secret"));
    assert_eq!(told, None, "{text}");
}

#[test]
fn a_report_tells_how_hidden_checks_came_out_and_no_more() {
    let done = at("check hidden-parts");
    keeps_the_secret(&done.all());
    // What the client printed in an open scenario is told; what it knows differs from machine to machine.
    let shown: Vec<_> = done.out.lines().filter(|line| !line.contains("known:")).collect();
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn no_format_tells_what_is_hidden_and_all_count_it() {
    let folder = tempfile::TempDir::new().expect("there is room");
    let formats =
        ["html", "json", "junit", "tap", "markdown", "github", "gradescope", "exercism", "exercism-v2", "classroom50"];
    let mut command = harness(["check", "hidden-parts", "--trace"]);
    command.arg(folder.path().join("trace")).current_dir(root());
    for format in formats {
        command.arg("--report").arg(format!("{format}={}", folder.path().join(format).display()));
    }
    command
        .envs([("CLASSROOM", "web"), ("ASSIGNMENT", "backoff"), ("ASSIGNMENT_TYPE", "individual"), ("OWNER", "alice")])
        .env("SUBMISSION_TAG", "submit/2026-06-01T14-32-05Z-a1b2c3d")
        .envs([("COMMIT_URL", "https://x.y/commit/a1b2c3d"), ("RELEASE_URL", "https://x.y/release")])
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary"));
    let done = Done::of(&mut command);
    assert_eq!(done.code, Some(1), "{done:?}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is written");
    for name in formats.iter().chain(&["trace", "summary"]) {
        keeps_the_secret(&read(name));
    }
    assert_snapshot!(
        "markdown",
        read("markdown").lines().filter(|line| !line.contains("known:")).collect::<Vec<_>>().join("\n")
    );
    let json = |name: &str| serde_json::from_str::<Value>(&read(name)).expect("it is JSON");
    for (verdict, most) in [("json", "max_score"), ("classroom50", "max-score")] {
        assert_eq!((&json(verdict)["score"], &json(verdict)[most]), (&5.into(), &31.into()), "{verdict}");
    }
    assert_eq!(json("gradescope")["score"], 5);
    let html = read("html");
    assert!(html.contains("1 of 3 hidden checks passed") && html.contains("Hidden check 3 of 3"), "{html}");
    assert!(html.contains("challenges/hidden-parts/README.md#hello"), "what to read is told");
    let again = Done::of(harness(["replay"]).arg(folder.path().join("trace")).current_dir(root()));
    keeps_the_secret(&again.all());
}

#[test]
fn a_session_keeps_it_too() {
    let mut command = harness(["watch", "hidden-parts"]);
    let mut child = command.current_dir(root()).stdout(Stdio::piped()).spawn().expect("the harness is built");
    let mut lines =
        BufReader::new(child.stdout.take().expect("it is piped")).lines().map(|line| line.expect("it is text"));
    let mut told = Vec::new();
    // Who reads no more ends the session: that is not what is tried here.
    for line in lines.by_ref() {
        let is_last = line.contains("Failed: 5 of 31 points");
        told.push(line);
        if is_last {
            break;
        }
    }
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it is ours").code(), Some(130));
    assert!(told.iter().any(|line| line.contains("Hidden check 3 of 3")), "{told:#?}");
    keeps_the_secret(&told.join("\n"));
}

#[test]
fn a_teacher_is_shown_all_and_the_client_is_told_nothing() {
    let done = at("check hidden-parts --show-hidden --format json");
    let verdict: Value = serde_json::from_str(&done.out).expect("it is JSON");
    assert_eq!((&verdict["score"], &verdict["max_score"]), (&5.into(), &31.into()));
    let checks = verdict["checks"].as_array().expect("checks");
    assert!(checks.iter().all(|check| check["hidden"] == false && check["hints"] != Value::Array(Vec::new())));
    assert_eq!(checks[1]["id"], "secret-shown");
    for run in verdict["runs"].as_array().expect("runs") {
        let output = run["output"].as_str().expect("a text");
        let known: Vec<_> = output.lines().filter(|line| line.starts_with("known: ")).collect();
        assert!(known.iter().any(|line| line.contains("base_delay")), "{output}");
        keeps_the_secret(&known.join("\n"));
    }
}

#[test]
fn what_is_hidden_is_not_played_hinted_or_named() {
    let lines = [
        "play hidden-parts secret-story --port 0",
        "play hidden-parts unknown --port 0",
        "check hidden-parts --scenario unknown",
        "hint hidden-parts secret-shown",
        "hint hidden-parts unknown",
    ];
    let said: Vec<_> = lines.iter().map(|line| format!("$ harness {line}\n{}", at(line).all())).collect();
    assert_snapshot!(said.join("\n"));
}
