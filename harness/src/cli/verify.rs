//! `harness verify`.

use clap::{Args, ValueEnum};

use super::{
    Exit,
    args::ClockArguments,
    progress::Line,
    terminal::Terminal,
    watch::{self, Followed, Task},
};
use crate::{
    grade::{self, Catalog, Error, VerifyOptions},
    report::{self, Style},
    verdict::{Broken, FORMAT, Matrix, Verification},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness verify                                 every challenge
  harness verify reconnect-backoff               one of them
  harness verify reconnect-backoff --watch       again after each save, while you write it
  harness verify reconnect-backoff --more-seeds 8
                                                 also with other values in [client]: whatever
                                                 the seed, right must pass and wrong must fail
  harness verify reconnect-backoff --clock wall  in real time: takes minutes
  harness verify --format json                   for a program

What is wrong is said under the matrix, what matters most first: what to change, where, and the
command that shows it. What has a dot before it is only worth knowing.")]
pub(super) struct VerifyArguments {
    /// The challenges; all of them if none is named.
    challenges: Vec<String>,
    #[command(flatten)]
    clock: ClockArguments,
    /// In place of each challenge's own seed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Also with so many seeds after that one: grading may use any.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "watch")]
    more_seeds: u64,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Verifies a challenge again when one of its files, mistakes or solutions is saved, until q or Ctrl-C.
    #[arg(long, conflicts_with = "format")]
    watch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The matrices, and advice, for a person.
    Human,
    /// The whole record, by harness/schema/verification.schema.json.
    Json,
}

pub(super) fn run(catalog: &Catalog, arguments: &VerifyArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let slugs = if arguments.challenges.is_empty() {
        // Proven is the course, and that has its order.
        catalog.course()?.chapters.into_iter().flat_map(|chapter| chapter.challenges).collect()
    } else {
        arguments.challenges.clone()
    };
    let options = VerifyOptions { seed: arguments.seed, wall: arguments.clock.wall(false)? };
    if arguments.watch {
        return follow(catalog, slugs, options, terminal);
    }
    let mut found = Verification { format: FORMAT, sound: true, matrices: Vec::new(), broken: Vec::new() };
    for slug in &slugs {
        let line = Line::new(terminal.live);
        let matrix = grade::verify(catalog, slug, &options, &|progress| line.show(&progress));
        drop(line);
        match matrix {
            Ok(matrix) => {
                show(&matrix, None, arguments, terminal)?;
                found.matrices.push(matrix);
                let first = options.seed.map_or_else(|| catalog.load(slug).map(|challenge| challenge.seed), Ok)?;
                for seed in (1..=arguments.more_seeds).map(|more| first.wrapping_add(more)) {
                    let line = Line::new(terminal.live);
                    let options = VerifyOptions { seed: Some(seed), ..options.clone() };
                    let matrix = grade::verify(catalog, slug, &options, &|progress| line.show(&progress))?;
                    drop(line);
                    show(&matrix, Some(seed), arguments, terminal)?;
                    found.matrices.push(matrix);
                }
            }
            // A broken challenge must not hide what the others prove.
            Err(Error::Spec(errors)) => {
                found.broken.push(Broken { challenge: slug.clone(), errors: errors.render(false) });
                terminal.error(&Error::Spec(errors));
            }
            Err(error) => return Err(error),
        }
    }
    found.sound = found.broken.is_empty() && found.matrices.iter().all(Matrix::is_sound);
    if arguments.format == Format::Json {
        terminal.print(&report::json(&found))?;
    }
    Ok(exit(&found))
}

/// Prints a matrix; of one with another seed only that, unless it shows a fault.
fn show(matrix: &Matrix, seed: Option<u64>, arguments: &VerifyArguments, terminal: &Terminal) -> Result<(), Error> {
    match (arguments.format, seed) {
        (Format::Json, _) => Ok(()),
        (Format::Human, Some(seed)) if matrix.is_sound() => {
            terminal.print(&format!("{}: sound with seed {seed}, too\n", matrix.challenge))
        }
        (Format::Human, Some(seed)) => terminal.print(&format!(
            "{} with seed {seed}:\n{}",
            matrix.challenge,
            report::matrix(matrix, terminal.style)
        )),
        (Format::Human, None) => terminal.print(&report::matrix(matrix, terminal.style)),
    }
}

/// The worst of all challenges; what could not be judged is less than what was found wrong.
fn exit(found: &Verification) -> Exit {
    if !found.broken.is_empty() {
        Exit::Usage
    } else if !found.sound {
        Exit::FellShort
    } else if found.matrices.iter().any(Matrix::is_unjudged) {
        Exit::Harness
    } else {
        Exit::Passed
    }
}

/// Verifies each challenge, and again whenever a file of it is saved.
fn follow(catalog: &Catalog, slugs: Vec<String>, options: VerifyOptions, terminal: &Terminal) -> Result<Exit, Error> {
    slugs.iter().try_for_each(|slug| catalog.find(slug))?;
    let task = |slug: String| {
        let (options, own) = (options.clone(), slug.clone());
        let work = move |catalog: &Catalog, style: Style, progress: &(dyn Fn(grade::Progress) + Sync)| {
            grade::verify(catalog, &own, &options, progress).map(|matrix| report::matrix(&matrix, style))
        };
        Task::new(slug.clone(), Followed::challenge(catalog, &slug), work)
    };
    watch::follow(catalog, slugs.into_iter().map(task).collect(), terminal)
}
