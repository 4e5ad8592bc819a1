use std::{num::NonZero, ops::Range, thread};

use super::{policy::Policy, practice::challenge, world::play};
use crate::{
    check::judge,
    scenario::Challenge,
    verdict::{CheckResult, Outcome},
};

/// How many correct submissions are simulated; of each wrong one a tenth as many. `SIMULATIONS` in the environment replaces it.
const SIMULATIONS: u64 = 10_000;

fn simulations() -> u64 {
    std::env::var("SIMULATIONS").map_or(SIMULATIONS, |number| number.parse().expect("SIMULATIONS is a number"))
}

/// Plays all scenarios with one submission and judges it.
fn submit(challenge: &Challenge, policy: Policy, seed: u64) -> Vec<CheckResult> {
    let traces: Vec<_> = challenge
        .scenarios
        .iter()
        .map(|scenario| play(scenario, &challenge.values(scenario, seed, 1.0), challenge.latency, policy, seed))
        .collect();
    judge(challenge, &traces)
}

/// Runs `each` for every seed, on all processors.
fn for_each_seed(seeds: Range<u64>, each: impl Fn(u64) + Sync) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    thread::scope(|scope| {
        for thread in 0..threads {
            let (each, seeds) = (&each, seeds.clone());
            scope.spawn(move || seeds.skip(thread as usize).step_by(threads as usize).for_each(each));
        }
    });
}

#[test]
fn no_correct_submission_fails() {
    let challenge = challenge();
    for_each_seed(0..simulations(), |seed| {
        let policy = Policy::CORRECT[seed as usize % Policy::CORRECT.len()];
        for result in submit(&challenge, policy, seed) {
            assert!(result.outcome == Outcome::Pass, "{policy:?} with seed {seed}: {result:#?}");
        }
    });
}

/// Only the scenarios that a check and those it requires are judged in.
fn only(challenge: &Challenge, check: &str) -> Challenge {
    let mut wanted = vec![check];
    let mut scenarios = Vec::new();
    while let Some(id) = wanted.pop() {
        let check = challenge.checks.iter().find(|check| check.id == id).expect("a check of the challenge");
        wanted.extend(check.requires.iter().map(String::as_str));
        scenarios.push(check.scenario.as_str());
    }
    let mut rest = challenge.clone();
    rest.scenarios.retain(|scenario| scenarios.contains(&scenario.id.as_str()));
    rest
}

#[test]
fn every_wrong_submission_fails_where_it_should() {
    for (policy, check, finding) in Policy::WRONG {
        let challenge = only(&challenge(), check);
        for_each_seed(0..simulations() / 10, |seed| {
            let results = submit(&challenge, policy, seed);
            let caught = results.iter().any(|result| {
                result.outcome == Outcome::Fail && result.id == check && result.finding.as_deref() == Some(finding)
            });
            assert!(caught, "{policy:?} with seed {seed} does not fail {check}/{finding}: {results:#?}");
        });
    }
}
