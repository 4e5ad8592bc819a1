//! `harness doctor`, on the machine that runs the tests and on others that are made worse.

use harness::report::{Examination, Health};

use super::{Done, harness};

fn examined(
    change: impl FnOnce(&mut std::process::Command) -> &mut std::process::Command,
) -> (Option<i32>, Examination) {
    let mut command = harness(["doctor", "--format", "json"]);
    let done = Done::of(change(&mut command));
    assert_eq!(done.err, "");
    (done.code, serde_json::from_str(&done.out).expect("it is the record"))
}

#[track_caller]
fn health(examination: &Examination, subject: &str) -> Health {
    examination.findings.iter().find(|finding| finding.subject == subject).expect(subject).health
}

#[test]
fn the_machine_that_runs_the_tests_is_fit() {
    let (code, examination) = examined(|command| command);
    assert_eq!(code, Some(0), "{examination:#?}");
    for subject in ["cargo", "rustc", "linker", "disk", "temporary files", "processes", "terminal"] {
        assert_eq!(health(&examination, subject), Health::Good, "{subject} in {examination:#?}");
    }
    let advised = |finding: &&harness::report::Finding| finding.health != Health::Good;
    assert!(examination.findings.iter().filter(advised).all(|finding| !finding.advice.is_empty()), "{examination:#?}");
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    let empty = tempfile::tempdir().expect("there is room");
    let (code, examination) = examined(|command| command.env("PATH", empty.path()).env("CARGO", "/no/such/cargo"));
    assert_eq!(code, Some(3));
    for subject in ["cargo", "rustc", "linker"] {
        let finding = examination.findings.iter().find(|finding| finding.subject == subject).expect(subject);
        assert!(finding.health == Health::Bad && !finding.advice.is_empty(), "{finding:?}");
    }
    assert_eq!(health(&examination, "git"), Health::Fair);
    let human = Done::of(harness(["doctor"]).env("PATH", empty.path()).env("CARGO", "/no/such/cargo"));
    assert!(human.out.contains("Nothing can be graded like this: 3 things to mend."), "{}", human.out);
}
