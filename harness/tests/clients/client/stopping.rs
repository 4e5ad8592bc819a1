//! Breaking off one grading while others go on.

use std::{
    io::{ErrorKind, Read as _},
    thread,
    time::Duration,
};

use harness::client::{Error, Program, Progress, Stop, Subject, Workspace, build, spawn_linked};

use super::{EVENTUALLY, hear, is_alive, sh};

/// Says its own number and that of what it has started, and never ends.
const STUBBORN: &str = "trap '' TERM; sleep 1000 & echo $! >&0; echo $$ >&0; while :; do wait; done";

fn stubborn(stop: &Stop) -> Program {
    Program { stop: stop.clone(), ..sh(STUBBORN) }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_stopped_ends_with_all_that_it_has_started_and_nothing_else_does() {
    let (one, other) = (Stop::default(), Stop::default());
    let start = |stop| spawn_linked(&stubborn(stop)).expect("a shell starts");
    let ((client, mut link), (kept, kept_link)) = (start(&one), start(&other));
    let stopped = [hear(&link), hear(&link)];
    let going_on = [hear(&kept_link), hear(&kept_link)];

    one.stop();
    let mut rest = Vec::new();
    // The link of a process that is killed is closed, or reset if there was something to read.
    let _ = link.read_to_end(&mut rest);
    assert_eq!(client.finish(EVENTUALLY).left_over, 0);
    assert!(!stopped.iter().any(|pid| is_alive(pid)), "{stopped:?}");
    assert!(going_on.iter().all(|pid| is_alive(pid)), "{going_on:?}");
    assert_eq!((one.is_stopped(), other.is_stopped()), (true, false));

    let refused = spawn_linked(&stubborn(&one)).err();
    assert!(
        matches!(&refused, Some(Error::Start { source, .. }) if source.kind() == ErrorKind::Interrupted),
        "{refused:?}"
    );
    assert_eq!(kept.finish(Duration::ZERO).left_over, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_build_is_stopped_with_its_compilers() {
    use std::{fs, os::unix::fs::PermissionsExt as _, sync::mpsc};
    let root = tempfile::tempdir().expect("there is room");
    let challenge = root.path().join("challenges/echo");
    fs::create_dir_all(&challenge).expect("it is writable");
    fs::write(challenge.join("Cargo.toml"), "").expect("it is writable");
    // It stands for cargo and the compilers that it starts.
    let cargo = root.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\nsleep 1000 & echo $! >&2; echo $$ >&2; wait\n").expect("it is writable");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let workspace = Workspace { cargo: cargo.into(), ..Workspace::at(root.path()) };
    let (sender, said) = mpsc::channel();
    let stop = workspace.stop.clone();
    let builder = thread::spawn(move || {
        build(&workspace, Subject::Challenge("echo"), false, &mut |progress| {
            if let Progress::Line(line) = progress {
                sender.send(line).expect("the test waits");
            }
        })
    });
    let pids = [said.recv().expect("it says its number"), said.recv().expect("and its own")];
    assert!(pids.iter().all(|pid| is_alive(pid)), "{pids:?}");
    stop.stop();
    assert!(builder.join().expect("it does not panic").is_err());
    assert!(!pids.iter().any(|pid| is_alive(pid)), "{pids:?}");
}
