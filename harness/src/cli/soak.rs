//! `harness soak`.

use super::{Exit, args::SoakArguments, progress::Line, terminal::Terminal};
use crate::{
    grade::{self, Catalog, Error, SoakOptions, Submission},
    report,
};

pub(super) fn run(catalog: &Catalog, arguments: &SoakArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let options = SoakOptions {
        slug: arguments.challenge.clone(),
        submission: arguments.submission.named().unwrap_or(Submission::Solution(String::new())),
        seed: arguments.seed,
        runs: arguments.runs,
    };
    let line = Line::new(terminal.live);
    let soak = grade::soak(catalog, &options, &|progress| line.show(&progress))?;
    drop(line);
    terminal.print(&report::soak(&soak, terminal.style))?;
    Ok(if soak.changed.is_empty() { Exit::Passed } else { Exit::Harness })
}
