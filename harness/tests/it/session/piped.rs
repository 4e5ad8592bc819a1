//! Without a terminal: a report after each save, until nobody wants one any more.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use super::course::{Course, RIGHT, WRONG};
use crate::robustness::workspace::target;

#[test]
fn a_report_is_printed_after_each_save() {
    let course = Course::new("piped", WRONG);
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["watch", &course.first]).current_dir(&course.root).env_remove("CARGO_MANIFEST_DIR");
    command.env("CARGO_TARGET_DIR", target()).env("LC_ALL", "C.UTF-8").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the harness is built");
    let mut lines =
        BufReader::new(child.stdout.take().expect("it is piped")).lines().map(|line| line.expect("it is text"));
    let first: Vec<_> = lines.by_ref().take_while(|line| !line.contains("Failed: 1 of 3 points")).collect();
    assert!(first[0].starts_with("Greet the user"), "{first:#?}");
    course.save(RIGHT);
    assert!(lines.any(|line| line.contains("Passed: 3 of 3 points")));
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it is ours").code(), Some(130));
}

#[test]
fn it_ends_when_nobody_reads() {
    let course = Course::new("unread", WRONG);
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["watch", &course.first]).current_dir(&course.root).env_remove("CARGO_MANIFEST_DIR");
    command.env("CARGO_TARGET_DIR", target()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the harness is built");
    // It is waiting for a save when its reader goes.
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("Failed: 1 of 3 points")));
    assert_eq!(child.wait().expect("it is ours").code(), Some(0));
}
