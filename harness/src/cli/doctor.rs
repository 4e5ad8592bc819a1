//! `harness doctor`.

use std::io::{self, IsTerminal as _};

use clap::{Args, ValueEnum};

use super::{Exit, progress::Line, terminal::Terminal};
use crate::{
    client::Workspace,
    doctor,
    grade::Error,
    report::{self, Finding, Health},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness doctor                  looks at the toolchain, the linker, the disk, file events, the terminal
  harness doctor --format json    the same for a program, by harness/schema/doctor.schema.json

Exit codes: 0 if everything can be graded here, 3 if not.")]
pub(super) struct DoctorArguments {
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each finding, and what to do.
    Human,
    /// The same for a program.
    Json,
}

pub(super) fn run(workspace: &Workspace, arguments: &DoctorArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let line = Line::new(terminal.live);
    line.say("looking at this machine …");
    let mut examination = doctor::examine(workspace);
    drop(line);
    examination.findings.push(own_terminal(terminal));
    let text = match arguments.format {
        Format::Human => report::doctor(&examination, terminal.style),
        Format::Json => report::json(&examination),
    };
    terminal.print(&text)?;
    Ok(if examination.is_fit() { Exit::Passed } else { Exit::Harness })
}

/// What the terminal can do.
fn own_terminal(terminal: &Terminal) -> Finding {
    let subject = "terminal";
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Finding::good(subject, "this is none: `watch` prints a report after each save");
    }
    if terminal.dumb {
        let advice = "Set TERM to what your terminal is, `xterm-256color` say.";
        return Finding::poor(subject, Health::Fair, "TERM says that it can only print", advice);
    }
    let (columns, rows) = crossterm::terminal::size().unwrap_or_default();
    let letters = if terminal.style.ascii { "ASCII" } else { "Unicode" };
    let colours = if terminal.style.colour { "colours" } else { "no colours" };
    let seen = format!("{columns} columns, {rows} rows, {letters}, {colours}");
    if columns < 80 || rows < 24 {
        return Finding::poor(subject, Health::Fair, seen, "Make it at least 80 columns wide and 24 rows high.");
    }
    if terminal.style.ascii {
        let advice = "Set LANG to a UTF-8 locale, `C.UTF-8` say, for timelines that are easier to read.";
        return Finding::poor(subject, Health::Fair, seen, advice);
    }
    Finding::good(subject, seen)
}
