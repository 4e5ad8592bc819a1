//! Ctrl-C.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines, Read as _},
    path::Path,
    process::{Child, ChildStdout},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{actor::command, is_alive};

/// What a part says to its test.
struct Said(Lines<BufReader<ChildStdout>>);

impl Said {
    fn by(child: &mut Child) -> Self {
        Self(BufReader::new(child.stdout.take().expect("it is piped")).lines())
    }

    /// The next line; the test runner's own lines are passed over.
    fn next(&mut self) -> String {
        let lines = self.0.by_ref().map(|line| line.expect("it is text"));
        lines.filter_map(|line| line.split_once("> ").map(|(_, said)| said.to_owned())).next().expect("it says more")
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_every_client_and_leaves_nothing() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut harness = command("harness").spawn().expect("it starts");
        let mut said = Said::by(&mut harness);
        let (mut pids, folders): (Vec<_>, Vec<_>) =
            (0..3).map(|_| said.next()).partition(|said| said.parse::<u32>().is_ok());
        assert!(pids.len() == 2 && pids.iter().all(|pid| is_alive(pid)), "{pids:?} {folders:?}");
        assert!(Path::new(&folders[0]).is_dir());
        kill_process(Pid::from_child(&harness), signal).expect("it runs");
        assert_eq!(said.next(), "farewell");
        assert_eq!(harness.wait().expect("it is ours").code(), Some(code));
        pids.retain(|pid| is_alive(pid));
        assert!(pids.is_empty() && !Path::new(&folders[0]).exists(), "{pids:?} {folders:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_a_build() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().expect("there is room");
    let challenge = root.path().join("challenges/echo");
    fs::create_dir_all(&challenge).expect("it is writable");
    fs::write(challenge.join("Cargo.toml"), "").expect("it is writable");
    // It stands for cargo and the compilers that it starts.
    let cargo = root.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\nsleep 1000 & echo $! >&2; echo $$ >&2; wait\n").expect("it is writable");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("it is ours");

    let mut harness = command("builder").env("PLAY_ROOT", root.path()).spawn().expect("it starts");
    let mut said = Said::by(&mut harness);
    let number = |line: String| line.chars().filter(char::is_ascii_digit).collect::<String>();
    let pids = [number(said.next()), number(said.next())];
    assert_eq!(pids.each_ref().map(|pid| is_alive(pid)), [true, true]);
    kill_process(Pid::from_child(&harness), Signal::INT).expect("it runs");
    assert_eq!(harness.wait().expect("it is ours").code(), Some(130));
    assert_eq!(pids.each_ref().map(|pid| is_alive(pid)), [false, false]);
    let mut rest = String::new();
    for line in said.0 {
        line.expect("it is text").as_bytes().read_to_string(&mut rest).expect("it is text");
    }
    assert!(rest.ends_with("> farewell"), "{rest}");
}
