//! Clients that start what would outlive them. (That nothing is left running is asserted of every run.)

use harness::verdict::Overall::{Crashed, Passed};

use super::{each, grade};

#[test]
fn nothing_that_a_client_starts_outlives_the_harness() {
    each(&[
        ("leaves-a-child", Passed, &[]),
        ("leaves-a-daemon", Passed, &[]),
        ("leaves-a-daemon-and-exits", Crashed, &["ended before `run` returned: status 0."]),
        ("leaves-a-thread", Passed, &[]),
    ]);
}

/// It prints from outside the client's process group, and simulated time is over before it has printed much.
#[test]
fn a_daemon_that_prints_does_not_hold_the_harness_up() {
    let outcome = grade("leaves-a-daemon-that-prints").ran.code;
    assert!(matches!(outcome, Some(0 | 1)), "{outcome:?}");
}

#[test]
fn standard_input_is_empty() {
    let graded = grade("reads-input");
    graded.assert(Passed, &[]);
    assert_eq!(graded.verdict.runs[0].output, "input: \"\"\n");
}
