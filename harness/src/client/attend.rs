//! The thread that attends one process: reads what it prints, writes what the user does, and notices its end.
//!
//! It never waits for anything but all of that at once. So a process that prints without end, one that reads nothing, and a grandchild that
//! holds the pipes open when all is over cost the harness nothing but this thread. How that is done is the system's own: `pipes`.

use std::{
    collections::VecDeque,
    io,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    Exit,
    contract::{Listener, line},
    live::Group,
    meter::{self, Meter},
    output::{Kept, MOST_OUTPUT},
    pipes::{Streams, Waker},
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
            self.wake.wake();
        }
    }
}

impl Attendant {
    /// Starts to attend a process. With a `listener`, its standard output is read as lines of the contract; a `meter` says when it has
    /// gone too far in other ways.
    pub(super) fn start(
        group: Arc<Group>,
        pipes: Pipes,
        listener: Option<Listener>,
        meter: Option<Meter>,
    ) -> io::Result<Self> {
        let (streams, wake) = Streams::of(pipes, group.leader(), listener.is_some())?;
        let shared = Arc::new(Shared::default());
        let rounds = Rounds { group, shared: shared.clone(), streams, listener, meter, measured: Instant::now() };
        let thread = thread::Builder::new().name("attendant".into()).spawn(move || rounds.go())?;
        Ok(Self { shared, wake, thread: Some(thread) })
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
        self.wake.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the attendant does not panic");
        }
    }
}

/// What the thread works with.
struct Rounds {
    group: Arc<Group>,
    shared: Arc<Shared>,
    streams: Streams,
    listener: Option<Listener>,
    meter: Option<Meter>,
    /// When the client was measured last.
    measured: Instant,
}

impl Rounds {
    fn go(mut self) {
        self.shared.thread.get_or_init(proc::own_thread);
        let mut buffer = vec![0; 64 * 1024];
        while self.streams.go_on() {
            self.wait();
            self.read(&mut buffer);
            self.write();
            self.streams.heed();
            self.notice_exit(&mut buffer);
            self.measure();
        }
        self.read_all(&mut buffer);
    }

    /// Waits until there is something to do.
    fn wait(&mut self) {
        let unwritten = !self.shared.acts().is_empty();
        self.streams.wait(unwritten, self.meter.as_ref().map(|_| meter::EVERY));
    }

    /// Measures the client now and then, until it has gone too far.
    fn measure(&mut self) {
        if self.measured.elapsed() < meter::EVERY {
            return;
        }
        if let Some(fault) = self.meter.as_ref().and_then(Meter::look) {
            self.meter = None;
            self.charge(fault);
        }
        self.measured = Instant::now();
    }

    /// Reads from both streams what one read gives.
    fn read(&mut self, buffer: &mut [u8]) -> bool {
        let mut some = false;
        match self.streams.read_output(buffer) {
            0 => {}
            read => {
                some = true;
                self.take(&buffer[..read]);
            }
        }
        match self.streams.read_errors(buffer) {
            0 => {}
            read => {
                some = true;
                self.shared.kept().keep_error(&buffer[..read]);
                self.count(read);
            }
        }
        some
    }

    /// Reads all that a process has left that has ended.
    fn read_all(&mut self, buffer: &mut [u8]) {
        while self.read(buffer) || self.streams.more_to_come() {}
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
        self.streams.hang_up();
    }

    /// Writes what the pipe takes of the user's acts.
    fn write(&mut self) {
        let mut acts = self.shared.acts();
        while !acts.is_empty() {
            match self.streams.write_input(acts.as_slices().0) {
                Ok(written) => drop(acts.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // The client does not read any more.
                Err(_) => return acts.clear(),
            }
        }
    }

    /// Tells the listener that the process has ended, after all that it has said.
    fn notice_exit(&mut self, buffer: &mut [u8]) {
        if self.listener.is_none() {
            return;
        }
        let Some(exit) = proc::exited(self.group.leader()) else { return };
        self.read_all(buffer);
        self.streams.exit_seen();
        let Some(mut listener) = self.listener.take() else { return };
        match listener.hear_rest() {
            Ok(debugging) => self.shared.kept().keep(&debugging),
            Err(fault) => self.charge(fault),
        }
        let exit = if self.shared.fault().is_some() { Exit::Killed } else { exit };
        let errors = self.shared.kept().errors();
        listener.end(exit, &errors);
    }
}
