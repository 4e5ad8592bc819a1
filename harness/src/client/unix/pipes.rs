//! The pipes of a process: one thread polls all descriptors and never blocks in a read or a write.

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::Arc,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::{AsFd, OwnedFd},
    io::ioctl_fionbio,
};

use super::{
    attend::Pipes,
    proc::{self, Process},
};

/// Wakes the thread: by a byte to look at the acts, by its end to stop.
#[derive(Debug, Clone)]
pub(super) struct Waker(Arc<UnixStream>);

impl Waker {
    /// Wakes it. Never blocks.
    pub(super) fn wake(&self) {
        // When its buffer is full, the thread is about to be woken anyway.
        let _ = (&*self.0).write(&[0]);
    }

    /// Wakes it for the last time.
    pub(super) fn stop(&self) {
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

/// What the thread waits for.
pub(super) struct Streams {
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    woken: Option<UnixStream>,
    /// Tells of the exit, if that is asked for and the system can.
    exit: Option<OwnedFd>,
    /// Whether the exit is asked for.
    exits: bool,
}

impl Streams {
    /// Takes the pipes of a process. With `exits`, a wait ends when the process does.
    pub(super) fn of(pipes: Pipes, process: &Process, exits: bool) -> io::Result<(Self, Waker)> {
        let (wake, woken) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        woken.set_nonblocking(true)?;
        let Pipes { stdin, stdout, stderr } = pipes;
        ioctl_fionbio(&stdout, true)?;
        ioctl_fionbio(&stderr, true)?;
        if let Some(stdin) = &stdin {
            ioctl_fionbio(stdin, true)?;
        }
        let exit = exits.then(|| proc::exit_signal(process)).flatten();
        let streams = Self { stdin, stdout: Some(stdout), stderr: Some(stderr), woken: Some(woken), exit, exits };
        Ok((streams, Waker(Arc::new(wake))))
    }

    /// Whether nobody has said stop.
    pub(super) fn go_on(&self) -> bool {
        self.woken.is_some()
    }

    /// Waits until there is something to do, at most for `patience`. What it is, the other calls find out by themselves.
    pub(super) fn wait(&mut self, unwritten: bool, patience: Option<Duration>) {
        let readable = [
            self.stdout.as_ref().map(AsFd::as_fd),
            self.stderr.as_ref().map(AsFd::as_fd),
            self.woken.as_ref().map(AsFd::as_fd),
            self.exit.as_ref().map(AsFd::as_fd),
        ];
        let writable = self.stdin.as_ref().filter(|_| unwritten);
        let mut fds: Vec<_> = readable.iter().flatten().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        fds.extend(writable.map(|fd| PollFd::new(fd, PollFlags::OUT)));
        let unannounced = self.exits && self.exit.is_none();
        let measure = patience.and_then(|patience| Timespec::try_from(patience).ok());
        let patience = if unannounced { Some(proc::EXIT_POLL) } else { measure };
        // An interrupted wait is a round in which there is nothing to do.
        let _ = poll(&mut fds, patience.as_ref());
    }

    /// One read of standard output. 0 if nothing is to be had at present.
    pub(super) fn read_output(&mut self, buffer: &mut [u8]) -> usize {
        read_some(&mut self.stdout, buffer)
    }

    /// One read of standard error. 0 if nothing is to be had at present.
    pub(super) fn read_errors(&mut self, buffer: &mut [u8]) -> usize {
        read_some(&mut self.stderr, buffer)
    }

    /// Whether there may be more, of a process that has ended: what it wrote has been in the pipes since.
    pub(super) fn more_to_come(&mut self) -> bool {
        false
    }

    /// Reads no further.
    pub(super) fn hang_up(&mut self) {
        (self.stdout, self.stderr) = (None, None);
    }

    /// Writes what standard input takes at present.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if that is nothing; any other says that nobody reads there any more.
    pub(super) fn write_input(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(stdin) = &mut self.stdin else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let written = stdin.write(bytes);
        if written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            self.stdin = None;
        }
        written
    }

    /// Reads the wake-up calls away; the end of them is the end of the thread.
    pub(super) fn heed(&mut self) {
        let calls = self.woken.as_mut().map(|woken| woken.read(&mut [0; 64]));
        let over = match calls {
            Some(Ok(0)) | None => true,
            Some(Ok(_)) => false,
            Some(Err(error)) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
        };
        if over {
            self.woken = None;
        }
    }

    /// The exit has been noticed.
    pub(super) fn exit_seen(&mut self) {
        (self.exit, self.exits) = (None, false);
    }
}

/// One read from a stream that may be there. 0 if nothing is to be had at present; a stream that has ended is put away.
fn read_some(stream: &mut Option<impl Read>, buffer: &mut [u8]) -> usize {
    match stream.as_mut().map(|stream| stream.read(buffer)) {
        None => 0,
        Some(Ok(read)) if read > 0 => read,
        Some(Err(error)) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => 0,
        Some(_) => {
            *stream = None;
            0
        }
    }
}
