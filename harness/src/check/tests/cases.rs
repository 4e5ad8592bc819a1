//! Checks about cases: which clients they read, and what they say of the simplest that fails.

use std::collections::BTreeMap;

use super::{
    story::{length, trace_of},
    submission::{challenge, check},
};
use crate::{
    check::judge,
    scenario::{Case, CaseCheck, Challenge, Entry, Expect, Newline, Play, Scenario, Split, Step, Times, Vary},
    verdict::{CheckResult, Outcome},
};

/// Two cases, each with a stream of four bytes: `a` in all its variants, which is ten clients, and `b` as it is written.
fn two_cases(cuts: &[Split], of: &[usize]) -> Challenge {
    let case = |id: &str, vary: Vec<Vary>| {
        let play = Play { steps: vec![Step::Bytes("x:\n\n".into())], answers: Vec::new() };
        let server = vec![Entry::Play { play, times: Times::Any, until: None, path: None }];
        Case { id: id.to_owned(), server, user: Vec::new(), vary, told: Vec::new() }
    };
    let newlines = vec![Newline::Lf, Newline::CrLf];
    let vary = Vary { newlines, splits: Split::ALL.to_vec(), gap: length("20") };
    let shown = |text: &str| vec![Expect::Shown { exactly: vec![serde_json::Value::from(text).into()] }];
    let cases = [shown("A"), shown("B")];
    let cases = of.iter().map(|case| CaseCheck { case: *case, cuts: cuts.to_vec(), expect: cases[*case].clone() });
    let mut challenge = challenge();
    let whole = challenge.scenarios.swap_remove(0);
    challenge.scenarios = vec![Scenario { cases: vec![case("a", vec![vary]), case("b", Vec::new())], ..whole }];
    challenge.checks =
        vec![crate::scenario::Check { cases: cases.collect(), ..check("reads", "blip", &[], Vec::new()) }];
    challenge
}

/// What is judged if the clients show this; all others show what they must.
fn judged(challenge: &Challenge, wrong: &[(u32, &str)]) -> CheckResult {
    let wrong: BTreeMap<_, _> = wrong.iter().copied().collect();
    let right = |client| if client == 13 - 1 { "B" } else { "A" };
    let show =
        |client| format!("50 c{client} - claim show \"{}\"\n", wrong.get(&client).copied().unwrap_or(right(client)));
    let text: String = (0..13).map(show).collect();
    let mut trace = trace_of("clients 13  clock virtual  latency 10  slack 0", &text, "9000 time-up");
    trace.header.scenario = "blip".to_owned();
    judge(challenge, [&trace]).remove(0)
}

#[test]
fn all_variants_of_all_cases_must_hold() {
    let both = two_cases(&Split::ALL, &[0, 1]);
    assert_eq!(judged(&both, &[]).outcome, Outcome::Pass);
    for client in 0..13 {
        let result = judged(&both, &[(client, "?")]);
        assert_eq!(result.outcome, Outcome::Fail, "client {client}");
        let case = if client == 12 { "b" } else { "a" };
        assert_eq!(result.finding.as_deref(), Some(case), "of several cases, the finding is the one that fails");
        assert_eq!(result.evidence[0].client, client);
    }
}

#[test]
fn only_the_cases_and_cuts_that_are_named_are_judged() {
    let whole = two_cases(&[Split::Whole], &[0]);
    // Uncut with LF, byte by byte, cut at three places; then uncut with CRLF.
    assert_eq!(judged(&whole, &[(1, "?"), (2, "?"), (6, "?"), (12, "?")]).outcome, Outcome::Pass);
    let result = judged(&whole, &[(5, "?")]);
    assert_eq!((result.outcome, result.finding.as_deref()), (Outcome::Fail, Some("unexpected")));
}

#[test]
fn the_simplest_variant_that_fails_is_told() {
    let both = two_cases(&Split::ALL, &[0, 1]);
    let wrong: [&[(u32, &str)]; 5] =
        [&[(1, "?"), (4, "?"), (12, "?")], &[(1, "?"), (4, "?"), (5, "?")], &[(1, "?")], &[(12, "?")], &[]];
    let told: Vec<_> = wrong.map(|wrong| judged(&both, wrong).got).into();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_trace_of_other_clients_is_not_judged() {
    let mut trace = trace_of("clients 2  clock virtual  latency 10  slack 0", "", "9000 time-up");
    trace.header.scenario = "blip".to_owned();
    let result = judge(&two_cases(&Split::ALL, &[0]), [&trace]).remove(0);
    assert_eq!(result.outcome, Outcome::NotReached);
    // On the wall clock each case has a sample.
    let text = "50 c0 - claim show \"A\"\n50 c1 - claim show \"A\"\n50 c2 - claim show \"A\"\n50 c3 - claim show \"B\"";
    let mut trace = trace_of("clients 4  clock wall speed=1  latency 0  slack 5", text, "9000 time-up");
    trace.header.scenario = "blip".to_owned();
    assert_eq!(judge(&two_cases(&Split::ALL, &[0, 1]), [&trace]).remove(0).outcome, Outcome::Pass);
}
