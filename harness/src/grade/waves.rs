//! Which scenarios are worth playing, once others have been judged.

use std::collections::BTreeMap;

use crate::{
    scenario::{Challenge, Check, Scenario},
    verdict::{CheckResult, Outcome},
};

/// The scenarios in waves: whether one of a later wave is worth playing can be told when all earlier ones have been.
///
/// A check stands one wave after those that it requires in other scenarios, and a scenario with the first of its checks.
pub(super) fn waves(challenge: &Challenge) -> Vec<Vec<&Scenario>> {
    let mut levels: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut waves: Vec<Vec<&Scenario>> = Vec::new();
    for check in &challenge.checks {
        // A check comes after those that it requires.
        let after = check.requires.iter().filter_map(|id| levels.get(id.as_str()));
        let level = after.map(|(level, scenario)| level + usize::from(*scenario != check.scenario)).max().unwrap_or(0);
        levels.insert(&check.id, (level, &check.scenario));
    }
    for scenario in &challenge.scenarios {
        let of_it = levels.values().filter(|(_, played)| *played == scenario.id).map(|(level, _)| *level);
        let level = of_it.min().unwrap_or(0);
        waves.resize_with(waves.len().max(level + 1), Vec::new);
        waves[level].push(scenario);
    }
    waves
}

/// Whether any check of a scenario that has not been played can still be reached, by the results of those that have.
pub(super) fn is_worth_playing(challenge: &Challenge, scenario: &Scenario, results: &[CheckResult]) -> bool {
    let mut own = challenge.checks.iter().filter(|check| check.scenario == scenario.id).peekable();
    own.peek().is_none() || own.any(|check| is_reachable(challenge, check, results))
}

fn is_reachable(challenge: &Challenge, check: &Check, results: &[CheckResult]) -> bool {
    check.requires.iter().all(|id| match challenge.checks.iter().find(|required| required.id == *id) {
        Some(required) if required.scenario == check.scenario => is_reachable(challenge, required, results),
        _ => results.iter().any(|result| result.id == *id && result.outcome == Outcome::Pass),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    fn challenge() -> Challenge {
        let text = include_str!("../../../challenges/reconnect-backoff/challenge.toml");
        let tables: toml::Table = toml::from_str(text).expect("TOML");
        let mistakes = tables["mistake"].as_array().expect("mistakes");
        let names: Vec<String> = mistakes.iter().map(|mistake| mistake["id"].as_str().expect("an id").into()).collect();
        spec::parse("reconnect-backoff", "challenge.toml", text, Some(&names)).expect("a good spec")
    }

    fn results(challenge: &Challenge, failed: &str) -> Vec<CheckResult> {
        let mut results = crate::check::judge(challenge, []);
        for result in &mut results {
            result.outcome = if result.id == failed { Outcome::Fail } else { Outcome::Pass };
        }
        results
    }

    #[test]
    fn what_a_check_requires_is_played_before_it() {
        let challenge = challenge();
        let waves = waves(&challenge);
        let wave = |check: &str| {
            let check = challenge.checks.iter().find(|other| other.id == check).expect("it is there");
            waves
                .iter()
                .position(|wave| wave.iter().any(|scenario| scenario.id == check.scenario))
                .expect("it is played")
        };
        assert_eq!(waves.iter().map(Vec::len).sum::<usize>(), challenge.scenarios.len());
        assert!(waves.len() > 1 && waves.iter().all(|wave| !wave.is_empty()));
        for check in &challenge.checks {
            let of_scenario = challenge.checks.iter().filter(|other| other.scenario == check.scenario);
            let first = of_scenario.clone().any(|own| own.requires.iter().all(|id| wave(id) <= wave(&own.id)));
            assert!(first, "no check of {} can be judged in its wave", check.scenario);
        }
    }

    #[test]
    fn a_scenario_is_worth_playing_while_one_of_its_checks_can_be_reached() {
        let challenge = challenge();
        let worth = |scenario: &str, failed: &str| {
            let scenario = challenge.scenario(scenario).expect("it is there");
            is_worth_playing(&challenge, scenario, &results(&challenge, failed))
        };
        assert!(worth("fleet", "none") && worth("long", "none"));
        assert!(!worth("fleet", "waits") && !worth("long", "cap") && worth("fleet", "cap"));
        assert!(worth("blip", "waits"), "a check that requires nothing is always reached");
    }
}
