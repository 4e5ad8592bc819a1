//! Ends that nobody planned.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::harness;
use crate::robustness::command::is_alive;

#[test]
fn a_reader_that_goes_away_changes_no_exit_code() {
    for (solution, code) in [("--solution", 0), ("--mistake", 1)] {
        let name = if code == 0 { "full-jitter" } else { "error-is-final" };
        let line = ["check", "reconnect-backoff", solution, name, "--scenario", "blip", "--format", "json"];
        let mut child = harness(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("it is text");
        assert_eq!((child.wait().expect("it is ours").code(), err.as_str()), (Some(code), ""));
    }
    let mut child = harness(["check", "--help"]).stdout(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it is ours").code(), Some(0));
}

/// The client says when it is there; nothing of it is there any more when the harness has ended.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_everything_with_130() {
    let dir = TempDir::new().expect("there is room");
    let path = dir.path().join("said");
    assert!(Command::new("mkfifo").arg(&path).status().expect("it is a standard tool").success());
    let client = format!("sh -c 'echo $$ >{}; exec sleep 1000'", path.display());
    let line = ["check", "reconnect-backoff", "--scenario", "mute", "--client", &client];
    let mut child = harness(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut pid = String::new();
    BufReader::new(fs::File::open(&path).expect("it is there")).read_line(&mut pid).expect("it is text");
    assert!(is_alive(pid.trim()));
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it is ours").code(), Some(130));
    assert!(!is_alive(pid.trim()));
    let mut out = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut out).expect("it is text");
    assert_eq!(out, "", "half a verdict is none");
}
