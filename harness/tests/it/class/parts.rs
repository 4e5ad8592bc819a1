//! A grading in parts: on several machines, or after an interruption.

use std::{fs, thread, time::Duration};

use harness::verdict::GradeResult;
use rustix::process::{Pid, Signal, kill_process};

use super::{Class, SLUG, contents, mistake, of, solution};

/// A class of five, quick to grade.
fn five() -> Class {
    let class = Class::new();
    class.hand_in("anna.rs", solution("one-loop.rs"));
    class.hand_in("ben.rs", "pub fn run( {");
    class.hand_in("carl/README.md", "");
    class.hand_in("dora.rs", "pub fn walk( {");
    class.hand_in("emil.rs", mistake("no-accept.rs"));
    class.hand_in("notes.txt", "");
    class
}

const QUICK: [&str; 2] = ["--sandbox", "basic"];

#[test]
fn parts_together_are_the_whole() {
    let class = five();
    let whole = class.grade("whole", &QUICK);
    assert_eq!(whole.code, Some(1), "{whole:?}");
    let options = |shard: &'static str| ["--sandbox", "basic", "--shard", shard];
    let one = class.grade("one", &options("1/2"));
    assert!(one.stdout.contains("3 submissions (part 1/2 of 5)"), "{one:?}");
    // As GitLab tells a job which one it is.
    let two =
        class.call("two", &QUICK).with(|command| command.env("CI_NODE_INDEX", "2").env("CI_NODE_TOTAL", "2")).run();
    assert!(two.stderr.contains("note: part 2/2 of the class, by CI_NODE_INDEX and CI_NODE_TOTAL"), "{two:?}");
    let merge = |parts: &[&str]| {
        let arguments = ["grade", "merge"].iter().chain(parts).chain(&["--out", "merged"]);
        super::Harness::new(arguments).within(class.dir.path()).run()
    };
    let missing = merge(&["two"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert_eq!(missing.stderr, "error: these are no whole class: part 1/2 is missing\n");
    let unfinished = merge(&["one", "class"]);
    assert_eq!(unfinished.stderr, "error: class was not graded to the end: it has no grades.json\n");
    let merged = merge(&["two", "one"]);
    assert_eq!(merged.code, Some(1), "{merged:?}");
    assert_eq!(merged.stdout, whole.stdout.replace("In whole:", "In merged:"));
    assert_eq!(contents(&class.path("merged")), contents(&class.path("whole")));
    assert_eq!(class.grades("merged").left_out, ["notes.txt"]);
}

#[test]
fn what_was_graded_is_not_graded_again() {
    let class = five();
    let mut running = class.call("out", &["--sandbox", "basic", "--jobs", "1"]).start();
    let first = class.path("out/results/anna.rs").join(SLUG).join("grade.json");
    while !first.exists() {
        assert!(running.is_at_work(), "it has ended without a grade");
        thread::sleep(Duration::from_millis(2));
    }
    kill_process(Pid::from_child(&running.child), Signal::TERM).expect("it runs");
    let broken_off = running.wait();
    assert_eq!(broken_off.code, Some(143), "{broken_off:?}");
    assert!(broken_off.stderr.ends_with("the same command goes on from there\n"), "{broken_off:?}");
    assert!(!class.path("out/grades.json").exists(), "it was not graded to the end");
    let made = |path: &std::path::Path| fs::metadata(path).and_then(|there| there.modified()).expect("it is there");
    let before = made(&first);
    let went_on = class.grade("out", &QUICK);
    assert!(went_on.stderr.contains("graded before"), "{went_on:?}");
    assert_eq!(made(&first), before, "anna's grade stands");
    let grades = class.grades("out");
    assert_eq!(grades.grades.len(), 5);
    assert_eq!(of(&grades, "anna.rs").outcome, GradeResult::Passed);

    // What has changed is graded again, and so is what lacks a report that is asked for now; what has gone has no grade.
    class.hand_in("ben.rs", solution("race.rs"));
    fs::remove_file(class.path("class/dora.rs")).expect("it is there");
    let changed = class.grade("out", &QUICK);
    assert!(changed.stderr.contains("2 of them have been graded before"), "{changed:?}");
    assert_eq!(made(&first), before);
    assert_eq!(of(&class.grades("out"), "ben.rs").outcome, GradeResult::Passed);
    assert!(class.grades("out").grades.iter().all(|grade| grade.submission != "dora.rs"));
    let other = super::Class::new();
    other.hand_in("zoe.rs", "");
    let path = other.path("class");
    let arguments = ["grade", path.to_str().expect("it is text"), "--challenge", SLUG, "--out", "out"];
    let refused = super::Harness::new(arguments).within(class.dir.path()).run();
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("out has the grades of another class (`anna.rs` and others)"), "{refused:?}");
    let report = class.grade("out", &["--sandbox", "basic", "--report", "tap"]);
    assert!(!report.stderr.contains("graded before"), "{report:?}");
    assert!(class.path("out/results/anna.rs").join(SLUG).join("report.tap").is_file());
}
