//! The tiers as a user sees them.

use harness::verdict::Overall;

use super::strict_works;
use crate::robustness::{command::Harness, workspace};

fn check(more: &[&str]) -> Harness {
    Harness::new(["check", "faults", "--scenario", "nothing"])
        .with(|command| command.args(more))
        .within(workspace::root())
}

#[test]
fn a_verdict_names_its_sandbox() {
    let tiers = if strict_works() { &["off", "basic", "strict"][..] } else { &["off", "basic"] };
    for tier in tiers {
        let ran = check(&["--format", "json", "--sandbox", tier]).run();
        let verdict = ran.verdict();
        assert_eq!((verdict.outcome, verdict.sandbox.as_str()), (Overall::Passed, *tier), "{ran:?}");
        assert_eq!(verdict.replay.contains(&format!("--sandbox {tier}")), *tier != "basic", "{}", verdict.replay);
    }
    let usual = check(&["--format", "json"]).run();
    assert_eq!(usual.verdict().sandbox, "basic");
}

#[test]
fn a_report_names_a_sandbox_that_is_not_the_usual() {
    let line = |more: &[&str]| check(more).run().stdout.lines().nth(1).unwrap_or_default().to_owned();
    assert_eq!(line(&[]), "seed 1, virtual clock");
    assert_eq!(line(&["--sandbox", "basic"]), "seed 1, virtual clock");
    assert_eq!(line(&["--sandbox", "off"]), "seed 1, virtual clock, sandbox off");
}

#[test]
fn the_best_sandbox_is_named_with_its_reason() {
    let ran = check(&["--sandbox", "best"]).run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let tier = if strict_works() { "strict" } else { "basic" };
    assert!(ran.stderr.starts_with(&format!("note: sandbox {tier}: ")), "{}", ran.stderr);
}

#[test]
fn real_time_needs_a_network() {
    for more in [&["--clock", "wall"][..], &["--client", "true"]] {
        let ran = check(&["--sandbox", "strict"]).with(|command| command.args(more)).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(
            ran.stderr.contains("the strict sandbox has no network at all") && ran.stderr.contains("--sandbox basic")
        );
    }
}

#[test]
fn a_trace_that_is_judged_again_was_not_shut_in() {
    let dir = tempfile::tempdir().expect("there is room");
    let file = dir.path().join("trace");
    let ran = check(&["--trace"]).with(|command| command.arg(&file)).run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let replay =
        Harness::new(["replay", "--format", "json"]).with(|command| command.arg(&file)).within(workspace::root());
    assert_eq!(replay.run().verdict().sandbox, "");
}
