//! Signals to the harness while a client runs.

use rustix::process::{Pid, Signal, kill_process};

use super::{command::Harness, workspace};

#[test]
fn a_signal_ends_the_harness_and_everything_that_runs_because_of_it() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        for fault in ["deadlocks", "leaves-a-daemon-that-blocks"] {
            let running = Harness::new(["check", "faults", "--scenario", fault]).within(workspace::root()).start();
            running.until_client_runs();
            kill_process(Pid::from_child(&running.child), signal).expect("it runs");
            let ran = running.wait();
            assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(code), "", ""));
        }
    }
}
