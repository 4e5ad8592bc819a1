//! A pseudo-terminal with the program in it, and what stands on its screen.

use std::{
    io::{Read as _, Write},
    num::NonZeroU16,
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Instant,
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::EVENTUALLY;
use crate::robustness::{
    command::{MARK, marked},
    workspace::target,
};

/// Synchronized output, as terminals know it: a screen is complete between the end of one and the beginning of the next.
const BEGUN: &[u8] = b"\x1b[?2026h";
const DONE: &[u8] = b"\x1b[?2026l";

/// What a program writes that takes the whole screen.
const TAKEN: &[u8] = b"\x1b[?1049h";

/// What the terminal has shown.
struct Shown {
    parser: vt100::Parser,
    /// The end of what was written, in which a mark may stand that is not complete.
    tail: Vec<u8>,
    /// Whether a screen is being drawn: what stands there now is neither the old one nor the new one.
    drawing: bool,
    /// Every second row that there was, in order: it says how things stand.
    statuses: Vec<String>,
    /// Whether the program has ever had all of the screen.
    taken: bool,
    /// Whether the program has closed it.
    closed: bool,
}

/// The program in a terminal.
pub(super) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    mark: String,
}

impl Terminal {
    /// Starts the harness with these arguments in a terminal of 80 columns and 24 rows.
    pub(super) fn start(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).expect("there are terminals");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_harness"));
        command.args(arguments);
        command.cwd(folder);
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}-terminal-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        for name in ["CARGO_MANIFEST_DIR", "NO_COLOR", "VISUAL", "EDITOR", "TERM_PROGRAM"] {
            command.env_remove(name);
        }
        command.env("CARGO_TARGET_DIR", target());
        command.env("LC_ALL", "C.UTF-8");
        command.env("TERM", "xterm-256color");
        command.env(MARK, &mark);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the harness is built");
        let parser = vt100::Parser::new(lines(24), lines(80), 0);
        let shown = Arc::new((
            Mutex::new(Shown {
                parser,
                tail: Vec::new(),
                drawing: false,
                statuses: Vec::new(),
                taken: false,
                closed: false,
            }),
            Condvar::new(),
        ));
        let mut output = pair.master.try_clone_reader().expect("it can be read");
        let own = Arc::clone(&shown);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let read = output.read(&mut bytes).unwrap_or(0);
                let mut shown = own.0.lock().expect("nobody panics while it is held");
                shown.take(&bytes[..read]);
                own.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().expect("it can be typed on");
        Self { master: pair.master, keys, child, shown, mark }
    }

    /// Types.
    pub(super) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("somebody reads");
    }

    /// Waits until the screen is as wanted, and answers it.
    pub(super) fn until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        let mut shown = self.shown.0.lock().expect("nobody panics while it is held");
        loop {
            let text = shown.text();
            if !shown.drawing && wanted(&text) {
                return text;
            }
            let left = EVENTUALLY.saturating_sub(begun.elapsed());
            assert!(!left.is_zero() && !shown.closed, "{what} did not come, but\n{text}\nafter {:#?}", shown.statuses);
            shown = self.shown.1.wait_timeout(shown, left).expect("nobody panics while it is held").0;
        }
    }

    /// Waits until these words stand on the screen, and answers it.
    pub(super) fn until_says(&self, words: &str) -> String {
        self.until(words, |screen| screen.contains(words))
    }

    /// How things have stood so far, each state once, without times.
    pub(super) fn statuses(&self) -> Vec<String> {
        self.shown.0.lock().expect("nobody panics while it is held").statuses.clone()
    }

    /// Forgets how things have stood.
    pub(super) fn forget(&self) {
        self.shown.0.lock().expect("nobody panics while it is held").statuses.clear();
    }

    pub(super) fn resize(&self, cols: u16, rows: u16) {
        self.shown
            .0
            .lock()
            .expect("nobody panics while it is held")
            .parser
            .screen_mut()
            .set_size(lines(rows), lines(cols));
        self.master.resize(PtySize { rows, cols, ..PtySize::default() }).expect("it can be resized");
    }

    /// Whether the program has the whole screen.
    pub(super) fn is_taken(&self) -> bool {
        self.shown.0.lock().expect("nobody panics while it is held").parser.screen().alternate_screen()
    }

    /// Whether the program, which has ended, has ever had the whole screen.
    pub(super) fn was_taken(&self) -> bool {
        let begun = Instant::now();
        let mut shown = self.shown.0.lock().expect("nobody panics while it is held");
        while !shown.closed {
            let left = EVENTUALLY.saturating_sub(begun.elapsed());
            assert!(!left.is_zero(), "it has not closed the terminal");
            shown = self.shown.1.wait_timeout(shown, left).expect("nobody panics while it is held").0;
        }
        shown.taken
    }

    /// Whether the cursor is hidden.
    pub(super) fn hides_cursor(&self) -> bool {
        self.shown.0.lock().expect("nobody panics while it is held").parser.screen().hide_cursor()
    }

    pub(super) fn pid(&self) -> i32 {
        self.child.process_id().expect("it runs").cast_signed()
    }

    /// Waits for the program's end, and makes sure that it leaves nothing running and the terminal as it was.
    pub(super) fn end(&mut self) -> ExitStatus {
        let status = self.child.wait().expect("it is ours");
        let marked = marked(&self.mark);
        assert!(marked.is_empty(), "left running: {marked:?}");
        let mut shown = self.shown.0.lock().expect("nobody panics while it is held");
        // What it has written last may still be on its way.
        let begun = Instant::now();
        while shown.parser.screen().alternate_screen() || shown.parser.screen().hide_cursor() {
            let left = EVENTUALLY.saturating_sub(begun.elapsed());
            assert!(!left.is_zero(), "the terminal was not given back");
            shown = self.shown.1.wait_timeout(shown, left).expect("nobody panics while it is held").0;
        }
        status
    }
}

fn lines(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has some")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shown {
    fn take(&mut self, bytes: &[u8]) {
        self.closed |= bytes.is_empty();
        self.parser.process(bytes);
        // It may have been taken and given back in one piece of output, or the words for it may come in two.
        self.taken |= self.parser.screen().alternate_screen() || bytes.windows(TAKEN.len()).any(|part| part == TAKEN);
        self.tail.extend_from_slice(bytes);
        let last = |mark: &[u8]| self.tail.windows(mark.len()).rposition(|part| part == mark);
        let (begun, done) = (last(BEGUN), last(DONE));
        if begun != done {
            self.drawing = begun > done;
        }
        self.tail.drain(..self.tail.len().saturating_sub(BEGUN.len() - 1));
        if self.drawing {
            return;
        }
        let status = self.text().lines().nth(1).map(without_times).unwrap_or_default();
        if self.statuses.last() != Some(&status) {
            self.statuses.push(status);
        }
    }

    fn text(&self) -> String {
        self.parser.screen().contents()
    }
}

/// A screen in which no time is said that is another one in each run.
pub(super) fn without_times(screen: &str) -> String {
    let time = regex_lite::Regex::new(r"\(\d+(\.\d+)? m?s\)").expect("it is well formed");
    let lines = screen.lines().map(|line| match time.find(line) {
        // What stands at the right end must not move with it.
        Some(found) => format!("{}(…){}{}", &line[..found.start()], " ".repeat(found.len() - 3), &line[found.end()..]),
        None => line.to_owned(),
    });
    lines.map(|line| line.trim_end().to_owned() + "\n").collect::<String>().trim_end().to_owned()
}
