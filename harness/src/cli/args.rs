//! The arguments, their help and their defaults.

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _},
    path::PathBuf,
};

use clap::{Args, ColorChoice, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::{
    Exit, class::GradeArguments, doctor::DoctorArguments, hint::HintArguments, lesson::LessonArguments,
    list::ListArguments, new::NewArguments, play::PlayArguments, reports::ReportArguments, reset::ResetArguments,
    sandbox::SandboxArguments, solution::SolutionArguments, trial::TryArguments, verify::VerifyArguments,
    watch::WatchArguments,
};
use crate::grade::{Error, Submission};

/// Grades real-time clients against scripted servers, in simulated time.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = FIRST_STEPS)]
pub(super) struct Arguments {
    /// When to colour the output; `auto` honours NO_COLOR and asks whether it goes to a terminal.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

impl Arguments {
    /// What is to be done. Who names nothing at a terminal practises there; anybody else is told what there is, as no program can be
    /// waiting for a session without end.
    pub(super) fn wanted(self) -> Command {
        self.command.unwrap_or_else(|| {
            if io::stdin().is_terminal() && io::stdout().is_terminal() {
                return Command::Watch(WatchArguments { challenge: None, poll: false });
            }
            eprintln!("{}", Self::command().render_help());
            std::process::exit(Exit::Usage as i32)
        })
    }
}

const FIRST_STEPS: &str = "\
`harness` stands for `cargo run -p harness --` here and in all that it says of itself.

Examples:
  harness                                   practise here: checks after each save
  harness list                              what there is to practise
  harness check reconnect-backoff           your client in challenges/reconnect-backoff
  harness hint reconnect-backoff            the next hint for what failed first
  harness check reconnect-backoff --help    what else `check` can do

Exit codes:
  0  all passed
  1  the submission fell short: checks, compile error, crash, hang
  2  wrong usage, unknown challenge or bad spec
  3  the harness itself failed, or could not tell";

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// What the arguments say about it, for messages about arguments that cannot be read.
    pub(super) fn among(arguments: impl Iterator<Item = OsString>) -> ColorChoice {
        let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
        let mut choice = ColorChoice::Auto;
        while let Some(argument) = arguments.next() {
            let when = match argument.as_str() {
                "--" => break,
                "--color" => arguments.next(),
                other => other.strip_prefix("--color=").map(str::to_owned),
            };
            choice = match when.as_deref() {
                Some("always") => ColorChoice::Always,
                Some("never") => ColorChoice::Never,
                _ => choice,
            };
        }
        choice
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Practises at the terminal: checks after each save, and has hints, lessons and the list at a key. What plain `harness` does.
    Watch(WatchArguments),
    /// Builds a submission, plays every scenario to it and says what holds and what does not.
    Check(CheckArguments),
    /// Lists the challenges, and how far you are with each.
    List(ListArguments),
    /// Shows the next hint for the check that failed first.
    Hint(HintArguments),
    /// Shows the theory and the task of a challenge.
    Lesson(LessonArguments),
    /// Shows your file beside the nearest solution, once you have passed.
    Solution(SolutionArguments),
    /// Makes your files the starter's again, after a backup.
    Reset(ResetArguments),
    /// Serves a scenario on a real port, with a live log, for curl, websocat, a browser or your own client.
    Play(PlayArguments),
    /// Looks whether this machine has what grading needs, and says what to do.
    Doctor(DoctorArguments),
    /// Makes a challenge, from a template that verifies at once.
    New(NewArguments),
    /// Plays a scenario to a solution and shows all that happens, for who writes the spec.
    Try(TryArguments),
    /// Proves that a challenge grades fairly: solutions pass, the starter fails, each mistake fails exactly its own checks.
    Verify(VerifyArguments),
    /// Grades one submission again and again and reports every verdict or trace that changed.
    Soak(SoakArguments),
    /// Grades a class: many submissions, that are not trusted, to one challenge or several.
    Grade(GradeArguments),
    /// Judges a recorded trace again, without running anything.
    Replay(ReplayArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness check reconnect-backoff                      your own client
  harness check reconnect-backoff --scenario outage    one scenario and its checks
  harness check reconnect-backoff --hints 3            every hint, up to the line to write
  harness check reconnect-backoff --solution           a correct client
  harness check reconnect-backoff --mistake no-jitter  a client that is known to be wrong
  harness check reconnect-backoff --submission try.rs  a file that lies elsewhere
  harness check reconnect-backoff --submission theirs.rs --sandbox strict
                                                       code that you do not trust
  harness check reconnect-backoff --clock wall         in real time, ten times as fast
  harness check reconnect-backoff --client 'python3 client.py'
                                                       any program, in real time
  harness check reconnect-backoff --report page.html   and a page for the browser
  harness check reconnect-backoff --report junit=results.xml --report github=-
                                                       and, in CI, results and annotations
  harness check reconnect-backoff --trace run.trace    and keep what happened, for `replay`")]
pub(super) struct CheckArguments {
    /// The challenge, as `harness list` names it.
    pub(super) challenge: String,
    #[command(flatten)]
    pub(super) submission: SubmissionArguments,
    /// Any program that follows starter/CONTRACT.md, with its arguments; implies `--clock wall`.
    #[arg(long, value_name = "COMMAND", group = "what")]
    pub(super) client: Option<String>,
    /// Only this scenario and its checks.
    #[arg(long, value_name = "ID")]
    pub(super) scenario: Option<String>,
    /// Draws the client's values from this seed in place of the challenge's own.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(super) clock: ClockArguments,
    #[command(flatten)]
    pub(super) sandbox: SandboxArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) reports: ReportArguments,
    /// Writes what happened to this file: one event a line, readable, for `harness replay`.
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    #[command(flatten)]
    pub(super) hidden: HiddenArguments,
}

/// What is told of that which the spec says is hidden.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct HiddenArguments {
    /// For teachers: tells all of what is hidden from students, too.
    #[arg(long)]
    pub(super) show_hidden: bool,
}

/// Which client is graded; the student's own crate if none is named.
#[derive(Debug, Clone, Args)]
#[group(id = "what", multiple = false)]
pub(super) struct SubmissionArguments {
    /// A solution; the first one without a name.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub(super) solution: Option<String>,
    /// A submission that is known to be wrong.
    #[arg(long, value_name = "NAME")]
    pub(super) mistake: Option<String>,
    /// A `.rs` file in place of the student's `src/lib.rs`, a crate's folder, or a folder or archive (zip, tar) that holds one of these.
    #[arg(long, value_name = "PATH")]
    pub(super) submission: Option<PathBuf>,
}

impl SubmissionArguments {
    /// What the options name, if any.
    pub(super) fn named(&self) -> Option<Submission> {
        let solution = self.solution.clone().map(Submission::Solution);
        let mistake = || self.mistake.clone().map(Submission::Mistake);
        let path = || self.submission.clone().map(Submission::Path);
        solution.or_else(mistake).or_else(path)
    }
}

/// How a verdict is told.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct OutputArguments {
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// How many hints to show for each failed check: the later, the plainer.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) hints: usize,
}

#[derive(Debug, Clone, Args)]
pub(super) struct ClockArguments {
    /// Simulated time (the default), or real time over loopback TCP.
    #[arg(long, value_enum)]
    pub(super) clock: Option<ClockName>,
    /// On the wall clock, divides every duration by this; base delays stay at 100 ms or more [default: 10].
    #[arg(long, value_name = "N", value_parser = speed)]
    pub(super) speed: Option<f64>,
}

/// What the durations of the wall clock are divided by if nothing else is asked for.
const SPEED: f64 = 10.0;

impl ClockArguments {
    /// The speed of the wall clock, if that is the clock. A program that is not of this workspace can run on no other.
    pub(super) fn wall(&self, any_program: bool) -> Result<Option<f64>, Error> {
        let refused = |why: &str| Err(Error::Usage(why.to_owned()));
        match (self.clock, self.speed) {
            (Some(ClockName::Virtual), _) if any_program => {
                refused("`--client` runs a program in real time: it cannot be used with `--clock virtual`")
            }
            (None | Some(ClockName::Virtual), None) if !any_program => Ok(None),
            (None | Some(ClockName::Virtual), Some(_)) if !any_program => {
                refused("`--speed` is for real time: use it with `--clock wall`")
            }
            (_, speed) => Ok(Some(speed.unwrap_or(SPEED))),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ClockName {
    /// Simulated time: the verdict is the same every time.
    Virtual,
    /// Real time over loopback TCP.
    Wall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A report for a person.
    Human,
    /// The whole record, by its schema in harness/schema.
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness soak reconnect-backoff                        a solution, 100 times
  harness soak reconnect-backoff -n 1000                a thousand times
  harness soak reconnect-backoff --submission my.rs     a client of your own
  harness soak reconnect-backoff --mistake drawn-once   a client that is known to be wrong")]
pub(super) struct SoakArguments {
    /// The challenge, as `harness list` names it.
    pub(super) challenge: String,
    /// How many times.
    #[arg(short = 'n', long = "runs", value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) runs: u32,
    #[command(flatten)]
    pub(super) submission: SubmissionArguments,
    /// In place of the challenge's own seed.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness check reconnect-backoff --trace run.trace
  harness replay run.trace                          the same verdict, from the file alone
  harness replay run.trace --format json            for a program
  harness replay run.trace --report page.html       and a page for the browser")]
pub(super) struct ReplayArguments {
    /// A file that `check --trace` wrote.
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) reports: ReportArguments,
    #[command(flatten)]
    pub(super) hidden: HiddenArguments,
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (1.0..=1_000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 1 to 1000".into()),
    }
}
