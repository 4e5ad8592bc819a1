use super::story::{length, outage, reset, says, trace_of, up};
use crate::{
    check::{first_miss, judge, looks_like},
    scenario::{Challenge, Channel, Check, Draw, Expect, Mistake, Moment, Nth, Scenario, StatusKind},
    trace::Trace,
    verdict::{CheckResult, Outcome},
};

fn scenario(id: &str) -> Scenario {
    Scenario {
        id: id.to_owned(),
        about: "Something happens.".to_owned(),
        lasts: length("60000"),
        clients: 1,
        client: Vec::new(),
        log: None,
        server: Vec::new(),
        user: Vec::new(),
        cases: Vec::new(),
        virtual_only: None,
        hidden: false,
    }
}

pub(super) fn check(id: &str, scenario: &str, requires: &[&str], expect: Vec<Expect>) -> Check {
    Check {
        id: id.to_owned(),
        scenario: scenario.to_owned(),
        points: 2,
        requires: requires.iter().map(|id| (*id).to_owned()).collect(),
        title: format!("The title of {id}"),
        expect,
        cases: Vec::new(),
        values: std::collections::BTreeSet::new(),
        why: "Why.".to_owned(),
        read: "README.md#why".to_owned(),
        hints: vec!["A question?".to_owned()],
        hidden: false,
    }
}

fn mistake(id: &str, fails: &[(&str, Option<&str>)]) -> Mistake {
    let fails = fails.iter().map(|(check, finding)| ((*check).to_owned(), finding.map(str::to_owned))).collect();
    Mistake { id: id.to_owned(), fails, tells: format!("The story of {id}."), virtual_only: None }
}

/// `waits` and `cap` are judged in an outage, `shown` in a blip.
pub(super) fn challenge() -> Challenge {
    let connected = Expect::Happens { moment: Moment::Status(StatusKind::Connected, Nth::Any), times: 2 };
    let waits = Expect::WaitsTogether { waits: 2, anywhere: false, at_least: length("base_delay") };
    let cap = Expect::WaitsAtMost { most: length("max_delay") };
    let ends = Expect::LiveAtMost { most: 1 };
    Challenge {
        slug: "practice".to_owned(),
        title: "Practice".to_owned(),
        channel: Channel::WebSocket,
        summary: String::new(),
        minutes: 1,
        seed: 1,
        latency: 10,
        without: Vec::new(),
        client: vec![
            ("base_delay".to_owned(), Draw::Length(length("500"))),
            ("max_delay".to_owned(), Draw::Length(length("16 * base_delay"))),
        ],
        scenarios: vec![scenario("blip"), scenario("outage")],
        checks: vec![
            check("shown", "blip", &[], vec![connected, ends]),
            check("waits", "outage", &[], vec![waits]),
            check("cap", "outage", &["waits", "shown"], vec![cap]),
        ],
        mistakes: vec![
            mistake("no-wait", &[("waits", None)]),
            mistake("short-wait", &[("waits", Some("too-short"))]),
            mistake("blind", &[("shown", None), ("waits", Some("too-few"))]),
            mistake("no-cap", &[("cap", Some("keeps-growing"))]),
        ],
    }
}

fn run(scenario: &str, events: &str, end: &str) -> Trace {
    let mut trace = trace_of("clients 1  clock virtual  latency 10  slack 0", events, end);
    trace.header.scenario = scenario.to_owned();
    trace
}

fn blip() -> Trace {
    let text = up(1, 0)
        + &says(40, "connected")
        + &reset(1, 1_000)
        + &says(1_010, "connecting")
        + &up(2, 1_500)
        + &says(1_540, "connected");
    run("blip", &text, "9000 script")
}

fn waiting(waits: &[u64]) -> Trace {
    run("outage", &outage(waits), "60000 time-up")
}

fn outcomes(results: &[CheckResult]) -> Vec<(&str, Outcome)> {
    results.iter().map(|result| (result.id.as_str(), result.outcome)).collect()
}

/// The waits of an outage in which no wait is pending long, because the user closes at its end.
fn good_waits() -> Trace {
    run("outage", &(outage(&[300, 300]) + "2700 c0 - user close\n"), "60000 returned")
}

#[test]
fn every_check_has_its_result() {
    let results = judge(&challenge(), &[blip(), good_waits()]);
    assert_eq!(outcomes(&results), [("shown", Outcome::Pass), ("waits", Outcome::Pass), ("cap", Outcome::Pass)]);
    let first = &results[0];
    assert_eq!((first.points, first.title.as_str(), first.scenario.as_str()), (2, "The title of shown", "blip"));
    assert_eq!((first.why.as_str(), first.read.as_str(), first.hints.len()), ("Why.", "README.md#why", 1));
    assert_eq!(
        first.expected,
        "The client shows `connected` at least 2 times. \
         No attempt starts while an earlier attempt or connection of the client is alive."
    );
    assert_eq!(looks_like(&challenge(), &results), []);
    assert_eq!(first_miss(first), None);
}

