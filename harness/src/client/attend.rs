//! The thread that attends one process: reads what it prints, writes what the user does, and notices its end.
//!
//! One thread polls all descriptors and never blocks in a read or a write. So a process that prints without end, one that reads
//! nothing, and a grandchild that holds the pipes open when all is over cost the harness nothing but this thread.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fd::{AsFd, OwnedFd},
    io::ioctl_fionbio,
};

use super::{
    Exit,
    contract::{Listener, line},
    live::Group,
    output::{Kept, MOST_OUTPUT},
    proc,
};
use crate::{link::Act, trace::Fault};

/// How much the user's acts may take up while the client does not read them, in bytes. Further acts are lost on it.
const MOST_UNREAD: usize = 1024 * 1024;

/// The pipes of a process.
pub(super) struct Pipes {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// The harness's hold on the thread.
pub(super) struct Attendant {
    shared: Arc<Shared>,
    wake: Waker,
    thread: Option<JoinHandle<()>>,
}

/// Wakes the thread: by a byte to look at the acts, by its drop to stop.
#[derive(Debug, Clone)]
pub(super) struct Waker(Arc<UnixStream>);

/// What the thread and its owner both see.
#[derive(Default)]
pub(super) struct Shared {
    kept: Mutex<Kept>,
    acts: Mutex<VecDeque<u8>>,
    fault: Mutex<Option<Fault>>,
    /// The system's number of the thread, where there is such a thing.
    thread: OnceLock<Option<u32>>,
}

impl Shared {
    /// What was printed so far.
    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds the output")
    }

    /// Why the thread has killed the process, if it has.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault.lock().expect("nothing panics while it holds the fault").clone()
    }

    /// The thread and how long it has waited for a processor, where the system tells.
    pub(super) fn waited(&self) -> Option<(u32, Duration)> {
        let thread = (*self.thread.get()?)?;
        Some((thread, proc::own_waited(thread)?))
    }

    fn acts(&self) -> MutexGuard<'_, VecDeque<u8>> {
        self.acts.lock().expect("nothing panics while it holds the acts")
    }
}

/// The way to the user of one client on the wall clock.
#[derive(Clone)]
pub struct Acts {
    shared: Arc<Shared>,
    wake: Waker,
}

impl Acts {
    /// Tells the client what the user does. Never blocks; a client that reads none of a mebibyte of acts loses further ones.
    pub fn act(&self, act: &Act) {
        let line = line(act);
        let mut acts = self.shared.acts();
        if acts.len() + line.len() <= MOST_UNREAD {
            acts.extend(line.as_bytes());
            // It does not block; when its buffer is full, the thread is about to be woken anyway.
            let _ = (&*self.wake.0).write(&[0]);
        }
    }
}

impl Attendant {
    /// Starts to attend a process. With a `listener`, its standard output is read as lines of the contract.
    pub(super) fn start(group: Arc<Group>, pipes: Pipes, listener: Option<Listener>) -> io::Result<Self> {
        let (wake, woken) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        woken.set_nonblocking(true)?;
        let Pipes { stdin, stdout, stderr } = pipes;
        ioctl_fionbio(&stdout, true)?;
        ioctl_fionbio(&stderr, true)?;
        if let Some(stdin) = &stdin {
            ioctl_fionbio(stdin, true)?;
        }
        let shared = Arc::new(Shared::default());
        let exit = listener.as_ref().and_then(|_| proc::exit_signal(group.leader()));
        let rounds = Rounds {
            group,
            shared: shared.clone(),
            stdin,
            stdout: Some(stdout),
            stderr: Some(stderr),
            woken: Some(woken),
            exit,
            listener,
        };
        let thread = thread::Builder::new().name("attendant".into()).spawn(move || rounds.go())?;
        Ok(Self { shared, wake: Waker(Arc::new(wake)), thread: Some(thread) })
    }

    /// What the thread has seen.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// A way to hand over the user's acts.
    pub(super) fn acts(&self) -> Acts {
        Acts { shared: self.shared.clone(), wake: self.wake.clone() }
    }

    /// Reads what is there and ends the thread.
    pub(super) fn stop(&mut self) {
        let _ = self.wake.0.shutdown(std::net::Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the attendant does not panic");
        }
    }
}

