//! The arguments, their help and their defaults.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::grade::Submission;

/// Grades real-time clients against scripted servers, in simulated time.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// When to colour the output; `auto` honours NO_COLOR and asks whether it goes to a terminal.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
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
  harness check reconnect-backoff                       your own client
  harness check reconnect-backoff --scenario outage     one scenario only
  harness check reconnect-backoff --solution            the first solution
  harness check reconnect-backoff --mistake r9-no-wait  a client that is known to be wrong
  harness check reconnect-backoff --client 'python3 client.py'
                                                        any program, in real time")]
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
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
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

#[derive(Debug, Clone, Args)]
pub(super) struct ClockArguments {
    /// Simulated time, or real time over loopback TCP.
    #[arg(long, value_enum, default_value_t = ClockName::Virtual)]
    pub(super) clock: ClockName,
    /// On the wall clock, divides every duration by this; base delays stay at 100 ms or more.
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = speed)]
    pub(super) speed: f64,
}

impl ClockArguments {
    /// The speed of the wall clock, if that is the clock.
    pub(super) fn wall(&self) -> Option<f64> {
        (self.clock == ClockName::Wall).then_some(self.speed)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ClockName {
    Virtual,
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
pub(super) struct SoakArguments {
    /// The challenge, as `harness list` names it.
    pub(super) challenge: String,
    /// How many times.
    #[arg(short = 'n', long = "runs", value_name = "N", default_value_t = 100)]
    pub(super) runs: u32,
    #[command(flatten)]
    pub(super) submission: SubmissionArguments,
    /// In place of the challenge's own seed.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct ReplayArguments {
    /// A file that `check --trace` wrote.
    pub(super) file: PathBuf,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (1.0..=1_000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 1 to 1000".into()),
    }
}
