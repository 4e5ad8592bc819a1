//! Clients that break the rules of the link, or pretend to be what they are not.

use harness::verdict::Overall::{Crashed, Failed};

use super::{command::Harness, each, grade, workspace};

#[test]
fn clients_that_break_a_rule_are_told_which() {
    let clock = "The client moved its clock itself: tokio::time::advance and tokio::time::resume are for tests only.";
    each(&[
        ("advances", Crashed, &[clock, "Nothing in the kit does this by itself"]),
        ("resumes", Crashed, &[clock]),
        ("writes-rubbish", Crashed, &["The client sent a frame of the unknown kind 255."]),
        ("claims-the-future", Crashed, &["The client claimed to be at 1000000 ms, but could not go past"]),
        ("claims-the-past", Crashed, &["The client went back in time, from 40 ms to 1 ms."]),
        ("poses-as-another", Crashed, &["There is no client 7: the last of them is client 0."]),
        ("hangs-up", Crashed, &["The client's process ended before `run` returned: status 0."]),
    ]);
}

#[test]
fn a_verdict_that_a_client_prints_is_only_printed() {
    let graded = grade("forges-a-verdict");
    graded.assert(Failed, &["│ ✓ Passed: 100 of 100 points.", "✗ Failed: 0 of 1 point."]);
    assert_eq!((graded.verdict.score, graded.verdict.max_score), (0, 1));
    let folder = workspace::root().join("verdict.json");
    assert!(!folder.exists(), "it runs in a folder of its own");
}

#[test]
fn nothing_that_a_client_says_steers_a_terminal_or_a_workflow() {
    for (fault, outcome) in [("steers-the-terminal", Failed), ("steers-in-a-panic", Crashed)] {
        let graded = grade(fault);
        graded.assert(outcome, &["│ ::error::owned"]);
        let human = Harness::new(["check", "faults", "--scenario", fault]).within(workspace::root()).run();
        for text in [&graded.ran.stdout, &human.stdout, &human.stderr] {
            let acts =
                |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!text.contains(acts), "{text:?}");
            let commands: Vec<_> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
            assert!(commands.is_empty(), "{commands:?}");
        }
        assert!(human.stdout.contains("owned"), "{}", human.stdout);
    }
}
