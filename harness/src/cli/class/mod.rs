//! `harness grade`: a class.

mod shard;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{Args, Subcommand};

use super::{
    Exit,
    args::Format,
    files,
    progress::Line,
    reports::{ReportFormat, summary_of_step},
    sandbox::{SandboxArguments, SandboxName},
    terminal::{self, Terminal},
};
use crate::{
    class::{Book, Class, Event, Roll, assignment},
    client::Workspace,
    grade::{Catalog, Error, Graded, parallel},
    report::{
        self, Style, class,
        export::{MOST_SUMMARY, Subject},
    },
    verdict::{GradeResult, Grades, Shard},
};

/// How long a compiler may take for one submission, in seconds: some hundred times what an honest one needs.
const PATIENCE: u64 = 120;

/// The report for people that every submission gets.
const TEXT: &str = "report.txt";

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
A submission is a `.rs` file, or a folder or archive (zip, tar, tar.gz) in which there is one, or a
crate, or a copy of the whole course. With several challenges each is found by the name of its folder
or file. Of all this only the `.rs` files are taken: manifest, kit and lock file are this course's.

Examples:
  harness grade handed-in --challenge reconnect-backoff
                             everything in the folder handed-in, into ./grades
  harness grade handed-in --challenge sse-minimal,heartbeat --out autumn
                             two challenges, into ./autumn
  harness grade list.txt --challenge heartbeat
                             the files and folders that list.txt names, one a line
  harness grade handed-in --challenge heartbeat --report junit,gradescope
                             also in the formats of other programs
  harness grade handed-in --challenge heartbeat --shard 2/4 --out part-2
                             the second quarter, on one of four machines
  harness grade merge part-1 part-2 part-3 part-4 --out grades
                             and all of them together

The same command again goes on where it was broken off, and grades what has changed."
)]
pub(super) struct GradeArguments {
    #[command(subcommand)]
    merge: Option<ClassCommand>,
    /// A folder of submissions, a list of them (a text file with a path a line), or one submission.
    #[arg(value_name = "FOLDER|LIST", required = true)]
    class: Option<PathBuf>,
    /// The challenges, as `harness list` names them.
    #[arg(long = "challenge", value_name = "SLUG[,SLUG]", required = true, value_delimiter = ',')]
    challenges: Vec<String>,
    #[command(flatten)]
    out: OutArguments,
    /// Grades only this part of the class: the i-th of n. Also read from HARNESS_SHARD, from CI_NODE_INDEX and CI_NODE_TOTAL (GitLab's
    /// `parallel`), and from JOB_COMPLETION_INDEX with HARNESS_SHARDS (Kubernetes' Indexed Jobs).
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// How many submissions are graded side by side [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Draws the clients' values from this seed in place of each challenge's own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How far submissions are shut in, and their compilers with them.
    #[arg(long, value_enum, value_name = "TIER", default_value_t = SandboxName::Best)]
    sandbox: SandboxName,
    /// How many hints the reports show for each failed check: the later, the plainer.
    #[arg(long, value_name = "N", default_value_t = 1)]
    hints: usize,
    /// Grades also what has been graded already.
    #[arg(long)]
    again: bool,
    /// The reports on each submission, beside report.txt.
    #[arg(long = "report", value_enum, value_name = "FORMAT", value_delimiter = ',', default_values_t = [ReportFormat::Html, ReportFormat::Json])]
    reports: Vec<ReportFormat>,
}

#[derive(Debug, Subcommand)]
enum ClassCommand {
    /// Makes one class of parts that were graded with `--shard`: the same as if it had been graded at once.
    #[command(after_help = "\
Examples:
  harness grade merge part-1 part-2 part-3 --out grades    three parts
  harness grade merge part-* --out grades                  however many")]
    Merge(MergeArguments),
}

#[derive(Debug, Args)]
struct MergeArguments {
    /// The folders that the parts were graded into.
    #[arg(value_name = "FOLDER", required = true)]
    parts: Vec<PathBuf>,
    #[command(flatten)]
    out: OutArguments,
}

