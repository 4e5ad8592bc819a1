//! `harness check`.

use std::{fs, path::Path};

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
    if let Some(file) = &arguments.trace {
        save(file, &graded)?;
    }
    print(&graded, arguments.format, terminal)
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

/// Writes the traces to a file. A file that is there is replaced only when the new one is complete.
fn save(file: &Path, graded: &Graded) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Harness(format!("cannot write {}: {error}", file.display()));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    fs::write(new.path(), trace::write(&graded.traces)).map_err(failed)?;
    new.persist(file).map_err(|error| failed(error.error))?;
    Ok(())
}
