//! One submission, one verdict.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Catalog, Error, Progress, Submission,
    catalog::unknown,
    confirm::confirm,
    hidden::without_hidden,
    parallel,
    prepare::{NotCompiled, Prepared, Workshop, resolve},
    verdict::Subject,
};
use crate::{
    client::{Program, Sandbox},
    run::{self, ClockChoice, Job, Ran},
    scenario::{Challenge, Scenario},
    trace::{How, Trace},
    verdict::Verdict,
};

/// What is graded, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The challenge's slug.
    pub slug: String,
    /// The submission.
    pub submission: Submission,
    /// Only this scenario and its checks.
    pub scenario: Option<String>,
    /// In place of the challenge's own seed.
    pub seed: Option<u64>,
    /// In place of the virtual clock: real time, divided by so much at most.
    pub wall: Option<f64>,
    /// Whether the compiler's output is coloured.
    pub colour: bool,
    /// Whether all is told of what is hidden from students.
    pub show_hidden: bool,
}

/// A verdict with what it rests on.
#[derive(Debug, Clone)]
pub struct Graded {
    /// The verdict.
    pub verdict: Verdict,
    /// One trace for each scenario that was run, in the order of the spec.
    pub traces: Vec<Trace>,
}

/// Grades one submission.
///
/// # Errors
/// [`Error`]: none of them is the submission's fault.
pub fn check(catalog: &Catalog, options: &Options, progress: &(dyn Fn(Progress) + Sync)) -> Result<Graded, Error> {
    try_out(catalog, &catalog.load(&options.slug)?, options, progress)
}

