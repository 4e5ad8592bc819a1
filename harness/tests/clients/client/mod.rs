//! Submissions as processes: built, started, watched and ended.

mod actor;
pub(crate) mod building;
mod contract;
mod interrupt;
mod process;
mod stopping;
mod submission;
mod watching;

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::net::UnixStream,
    time::Duration,
};

use harness::client::{Client, Finished, Program, spawn_linked};

use crate::robustness::command::is_alive;

/// Long enough for anything that happens at all, on any machine.
const EVENTUALLY: Duration = Duration::from_secs(120);

/// A program of one line of shell.
fn sh(script: &str) -> Program {
    Program { args: vec!["-c".into(), script.into()], ..Program::new("/bin/sh") }
}

/// Starts a program of one line of shell on a link.
fn start(script: &str) -> (Client, UnixStream) {
    spawn_linked(&sh(script)).expect("a shell starts")
}

/// Runs a program until its link is closed.
fn run(program: &Program) -> Finished {
    let (client, mut link) = spawn_linked(program).expect("it starts");
    let mut said = Vec::new();
    // A program that dies with unread input resets its link.
    let _ = link.read_to_end(&mut said);
    client.finish(EVENTUALLY)
}

/// Reads a line from a link.
fn hear(link: &UnixStream) -> String {
    let mut line = String::new();
    link.set_read_timeout(Some(EVENTUALLY)).expect("it is not zero");
    BufReader::with_capacity(1, link).read_line(&mut line).expect("it is said");
    line.trim_end().to_owned()
}
