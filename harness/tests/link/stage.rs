//! Starts clients and plays scripts against them.

use std::{
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command, Stdio},
};

use harness::{
    link::{self, LinkEnd, Start, World},
    record::Recorder,
    time::Millis,
    trace::{Claim, Event, Fault, What},
};

/// The environment variable that names the client which this program is to be.
pub(crate) const CLIENT: &str = "TEST_CLIENT";

/// The link's latency in these tests.
pub(crate) const L: Millis = 10;

/// This program as a client.
pub(crate) fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_client_that_is_run_by_hand_says_how_to_run_it", "--nocapture", "--test-threads=1"]);
    command.env(CLIENT, name).env("RUST_BACKTRACE", "0").env_remove(link::VARIABLE);
    command
}

/// A client in a process of its own, and the harness's end of the link.
pub(crate) fn spawn(name: &str, settings: &[(&str, &str)]) -> (Child, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let child = command(name)
        .env(link::VARIABLE, "1")
        .envs(settings.iter().copied())
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (child, ours)
}

/// What came of a run.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran<T> {
    pub(crate) end: LinkEnd<T>,
    pub(crate) events: Vec<Event>,
}

impl<T> Ran<T> {
    /// The messages that client 0 has shown, with their times.
    pub(crate) fn shown(&self) -> Vec<(Millis, &str)> {
        let shown = self.events.iter().filter_map(|event| match &event.what {
            What::Claim(Claim::Show(json)) if event.client == 0 => Some((event.at, json.as_str())),
            _ => None,
        });
        shown.collect()
    }

    /// What was noted of connections, with the times.
    pub(crate) fn noted(&self) -> Vec<(Millis, Option<u32>, &What)> {
        let noted = self.events.iter().filter(|event| !matches!(event.what, What::Claim(_)));
        noted.map(|event| (event.at, event.conn, &event.what)).collect()
    }
}

/// What a run is told.
pub(crate) fn start(clients: u32, lasts: Millis) -> Start {
    Start { clients, config: Default::default(), own: Default::default(), seed: 7, latency: L, lasts }
}

/// Runs one copy of a client against a script for at most ten simulated minutes.
pub(crate) fn run<T>(name: &str, script: impl AsyncFnOnce(World) -> T) -> Ran<T> {
    run_with(name, &[], start(1, 600_000), |_| None, script)
}

/// Runs a client; `watch` is told its process id.
pub(crate) fn run_with<T>(
    name: &str,
    settings: &[(&str, &str)],
    start: Start,
    mut watch: impl FnMut(u32) -> Option<Fault>,
    script: impl AsyncFnOnce(World) -> T,
) -> Ran<T> {
    let (mut child, socket) = spawn(name, settings);
    let recorder = Recorder::default();
    let process = child.id();
    let end = link::play(socket, start, recorder.clone(), |_| watch(process), script);
    // The link is closed now, so the client's process ends, whatever it is doing.
    child.wait().unwrap();
    Ran { end, events: recorder.events() }
}
