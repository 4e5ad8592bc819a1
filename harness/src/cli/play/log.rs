//! A log that is written while a scenario is served. A terminal that is slow, or stands still, must not hold the server up.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use tokio::sync::Notify;

use crate::{
    cli::terminal,
    record::Observer,
    report::Live,
    run::Audience,
    time::Millis,
    trace::{Event, How, Intent},
};

/// How many lines wait to be written at most. A line is short, so that they take no room to speak of.
const MOST_WAITING: usize = 10_000;
/// How much is written at once.
const MOST_AT_ONCE: usize = 64 << 10;

/// The log, as those who write into it know it.
pub(super) struct Log {
    live: Live,
    words: Words,
    way: Mutex<Way>,
}

/// What the log says at the beginning and the end of a scenario.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// What starts the clock.
    pub(super) set_off_by: &'static str,
    /// What comes after the end.
    pub(super) then: &'static str,
}

/// The way to the thread that writes.
struct Way {
    lines: Sender<String>,
    /// How many of them wait to be written.
    waiting: Arc<AtomicUsize>,
    /// How many lines there was no room for since the last one for which there was.
    missing: usize,
}

impl Way {
    /// Sends a line on, after what is to be said of those that are missing. A writer that has stopped has said so.
    fn send(&mut self, live: Live, line: String) {
        let missing = std::mem::take(&mut self.missing);
        let told = (missing > 0).then(|| live.missing(missing));
        for line in told.into_iter().chain([line]) {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let _ = self.lines.send(line);
        }
    }
}

/// The thread that writes.
pub(super) struct Writer(JoinHandle<io::Result<()>>);

impl Log {
    /// Starts the log. Also gives its writer, and what is notified when nobody can read any more what it writes.
    pub(super) fn start(live: Live, words: Words) -> io::Result<(Arc<Self>, Writer, Arc<Notify>)> {
        let (lines, written) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let gone = Arc::new(Notify::new());
        let (failed, left, room) = (Arc::clone(&gone), Arc::clone(&gone), Arc::clone(&waiting));
        let writer = thread::Builder::new().name("log".into()).spawn(move || {
            let result = write(&written, &room);
            failed.notify_one();
            result
        })?;
        // It ends with the process: nothing else ends this wait.
        thread::Builder::new().name("reader".into()).spawn(move || {
            terminal::until_reader_is_gone();
            left.notify_one();
        })?;
        let way = Mutex::new(Way { lines, waiting, missing: 0 });
        Ok((Arc::new(Self { live, words, way }), Writer(writer), gone))
    }

    /// Writes a line, if there is room for it.
    fn write(&self, line: impl FnOnce() -> String) {
        let mut way = self.way.lock().expect("nobody panics while writing");
        if way.waiting.load(Ordering::Relaxed) < MOST_WAITING {
            way.send(self.live, line());
        } else {
            way.missing += 1;
        }
    }

    /// Writes a line for which there is always room, as there are only few of its kind.
    fn write_surely(&self, line: String) {
        self.way.lock().expect("nobody panics while writing").send(self.live, line);
    }

    /// Writes the last lines.
    pub(super) fn finish(self: Arc<Self>, last: String) {
        self.write_surely(last);
    }
}

impl Observer for Log {
    fn happens(&self, event: &Event) {
        self.write(|| self.live.event(event));
    }

    fn turns_to(&self, at: Millis, conn: u32, intent: &Intent) {
        self.write(|| self.live.intent(at, conn, intent));
    }
}

impl Audience for Log {
    fn begins(&self) {
        self.write_surely(self.live.begins(self.words.set_off_by));
    }

    fn prints(&self, at: Millis, line: &str) {
        self.write(|| self.live.prints(at, line));
    }

    fn is_over(&self, at: Millis, how: &How) {
        self.write_surely(self.live.is_over(at, how, self.words.then) + "\n");
    }
}

impl Writer {
    /// Waits until all is written; the log must be gone. A reader that has gone away (`| head`) is no error.
    pub(super) fn join(self) -> io::Result<()> {
        match self.0.join().expect("the writer only writes") {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}

/// Writes all lines that are there at once, until there will be no more.
fn write(lines: &Receiver<String>, waiting: &AtomicUsize) -> io::Result<()> {
    while let Ok(mut text) = lines.recv() {
        let mut taken = 1;
        while text.len() < MOST_AT_ONCE
            && let Ok(more) = lines.try_recv()
        {
            text += &more;
            taken += 1;
        }
        waiting.fetch_sub(taken, Ordering::Relaxed);
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    }
    Ok(())
}
