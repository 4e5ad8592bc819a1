//! The proof that a challenge grades fairly: solutions pass, the starter fails, each mistake fails exactly its own checks.

use std::{
    cmp::Reverse,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Catalog, Error, Progress, Submission,
    advice::{Adviser, Offer, cell, unstated},
    check::{clock, keep, workers},
    parallel,
    prepare::{Prepared, Ready, Workshop},
    verdict::judge,
    waves,
};
use crate::{
    check,
    client::Program,
    run::{ClockChoice, Job, Ran},
    scenario::{Challenge, Mistake, Scenario},
    time::Millis,
    verdict::{Advice, CheckResult, Expectation, FORMAT, Kind, Matrix, Outcome, Row},
};

/// How a challenge is verified.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// In place of the challenge's own seed.
    pub seed: Option<u64>,
    /// In place of the virtual clock: real time, divided by so much at most.
    pub wall: Option<f64>,
}

/// Everything that is judged in one row of the matrix.
struct Subject {
    row: Row,
    /// What is run; nothing if it did not compile or is skipped.
    ready: Option<Ready>,
    /// What the compiler said if it did not compile.
    not_compiled: Option<String>,
}

/// Verifies one challenge.
///
/// # Errors
/// [`Error`]. A challenge that does not prove itself is no error: [`Matrix::is_sound`] says so.
pub fn verify(
    catalog: &Catalog,
    slug: &str,
    options: &VerifyOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Matrix, Error> {
    let whole = catalog.load(slug)?;
    if !whole.mistakes.is_empty() && !catalog.folder(slug).join("mistakes").is_dir() {
        return Err(Error::Usage(format!("challenges/{slug}/mistakes is not there: without it nothing can be proven")));
    }
    let places = catalog.places(slug)?;
    let adviser = Adviser { challenge: &whole, places: &places };
    let challenge = keep(&whole, |scenario| options.wall.is_none() || scenario.virtual_only.is_none());
    let seed = options.seed.unwrap_or(challenge.seed);
    let clock = clock(&challenge, options.wall);
    let subjects = subjects(catalog, &whole, &challenge, options.wall.is_some(), progress)?;
    let passes = plan(&subjects, clock);
    let ran = play(&challenge, seed, &passes, clock, progress)?;
    let (mut rows, mut advice) = (Vec::new(), Vec::new());
    for (index, subject) in subjects.iter().enumerate() {
        let mut row = subject.row.clone();
        advice.extend(subject.not_compiled.as_ref().map(|said| adviser.not_compiled(&row, said)));
        let own = passes.iter().zip(&ran).filter(|(pass, _)| pass.subject == index);
        advice.extend(enter(&mut row, &challenge, own.map(|(pass, ran)| (pass.purpose, ran)), &adviser));
        rows.push(row);
    }
    if options.wall.is_none() {
        advice.extend(adviser.on_dead_checks(&rows));
    }
    advice.extend(on_crates(catalog, &adviser)?);
    advice.extend(unstated(&adviser, catalog.readme(slug).ok().as_deref()));
    advice.sort_by_key(|advice| advice.fault);
    let checks = challenge.checks.iter().map(|check| check.id.clone()).collect();
    Ok(Matrix { format: FORMAT, challenge: slug.into(), seed, checks, rows, advice })
}

/// Whether students have the crates that the solutions use.
fn on_crates(catalog: &Catalog, adviser: &Adviser<'_>) -> Result<Option<Advice>, Error> {
    let slug = &adviser.challenge.slug;
    let solutions = catalog.workspace.root.join("solutions");
    // What cannot be read did not compile either, and has been told.
    let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let source = |name: String| {
        let source = text(solutions.join(slug).join(&name).with_extension("rs"));
        (name, source)
    };
    let sources: Vec<_> = catalog.solutions(slug)?.into_iter().map(source).collect();
    let (challenge, all) = (text(catalog.folder(slug).join("Cargo.toml")), text(solutions.join("Cargo.toml")));
    Ok(adviser.on_crates(&Offer { challenge: &challenge, solutions: &all, sources: &sources }))
}

/// Everything that is judged: `challenge` is what of the `whole` one is played on this clock.
fn subjects(
    catalog: &Catalog,
    whole: &Challenge,
    challenge: &Challenge,
    wall: bool,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Subject>, Error> {
    let workshop = Workshop::new(catalog, challenge, false, progress);
    let mut subjects = Vec::new();
    let mut add = |submission: Submission, row: Row| -> Result<(), Error> {
        let (ready, not_compiled) = match row.skipped.is_some() {
            true => (None, None),
            false => match workshop.prepare(&submission)? {
                Prepared::Ready(ready) => (Some(*ready), None),
                Prepared::NotCompiled(why) => (None, Some(why.said)),
            },
        };
        subjects.push(Subject { row, ready, not_compiled });
        Ok(())
    };
    let solutions = catalog.solutions(&challenge.slug)?;
    if solutions.is_empty() {
        return Err(Error::Usage(format!("solutions/{} has no solution to verify with", challenge.slug)));
    }
    for name in solutions {
        add(Submission::Solution(name.clone()), row(name, Kind::Solution))?;
    }
    add(Submission::Student, row("starter".into(), Kind::Starter))?;
    for mistake in &challenge.mistakes {
        let expected = expectations(challenge, mistake);
        let skipped = if wall { skipped(whole, mistake, &expected) } else { None };
        let row = Row { expected, skipped, ..row(mistake.id.clone(), Kind::Mistake) };
        add(Submission::Mistake(mistake.id.clone()), row)?;
    }
    Ok(subjects)
}

fn row(name: String, kind: Kind) -> Row {
    Row { name, kind, expected: Vec::new(), cells: Vec::new(), skipped: None }
}

/// Why a mistake is not judged in real time, if so: its entry says it, or that of a scenario in which alone it can be told.
fn skipped(whole: &Challenge, mistake: &Mistake, expected: &[Expectation]) -> Option<String> {
    let in_scenario = || {
        let (first, _) = mistake.fails.first().filter(|_| expected.is_empty())?;
        let check = whole.checks.iter().find(|check| check.id == *first)?;
        whole.scenario(&check.scenario)?.virtual_only.clone()
    };
    mistake.virtual_only.clone().or_else(in_scenario)
}

/// The checks that a mistake must fail, among those that are judged on this clock.
fn expectations(challenge: &Challenge, mistake: &Mistake) -> Vec<Expectation> {
    let judged = |check: &String| challenge.checks.iter().any(|other| other.id == *check);
    let fails = mistake.fails.iter().filter(|(check, _)| judged(check));
    fails.map(|(check, finding)| Expectation { check: check.clone(), finding: finding.clone() }).collect()
}

/// One pass of a subject through all scenarios.
struct Pass<'a> {
    subject: usize,
    program: &'a Program,
    clock: ClockChoice,
    purpose: Purpose,
}

/// What a pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Its outcomes fill the row.
    Judge,
    /// The same once more: what happens must not differ.
    Repeat,
    /// Under this latency: no outcome may differ.
    Latency(Millis),
}

