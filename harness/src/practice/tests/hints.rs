//! Which check a hint is for.

use super::*;
use crate::{
    practice::{Because, Record, stuck_at},
    scenario::Challenge,
    spec,
};

/// A challenge with the checks `opens`, `waits` and `grows`.
fn challenge() -> Challenge {
    let mut text = r#"
format  = 1
title   = "Echo"
channel = "websocket"
summary = "Say hello."
minutes = 20

[[scenario]]
id     = "blip"
about  = "A reset."
lasts  = "60s"
server = [{ times = "any", play = ["accept", { send = "hello" }, "reset"] }]
"#
    .to_owned();
    for id in ["opens", "waits", "grows"] {
        text += &format!(
            r#"
[[check]]
id     = "{id}"
in     = "blip"
points = 1
title  = "It {id}"
expect = {{ happens = {{ status = "connected", times = 2 }} }}
why    = "A sentence."
read   = "README.md#{id}"
hints  = ["A question?", "A concept.", "A line."]
"#
        );
    }
    spec::parse("echo", "challenge.toml", &text, None).unwrap_or_else(|errors| panic!("{errors}"))
}

fn stuck(record: Option<&Record>, named: Option<&str>) -> Option<(String, Because)> {
    let challenge = challenge();
    let stuck = stuck_at(&challenge, record, named).expect("the check is known");
    stuck.map(|stuck| (stuck.check.id.clone(), stuck.because))
}

fn recorded(outcome: Overall, checks: &[(&str, Outcome)]) -> Record {
    let mut progress = Progress::default();
    progress.record_check(&verdict("echo", outcome, checks), at("10:00:00"));
    progress.challenges.remove("echo").expect("it was checked")
}

#[test]
fn it_is_the_first_that_failed_in_the_order_of_the_spec() {
    let checks = [("grows", Outcome::Fail), ("waits", Outcome::Fail), ("opens", Outcome::NotReached)];
    let record = recorded(Overall::Failed, &checks);
    assert_eq!(stuck(Some(&record), None), Some(("waits".into(), Because::Failed)));
}

#[test]
fn where_none_failed_it_is_the_first_that_was_not_reached() {
    let checks = [("opens", Outcome::Pass), ("waits", Outcome::NotReached), ("grows", Outcome::NotReached)];
    let record = recorded(Overall::Crashed, &checks);
    assert_eq!(stuck(Some(&record), None), Some(("waits".into(), Because::NotReached)));
}

#[test]
fn before_anything_was_judged_it_is_the_first_of_all() {
    let first = Some(("opens".into(), Because::First));
    assert_eq!(stuck(None, None), first);
    assert_eq!(stuck(Some(&Record::default()), None), first, "a hint was taken, or it was given up");
    assert_eq!(stuck(Some(&recorded(Overall::NotCompiled, &[])), None), first);
}

#[test]
fn one_that_is_named_is_answered_passed_or_not() {
    let record = recorded(Overall::Passed, &["opens", "waits", "grows"].map(|id| (id, Outcome::Pass)));
    assert_eq!(stuck(Some(&record), Some("grows")), Some(("grows".into(), Because::Named)));
    assert_eq!(stuck(None, Some("opens")), Some(("opens".into(), Because::Named)));
    assert_eq!(stuck(Some(&record), None), None, "nothing is left");
    let challenge = challenge();
    let error = stuck_at(&challenge, None, Some("grow")).expect_err("there is none");
    assert!(error.to_string().contains("there is no check `grow`; did you mean `grows`?"), "{error}");
}

#[test]
fn checks_that_have_left_the_course_are_passed_over() {
    let record = recorded(Overall::Failed, &[("gone", Outcome::Fail), ("grows", Outcome::Fail)]);
    assert_eq!(stuck(Some(&record), None), Some(("grows".into(), Because::Failed)));
    let record = recorded(Overall::Failed, &[("gone", Outcome::Fail)]);
    assert_eq!(stuck(Some(&record), None), Some(("opens".into(), Because::First)));
}

#[test]
fn for_what_is_hidden_there_are_no_hints() {
    let mut challenge = challenge();
    challenge.checks[0].hidden = true;
    let record = recorded(Overall::Failed, &[("hidden.1", Outcome::Fail), ("waits", Outcome::Pass)]);
    assert_eq!(stuck_at(&challenge, Some(&record), None).ok(), Some(None));
    assert!(stuck_at(&challenge, None, Some("opens")).is_err_and(|error| !error.to_string().contains("opens, ")));
    let first = stuck_at(&challenge, None, None).ok().flatten();
    assert_eq!(first.map(|stuck| stuck.check.id.as_str()), Some("waits"));
}
