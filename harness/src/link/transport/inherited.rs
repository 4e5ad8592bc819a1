//! A pair of sockets.

use std::{io, os::fd::OwnedFd, process::Command};

/// The harness's end of a link.
pub use std::os::unix::net::UnixStream as End;

/// Makes a link, and gives one end of it to a program that is about to be started, as its standard input.
///
/// # Errors
/// If the system has no more sockets.
pub fn give(program: &mut Command) -> io::Result<End> {
    let (ours, theirs) = End::pair()?;
    program.stdin(OwnedFd::from(theirs));
    Ok(ours)
}
