//! The pipes of a process: threads read them and write to them, and one thread waits for what they tell.

use std::{
    io::{self, Read, Write},
    process::ChildStdin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread,
    time::Duration,
};

use super::{
    attend::Pipes,
    proc::{self, Process},
};

/// How many pieces of what is printed may wait. Who prints more than is read waits, too.
const MOST_PIECES: usize = 4;

/// The longest piece, in bytes; the buffers of those who read are as long.
const PIECE: usize = 64 * 1024;

/// How long the pipes of a process that has ended may be silent before nothing more is expected: they close with the last who holds them.
const REST: Duration = Duration::from_secs(2);

/// Longer than any run.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3_600);

/// What the threads tell.
enum News {
    Output(Vec<u8>),
    Errors(Vec<u8>),
    /// One of the two streams has ended.
    Closed,
    /// There is something to do.
    Wake,
}

/// Wakes the thread.
#[derive(Clone)]
pub(super) struct Waker {
    news: SyncSender<News>,
    stopped: Arc<AtomicBool>,
}

impl Waker {
    /// Wakes it. Never blocks.
    pub(super) fn wake(&self) {
        // When there is no room, the thread is about to be woken anyway.
        let _ = self.news.try_send(News::Wake);
    }

    /// Wakes it for the last time.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.wake();
    }
}

/// What the thread waits for.
pub(super) struct Streams {
    news: Receiver<News>,
    next: Option<News>,
    /// How many streams have not ended.
    open: usize,
    /// Whether what comes is of interest.
    reads: bool,
    input: Option<SyncSender<Vec<u8>>>,
    stopped: Arc<AtomicBool>,
}

impl Streams {
    /// Takes the pipes of a process. With `exits`, a wait ends when the process does.
    pub(super) fn of(pipes: Pipes, process: &Process, exits: bool) -> io::Result<(Self, Waker)> {
        let (sender, news) = mpsc::sync_channel(MOST_PIECES);
        let stopped = Arc::<AtomicBool>::default();
        let waker = Waker { news: sender.clone(), stopped: stopped.clone() };
        read(pipes.stdout, News::Output, sender.clone())?;
        read(pipes.stderr, News::Errors, sender)?;
        let input = pipes.stdin.map(|stdin| write(stdin, waker.clone())).transpose()?;
        if exits {
            let (process, waker) = (process.clone(), waker.clone());
            thread::Builder::new().name("ended".into()).spawn(move || {
                proc::await_exit(&process, FOR_EVER);
                waker.wake();
            })?;
        }
        Ok((Self { news, next: None, open: 2, reads: true, input, stopped }, waker))
    }

    /// Whether nobody has said stop.
    pub(super) fn go_on(&self) -> bool {
        !self.stopped.load(Ordering::Acquire)
    }

    /// Waits until there is something to do, at most for `patience`. What it is, the other calls find out by themselves.
    pub(super) fn wait(&mut self, _unwritten: bool, patience: Option<Duration>) {
        if self.next.is_none() && self.go_on() {
            self.next = self.news.recv_timeout(patience.unwrap_or(FOR_EVER)).ok();
        }
    }

    /// A piece of standard output. 0 if nothing is to be had at present.
    pub(super) fn read_output(&mut self, buffer: &mut [u8]) -> usize {
        self.take(buffer, |news| matches!(news, News::Output(_)))
    }

    /// A piece of standard error. 0 if nothing is to be had at present.
    pub(super) fn read_errors(&mut self, buffer: &mut [u8]) -> usize {
        self.take(buffer, |news| matches!(news, News::Errors(_)))
    }

    /// Whether there may be more, of a process that has ended. Waits for it.
    pub(super) fn more_to_come(&mut self) -> bool {
        if self.next.is_none() && self.open > 0 && self.reads {
            self.next = self.news.recv_timeout(REST).ok();
        }
        self.next.is_some()
    }

    /// Reads no further.
    pub(super) fn hang_up(&mut self) {
        self.reads = false;
    }

    /// Writes what standard input takes at present.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if that is nothing; any other says that nobody reads there any more.
    pub(super) fn write_input(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(input) = &self.input else { return Err(io::ErrorKind::BrokenPipe.into()) };
        match input.try_send(bytes.to_vec()) {
            Ok(()) => Ok(bytes.len()),
            Err(TrySendError::Full(_)) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TrySendError::Disconnected(_)) => {
                self.input = None;
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }

    /// What woke the thread has been taken with the rest.
    pub(super) fn heed(&mut self) {}

    /// The exit has been noticed: it wakes nobody again.
    pub(super) fn exit_seen(&mut self) {}

    /// The next piece, if it is of this kind.
    fn take(&mut self, buffer: &mut [u8], wanted: fn(&News) -> bool) -> usize {
        loop {
            let Some(next) = self.next.take().or_else(|| self.news.try_recv().ok()) else { return 0 };
            match next {
                News::Wake => {}
                News::Closed => self.open -= 1,
                News::Output(_) | News::Errors(_) if !self.reads => {}
                News::Output(ref piece) | News::Errors(ref piece) if wanted(&next) => {
                    buffer[..piece.len()].copy_from_slice(piece);
                    return piece.len();
                }
                other => {
                    self.next = Some(other);
                    return 0;
                }
            }
        }
    }
}

/// Reads a stream to its end, in a thread of its own.
fn read(stream: impl Read + Send + 'static, wrap: fn(Vec<u8>) -> News, news: SyncSender<News>) -> io::Result<()> {
    let mut stream = stream;
    thread::Builder::new().name("reader".into()).spawn(move || {
        let mut buffer = vec![0; PIECE];
        loop {
            let piece = match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => wrap(buffer[..read].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            if news.send(piece).is_err() {
                return;
            }
        }
        let _ = news.send(News::Closed);
    })?;
    Ok(())
}

/// Writes what comes, in a thread of its own, and wakes the other when there is room for more.
fn write(mut stdin: ChildStdin, waker: Waker) -> io::Result<SyncSender<Vec<u8>>> {
    let (input, pieces) = mpsc::sync_channel::<Vec<u8>>(1);
    thread::Builder::new().name("writer".into()).spawn(move || {
        for piece in pieces {
            if stdin.write_all(&piece).is_err() {
                break;
            }
            waker.wake();
        }
    })?;
    Ok(input)
}
