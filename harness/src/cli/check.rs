//! `harness check`.

use std::{
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use super::{
    Exit,
    args::{CheckArguments, Format, OutputArguments},
    progress::Line,
    terminal::Terminal,
};
use crate::{
    grade::{self, Catalog, Error, Graded, Options, Submission},
    report::{self, Style},
    trace,
};

pub(super) fn run(catalog: &Catalog, arguments: &CheckArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let command = arguments.client.clone().map(Submission::Command);
    let options = Options {
        slug: arguments.challenge.clone(),
        wall: arguments.clock.wall(command.is_some())?,
        submission: command.or_else(|| arguments.submission.named()).unwrap_or(Submission::Student),
        scenario: arguments.scenario.clone(),
        seed: arguments.seed,
        colour: terminal.style.colour && arguments.output.format == Format::Human,
    };
    if let Some(file) = &arguments.trace {
        can_be_saved(file)?;
    }
    let line = Line::new(terminal.live);
    let graded = grade::check(catalog, &options, &|progress| line.show(&progress))?;
    drop(line);
    // A trace that cannot be written must not hide the verdict.
    let saved = match &arguments.trace {
        Some(file) if !graded.traces.is_empty() => save(file, &graded),
        _ => Ok(()),
    };
    let exit = print(&graded, arguments.output, terminal)?;
    saved.map(|()| exit)
}

/// Prints a verdict and says what it exits with.
pub(super) fn print(graded: &Graded, output: OutputArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let style = Style { hints: output.hints, ..terminal.style };
    let text = match output.format {
        Format::Human => report::terminal(&graded.verdict, &graded.traces, style),
        Format::Json => report::json(&graded.verdict),
    };
    terminal.print(&text)?;
    Ok(Exit::from(graded.verdict.outcome))
}

/// The folder that a file is in.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Says before the work what would spoil its end.
fn can_be_saved(file: &Path) -> Result<(), Error> {
    let wrong = |why: &str| Err(Error::Usage(format!("cannot write {}: {why}", file.display())));
    match (file.is_dir(), folder(file).is_dir()) {
        (true, _) => wrong("it is a folder"),
        (false, false) => wrong("there is no such folder"),
        (false, true) => Ok(()),
    }
}

/// Writes the traces to a file. A regular file that is there is replaced only when the new one is complete; what is no regular file (a
/// pipe, a device, `/dev/stdout`) is written to as it is.
fn save(file: &Path, graded: &Graded) -> Result<(), Error> {
    let text = trace::write(&graded.traces);
    let device = file.starts_with("/dev") || fs::metadata(file).is_ok_and(|there| !there.is_file());
    // Where a link leads there the file is replaced, not the link.
    let place = || fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let saved = if device { append(file, &text) } else { replace(&place(), &text) };
    saved.map_err(|error| Error::Harness(format!("cannot write {}: {error}", file.display())))
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().append(true).open(file)?.write_all(text.as_bytes())
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    // What the user may not share is for the user's own mask to say.
    let mut new = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder(file))?;
    new.write_all(text.as_bytes())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}
