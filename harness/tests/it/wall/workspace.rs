//! Solutions and mistakes in real time.

use std::thread;

use super::{assert_passes, conclude, failed};

const WALL: [&str; 2] = ["--clock", "wall"];

#[test]
fn a_solution_passes_in_real_time() {
    thread::scope(|scope| {
        for scenario in ["blip", "exhausted", "close-waiting", "mute"] {
            scope.spawn(move || {
                let what = [&["--solution", "full-jitter"][..], &WALL].concat();
                if let Some(verdict) = conclude(&what, scenario) {
                    assert_passes(&verdict);
                }
            });
        }
    });
}

#[test]
fn mistakes_fail_their_own_check_in_real_time() {
    let mistakes = [
        ("error-is-final", "blip", "comes-back", "gone"),
        ("one-retry-less", "exhausted", "stops", "too-few"),
        ("attempt-survives-close", "close-connecting", "close-connecting", "second"),
        ("deaf-before-hello", "close-greeting", "close-greeting", "second"),
    ];
    thread::scope(|scope| {
        for (mistake, scenario, check, finding) in mistakes {
            scope.spawn(move || {
                let what = [&["--mistake", mistake][..], &WALL].concat();
                if let Some(verdict) = conclude(&what, scenario) {
                    assert_eq!(failed(&verdict), [(check, Some(finding))], "{mistake}");
                }
            });
        }
    });
}
