//! The arguments, their help and their defaults.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use crate::grade::{Error, Submission};

/// Grades real-time clients against scripted servers, in simulated time.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = FIRST_STEPS)]
pub(super) struct Arguments {
    /// When to colour the output; `auto` honours NO_COLOR and asks whether it goes to a terminal.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

const FIRST_STEPS: &str = "\
Examples:
  harness list                              what there is to practise
  harness check reconnect-backoff           your client in challenges/reconnect-backoff
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
    /// Builds a submission, plays every scenario to it and says what holds and what does not.
    Check(CheckArguments),
    /// Lists the challenges.
    List,
    /// Proves that a challenge grades fairly: solutions pass, the starter fails, each mistake fails exactly its own checks.
    Verify(VerifyArguments),
    /// Grades one submission again and again and reports every verdict or trace that changed.
    Soak(SoakArguments),
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
  harness check reconnect-backoff --clock wall         in real time, ten times as fast
  harness check reconnect-backoff --client 'python3 client.py'
                                                       any program, in real time
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
    pub(super) output: OutputArguments,
    /// Writes what happened to this file: one event a line, readable, for `harness replay`.
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
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
    /// A `.rs` file in place of the student's `src/lib.rs`, or a crate's folder.
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
    /// The whole record, by harness/schema/verdict.schema.json.
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness verify                                 every challenge
  harness verify reconnect-backoff               one of them
  harness verify reconnect-backoff --clock wall  in real time: takes minutes")]
pub(super) struct VerifyArguments {
    /// The challenges; all of them if none is named.
    pub(super) challenges: Vec<String>,
    #[command(flatten)]
    pub(super) clock: ClockArguments,
    /// In place of each challenge's own seed.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
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
  harness replay run.trace --format json            for a program")]
pub(super) struct ReplayArguments {
    /// A file that `check --trace` wrote.
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (1.0..=1_000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 1 to 1000".into()),
    }
}
