//! `harness check`.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use super::{
    Exit,
    args::{CheckArguments, Format},
    progress::Line,
    terminal::Terminal,
};
use crate::{
    grade::{self, Catalog, Error, Graded, Options, Submission},
    report, trace,
};

pub(super) fn run(catalog: &Catalog, arguments: &CheckArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let command = arguments.client.clone().map(Submission::Command);
    let wall = arguments.clock.wall().or_else(|| command.is_some().then_some(arguments.clock.speed));
    let options = Options {
        slug: arguments.challenge.clone(),
        submission: command.or_else(|| arguments.submission.named()).unwrap_or(Submission::Student),
        scenario: arguments.scenario.clone(),
        seed: arguments.seed,
        wall,
        colour: terminal.style.colour,
    };
    let line = Line::new(terminal.live);
    let graded = grade::check(catalog, &options, &|progress| line.show(&progress))?;
    drop(line);
    // The verdict comes first: it stands whether or not there is room for the trace.
    let exit = print(&graded, arguments.format, terminal)?;
    if let Some(file) = &arguments.trace {
        save(file, &graded)?;
    }
    Ok(exit)
}

/// Prints a verdict and says what it exits with.
pub(super) fn print(graded: &Graded, format: Format, terminal: &Terminal) -> Result<Exit, Error> {
    let text = match format {
        Format::Human => report::terminal(&graded.verdict, &graded.traces, terminal.style),
        Format::Json => report::json(&graded.verdict),
    };
    terminal.print(&text)?;
    Ok(Exit::from(graded.verdict.outcome))
}

/// Writes the traces to a file. A regular file that is there is replaced only when the new one is complete; what is no regular file (a
/// pipe, a device, `/dev/stdout`) is written to as it is.
fn save(file: &Path, graded: &Graded) -> Result<(), Error> {
    let text = trace::write(&graded.traces);
    let device = file.starts_with("/dev") || fs::metadata(file).is_ok_and(|there| !there.is_file());
    // Where a link leads there the file is replaced, not the link.
    let place = || fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let written = if device { append(file, &text) } else { replace(&place(), &text) };
    written.map_err(|error| Error::Harness(format!("cannot write {}: {error}", file.display())))
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().append(true).open(file)?.write_all(text.as_bytes())
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // As open to others as any file that the user makes: the user's mask decides.
    let mut new = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.persist(file).map(drop).map_err(|error| error.error)
}
