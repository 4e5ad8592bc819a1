//! Long texts on a terminal, page by page.

mod view;

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use clap::Args;
use crossterm::event::{self, Event};

use super::{
    terminal::Terminal,
    watch::{Screen, key},
};
use crate::{grade::Error, report::Style};
pub(super) use view::View;

/// Whether a text is shown page by page.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct PagerArguments {
    /// Prints everything at once. So does a pipe, and what fits on the screen; PAGER is never run.
    #[arg(long)]
    pub(super) no_pager: bool,
}

/// A text for a terminal of so many columns, and the line of it that is to be seen first.
pub(super) type LaidOut = (String, usize);

/// Shows a text. `plain` is what is printed where there is no need to turn pages, or nothing to do it with; `lay_out` makes the pages for a
/// width, again after each change of it.
pub(super) fn show(
    terminal: &Terminal,
    arguments: PagerArguments,
    plain: &str,
    lay_out: impl Fn(usize) -> LaidOut,
) -> Result<(), Error> {
    let to_person = io::stdout().is_terminal() && io::stdin().is_terminal() && !terminal.dumb;
    let fits = || plain.lines().count() < Screen::size().1;
    if arguments.no_pager || !to_person || fits() {
        return terminal.print(plain);
    }
    read(lay_out, terminal.style).map_err(|error| Error::Harness(format!("cannot use the terminal: {error}")))
}

/// Has a person read it, until they leave.
fn read(lay_out: impl Fn(usize) -> LaidOut, style: Style) -> io::Result<()> {
    let mut screen = Screen::take()?;
    // The first question for events begins to listen for changes of the size: from here on none is missed.
    event::poll(Duration::ZERO)?;
    let mut size = Screen::size();
    let (text, at) = lay_out(size.0);
    let mut view = View::new(&text, at, size, style);
    while !view.is_over() {
        screen.draw(view.rows())?;
        if let Event::Key(typed) = event::read()?
            && let Some(key) = key(typed)
        {
            view.on(key);
        }
        // Asked for after every event, so that a key is not answered for a size that is no more.
        if Screen::size() != size {
            size = Screen::size();
            screen.forget();
            view.resize(&lay_out(size.0).0, size);
        }
    }
    Ok(())
}
