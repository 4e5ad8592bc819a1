use std::{collections::BTreeSet, num::NonZero, ops::Range, thread};

use super::{policy::Policy, world::play};
use crate::{
    check::judge,
    scenario::{Challenge, Check, Count, Expect, Length, Term, Unit},
    spec,
    verdict::{CheckResult, Outcome},
};

/// How many correct submissions are simulated; of each wrong one a tenth as many. `SIMULATIONS` in the environment replaces it.
const SIMULATIONS: u64 = 10_000;

fn simulations() -> u64 {
    std::env::var("SIMULATIONS").map_or(SIMULATIONS, |number| number.parse().expect("SIMULATIONS is a number"))
}

/// What `reconnect-backoff` asks of waits, as it stands in its spec: the checks of waits and fleets, and their scenarios.
fn challenge() -> Challenge {
    let text = include_str!("../../../../challenges/reconnect-backoff/challenge.toml");
    let tables: toml::Table = toml::from_str(text).expect("TOML");
    let mistakes = tables["mistake"].as_array().expect("mistakes");
    let names: Vec<String> = mistakes.iter().filter_map(|mistake| Some(mistake["id"].as_str()?.to_owned())).collect();
    let mut challenge = spec::parse("reconnect-backoff", "challenge.toml", text, Some(&names)).expect("a good spec");
    challenge.checks.iter_mut().for_each(|check| check.expect.retain(is_about_waits));
    challenge.checks.retain(|check| !check.expect.is_empty());
    challenge.checks.push(storm(&challenge));
    let ids: Vec<String> = challenge.checks.iter().map(|check| check.id.clone()).collect();
    challenge.checks.iter_mut().for_each(|check| check.requires.retain(|id| ids.contains(id)));
    let checks = &challenge.checks;
    challenge.scenarios.retain(|scenario| checks.iter().any(|check| check.scenario == scenario.id));
    challenge
}

fn is_about_waits(expect: &Expect) -> bool {
    matches!(
        expect,
        Expect::WaitsTogether { .. }
            | Expect::WaitsEscape { .. }
            | Expect::WaitsAtMost { .. }
            | Expect::WaitsCeiling { .. }
            | Expect::Storm { .. }
            | Expect::FleetTogether { .. }
            | Expect::FleetRatio { .. }
            | Expect::FleetAtCap { .. }
            | Expect::FleetFrozen { .. }
    )
}

/// T5, which the exercise leaves out because no mistake fails it alone: at most 27 attempts within 40 b.
fn storm(challenge: &Challenge) -> Check {
    let holds = challenge.checks.iter().find(|check| check.id == "holds").expect("the check of a long outage");
    let within = Length { terms: vec![Term { factor: 40.0, unit: Unit::Name("base_delay".to_owned()) }] };
    Check {
        id: "storm".to_owned(),
        expect: vec![Expect::Storm { within, at_most: Count::Literal(27) }],
        ..holds.clone()
    }
}

#[test]
fn every_test_of_waits_is_simulated() {
    let challenge = challenge();
    let kinds: BTreeSet<String> = challenge.checks.iter().flat_map(|check| &check.expect).map(kind).collect();
    let wanted = [
        "FleetAtCap",
        "FleetFrozen",
        "FleetRatio",
        "FleetTogether",
        "Storm",
        "WaitsAtMost",
        "WaitsCeiling",
        "WaitsEscape",
        "WaitsTogether",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
}

/// The name of a kind of check.
fn kind(expect: &Expect) -> String {
    let text = format!("{expect:?}");
    text.chars().take_while(|c| c.is_alphanumeric()).collect()
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
