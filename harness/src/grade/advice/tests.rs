//! What no small workspace shows for sure: verdicts that change.

use crate::{
    check,
    scenario::Challenge,
    spec::{self, Places},
    verdict::{CheckResult, Expectation, Fault, Kind, Outcome, Row},
};

use super::Adviser;

const SPEC: &str = include_str!("../../../../challenges/reconnect-backoff/challenge.toml");

fn challenge() -> Challenge {
    let tables: toml::Table = toml::from_str(SPEC).expect("TOML");
    let mistakes = tables["mistake"].as_array().expect("mistakes");
    let names: Vec<String> = mistakes.iter().map(|mistake| mistake["id"].as_str().expect("an id").into()).collect();
    spec::parse("reconnect-backoff", "c.toml", SPEC, Some(&names)).expect("a good spec")
}

/// What the checks say: these do not pass.
fn results(challenge: &Challenge, missed: &[(&str, Outcome, Option<&str>)]) -> Vec<CheckResult> {
    let mut results = check::judge(challenge, []);
    for result in &mut results {
        let missed = missed.iter().find(|(id, ..)| result.id == *id);
        (result.outcome, result.finding) = match missed {
            Some((_, outcome, finding)) => (*outcome, finding.map(str::to_owned)),
            None => (Outcome::Pass, None),
        };
        result.got = "It was seen.".into();
    }
    results
}

fn row(kind: Kind, expected: &[(&str, Option<&str>)]) -> Row {
    let expected = expected
        .iter()
        .map(|(check, finding)| Expectation { check: (*check).into(), finding: finding.map(str::to_owned) });
    Row { name: "one".into(), kind, expected: expected.collect(), cells: Vec::new(), skipped: None }
}

#[test]
fn a_verdict_that_changes_is_a_problem_and_a_trace_that_does_is_none() {
    let (challenge, places) = (challenge(), Places::of("c.toml", SPEC));
    let adviser = Adviser { challenge: &challenge, places: &places };
    let solution = row(Kind::Solution, &[]);
    let (right, wrong) = (results(&challenge, &[]), results(&challenge, &[("grows", Outcome::Fail, None)]));
    assert_eq!(adviser.on_repeat(&solution, &[], [&right, &[]]), None);
    let trace = adviser.on_repeat(&solution, &["blip", "outage"], [&right, &right]).expect("a note");
    assert_eq!((trace.fault, trace.fault.is_problem()), (Fault::TraceChanges, false));
    assert!(trace.what.contains("`blip` and `outage`"), "{trace:?}");
    let verdict = adviser.on_repeat(&solution, &["outage"], [&right, &wrong]).expect("a problem");
    assert_eq!((verdict.fault, verdict.fault.is_problem()), (Fault::VerdictChanges, true));
    assert_eq!(verdict.what, "It runs twice, and `grows` passes once and fails once.");
    assert_eq!(verdict.place, places.check("grows", "expect"));
    let shows = "cargo run -p harness -- soak reconnect-backoff --solution one";
    assert_eq!(verdict.shows.as_deref(), Some(shows));
}

#[test]
fn a_verdict_that_hangs_on_the_latency_is_a_problem() {
    let (challenge, places) = (challenge(), Places::of("c.toml", SPEC));
    let adviser = Adviser { challenge: &challenge, places: &places };
    let solution = row(Kind::Solution, &[]);
    assert_eq!(adviser.on_latency(&solution, 9, &results(&challenge, &[])), None);
    let wrong = results(&challenge, &[("cap", Outcome::Fail, Some("keeps-growing"))]);
    let advice = adviser.on_latency(&solution, 9, &wrong).expect("a problem");
    assert_eq!(advice.fault, Fault::VerdictChanges);
    let what = "Under a latency of 9 ms in place of 10 ms: `cap` fails with `keeps-growing`: It was seen.";
    assert_eq!(advice.what, what);
}

#[test]
fn all_that_differs_from_an_entry_is_told_and_of_much_the_rest_counted() {
    let (challenge, places) = (challenge(), Places::of("c.toml", SPEC));
    let adviser = Adviser { challenge: &challenge, places: &places };
    let mistake = row(Kind::Mistake, &[("grows", None), ("cap", Some("keeps-growing")), ("waits", None)]);
    let as_it_says = [
        ("grows", Outcome::Fail, Some("never-longer")),
        ("cap", Outcome::Fail, Some("keeps-growing")),
        ("waits", Outcome::Fail, None),
    ];
    assert_eq!(adviser.on_row(&mistake, &results(&challenge, &as_it_says)), None);
    let seen = [
        ("grows", Outcome::NotReached, None),
        ("cap", Outcome::Fail, Some("too-few")),
        ("resets", Outcome::Fail, Some("late")),
    ];
    let advice = adviser.on_row(&mistake, &results(&challenge, &seen)).expect("a problem");
    assert_eq!(advice.fault, Fault::CaughtOtherwise);
    for part in [
        "`grows` is not reached, though its entry says that it fails",
        "`cap` fails with `too-few`, not with `keeps-growing`",
        "`waits` passes, though its entry says that it fails: It was seen.",
        "And 1 more check says something else.",
    ] {
        assert!(advice.what.contains(part), "{part}: {}", advice.what);
    }
    // Findings only where the entry has them or says nothing of the check.
    assert_eq!(advice.write.as_deref(), Some("fails = [\"cap/too-few\", \"resets/late\"]"));
}
