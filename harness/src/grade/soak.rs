//! One submission, graded again and again: does its verdict, or its trace, ever change?

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Catalog, Error, Progress, Submission,
    check::workers,
    parallel,
    prepare::{Prepared, Workshop, resolve},
    verdict::judge,
};
use crate::{
    client::Program,
    run::{ClockChoice, Job, Ran},
    scenario::Challenge,
    trace,
    verdict::{Change, CheckResult, FORMAT, Outcome, Soak},
};

/// What is graded, and how often.
#[derive(Debug, Clone)]
pub struct SoakOptions {
    /// The challenge's slug.
    pub slug: String,
    /// The submission.
    pub submission: Submission,
    /// In place of the challenge's own seed.
    pub seed: Option<u64>,
    /// How often.
    pub runs: u32,
}

/// Grades a submission so many times on the virtual clock, and once each with a latency of one millisecond less and more.
///
/// # Errors
/// [`Error`]; [`Error::Usage`] if the submission does not compile.
pub fn soak(catalog: &Catalog, options: &SoakOptions, progress: &(dyn Fn(Progress) + Sync)) -> Result<Soak, Error> {
    let challenge = catalog.load(&options.slug)?;
    let seed = options.seed.unwrap_or(challenge.seed);
    let submission = resolve(catalog, &challenge, &options.submission)?;
    let ready = match Workshop::new(catalog, &challenge, false, progress).prepare(&submission)? {
        Prepared::Ready(ready) => ready,
        Prepared::NotCompiled(why) => {
            return Err(Error::Usage(format!("{} does not compile:\n{}", submission.name(&challenge.slug), why.said)));
        }
    };
    let latencies = latencies(challenge.latency, options.runs);
    let (done, of) = (AtomicUsize::new(0), latencies.len());
    let job = |latency: &u64| {
        let graded = grade(&challenge, seed, &ready.program, *latency);
        progress(Progress::Running { done: done.fetch_add(1, Ordering::Relaxed) + 1, of, broken: 0 });
        graded
    };
    let workers = workers(ClockChoice::Virtual { latency: challenge.latency });
    let graded = parallel::map(&latencies, workers, job).into_iter().collect::<Result<Vec<_>, _>>()?;
    let repeated = &graded[..options.runs as usize];
    Ok(Soak {
        format: FORMAT,
        challenge: challenge.slug.clone(),
        submission: submission.name(&challenge.slug),
        seed,
        runs: options.runs,
        inconclusive: count(repeated.iter().filter(|g| g.has(Outcome::Inconclusive))),
        scores: tally(repeated.iter().map(Grading::score)),
        max_score: challenge.checks.iter().map(|check| check.points).sum(),
        changed: changes(&graded),
        digests: tally(repeated.iter().map(|g| g.digest.clone())),
    })
}

/// The challenge's own latency for each run, then one less and one more.
fn latencies(latency: u64, runs: u32) -> Vec<u64> {
    let other = [latency - 1, latency + 1].into_iter().filter(|latency| *latency > 0);
    std::iter::repeat_n(latency, runs as usize).chain(other).collect()
}

struct Grading {
    results: Vec<CheckResult>,
    digest: String,
}

impl Grading {
    fn has(&self, outcome: Outcome) -> bool {
        self.results.iter().any(|result| result.outcome == outcome)
    }

    fn score(&self) -> u32 {
        self.results.iter().filter(|result| result.outcome == Outcome::Pass).map(|result| result.points).sum()
    }
}

fn grade(challenge: &Challenge, seed: u64, program: &Program, latency: u64) -> Result<Grading, Error> {
    let clock = ClockChoice::Virtual { latency };
    let runs = challenge.scenarios.iter().map(|scenario| Job { challenge, scenario, seed, program, clock }.run());
    let ran: Vec<Ran> = runs.collect::<Result<_, _>>()?;
    let results = judge(challenge, &ran);
    let traces: Vec<_> = ran.into_iter().map(|ran| ran.trace).collect();
    Ok(Grading { results, digest: digest(&trace::write(&traces)) })
}

/// Where a grading says something else than the first one.
fn changes(graded: &[Grading]) -> Vec<Change> {
    let Some(first) = graded.first() else { return Vec::new() };
    let mut changes = Vec::new();
    for (run, grading) in (1..).zip(graded) {
        for (before, after) in first.results.iter().zip(&grading.results) {
            if before.outcome != after.outcome {
                changes.push(Change { run, check: after.id.clone(), before: before.outcome, after: after.outcome });
            }
        }
    }
    changes
}

fn tally<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, u32> {
    let mut tally = BTreeMap::new();
    for item in items {
        *tally.entry(item).or_default() += 1;
    }
    tally
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// FNV-1a, 64 bits: enough to tell a thousand traces apart.
fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}