#[test]
fn a_check_is_not_reached_if_one_that_it_requires_fails() {
    let results = judge(&challenge(), &[blip(), waiting(&[0, 0, 20_000])]);
    assert_eq!(outcomes(&results), [("shown", Outcome::Pass), ("waits", Outcome::Fail), ("cap", Outcome::NotReached)]);
    assert_eq!(results[1].finding.as_deref(), Some("too-short"));
    assert_eq!(first_miss(&results[1]).map(|place| (place.from, place.to)), Some((2_010, 2_030)));
    assert_eq!(results[2].got, "It is judged only when `waits` passes.");
}

#[test]
fn a_run_that_broke_off_is_not_judged() {
    let broken = run("outage", &outage(&[0, 0]), "2100 panicked \"attempt to add with overflow\"");
    let results = judge(&challenge(), &[blip(), broken]);
    assert_eq!(outcomes(&results)[1..], [("waits", Outcome::NotReached), ("cap", Outcome::NotReached)]);
    assert_eq!(results[1].got, "The run broke off: the client panicked: attempt to add with overflow.");
    assert_eq!(results[1].expected, "The first 2 waits in a row add up to at least 500 ms (base_delay).");
}

#[test]
fn a_run_that_the_harness_could_not_keep_up_with_costs_nothing() {
    let late = run("outage", &outage(&[0, 0]), "2100 inconclusive \"timers were 80 ms late\"");
    let results = judge(&challenge(), &[blip(), late]);
    assert_eq!(outcomes(&results)[1..], [("waits", Outcome::Inconclusive), ("cap", Outcome::Inconclusive)]);
    assert_eq!(results[1].got, "The run could not be judged: timers were 80 ms late.");
    assert_eq!(looks_like(&challenge(), &results), []);
    // A check that was failed stays failed, and what requires it is not reached.
    let late = run("outage", &outage(&[0, 0]), "2100 inconclusive \"timers were 80 ms late\"");
    let results = judge(&challenge(), &[run("blip", "", "9000 time-up"), late]);
    let wanted = [("shown", Outcome::Fail), ("waits", Outcome::Inconclusive), ("cap", Outcome::NotReached)];
    assert_eq!(outcomes(&results), wanted);
}

#[test]
fn a_scenario_that_was_not_played_is_not_reached() {
    let results = judge(&challenge(), &[blip()]);
    assert_eq!(outcomes(&results)[1..], [("waits", Outcome::NotReached), ("cap", Outcome::NotReached)]);
    assert_eq!(results[1].got, "The scenario `outage` was not played.");
}

#[test]
fn of_several_assertions_the_first_that_fails_gives_the_finding() {
    let overlapping = up(1, 0) + &says(40, "connected") + &up(2, 2_000);
    let results = judge(&challenge(), &[run("blip", &overlapping, "9000 time-up")]);
    assert_eq!((results[0].outcome, results[0].finding.as_deref()), (Outcome::Fail, Some("too-few")));
    assert!(
        results[0].got.starts_with("It happened only 1 time, at 40 ms, until the scenario was over. "),
        "{}",
        results[0].got
    );
    let twice = up(1, 0) + &says(40, "connected") + &says(50, "connecting") + &says(60, "connected") + &up(2, 2_000);
    let results = judge(&challenge(), &[run("blip", &twice, "9000 time-up")]);
    assert_eq!((results[0].outcome, results[0].finding.as_deref()), (Outcome::Fail, Some("while-connected")));
}

#[test]
fn a_submission_looks_like_the_mistakes_that_fail_alike() {
    let challenge = challenge();
    let like = |traces: &[Trace]| {
        let like = looks_like(&challenge, &judge(&challenge, traces));
        like.into_iter().map(|like| like.mistake).collect::<Vec<_>>()
    };
    assert_eq!(like(&[blip(), waiting(&[0, 0])]), ["no-wait", "short-wait"]);
    assert_eq!(like(&[blip(), waiting(&[0])]), ["no-wait"]);
    assert_eq!(like(&[run("blip", "", "9 time-up"), waiting(&[0])]), ["blind"]);
    assert_eq!(like(&[run("blip", "", "9 time-up"), waiting(&[0, 0])]), Vec::<String>::new());
    assert_eq!(like(&[blip(), waiting(&[300, 300, 20_000])]), ["no-cap"]);
    assert_eq!(
        like(&[blip(), waiting(&[300, 300, 9_000, 0])]),
        ["no-cap"],
        "the wait in which the run ends is too long"
    );
}

#[test]
fn three_mistakes_that_fail_alike_say_nothing() {
    let mut challenge = challenge();
    challenge.mistakes.push(mistake("another", &[("waits", None)]));
    let results = judge(&challenge, &[blip(), waiting(&[0, 0])]);
    assert_eq!(looks_like(&challenge, &results), []);
}

#[test]
fn the_values_of_a_run_follow_its_speed() {
    let mut fast = good_waits();
    fast.header.clock = crate::trace::Clock::Wall { speed: 2.0 };
    let results = judge(&challenge(), &[blip(), fast]);
    assert_eq!(results[1].expected, "The first 2 waits in a row add up to at least 250 ms (base_delay).");
}
