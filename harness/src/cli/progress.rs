//! One line on standard error that says how far it is, redrawn in place; nothing where standard error is no terminal.

use std::{
    io::{self, Write},
    sync::Mutex,
};

use crate::{client, grade::Progress, trace::is_hidden};

/// The line.
pub(super) struct Line {
    /// How many columns it has; nothing is drawn without any.
    columns: Option<usize>,
    /// What it says at present.
    drawn: Mutex<String>,
}

impl Line {
    /// A line of so many columns.
    pub(super) fn new(columns: Option<usize>) -> Self {
        Self { columns, drawn: Mutex::default() }
    }

    /// Shows how far it is. Nothing is left out: what is shown last may stand for long.
    pub(super) fn show(&self, progress: &Progress) {
        self.say(&words(progress));
    }

    /// Says something.
    pub(super) fn say(&self, text: &str) {
        let Some(columns) = self.columns else { return };
        // A terminal may break a line whose last column is written.
        let text: String = text.chars().filter(|c| !is_hidden(*c)).take(columns.saturating_sub(1)).collect();
        let mut drawn = self.drawn.lock().expect("nobody panics while drawing");
        if *drawn != text {
            draw(&format!("\r\x1b[K{text}"));
            *drawn = text;
        }
    }
}

/// How far it is, in a few words.
pub(super) fn words(progress: &Progress) -> String {
    match progress {
        Progress::Building(client::Progress::Line(line)) => line.trim().to_owned(),
        Progress::Building(client::Progress::Crates { done, total, now }) => format!("building {done}/{total}: {now}"),
        Progress::Running { done, of, broken } => format!("running: {done} of {of} done{}", broke_off(*broken)),
    }
}

/// Says that the submission broke off, if it did: stopping a client that hangs or spins takes a while each time.
pub(super) fn broke_off(broken: usize) -> String {
    if broken == 0 { String::new() } else { format!(", {broken} broke off") }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.drawn.lock().is_ok_and(|drawn| !drawn.is_empty()) {
            draw("\r\x1b[K");
        }
    }
}

fn draw(text: &str) {
    let mut out = io::stderr().lock();
    // Progress that cannot be drawn is no reason to stop.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
