//! Taking the link where it is inherited: a socket on standard input.

use std::{
    fs::File,
    io,
    os::{fd::AsFd, unix::net::UnixStream},
};

/// Takes the link from standard input.
///
/// # Errors
/// If standard input is not a socket.
pub(super) fn take() -> io::Result<UnixStream> {
    let stdin = io::stdin();
    // Fails if it is no socket.
    rustix::net::sockopt::socket_type(stdin.as_fd())?;
    let stream = UnixStream::from(stdin.as_fd().try_clone_to_owned()?);
    // From here on nobody who reads standard input can take bytes from the link, nor can a process started by the student's code
    // inherit it.
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(stream)
}
