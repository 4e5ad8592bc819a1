//! Verdicts: how they are told, what they exit with, and that a trace gives the same one.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::{Done, harness, run};

#[test]
fn a_correct_client_passes() {
    let done = run("check reconnect-backoff --solution");
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.out);
    assert!(done.out.contains("✓ Passed: 40 of 40 points."), "{}", done.out);
}

/// On the virtual clock the whole report is the same every time, on every machine.
#[test]
fn a_mistake_is_explained() {
    let done = run("check reconnect-backoff --mistake constant");
    assert!(done.out.lines().all(|line| line.chars().count() <= 80), "{}", done.out);
    insta::assert_snapshot!(done.all());
}

#[test]
fn as_many_hints_are_told_as_are_asked_for() {
    let hints = |n: &str| {
        let done = run(&format!("check reconnect-backoff --mistake error-is-final --scenario blip --hints {n}"));
        assert_eq!(done.code, Some(1));
        let from = |line: &str| line.trim_start().starts_with("hint");
        done.out.lines().skip_while(|line| !from(line)).take_while(|line| !line.contains("again ")).count()
    };
    let (none, one, three, all) = (hints("0"), hints("1"), hints("3"), hints("9"));
    assert!(none < one && one < three && three == all, "{none} {one} {three} {all}");
}

#[test]
fn json_is_the_whole_record_and_nothing_else() {
    // Colour is for people, also when it is asked for.
    let line = "check reconnect-backoff --mistake error-is-final --scenario blip --format json --color always";
    let done = run(line);
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(done.out);
}

#[test]
fn a_trace_gives_the_verdict_of_its_run() {
    let dir = TempDir::new().expect("there is room");
    let file = dir.path().join("a run.trace");
    let file = file.to_str().expect("it is text");
    for only in [&[][..], &["--scenario", "restart"]] {
        let line = ["check", "reconnect-backoff", "--mistake", "two-loops", "--seed", "7", "--format", "json"];
        let check = Done::of(&mut harness(line.iter().chain(only).chain(&["--trace", file])));
        let replay = Done::of(&mut harness(["replay", file, "--format", "json"]));
        assert_eq!((check.code, replay.code, replay.err.as_str()), (Some(1), Some(1), ""));
        let verdict = |done: &Done| {
            let mut verdict: Value = serde_json::from_str(&done.out).expect("it is JSON");
            // What was run, how far it was shut in and how to run it again is not in the trace.
            for key in ["submission", "sandbox", "replay"] {
                assert!(verdict.as_object_mut().expect("a record").remove(key).is_some());
            }
            verdict
        };
        assert_eq!(verdict(&check), verdict(&replay));
    }
    let replay = Done::of(&mut harness(["replay", file, "--hints", "3"]));
    assert!(replay.out.contains("✗ one-loop") && replay.out.contains(&format!("replay '{file}'")), "{}", replay.out);
}

#[test]
fn what_does_not_compile_is_told_by_the_compiler_in_colour() {
    let dir = TempDir::new().expect("there is room");
    let (file, trace) = (dir.path().join("broken.rs"), dir.path().join("run.trace"));
    fs::write(&file, "pub fn run( {\n").expect("it is writable");
    let check = |color: &str, format: &str| {
        let [file, trace] = [&file, &trace].map(|path| path.to_str().expect("it is text"));
        let line = ["check", "reconnect-backoff", "--submission", file, "--trace", trace];
        let done = Done::of(&mut harness(line.into_iter().chain(["--color", color, "--format", format])));
        assert_eq!((done.code, done.err.as_str()), (Some(1), ""), "{done:?}");
        done.out
    };
    let coloured = check("always", "human");
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[91merror") || coloured.contains("\u{1b}[1m\u{1b}[31merror"),
        "{coloured}"
    );
    for plain in [check("never", "human"), check("auto", "human"), check("always", "json")] {
        assert!(
            plain.contains("unclosed delimiter") && !plain.contains('\u{1b}') && !plain.contains("u001b"),
            "{plain}"
        );
    }
    // Nothing was run, so there is nothing to keep.
    assert!(!trace.exists());
}

#[test]
fn a_forgotten_await_is_told_before_the_verdict_and_unused_code_only_counted() {
    let dir = TempDir::new().expect("there is room");
    let file = dir.path().join("forgetful.rs");
    let text = "fn unused() {}\n\npub async fn run(net: starter::Net, _: starter::Ui, _: starter::User) -> starter::Result<()> {\n    \
                net.websocket(\"/chat\");\n    Ok(())\n}\n";
    fs::write(&file, text).expect("it is writable");
    let file = file.to_str().expect("it is text");
    let done = Done::of(&mut harness(["check", "reconnect-backoff", "--submission", file, "--scenario", "blip"]));
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""), "{done:?}");
    let at = |text: &str| done.out.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{}", done.out));
    assert!(at(&format!("--> {file}:4:5")) < at("Not shown: 1 warning about unused or unfinished code."));
    assert!(at("Not shown") < at("✗ comes-back") && !done.out.contains("never used"), "{}", done.out);
}

#[test]
fn a_trace_that_cannot_be_kept_does_not_hide_the_verdict() {
    let done = run("check reconnect-backoff --solution full-jitter --scenario blip --trace /dev/full");
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.out.contains("✓ Passed:") && done.err.contains("cannot write /dev/full: No space left"), "{done:?}");
}

#[test]
fn a_soak_counts_verdicts_and_traces() {
    insta::assert_snapshot!(run("soak reconnect-backoff -n 3 --mistake silent-end").all());
}
