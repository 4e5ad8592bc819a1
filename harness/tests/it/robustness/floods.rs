//! Clients that do too much of something.

use harness::verdict::Overall::{Crashed, Failed, Flooded, Passed};

use super::{each, grade};

#[test]
fn clients_that_print_without_end_are_stopped() {
    let sentence = "The client was stopped because it printed more than 16 MiB.";
    each(&[
        ("prints", Flooded, &[sentence, "40 ms into scenario prints", "Look for a loop that does this all the time"]),
        ("prints-errors", Flooded, &[sentence, "│ retrying"]),
        ("panics-at-length", Flooded, &[sentence, "bytes left out"]),
        ("prints-one-line", Passed, &[]),
    ]);
}

#[test]
fn clients_that_connect_without_end_are_graded_or_stopped() {
    each(&[
        ("storms", Failed, &["○ refuse", "The statuses follow"]),
        ("hoards-connections", Flooded, &["The client was stopped because it held 501 connections at once."]),
        (
            "opens-at-once",
            Flooded,
            &["The client was stopped because it connected 100001 times.", "it must wait before each new attempt"],
        ),
    ]);
}

#[test]
fn clients_that_send_or_report_without_end_are_stopped() {
    let reports = "it reported more than 100000 states and messages.";
    each(&[
        ("sends-often", Flooded, &["it sent the server more than 100000 messages or 16 MiB."]),
        ("reports-at-once", Flooded, &[reports]),
        ("reports-over-time", Flooded, &[reports]),
        ("shows-much", Flooded, &["it reported states and messages of more than 16 MiB."]),
        (
            "gives-long-reasons",
            Crashed,
            &["ui.status was given a reason of 209715209 bytes, more than 64 KiB (challenges/faults/src/floods.rs:"],
        ),
    ]);
}

/// A server ends the connection of a client whose message is too long, with code 1009: that is the client's to cope with.
#[test]
fn a_message_of_100_mib_costs_the_harness_nothing() {
    let graded = grade("sends-much");
    graded.assert(Passed, &[]);
    assert!(graded.verdict.runs[0].ended_ms < 60_000, "{:?}", graded.verdict.runs[0]);
}

#[test]
fn clients_that_take_all_memory_are_stopped() {
    let sentence = "it asked for more memory than the 1 GiB that a client may use, signal 6 (SIGABRT).";
    each(&[("eats-memory", Crashed, &[sentence]), ("eats-memory-at-once", Crashed, &[sentence])]);
}
