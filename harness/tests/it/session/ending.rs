//! Leaving: at once, with nothing left running and the terminal as it was.

use rustix::process::{Pid, Signal, kill_process};

use super::{
    course::{Course, ENDLESS, WRONG},
    terminal::Terminal,
};

#[test]
fn one_can_leave_during_a_check() {
    let course = Course::new("leaves", ENDLESS);
    for key in ["q", "\u{3}", "\u{4}"] {
        let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[]);
        terminal.until_says("running: 0 of 1");
        terminal.press(key);
        assert!(terminal.end().success());
        let statuses = terminal.statuses();
        assert!(!statuses.iter().any(|status| status.contains("hung")), "it did not wait for the check: {statuses:#?}");
    }
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let course = Course::new("signals", ENDLESS);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[]);
        terminal.until_says("running: 0 of 1");
        kill_process(Pid::from_raw(terminal.pid()).expect("it is a process"), signal).expect("it runs");
        assert_eq!(terminal.end().exit_code(), code);
    }
}

#[test]
fn what_is_not_there_is_told_before_the_terminal_is_taken() {
    let course = Course::new("unknown", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch", "unknown-frist"], &[]);
    terminal.until_says("did you mean `unknown-first`?");
    assert_eq!(terminal.end().exit_code(), 2);
}
