//! What a process that is shut in tries, so that its harness knows that it is.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    net::{TcpListener, UdpSocket},
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
};

use super::probe::SHUT_IN;

/// Tries what must be impossible, and prints what was not. Answers with the status to exit with.
pub(super) fn answer(mut arguments: impl Iterator<Item = OsString>) -> i32 {
    let forbidden = arguments.next().unwrap_or_default();
    let possible = attempts(&forbidden);
    let said = match possible.as_slice() {
        [] => SHUT_IN.to_owned(),
        possible => format!("a process that was shut in could {}", possible.join(", and ")),
    };
    // If nobody can hear it, nobody takes it for an answer.
    let _ = io::Write::write_all(&mut io::stdout(), said.as_bytes());
    i32::from(!possible.is_empty())
}

fn attempts(forbidden: &OsStr) -> Vec<&'static str> {
    let all = [
        ("open a TCP socket", TcpListener::bind("127.0.0.1:0").is_ok()),
        ("open a UDP socket", UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("open a Unix socket", UnixDatagram::unbound().is_ok()),
        ("read what it may not", fs::read(forbidden).is_ok()),
        ("start a process", Command::new("/bin/true").stdin(Stdio::null()).spawn().is_ok()),
    ];
    all.into_iter().filter(|(_, done)| *done).map(|(what, _)| what).collect()
}