/// Each subject once; solutions also a second time (see [`is_repeated`]), and with a latency of one millisecond more and less, so that no verdict hangs on a tie.
fn plan(subjects: &[Subject], clock: ClockChoice) -> Vec<Pass<'_>> {
    let mut passes = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let Some(Ready { program, .. }) = &subject.ready else { continue };
        let pass = |clock, purpose| Pass { subject: index, program, clock, purpose };
        passes.push(pass(clock, Purpose::Judge));
        if let (Kind::Solution, ClockChoice::Virtual { latency }) = (subject.row.kind, clock) {
            passes.push(pass(clock, Purpose::Repeat));
            let other = [latency - 1, latency + 1].into_iter().filter(|latency| *latency > 0);
            passes.extend(other.map(|latency| pass(ClockChoice::Virtual { latency }, Purpose::Latency(latency))));
        }
    }
    passes
}

/// Plays the scenarios to every pass. In simulated time, where each run costs a processor its time, those of which no check can be reached any
/// more are left out.
fn play(
    challenge: &Challenge,
    seed: u64,
    passes: &[Pass<'_>],
    clock: ClockChoice,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Vec<Ran>>, Error> {
    let in_waves = matches!(clock, ClockChoice::Virtual { .. });
    let waves = if in_waves { waves::waves(challenge) } else { vec![challenge.scenarios.iter().collect()] };
    let (of, done) = (passes.len() * challenge.scenarios.len(), AtomicUsize::new(0));
    let mut ran: Vec<Vec<Ran>> = passes.iter().map(|_| Vec::new()).collect();
    for (nth, wave) in waves.into_iter().enumerate() {
        let mut jobs = Vec::new();
        for (place, pass) in passes.iter().enumerate() {
            // Before the first wave there is nothing to judge. What is only repeated is not judged at all: mostly it is the same.
            let is_judged = in_waves && pass.purpose != Purpose::Repeat;
            let results = if is_judged && nth > 0 { judge(challenge, &ran[place]) } else { Vec::new() };
            let worth = |scenario: &&&Scenario| match pass.purpose {
                Purpose::Repeat => is_repeated(scenario),
                _ => !in_waves || waves::is_worth_playing(challenge, scenario, &results),
            };
            let before = jobs.len();
            jobs.extend(wave.iter().filter(worth).map(|scenario| (place, pass, *scenario)));
            done.fetch_add(wave.len() - (jobs.len() - before), Ordering::Relaxed);
        }
        // The longest first: none is left to run alone at the end.
        jobs.sort_by_key(|(_, _, scenario)| Reverse(challenge.values(scenario, seed, 1.0).ms(&scenario.lasts)));
        let job = |(place, pass, scenario): &(usize, &Pass<'_>, &Scenario)| {
            let ran = Job { challenge, scenario, seed, program: pass.program, clock: pass.clock }.run();
            progress(Progress::Running { done: done.fetch_add(1, Ordering::Relaxed) + 1, of, broken: 0 });
            ran.map(|ran| (*place, ran))
        };
        for played in parallel::map(&jobs, at_once(clock), job) {
            let (place, one) = played?;
            ran[place].push(one);
        }
    }
    Ok(ran)
}

/// Whether a scenario is played a second time. Those with many clients take the most time, and show no more than the others: what makes a client
/// differ from run to run does so when it is alone.
fn is_repeated(scenario: &Scenario) -> bool {
    scenario.clients == 1 && scenario.cases.is_empty()
}

/// How many runs in real time go side by side for each processor. They mostly sleep, but each wakes for every event, and all begin with a
/// burst of work: with more at once the machine falls behind, and runs must be repeated.
const REAL_TIME_RUNS: usize = 24;

/// How many runs go side by side.
fn at_once(clock: ClockChoice) -> usize {
    match clock {
        ClockChoice::Virtual { .. } => workers(clock),
        ClockChoice::Wall { .. } => REAL_TIME_RUNS * std::thread::available_parallelism().map_or(2, usize::from),
    }
}

/// Enters what the checks say of a subject's passes into its row, and advises on it.
fn enter<'r>(
    row: &mut Row,
    challenge: &Challenge,
    passes: impl Iterator<Item = (Purpose, &'r Vec<Ran>)>,
    adviser: &Adviser<'_>,
) -> Vec<Advice> {
    let (mut advice, mut first, mut once): (_, _, &[Ran]) = (Vec::new(), Vec::new(), &[]);
    for (purpose, ran) in passes {
        match purpose {
            Purpose::Judge => {
                (first, once) = (judge(challenge, ran), ran);
                row.cells = first.iter().map(cell).collect();
                advice.extend(adviser.on_row(row, &first));
            }
            Purpose::Repeat => {
                let changed = changed(once, ran);
                let again = if changed.is_empty() { Vec::new() } else { judge_again(challenge, once, ran) };
                advice.extend(adviser.on_repeat(row, &changed, [&first, &again]));
            }
            Purpose::Latency(latency) => {
                let passes = |id: &str| first.iter().any(|result| result.id == id && result.outcome == Outcome::Pass);
                let results: Vec<_> = judge(challenge, ran).into_iter().filter(|result| passes(&result.id)).collect();
                advice.extend(adviser.on_latency(row, latency, &results));
            }
        }
    }
    advice
}

/// What the checks say when some scenarios have been played a second time, and the others only once.
fn judge_again(challenge: &Challenge, once: &[Ran], again: &[Ran]) -> Vec<CheckResult> {
    let latest = |ran: &Ran| again.iter().position(|other| other.trace.header.scenario == ran.trace.header.scenario);
    check::judge(challenge, once.iter().map(|ran| latest(ran).map_or(&ran.trace, |at| &again[at].trace)))
}

/// The scenarios in which something else happened in the second of two passes.
fn changed<'r>(once: &'r [Ran], again: &[Ran]) -> Vec<&'r str> {
    let same = |ran: &&Ran| {
        let id = &ran.trace.header.scenario;
        again.iter().find(|other| other.trace.header.scenario == *id).is_none_or(|other| other.trace == ran.trace)
    };
    let changed = once.iter().filter(|ran| !same(ran));
    changed.map(|ran| ran.trace.header.scenario.as_str()).collect()
}
