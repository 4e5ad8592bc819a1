//! Clients that end before their time, or never begin.

use harness::verdict::Overall::{Crashed, Failed, Hung};

use super::each;

#[test]
fn clients_that_break_off_are_told_how() {
    each(&[
        (
            "panics",
            Crashed,
            &[
                "The client panicked: index out of bounds: the len is 0 but the index is 0 (challenges/faults/src/ends.rs:11:",
                "40 ms into scenario panics",
                "│ about to index",
                "Look at the line that the message names",
            ],
        ),
        ("panics-in-a-task", Crashed, &["The client panicked: nobody awaits this (challenges/faults/src/ends.rs:16:"]),
        (
            "exits-with-0",
            Crashed,
            &["The client's process ended before `run` returned: status 0.", "such as `std::process::exit`"],
        ),
        ("exits-with-3", Crashed, &["The client's process ended before `run` returned: status 3."]),
        ("exits-at-once", Crashed, &["ended before `run` returned: status 0.", "0 ms into scenario exits-at-once"]),
        ("aborts", Crashed, &["ended before `run` returned: signal 6 (SIGABRT)."]),
        ("overflows-its-stack", Crashed, &["its stack overflowed (a recursion without end?), signal 6 (SIGABRT)"]),
        ("one-exits", Crashed, &["ended before `run` returned: status 0.", "40 ms into scenario one-exits"]),
        ("stays-in-a-drop", Hung, &["The client blocked its thread: it sleeps in `std::thread::sleep`"]),
    ]);
}

#[test]
fn clients_that_do_nothing_are_graded_and_told_so() {
    each(&[
        ("never-connects", Failed, &["note The client never tried to connect."]),
        ("returns-at-once", Failed, &["The client never tried to connect. The client returned from `run` at 0 ms."]),
        ("returns-an-error", Failed, &["The client returned from `run` at 0 ms with the error: no luck today."]),
        ("returns-a-long-error", Failed, &["at 0 ms with the error: xxx", "x…."]),
    ]);
}
