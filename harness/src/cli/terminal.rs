//! Where output goes and what it may contain.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    panic,
    sync::OnceLock,
    thread,
};

use super::{args::Color, watch};
use crate::{grade::Error, report::Style};

/// The widest report: lines of more than this are hard to read, and many terminals have no more.
const WIDTH: usize = 80;

/// What is known of standard output and error.
pub(super) struct Terminal {
    /// How reports on standard output look.
    pub(super) style: Style,
    /// Whether standard output is a terminal.
    pub(super) to_terminal: bool,
    /// Whether standard error is coloured.
    pub(super) colour_errors: bool,
    /// How many columns a line of progress on standard error may have, if it is a terminal on which one can be redrawn.
    pub(super) live: Option<usize>,
    /// Whether it is a terminal that can do nothing but print.
    pub(super) dumb: bool,
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
            to_terminal: io::stdout().is_terminal(),
            colour_errors: coloured(io::stderr().is_terminal()),
            live: columns(io::stderr()).filter(|_| !dumb).map(|columns| columns.min(WIDTH)),
            dumb,
        }
    }

    /// Prints a report. A reader that has gone away (`| head`) is no error.
    pub(super) fn print(&self, text: &str) -> Result<(), Error> {
        self.print_on(text).map(drop)
    }

    /// The same for one report of several. Tells whether there is still a reader.
    pub(super) fn print_on(&self, text: &str) -> Result<bool, Error> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Error::Harness(format!("cannot write to standard output: {error}"))),
        }
    }

    /// Says something besides on standard error, if a person reads it.
    pub(super) fn remark(&self, text: &str) {
        if io::stderr().is_terminal() {
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Writes a line to the log of a work that takes long, on standard error.
    pub(super) fn log(&self, line: &str) {
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    /// Prints why nothing was graded.
    pub(super) fn error(&self, error: &Error) {
        // If standard error is gone there is nobody left to tell; the exit code still says it.
        let _ = io::stderr().lock().write_all(Self::told(error, self.colour_errors).as_bytes());
    }

    /// Why nothing was graded, as it is printed.
    pub(super) fn told(error: &Error, colour: bool) -> String {
        let heading = if colour { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
        match error {
            Error::Spec(errors) => errors.render(colour),
            Error::Usage(message) | Error::Harness(message) => format!("{heading} {message}\n"),
        }
    }

    /// Prints what the user should know though it stops nothing.
    pub(super) fn notice(&self, notice: Option<&impl Display>) {
        if let Some(notice) = notice {
            let heading = if self.colour_errors { "\x1b[1;33mnote:\x1b[0m" } else { "note:" };
            // As above.
            let _ = io::stderr().lock().write_all(format!("{heading} {notice}\n").as_bytes());
        }
    }
}

/// Waits until nobody can read standard output any more: without this, what goes on without end would do so behind `| head`, unseen, until its
/// next line.
#[cfg(unix)]
pub(super) fn until_reader_is_gone() {
    use rustix::event::{PollFd, PollFlags, poll};
    let out = io::stdout();
    // Without anything asked for, only the reader's end is told (poll(2), `POLLERR`); a file or a terminal that stays never is.
    while poll(&mut [PollFd::new(&out, PollFlags::empty())], None) == Err(rustix::io::Errno::INTR) {}
}

/// The same where nobody says of a pipe that its reader is gone: the next line finds out.
#[cfg(not(unix))]
pub(super) fn until_reader_is_gone() {
    loop {
        std::thread::park();
    }
}

/// How many columns a terminal has; none if it is no terminal.
fn columns(out: impl IsTerminal) -> Option<usize> {
    let size = out.is_terminal().then(crossterm::terminal::size)?;
    // A terminal that does not know its own size (a serial line, some editors) has the usual one.
    Some(size.map(|(columns, _)| usize::from(columns)).ok().filter(|columns| *columns > 0).unwrap_or(WIDTH))
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

/// Gives the terminal back before the message of a panic is written, which could not be read otherwise.
pub(super) fn restore_at_panic() {
    let write = panic::take_hook();
    let main = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        // A session goes on if only one of its other threads has panicked.
        if thread::current().id() == main {
            watch::give_back();
        }
        write(info);
    }));
}

/// What the user is told who interrupts.
static FAREWELL: OnceLock<&str> = OnceLock::new();

/// From now on, who interrupts is told this.
pub(super) fn say_at_interrupt(farewell: &'static str) {
    let _ = FAREWELL.set(farewell);
}

/// Leaves the cursor at the start of a line: what is called when the user interrupts.
pub(super) fn restore() {
    watch::give_back();
    if io::stderr().is_terminal() {
        let _ = io::stderr().lock().write_all(b"\r\x1b[K");
    }
    if let Some(farewell) = FAREWELL.get() {
        let _ = writeln!(io::stderr().lock(), "{farewell}");
    }
}
