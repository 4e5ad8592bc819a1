//! The record of one grading.

use super::{Submission, prepare::NotCompiled};
use crate::{
    check,
    client::Sandbox,
    run::{ClockChoice, Ran, config},
    scenario::Challenge,
    trace::{Fault, How},
    verdict::{CheckResult, CompilerWarnings, FORMAT, Outcome, Overall, Run, Verdict, Warning},
};

/// Judges runs of the challenge.
pub(super) fn judge(challenge: &Challenge, ran: &[Ran]) -> Vec<CheckResult> {
    check::judge(challenge, ran.iter().map(|ran| &ran.trace))
}

/// What a verdict is about.
pub(super) struct Subject<'a> {
    pub(super) challenge: &'a Challenge,
    pub(super) submission: &'a Submission,
    pub(super) seed: u64,
    pub(super) clock: ClockChoice,
    /// How far the submission is shut in; nothing if it is not run.
    pub(super) sandbox: Option<Sandbox>,
    /// The one scenario that was asked for.
    pub(super) only: Option<&'a str>,
}

impl Subject<'_> {
    pub(super) fn not_compiled(&self, why: NotCompiled) -> Verdict {
        Verdict {
            compiler: Some(why.said),
            compiler_errors: why.errors,
            outcome: Overall::NotCompiled,
            ..self.judged(&[], Vec::new())
        }
    }

    pub(super) fn judged(&self, ran: &[Ran], warnings: Vec<Warning>) -> Verdict {
        let checks = if ran.is_empty() { Vec::new() } else { judge(self.challenge, ran) };
        let score = checks.iter().filter(|check| check.outcome == Outcome::Pass).map(|check| check.points).sum();
        let (clock, speed) = match self.clock {
            ClockChoice::Virtual { .. } => ("virtual", 1.0),
            ClockChoice::Wall { speed } => ("wall", speed),
        };
        Verdict {
            format: FORMAT,
            challenge: self.challenge.slug.clone(),
            title: self.challenge.title.clone(),
            submission: self.submission.name(&self.challenge.slug),
            seed: self.seed,
            clock: clock.into(),
            speed,
            sandbox: self.sandbox.map(|sandbox| sandbox.to_string()).unwrap_or_default(),
            outcome: overall(ran, &checks),
            score,
            max_score: self.challenge.checks.iter().map(|check| check.points).sum(),
            compiler: None,
            compiler_errors: 0,
            compiler_warnings: CompilerWarnings::default(),
            warnings,
            looks_like: check::looks_like(self.challenge, &checks),
            runs: ran.iter().map(|ran| self.run(ran)).collect(),
            replay: self.replay(),
            checks,
        }
    }

    fn run(&self, ran: &Ran) -> Run {
        let id = &ran.trace.header.scenario;
        Run {
            scenario: id.clone(),
            about: self.challenge.scenario(id).map(|scenario| scenario.about.clone()).unwrap_or_default(),
            ended_ms: ran.trace.end.at,
            ended: ended(&ran.trace.end.how),
            broken: matches!(ran.trace.end.how, How::Broken(_)),
            client: config(&ran.values),
            output: ran.output.clone(),
            hidden: false,
        }
    }

    /// The command that repeats this verdict.
    fn replay(&self) -> String {
        let mut command = format!("cargo run -p harness -- check {}", self.challenge.slug);
        command += &self.submission.options();
        command += &format!(" --seed {}", self.seed);
        if let Some(scenario) = self.only {
            command += &format!(" --scenario {scenario}");
        }
        if let Some(sandbox) = self.sandbox.filter(|sandbox| *sandbox != Sandbox::default()) {
            command += &format!(" --sandbox {sandbox}");
        }
        if let ClockChoice::Wall { speed } = self.clock
            && !matches!(self.submission, Submission::Command(_))
        {
            command += &format!(" --clock wall --speed {speed}");
        }
        command
    }
}

/// How a run ended, as a sentence without its subject.
fn ended(how: &How) -> String {
    match how {
        How::Script => "the scenario was played to its end".into(),
        How::TimeUp => "the scenario's time was up".into(),
        How::Returned => "the client returned from `run`".into(),
        How::Broken(fault) => fault.sentence(),
        How::Inconclusive(why) => format!("nothing can be concluded: {why}"),
    }
}

fn overall(ran: &[Ran], checks: &[CheckResult]) -> Overall {
    let fault = ran.iter().find_map(|ran| match &ran.trace.end.how {
        How::Broken(fault) => Some(fault),
        _ => None,
    });
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    match fault {
        Some(Fault::Spinning(_) | Fault::Blocked(_)) => Overall::Hung,
        Some(Fault::Flooded(_) | Fault::Stormed(_)) => Overall::Flooded,
        Some(_) => Overall::Crashed,
        None if any(Outcome::Fail) || any(Outcome::NotReached) => Overall::Failed,
        None if any(Outcome::Inconclusive) => Overall::Inconclusive,
        None => Overall::Passed,
    }
}
