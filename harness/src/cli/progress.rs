//! One line on standard error that says how far it is, redrawn in place; nothing where standard error is no terminal.

use std::{
    io::{self, Write},
    mem::{Discriminant, discriminant},
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::{client, grade::Progress};

/// How often the line is redrawn at most.
const PACE: Duration = Duration::from_millis(50);

/// The line.
pub(super) struct Line {
    /// How many columns it has; nothing is drawn without any.
    columns: Option<usize>,
    /// When it was last drawn, and about which kind of progress.
    last: Mutex<Option<(Instant, Discriminant<Progress>)>>,
}

impl Line {
    /// A line of so many columns.
    pub(super) fn new(columns: Option<usize>) -> Self {
        Self { columns, last: Mutex::new(None) }
    }

    /// Shows how far it is.
    pub(super) fn show(&self, progress: &Progress) {
        let Some(columns) = self.columns else { return };
        let mut last = self.last.lock().expect("nobody panics while drawing");
        // What begins is shown at once: it may be long until there is more to tell.
        let kind = discriminant(progress);
        if last.is_some_and(|(then, drawn)| drawn == kind && then.elapsed() < PACE) {
            return;
        }
        *last = Some((Instant::now(), kind));
        let text = match progress {
            Progress::Building(client::Progress::Line(line)) => line.trim().to_owned(),
            Progress::Building(client::Progress::Crates { done, total, now }) => {
                format!("building {done}/{total}: {now}")
            }
            Progress::Running { done, of } => format!("running {done}/{of}"),
        };
        // A terminal may break a line whose last column is written.
        let text: String = text.chars().filter(|c| !c.is_control()).take(columns.saturating_sub(1)).collect();
        draw(&format!("\r\x1b[K{text}"));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.last.lock().is_ok_and(|last| last.is_some()) {
            draw("\r\x1b[K");
        }
    }
}

fn draw(text: &str) {
    let mut out = io::stderr().lock();
    // Progress that cannot be drawn is no reason to stop.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
