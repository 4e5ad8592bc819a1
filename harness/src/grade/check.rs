//! One submission, one verdict.

use super::{
    Catalog, Error, Progress, Submission,
    catalog::unknown,
    parallel,
    prepare::{Prepared, Workshop, resolve},
    verdict::Subject,
};
use crate::{
    client::Program,
    run::{self, ClockChoice, Job, Ran},
    scenario::{Challenge, Scenario},
    trace::Trace,
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
    let challenge = catalog.load(&options.slug)?;
    let seed = options.seed.unwrap_or(challenge.seed);
    let clock = clock(&challenge, options.wall);
    let challenge = narrowed(&challenge, options)?;
    let submission = resolve(catalog, &challenge, &options.submission)?;
    let subject =
        Subject { challenge: &challenge, submission: &submission, seed, clock, only: options.scenario.as_deref() };
    let ready = match Workshop::new(catalog, &challenge, options.colour, progress).prepare(&submission)? {
        Prepared::Ready(ready) => ready,
        Prepared::NotCompiled(compiler) => {
            return Ok(Graded { verdict: subject.not_compiled(compiler), traces: Vec::new() });
        }
    };
    let ran = run_all(&challenge, seed, &ready.program, clock, progress).map_err(|error| match &submission {
        Submission::Command(_) if error.is_no_program() => Error::Usage(error.to_string()),
        _ => error.into(),
    })?;
    let verdict = subject.judged(&ran, ready.warnings);
    Ok(Graded { verdict, traces: ran.into_iter().map(|ran| ran.trace).collect() })
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
        let known: Vec<_> = challenge.scenarios.iter().map(|scenario| scenario.id.clone()).collect();
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

/// Runs every scenario of the challenge, side by side.
pub(super) fn run_all(
    challenge: &Challenge,
    seed: u64,
    program: &Program,
    clock: ClockChoice,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Ran>, run::Error> {
    let of = challenge.scenarios.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    progress(Progress::Running { done: 0, of });
    let job = |scenario: &Scenario| {
        let ran = Job { challenge, scenario, seed, program, clock }.run();
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        progress(Progress::Running { done, of });
        ran
    };
    parallel::map(&challenge.scenarios, workers(clock), job).into_iter().collect()
}

/// How many runs go side by side: those in simulated time need a processor each, those in real time mostly sleep.
pub(super) fn workers(clock: ClockChoice) -> usize {
    match clock {
        ClockChoice::Virtual { .. } => std::thread::available_parallelism().map_or(2, usize::from),
        ClockChoice::Wall { .. } => usize::MAX,
    }
}
