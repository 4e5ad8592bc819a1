//! What is the matter with the machine or the workspace, not with the submission.

use std::{fs, io::pipe, process::Stdio};

use super::{
    command::{Harness, Ran},
    workspace::{make, root, write_changed},
};

/// Grades the client that does nothing wrong, in the workspace of the faults.
fn fine(more: &[&str]) -> Harness {
    Harness::new(["check", "faults", "--scenario", "nothing"]).with(|command| command.args(more)).within(root())
}

fn assert_passed(ran: &Ran) {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    assert!(ran.stdout.contains("✓ Passed: 1 of 1 point."), "{}", ran.stdout);
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let (reader, writer) = pipe().expect("there is a pipe");
    drop(reader);
    let ran = fine(&[]).with(|command| command.stdout(writer)).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let ran = fine(&[]).with(|command| command.stdout(Stdio::null()).stderr(Stdio::null())).run();
    assert_eq!(ran.code, Some(0));
}

#[test]
fn a_full_disk_is_the_machines_fault() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").expect("every Linux has it");
    let ran = fine(&[]).with(|command| command.stdout(full())).run();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: cannot write to standard output: No space left"), "{}", ran.stderr);
}

#[test]
fn a_trace_that_cannot_be_written_costs_no_verdict() {
    for (file, why) in [("/dev/full", "No space left"), ("/proc/trace", "")] {
        let ran = fine(&["--trace", file]).run();
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert!(ran.stdout.contains("✓ Passed: 1 of 1 point."), "{}", ran.stdout);
        assert!(ran.stderr.starts_with(&format!("error: cannot write {file}: {why}")), "{}", ran.stderr);
    }
    let ran = fine(&["--trace", "/nowhere/trace"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "what is clear beforehand is said beforehand");
    let ran = fine(&["--trace", "/dev/null"]).run();
    assert_passed(&ran);
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file(), "it is still a device");
    let ran = fine(&["--trace", "/dev/stdout"]).run();
    assert_passed(&ran);
    assert!(ran.stdout.contains("\nscenario nothing") || ran.stdout.contains("claim"), "{}", ran.stdout);
}

#[test]
fn any_folder_and_environment_will_do() {
    assert_passed(&fine(&[]).within(&root().join("challenges/faults/src")).run());
    assert_passed(&fine(&[]).with(|command| command.env_remove("HOME").env_remove("USER")).run());
    assert_passed(&fine(&[]).with(|command| command.env("LC_ALL", "C.UTF-8").env("TERM", "dumb")).run());
}

#[test]
fn a_workspace_without_challenges_says_so() {
    let dir = tempfile::tempdir().expect("there is room");
    make(dir.path());
    let list = Harness::new(["list"]).within(dir.path()).run();
    assert_eq!((list.code, list.stderr.as_str()), (Some(0), ""), "{list:?}");
    let check = Harness::new(["check", "faults"]).within(dir.path()).run();
    assert_eq!((check.code, check.stdout.as_str()), (Some(2), ""));
    assert!(check.stderr.contains("there is no challenge `faults`"), "{}", check.stderr);
}

#[test]
fn a_broken_spec_stops_only_its_own_challenge() {
    let dir = tempfile::tempdir().expect("there is room");
    make(dir.path());
    let challenges = dir.path().join("challenges");
    for (slug, spec) in [("broken", b"format = 1\ntitle = \"Broken\"\n".as_slice()), ("garbage", b"\xff\xfe\x00")] {
        let manifest = format!("[package]\nname = {slug:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        write_changed(&challenges.join(slug).join("Cargo.toml"), manifest.as_bytes());
        write_changed(&challenges.join(slug).join("src/lib.rs"), b"this is no Rust");
        write_changed(&challenges.join(slug).join("challenge.toml"), spec);
    }
    std::os::unix::fs::symlink(root().join("challenges/faults"), challenges.join("faults")).expect("it is writable");
    let check = |slug: &str| Harness::new(["check", slug, "--scenario", "nothing"]).within(dir.path()).run();
    let broken = check("broken");
    assert_eq!((broken.code, broken.stdout.as_str()), (Some(2), ""), "{}", broken.stderr);
    assert!(broken.stderr.contains("challenges/broken/challenge.toml"), "{}", broken.stderr);
    let garbage = check("garbage");
    assert_eq!((garbage.code, garbage.stdout.as_str()), (Some(2), ""), "{}", garbage.stderr);
    assert!(garbage.stderr.contains("challenges/garbage/challenge.toml"), "{}", garbage.stderr);
    let list = Harness::new(["list"]).within(dir.path()).run();
    assert_eq!(list.code, Some(2), "{list:?}");
    assert!(list.stdout.contains("Faults") && list.stdout.contains("broken"), "{}", list.stdout);
    assert_passed(&check("faults"));
}