#[derive(Debug, Args)]
struct OutArguments {
    /// The folder of the results: grades.csv, summary.html, summary.md, grades.json, and the reports on each submission.
    #[arg(long, value_name = "FOLDER", default_value = "grades")]
    out: PathBuf,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exits with 0 also if submissions fell short. What could not be judged still exits with 3.
    #[arg(long)]
    exit_zero: bool,
}

pub(super) fn run(catalog: &Catalog, arguments: &GradeArguments, terminal: &Terminal) -> Result<Exit, Error> {
    match (&arguments.merge, &arguments.class) {
        (Some(ClassCommand::Merge(arguments)), _) => merge(arguments, terminal),
        (None, Some(class)) => grade(catalog, class, arguments, terminal),
        (None, None) => Err(Error::Usage("there is no class to grade: name a folder or a list".into())),
    }
}

fn grade(catalog: &Catalog, path: &Path, arguments: &GradeArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let (shard, from) = shard::shard(arguments.shard, |name| std::env::var(name).ok()).map_err(Error::Usage)?;
    if let Some(format) = arguments.reports.iter().find(|format| format.file_name().is_none()) {
        return Err(Error::Usage(format!("`--report {}` is for one submission: `check` writes it", format.name())));
    }
    let assignments = assignments(catalog, arguments)?;
    let out = &arguments.out.out;
    let roll = Roll::read(path, out)?;
    let (catalog, why) = SandboxArguments { sandbox: Some(arguments.sandbox) }.within(catalog);
    let patience = std::time::Duration::from_secs(PATIENCE).min(catalog.workspace.patience);
    let catalog = Catalog::of(Workspace { patience, ..catalog.workspace });
    let book = Book::open(out)?;
    book.is_of(&roll)?;
    if arguments.again {
        book.forget()?;
    }
    terminal::say_at_interrupt("what has been graded is kept: the same command goes on from there");
    terminal.notice(why.as_ref());
    terminal.notice(from.map(|from| format!("part {} of the class, by {from}", shard_name(shard))).as_ref());
    let class = Class {
        catalog: &catalog,
        assignments,
        roll: &roll,
        shard,
        jobs: arguments.jobs.map_or_else(parallel::processors, usize::from),
        files: files_of(&arguments.reports),
        colour: arguments.reports.contains(&ReportFormat::Html),
    };
    let telling = Telling::new(terminal);
    let grades = class.grade(&book, &|folder, graded| report(folder, graded, arguments), &|event| {
        telling.tell(event);
    })?;
    drop(telling);
    finish(&book, &grades, arguments.reports.contains(&ReportFormat::Html), &arguments.out, terminal)
}

fn assignments(catalog: &Catalog, arguments: &GradeArguments) -> Result<Vec<crate::verdict::Assignment>, Error> {
    let mut slugs: Vec<&String> = Vec::new();
    for slug in &arguments.challenges {
        if slugs.contains(&slug) {
            return Err(Error::Usage(format!("`{slug}` is asked for twice")));
        }
        slugs.push(slug);
    }
    slugs.into_iter().map(|slug| assignment(catalog, slug, arguments.seed)).collect()
}

fn shard_name(shard: Option<Shard>) -> String {
    shard.map(|shard| shard.to_string()).unwrap_or_default()
}

/// The names of the files that every submission gets.
fn files_of(reports: &[ReportFormat]) -> Vec<&'static str> {
    reports.iter().filter_map(|format| format.file_name()).chain([TEXT]).collect()
}

/// Writes the reports on one submission.
fn report(folder: &Path, graded: &Graded, arguments: &GradeArguments) -> Result<(), Error> {
    let Graded { verdict, traces } = graded;
    let style = Style { hints: arguments.hints, ..Style::default() };
    files::save(&folder.join(TEXT), &report::terminal(verdict, traces, style))?;
    let subject = Subject::Judged { verdict, traces, hints: arguments.hints };
    for format in &arguments.reports {
        if let Some(name) = format.file_name() {
            files::save(&folder.join(name), &format.render(&subject, None))?;
        }
    }
    Ok(())
}

