//! The proof that a challenge grades fairly: solutions pass, the starter fails, each mistake fails exactly its own checks.

use std::{
    cmp::Reverse,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Catalog, Error, Progress, Submission,
    check::{clock, keep, workers},
    parallel,
    prepare::{Prepared, Ready, Workshop},
    verdict::judge,
    waves,
};
use crate::{
    client::Program,
    run::{ClockChoice, Job, Ran},
    scenario::{Challenge, Mistake, Scenario},
    verdict::{Cell, CheckResult, Expectation, FORMAT, Fit, Kind, Matrix, Outcome, Row},
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
    let challenge = keep(&whole, |scenario| options.wall.is_none() || scenario.virtual_only.is_none());
    let seed = options.seed.unwrap_or(challenge.seed);
    let clock = clock(&challenge, options.wall);
    let mut subjects = subjects(catalog, &whole, &challenge, options.wall.is_some(), progress)?;
    let passes = plan(&subjects, clock);
    let ran = play(&challenge, seed, &passes, clock, progress)?;
    let judged: Vec<_> = ran.iter().map(|ran| judge(&challenge, ran)).collect();
    let entries: Vec<_> = passes.iter().map(|pass| (pass.subject, pass.clock, pass.first)).zip(judged).collect();
    for ((subject, clock, first), results) in entries {
        enter(&mut subjects[subject].row, (!first).then_some(clock), &results);
    }
    let rows: Vec<_> = subjects.into_iter().map(|subject| subject.row).collect();
    let dead = if options.wall.is_some() { Vec::new() } else { dead(&challenge, &rows) };
    let checks = challenge.checks.iter().map(|check| check.id.clone()).collect();
    Ok(Matrix { format: FORMAT, challenge: slug.into(), checks, rows, dead })
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
        let mut row = row;
        let ready = match row.skipped.is_some() {
            true => None,
            false => match workshop.prepare(&submission)? {
                Prepared::Ready(ready) => Some(ready),
                Prepared::NotCompiled(compiler) => {
                    row.problems.push(format!("it does not compile:\n{compiler}"));
                    None
                }
            },
        };
        subjects.push(Subject { row, ready });
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
    Row { name, kind, expected: Vec::new(), cells: Vec::new(), skipped: None, problems: Vec::new() }
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
    /// Whether its outcomes fill the row; the others only must not differ.
    first: bool,
}

/// Each subject once; solutions also with a latency of one millisecond more and less, so that no verdict hangs on a tie.
fn plan(subjects: &[Subject], clock: ClockChoice) -> Vec<Pass<'_>> {
    let mut passes = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let Some(Ready { program, .. }) = &subject.ready else { continue };
        passes.push(Pass { subject: index, program, clock, first: true });
        if let (Kind::Solution, ClockChoice::Virtual { latency }) = (subject.row.kind, clock) {
            let other = [latency - 1, latency + 1].into_iter().filter(|latency| *latency > 0);
            let clocks = other.map(|latency| ClockChoice::Virtual { latency });
            passes.extend(clocks.map(|clock| Pass { subject: index, program, clock, first: false }));
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
    let waves = match clock {
        ClockChoice::Virtual { .. } => waves::waves(challenge),
        ClockChoice::Wall { .. } => vec![challenge.scenarios.iter().collect()],
    };
    let (of, done) = (passes.len() * challenge.scenarios.len(), AtomicUsize::new(0));
    let mut ran: Vec<Vec<Ran>> = passes.iter().map(|_| Vec::new()).collect();
    for wave in waves {
        let mut jobs = Vec::new();
        for (place, pass) in passes.iter().enumerate() {
            let results = judge(challenge, &ran[place]);
            let worth = |scenario: &&&Scenario| waves::is_worth_playing(challenge, scenario, &results);
            let before = jobs.len();
            jobs.extend(wave.iter().filter(worth).map(|scenario| (place, pass, *scenario)));
            done.fetch_add(wave.len() - (jobs.len() - before), Ordering::Relaxed);
        }
        // The longest first: none is left to run alone at the end.
        jobs.sort_by_key(|(_, _, scenario)| Reverse(challenge.values(scenario, seed, 1.0).ms(&scenario.lasts)));
        let job = |(place, pass, scenario): &(usize, &Pass<'_>, &Scenario)| {
            let ran = Job { challenge, scenario, seed, program: pass.program, clock: pass.clock }.run();
            progress(Progress::Running { done: done.fetch_add(1, Ordering::Relaxed) + 1, of });
            ran.map(|ran| (*place, ran))
        };
        for played in parallel::map(&jobs, at_once(clock), job) {
            let (place, one) = played?;
            ran[place].push(one);
        }
    }
    Ok(ran)
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

/// Enters what the checks said about one pass into its row: its cells, or only what differs under `another` clock.
fn enter(row: &mut Row, another: Option<ClockChoice>, results: &[CheckResult]) {
    if let Some(clock) = another {
        for result in results.iter().filter(|result| result.outcome != Outcome::Pass) {
            row.problems.push(format!("under {}, `{}` does not pass: {}", latency(clock), result.id, result.got));
        }
        return;
    }
    row.cells = results.iter().map(|r| Cell { outcome: r.outcome, finding: r.finding.clone() }).collect();
    let wrong = results.iter().zip(&row.cells).filter(|(result, cell)| row.fit(&result.id, cell) == Fit::Wrong);
    let problems: Vec<_> = wrong.map(|(result, cell)| problem(result, cell)).collect();
    row.problems.extend(problems);
    if row.kind == Kind::Starter && results.iter().all(|result| result.outcome == Outcome::Pass) {
        row.problems.push("it passes every check: nothing is left to do".into());
    }
}

fn problem(result: &CheckResult, cell: &Cell) -> String {
    let finding = cell.finding.as_ref().map(|finding| format!("/{finding}")).unwrap_or_default();
    let outcome = match result.outcome {
        Outcome::Pass => "passes",
        Outcome::Fail => "fails",
        Outcome::NotReached => "is not reached",
        Outcome::Inconclusive => "is inconclusive",
    };
    format!("`{}{finding}` {outcome}, against its entry: {}", result.id, result.got)
}

fn latency(clock: ClockChoice) -> String {
    match clock {
        ClockChoice::Virtual { latency } => format!("a latency of {latency} ms"),
        ClockChoice::Wall { .. } => "the wall clock".into(),
    }
}

/// The checks that no mistake fails: nothing shows that they can fail.
fn dead(challenge: &Challenge, rows: &[Row]) -> Vec<String> {
    let fails = |index: usize| {
        let mistakes = rows.iter().filter(|row| row.kind == Kind::Mistake);
        mistakes.filter_map(|row| row.cells.get(index)).any(|cell| cell.outcome == Outcome::Fail)
    };
    let checks = challenge.checks.iter().enumerate();
    checks.filter(|(index, _)| !fails(*index)).map(|(_, check)| check.id.clone()).collect()
}