/// What the thread works with.
struct Rounds {
    group: Arc<Group>,
    shared: Arc<Shared>,
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    woken: Option<UnixStream>,
    exit: Option<OwnedFd>,
    listener: Option<Listener>,
}

impl Rounds {
    fn go(mut self) {
        self.shared.thread.get_or_init(proc::own_thread);
        let mut buffer = vec![0; 64 * 1024];
        while self.woken.is_some() {
            self.wait();
            self.read(&mut buffer);
            self.write();
            self.heed();
            self.notice_exit(&mut buffer);
        }
        self.read_all(&mut buffer);
    }

    /// Waits until there is something to do. What it is, the nonblocking calls find out by themselves.
    fn wait(&self) {
        let unwritten = !self.shared.acts().is_empty();
        let readable = [
            self.stdout.as_ref().map(AsFd::as_fd),
            self.stderr.as_ref().map(AsFd::as_fd),
            self.woken.as_ref().map(AsFd::as_fd),
            self.exit.as_ref().map(AsFd::as_fd),
        ];
        let writable = self.stdin.as_ref().filter(|_| unwritten);
        let mut fds: Vec<_> = readable.iter().flatten().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        fds.extend(writable.map(|fd| PollFd::new(fd, PollFlags::OUT)));
        let unannounced = self.listener.is_some() && self.exit.is_none();
        // An interrupted wait is a round in which there is nothing to do.
        let _ = poll(&mut fds, unannounced.then_some(&proc::EXIT_POLL));
    }

    /// Reads from both streams what one read gives.
    fn read(&mut self, buffer: &mut [u8]) -> bool {
        let mut some = false;
        match read_some(&mut self.stdout, buffer) {
            0 => {}
            read => {
                some = true;
                self.take(&buffer[..read]);
            }
        }
        match read_some(&mut self.stderr, buffer) {
            0 => {}
            read => {
                some = true;
                self.shared.kept().keep_error(&buffer[..read]);
                self.count(read);
            }
        }
        some
    }

    /// Reads all that is there now.
    fn read_all(&mut self, buffer: &mut [u8]) {
        while self.read(buffer) {}
    }

    fn take(&mut self, bytes: &[u8]) {
        match self.listener.as_mut().map(|listener| listener.hear(bytes)) {
            None => self.shared.kept().keep(bytes),
            Some(Ok(debugging)) => self.shared.kept().keep(&debugging),
            Some(Err(fault)) => self.charge(fault),
        }
        self.count(bytes.len());
    }

    fn count(&mut self, bytes: usize) {
        let total = self.shared.kept().count(bytes);
        if total > MOST_OUTPUT {
            self.charge(Fault::Flooded(format!("it printed more than {} MiB", MOST_OUTPUT >> 20)));
        }
    }

    /// Ends the process for a fault of its own, and reads no further. The first fault stands.
    fn charge(&mut self, fault: Fault) {
        self.shared.fault.lock().expect("nothing panics while it holds the fault").get_or_insert(fault);
        self.group.kill();
        self.stdout = None;
        self.stderr = None;
    }

    /// Writes what the pipe takes of the user's acts.
    fn write(&mut self) {
        let mut acts = self.shared.acts();
        let Some(stdin) = &mut self.stdin else { return acts.clear() };
        while !acts.is_empty() {
            match stdin.write(acts.as_slices().0) {
                Ok(written) => drop(acts.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // The client does not read any more.
                Err(_) => {
                    self.stdin = None;
                    return acts.clear();
                }
            }
        }
    }

    /// Reads the wake-up calls away; the end of them is the end of the thread.
    fn heed(&mut self) {
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

    /// Tells the listener that the process has ended, after all that it has said.
    fn notice_exit(&mut self, buffer: &mut [u8]) {
        if self.listener.is_none() {
            return;
        }
        let Some(status) = proc::exited(self.group.leader()) else { return };
        self.read_all(buffer);
        self.exit = None;
        let Some(mut listener) = self.listener.take() else { return };
        match listener.hear_rest() {
            Ok(debugging) => self.shared.kept().keep(&debugging),
            Err(fault) => self.charge(fault),
        }
        let exit = if self.shared.fault().is_some() { Exit::Killed } else { Exit::seen(&status) };
        let errors = self.shared.kept().errors();
        listener.end(exit, &errors);
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
