//! Where output goes and what it may contain.

use std::io::{self, IsTerminal, Write};

use rustix::{fd::AsFd, termios::tcgetwinsize};

use super::args::Color;
use crate::{grade::Error, report::Style};

/// The widest report: lines of more than this are hard to read, and many terminals have no more.
const WIDTH: usize = 80;

/// What is known of standard output and error.
pub(super) struct Terminal {
    /// How reports on standard output look.
    pub(super) style: Style,
    /// Whether standard error is coloured.
    pub(super) colour_errors: bool,
    /// How many columns a line of progress on standard error may have, if it is a terminal on which one can be redrawn.
    pub(super) live: Option<usize>,
}

impl Terminal {
    /// Looks at the environment once.
    pub(super) fn new(color: Color) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let plain = dumb || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let coloured = |to_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => to_terminal && !plain,
        };
        Self {
            style: Style {
                colour: coloured(io::stdout().is_terminal()),
                ascii: !speaks_unicode(),
                width: columns(io::stdout()).map_or(WIDTH, |columns| columns.min(WIDTH)),
                ..Style::default()
            },
            colour_errors: coloured(io::stderr().is_terminal()),
            live: columns(io::stderr()).filter(|_| !dumb).map(|columns| columns.min(WIDTH)),
        }
    }

    /// Prints a report. A reader that has gone away (`| head`) is no error.
    pub(super) fn print(&self, text: &str) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::Harness(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints why nothing was graded.
    pub(super) fn error(&self, error: &Error) {
        let text = match error {
            Error::Spec(errors) => errors.render(self.colour_errors),
            Error::Usage(message) | Error::Harness(message) => format!("{} {message}\n", self.heading()),
        };
        // If standard error is gone there is nobody left to tell; the exit code still says it.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn heading(&self) -> &'static str {
        if self.colour_errors { "\x1b[1;31merror:\x1b[0m" } else { "error:" }
    }
}

/// How many columns a terminal has; none if it is no terminal.
fn columns(out: impl IsTerminal + AsFd) -> Option<usize> {
    let size = out.is_terminal().then(|| tcgetwinsize(out).ok())?;
    // A terminal that does not know its own size (a serial line, some editors) has the usual one.
    Some(size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(WIDTH))
}

/// Whether the locale says UTF-8; without any locale (as in many containers) most terminals do.
fn speaks_unicode() -> bool {
    let set =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match set {
        None => true,
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
    }
}

/// Leaves the cursor at the start of a line: what is called when the user interrupts.
pub(super) fn restore() {
    if io::stderr().is_terminal() {
        let _ = io::stderr().lock().write_all(b"\r\x1b[K");
    }
}