/// Grades one submission by a challenge that need not be as it is in the catalog.
///
/// # Errors
/// As [`check`].
pub fn try_out(
    catalog: &Catalog,
    challenge: &Challenge,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Graded, Error> {
    let seed = options.seed.unwrap_or(challenge.seed);
    let clock = clock(challenge, options.wall);
    let challenge = narrowed(challenge, options)?;
    let submission = resolve(catalog, &challenge, &options.submission)?;
    let sandbox = confined(catalog.workspace.sandbox, clock)?;
    let only = options.scenario.as_deref();
    let subject = Subject { challenge: &challenge, submission: &submission, seed, clock, sandbox: Some(sandbox), only };
    let ready = match Workshop::new(catalog, &challenge, options.colour, progress).prepare(&submission)? {
        Prepared::Ready(ready) => ready,
        Prepared::NotCompiled(why) => {
            return Ok(Graded { verdict: subject.not_compiled(why), traces: Vec::new() });
        }
    };
    let ran = run_fairly(&challenge, seed, &ready.program, clock, progress).map_err(|error| match &submission {
        Submission::Command(_) if error.is_no_program() => Error::Usage(error.to_string()),
        _ => error.into(),
    })?;
    let verdict = Verdict { compiler_warnings: ready.compiler_warnings, ..subject.judged(&ran, ready.warnings) };
    let graded = Graded { verdict, traces: ran.into_iter().map(|ran| ran.trace).collect() };
    Ok(if options.show_hidden { graded } else { without_hidden(&challenge, graded) })
}

/// The verdict on what was handed in under a name and is no submission: that it does not compile, for what `said` says.
///
/// # Errors
/// As [`Catalog::load`].
pub fn refuse(catalog: &Catalog, slug: &str, name: &str, seed: u64, said: String) -> Result<Graded, Error> {
    let challenge = catalog.load(slug)?;
    let clock = clock(&challenge, None);
    let submission = Submission::Path(name.into());
    let subject = Subject { challenge: &challenge, submission: &submission, seed, clock, sandbox: None, only: None };
    Ok(Graded { verdict: subject.not_compiled(NotCompiled { errors: 0, said }), traces: Vec::new() })
}

/// How far a submission is shut in on a clock. In simulated time it needs nothing but the link that it inherits.
fn confined(sandbox: Sandbox, clock: ClockChoice) -> Result<Sandbox, Error> {
    match (sandbox, clock) {
        (Sandbox::Strict, ClockChoice::Wall { .. }) => Err(Error::Usage(
            "the strict sandbox has no network at all, and real time is played over TCP: use `--sandbox basic`".into(),
        )),
        _ => Ok(sandbox),
    }
}

/// The clock that the options ask for.
pub(super) fn clock(challenge: &Challenge, wall: Option<f64>) -> ClockChoice {
    wall.map_or(ClockChoice::Virtual { latency: challenge.latency }, |speed| ClockChoice::Wall { speed })
}

/// The challenge with only the scenarios that will be run, the checks that read them, and the requirements among those.
pub(super) fn keep(challenge: &Challenge, keep: impl Fn(&Scenario) -> bool) -> Challenge {
    let mut kept = challenge.clone();
    kept.scenarios.retain(|scenario| keep(scenario));
    let scenarios: Vec<_> = kept.scenarios.iter().map(|scenario| scenario.id.clone()).collect();
    kept.checks.retain(|check| scenarios.contains(&check.scenario));
    let checks: Vec<_> = kept.checks.iter().map(|check| check.id.clone()).collect();
    for check in &mut kept.checks {
        check.requires.retain(|required| checks.contains(required));
    }
    kept
}

fn narrowed(challenge: &Challenge, options: &Options) -> Result<Challenge, Error> {
    if let Some(id) = &options.scenario
        && challenge.scenario(id).is_none()
    {
        let known: Vec<_> = challenge.open_scenarios().map(|scenario| scenario.id.clone()).collect();
        return Err(Error::Usage(unknown("scenario", id, &known)));
    }
    let kept = keep(challenge, |scenario| {
        options.scenario.as_ref().is_none_or(|id| *id == scenario.id)
            && (options.wall.is_none() || scenario.virtual_only.is_none())
    });
    let why = options.scenario.as_ref().and_then(|id| challenge.scenario(id)?.virtual_only.as_ref());
    match (kept.scenarios.is_empty(), why) {
        (false, _) => Ok(kept),
        (true, None) => Err(Error::Usage(format!("no scenario of {} is played in real time", challenge.slug))),
        (true, Some(why)) => Err(Error::Usage(format!("this scenario is played in simulated time only. {why}"))),
    }
}

/// Runs every scenario of the challenge, side by side; in real time those once more in which something failed.
fn run_fairly(
    challenge: &Challenge,
    seed: u64,
    program: &Program,
    clock: ClockChoice,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Ran>, run::Error> {
    let mut before = 0;
    let mut run = |challenge: &Challenge| {
        let ran = run_all(challenge, seed, program, clock, before, progress);
        before += challenge.scenarios.len();
        ran
    };
    let mut ran = run(challenge)?;
    if matches!(clock, ClockChoice::Wall { .. }) {
        confirm(challenge, &mut ran, run)?;
    }
    Ok(ran)
}

/// Runs every scenario of the challenge, side by side, after so many others.
fn run_all(
    challenge: &Challenge,
    seed: u64,
    program: &Program,
    clock: ClockChoice,
    before: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Ran>, run::Error> {
    let of = before + challenge.scenarios.len();
    let (done, broken) = (AtomicUsize::new(before), AtomicUsize::new(0));
    progress(Progress::Running { done: before, of, broken: 0 });
    let job = |scenario: &Scenario| {
        let ran = Job { challenge, scenario, seed, program, clock }.run();
        let broke = ran.as_ref().is_ok_and(|ran| matches!(ran.trace.end.how, How::Broken(_)));
        let broken = broken.fetch_add(broke.into(), Ordering::Relaxed) + usize::from(broke);
        progress(Progress::Running { done: done.fetch_add(1, Ordering::Relaxed) + 1, of, broken });
        ran
    };
    parallel::map(&challenge.scenarios, workers(clock), job).into_iter().collect()
}

/// How many runs go side by side: those in simulated time need a processor each, those in real time mostly sleep.
pub(super) fn workers(clock: ClockChoice) -> usize {
    match clock {
        ClockChoice::Virtual { .. } => parallel::processors(),
        ClockChoice::Wall { .. } => usize::MAX,
    }
}
