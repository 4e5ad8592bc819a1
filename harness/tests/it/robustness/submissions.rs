//! Submissions that lie anywhere, graded in the real workspace.

use std::{fs, thread};

use harness::verdict::Overall;
use tempfile::TempDir;

use super::command::{Harness, Ran};

const HEAD: &str = "pub async fn run(_: starter::Net, ui: starter::Ui, _: starter::User) -> starter::Result<()>";

/// Grades a submission whose `run` has this body.
fn submit(dir: &TempDir, name: &str, body: &str) -> Ran {
    let file = dir.path().join(name);
    fs::write(&file, format!("{HEAD} {{\n    {body}\n}}\n")).expect("it is writable");
    Harness::new(["check", "reconnect-backoff", "--scenario", "blip", "--format", "json", "--submission"])
        .with(|command| command.arg(&file))
        .run()
}

#[test]
fn two_submissions_at_once_have_their_own_verdicts() {
    let dir = tempfile::tempdir().expect("there is room");
    let grade = |name: &'static str, body: &'static str| {
        let verdict = submit(&dir, name, body).verdict();
        (verdict.outcome, verdict.runs[0].ended.clone(), verdict.runs[0].output.clone())
    };
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| grade("one.rs", "ui.show(1); println!(\"one\"); Ok(())"));
        let other = scope.spawn(|| grade("other.rs", "ui.show(2);\n    panic!(\"the other\")"));
        (one.join().expect("it is graded"), other.join().expect("it is graded"))
    });
    assert_eq!(one, (Overall::Failed, "the client returned from `run`".into(), "one\n".into()));
    let place = dir.path().join("other.rs:3:5");
    assert_eq!((other.0, other.1), (Overall::Crashed, format!("the client panicked: the other ({})", place.display())));
    assert!(
        other.2.contains(&place.display().to_string()) && !other.2.contains("challenges/submission"),
        "{}",
        other.2
    );
}

#[test]
fn a_submission_that_does_not_compile_is_told_by_its_own_name() {
    let dir = tempfile::tempdir().expect("there is room");
    let ran = submit(&dir, "broken.rs", "ui.show(nothing); Ok(())");
    let verdict = ran.verdict();
    assert_eq!((ran.code, verdict.outcome), (Some(1), Overall::NotCompiled));
    let compiler = verdict.compiler.expect("the compiler has said something");
    assert!(compiler.contains("cannot find value `nothing`") && compiler.contains("broken.rs:2:13"), "{compiler}");
}
