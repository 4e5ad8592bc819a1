//! Saving: the verdict changes, no save is lost, nothing stale is shown.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{
    course::{BROKEN, Course, ENDLESS, RIGHT, WRONG},
    terminal::Terminal,
};

#[test]
fn a_save_changes_the_verdict() {
    let course = Course::new("saves", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[]);
    terminal.until_says("1 of 3 points: 1 passed, 1 failed");
    course.save(BROKEN);
    let screen = terminal.until_says("does not compile (");
    assert!(screen.contains("src/lib.rs:13:") && !screen.contains("points"), "{screen}");
    course.save(RIGHT);
    let screen = terminal.until_says("passed, 3 of 3 points");
    assert!(screen.contains("n goes to the next one") && screen.contains("watching"), "{screen}");
    terminal.until_says("1 of 2 passed");
    course.save(WRONG);
    terminal.until_says("1 of 3 points");
    terminal.press("q");
    assert!(terminal.end().success());

    // What was passed stays passed, and the next session goes on at the same place.
    let mut terminal = Terminal::start(&course.root, &[], &[]);
    let screen = terminal.until_says("1 of 3 points");
    assert!(screen.contains("1 of 2 passed") && screen.starts_with(&course.first), "{screen}");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn two_saves_in_a_row_during_a_check_lead_to_the_verdict_on_the_last() {
    let course = Course::new("twice", ENDLESS);
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[]);
    terminal.until_says("running: 0 of 1");
    terminal.forget();
    course.save(WRONG);
    course.save(RIGHT);
    terminal.until_says("passed, 3 of 3 points");
    // The check of the endless client was broken off: it would have said that the client hung.
    let statuses = terminal.statuses();
    assert!(!statuses.iter().any(|status| status.contains("hung")), "{statuses:#?}");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn a_file_that_is_gone_comes_back_at_a_key() {
    let course = Course::new("gone", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[]);
    terminal.until_says("1 of 3 points");
    fs::remove_file(course.file(&course.first)).expect("it was there");
    let screen = terminal.until_says("src/lib.rs is not there");
    assert!(screen.contains("nothing to compile"), "{screen}");
    terminal.press("x");
    terminal.until_says("Press y");
    terminal.press("y");
    terminal.until_says("restored");
    terminal.press("q");
    terminal.until_says("1 of 3 points: 1 passed, 1 failed");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn saves_are_seen_where_the_system_is_not_asked() {
    let course = Course::new("polled", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch", "--poll", &course.first], &[]);
    let screen = terminal.until_says("1 of 3 points");
    assert!(screen.contains("polling"), "{screen}");
    course.save(RIGHT);
    terminal.until_says("passed, 3 of 3 points");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn the_editor_has_the_terminal_while_it_runs() {
    let course = Course::new("edits", WRONG);
    let editor = course.root.join("editor");
    // It reads a line from the terminal, which nobody else may then do, and saves.
    let script =
        format!("#!/bin/sh\necho 'editing now'\nread line\nsed -i 's/{}/{}/' \"$2\"\n", "nothing of the kind", "hello");
    fs::write(&editor, script).expect("it is writable");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let line = format!("'{}' --wait", editor.display());
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[("EDITOR", &line)]);
    terminal.until_says("1 of 3 points");
    terminal.press("e");
    terminal.until_says("editing now");
    assert!(!terminal.is_taken() && !terminal.hides_cursor());
    terminal.press("q is no command here\r");
    terminal.until_says("passed, 3 of 3 points");
    assert!(terminal.is_taken());
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn an_editor_that_is_none_is_told() {
    let course = Course::new("editors", WRONG);
    for (environment, told) in [
        (&[][..], "No editor is set in VISUAL or EDITOR."),
        (&[("VISUAL", "/no/such/editor")][..], "cannot start /no/such/editor"),
    ] {
        let mut terminal = Terminal::start(&course.root, &["watch", &course.first], environment);
        terminal.until_says("1 of 3 points");
        terminal.press("e");
        terminal.until_says(told);
        terminal.press("q");
        assert!(terminal.end().success());
    }
}
