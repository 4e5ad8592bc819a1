//! `harness verify`.

use super::{Exit, args::VerifyArguments, progress::Line, terminal::Terminal};
use crate::{
    grade::{self, Catalog, Error, VerifyOptions},
    report,
};

pub(super) fn run(catalog: &Catalog, arguments: &VerifyArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let slugs = if arguments.challenges.is_empty() { catalog.slugs()? } else { arguments.challenges.clone() };
    let options = VerifyOptions { seed: arguments.seed, wall: arguments.clock.wall(false)? };
    // The worst of all challenges; what could not be judged is less than what was found wrong.
    let (mut exit, mut unjudged) = (Exit::Passed, false);
    for slug in &slugs {
        let line = Line::new(terminal.live);
        let matrix = grade::verify(catalog, slug, &options, &|progress| line.show(&progress));
        drop(line);
        match matrix {
            Ok(matrix) => {
                terminal.print(&report::matrix(&matrix, terminal.style))?;
                if !matrix.is_sound() {
                    exit = exit.max(Exit::FellShort);
                }
                unjudged |= matrix.is_unjudged();
            }
            // A broken challenge must not hide what the others prove.
            Err(error @ Error::Spec(_)) => {
                terminal.error(&error);
                exit = exit.max(Exit::Usage);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(if exit == Exit::Passed && unjudged { Exit::Harness } else { exit })
}
