//! The terminal while a session has all of it.

use std::{
    io::{self, Stdout, Write, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    queue,
    style::Print,
    terminal::{
        self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen,
    },
};

/// Whether the terminal is a session's at this moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal, taken. It is given back when this is dropped.
#[derive(Debug)]
pub(in crate::cli) struct Screen {
    out: Stdout,
    /// What stands on it, row by row.
    drawn: Vec<String>,
}

impl Screen {
    /// Takes the terminal.
    pub(in crate::cli) fn take() -> io::Result<Self> {
        let mut screen = Self { out: stdout(), drawn: Vec::new() };
        screen.resume()?;
        Ok(screen)
    }

    /// How many columns and rows there are.
    pub(in crate::cli) fn size() -> (usize, usize) {
        // A terminal that does not know its own size has the usual one.
        let (columns, rows) =
            terminal::size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or((80, 24));
        (columns.into(), rows.into())
    }

    /// Draws rows, as many as the terminal has. Only what has changed is written.
    pub(in crate::cli) fn draw(&mut self, rows: Vec<String>) -> io::Result<()> {
        queue!(self.out, BeginSynchronizedUpdate)?;
        if rows.len() != self.drawn.len() {
            queue!(self.out, Clear(ClearType::All))?;
            self.drawn = vec![String::new(); rows.len()];
        }
        for (y, (row, before)) in (0..).zip(rows.iter().zip(&self.drawn)) {
            if row != before {
                // Cleared before it is written: after a row that fills its line, the cursor still stands on the last column.
                queue!(self.out, MoveTo(0, y), Clear(ClearType::UntilNewLine), Print(row))?;
            }
        }
        queue!(self.out, EndSynchronizedUpdate)?;
        self.drawn = rows;
        self.out.flush()
    }

    /// Has everything written again, whatever stands there.
    pub(in crate::cli) fn forget(&mut self) {
        self.drawn.clear();
    }

    /// Gives the terminal to another program for a while.
    pub(in crate::cli) fn lend(&mut self) {
        give_back();
    }

    /// Takes it again.
    pub(in crate::cli) fn resume(&mut self) -> io::Result<()> {
        TAKEN.store(true, Ordering::Release);
        terminal::enable_raw_mode()?;
        self.forget();
        queue!(self.out, EnterAlternateScreen, Hide)?;
        self.out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was, if a session has it: at its end, at an interrupt, at a panic.
pub(in crate::cli) fn give_back() {
    if TAKEN.swap(false, Ordering::AcqRel) {
        let mut out = stdout();
        // A terminal that is gone needs nothing.
        let _ = queue!(out, LeaveAlternateScreen, Show).and_then(|()| out.flush());
        let _ = terminal::disable_raw_mode();
    }
}