fn merge(arguments: &MergeArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let parts: Vec<_> = arguments.parts.iter().map(|part| Book::part(part)).collect::<Result<_, _>>()?;
    let whole = Grades::merge(parts.clone()).map_err(|why| Error::Usage(format!("these are no whole class: {why}")))?;
    let out = &arguments.out.out;
    if arguments.parts.iter().any(|part| files::are_one(part, out)) {
        return Err(Error::Usage(format!("{} is one of the parts: name another folder with `--out`", out.display())));
    }
    let book = Book::open(out)?;
    for (root, part) in arguments.parts.iter().zip(&parts) {
        book.adopt(root, part)?;
    }
    let page = ReportFormat::Html.file_name().unwrap_or_default();
    let pages = whole.grades.iter().any(|grade| book.has(grade, page));
    finish(&book, &whole, pages, &arguments.out, terminal)
}

/// Writes what is about the whole class, and prints it.
fn finish(book: &Book, grades: &Grades, pages: bool, out: &OutArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let root = book.root();
    let page = ReportFormat::Html.file_name().filter(|_| pages);
    files::save(&root.join("grades.csv"), &class::csv(grades))?;
    files::save(&root.join("summary.html"), &class::page(grades, page))?;
    files::save(&root.join("summary.md"), &class::markdown(grades, MOST_SUMMARY))?;
    book.close(grades)?;
    summary_of_step(|most| class::markdown(grades, most))?;
    terminal.print(&match out.format {
        Format::Human => {
            let written =
                format!("\nIn {}: grades.csv, summary.html, summary.md, grades.json, results\n", root.display());
            class::text(grades, terminal.style) + &written
        }
        Format::Json => report::json(grades),
    })?;
    Ok(exit(grades, out.exit_zero))
}

fn exit(grades: &Grades, exit_zero: bool) -> Exit {
    let all = |outcomes: &[GradeResult]| grades.grades.iter().all(|grade| outcomes.contains(&grade.outcome));
    match (grades.grades.iter().all(|grade| grade.score.is_some()), all(&[GradeResult::Passed]) || exit_zero) {
        (false, _) => Exit::Harness,
        (true, true) => Exit::Passed,
        (true, false) => Exit::FellShort,
    }
}

/// Tells how far it is: on one line that is redrawn, or in a log with a line for each submission.
struct Telling<'a> {
    terminal: &'a Terminal,
    line: Line,
    begun: std::sync::Mutex<Option<Instant>>,
    said: std::sync::Mutex<String>,
}

impl<'a> Telling<'a> {
    fn new(terminal: &'a Terminal) -> Self {
        Self {
            terminal,
            line: Line::new(terminal.live),
            begun: std::sync::Mutex::default(),
            said: std::sync::Mutex::default(),
        }
    }

    fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Kept(0) => {}
            Event::Kept(n) => self.terminal.log(&format!("{n} of them have been graded before\n")),
            Event::Trying(slug) => {
                self.line.say(&format!("{slug}: a solution first, to see that this machine can grade"))
            }
            // While submissions are graded side by side, what each is at would only flicker.
            Event::Doing(progress) => {
                if self.begun.lock().expect("nobody panics while it is locked").is_none() {
                    self.line.show(progress);
                }
            }
            Event::Begun { of } => {
                *self.begun.lock().expect("nobody panics while it is locked") = Some(Instant::now());
                self.line.say(&format!("0 of {of} graded"));
            }
            Event::Graded { done, of, grade } => self.graded(*done, *of, grade),
        }
    }

    fn graded(&self, done: usize, of: usize, grade: &crate::verdict::Grade) {
        if self.terminal.live.is_none() {
            self.terminal.log(&class::graded(done, of, grade, Style { colour: false, ..self.terminal.style }));
            return;
        }
        let begun = self.begun.lock().expect("nobody panics while it is locked").unwrap_or_else(Instant::now);
        let left = begun.elapsed().as_secs_f64() / done as f64 * (of - done) as f64;
        let left = humantime::format_duration(std::time::Duration::from_secs(left.ceil() as u64));
        let mut said = self.said.lock().expect("nobody panics while it is locked");
        *said =
            format!("{done} of {of} graded, about {left} left; last: {} {}", grade.submission, grade.outcome.words());
        self.line.say(&said);
    }
}
