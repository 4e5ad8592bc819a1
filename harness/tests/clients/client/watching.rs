//! Telling what is the matter with a silent client.

use std::{
    io::{ErrorKind, Read as _},
    os::unix::net::UnixStream,
    time::Duration,
};

use harness::{
    client::{Client, Exit},
    trace::Fault,
};

use super::{hear, start};

/// Reads a link that stays silent, and looks after the client meanwhile, until something is wrong.
fn keep_watch(client: &mut Client, link: &mut UnixStream) -> Fault {
    const PATIENCE: Duration = Duration::from_millis(250);
    link.set_read_timeout(Some(PATIENCE)).expect("it is not zero");
    let mut silent = Duration::ZERO;
    loop {
        match link.read(&mut [0]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => silent += PATIENCE,
            // A read with a timeout is not begun again by itself after this process was stopped for a while (signal(7)).
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => panic!("the link is not silent: {other:?}"),
        }
        if let Some(fault) = client.watch(silent) {
            return fault;
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_spinning_client_is_found() {
    let (mut client, mut link) = start("echo $$ >&0; while :; do :; done");
    hear(&link);
    let fault = keep_watch(&mut client, &mut link);
    assert!(matches!(&fault, Fault::Spinning(what) if what.contains("of processor time")), "{fault:?}");
    assert_eq!(client.finish(Duration::ZERO).exit, Exit::Killed);
}

#[cfg(target_os = "linux")]
#[test]
fn a_blocked_client_is_found() {
    let (mut client, mut link) = start("echo $$ >&0; exec sleep 1000");
    hear(&link);
    let fault = keep_watch(&mut client, &mut link);
    assert!(matches!(fault, Fault::Blocked(_)), "{fault:?}");
    let (mut client, mut link) = start("echo $$ >&0; sleep 1000; exit 0");
    hear(&link);
    let fault = keep_watch(&mut client, &mut link);
    assert!(matches!(fault, Fault::Blocked(_)), "{fault:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_whose_link_is_held_open_by_another_is_seen_to_be_dead() {
    let (mut client, mut link) = start("exec 3<&0; setsid sh -c 'echo $$ >&3; exec sleep 1000' & exit 3");
    hear(&link);
    assert_eq!(keep_watch(&mut client, &mut link), Fault::Exited("status 3".into()));
    assert_eq!(client.finish(Duration::ZERO).fault, Some(Fault::Exited("status 3".into())));
}
