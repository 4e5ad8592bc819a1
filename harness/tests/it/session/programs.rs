//! Programs that are the user's own: what they leave running is not the harness's to end.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use rustix::process::{Pid, Signal, kill_process};

use super::{
    course::{Course, ENDLESS, RIGHT, WRONG},
    terminal::Terminal,
};
use crate::robustness::command::{MARK, is_alive};

/// A program of shell. It knows the folder that it lies in as `$here`.
fn program(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\nhere='{}'\n{script}\n", folder.display())).expect("it is writable");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// Something that goes on, in a session of its own, and has said which process it is before the program goes on.
fn daemon() -> String {
    format!(
        "env -u {MARK} setsid sh -c \"echo \\$\\$ > '$here/pid'; exec sleep 1000\" </dev/null >/dev/null 2>&1 &\n\
         until [ -s \"$here/pid\" ]; do sleep 0.01; done"
    )
}

/// Asserts that the daemon is still there, and ends it.
fn assert_goes_on(folder: &Path) {
    let pid = fs::read_to_string(folder.join("pid")).expect("it was said");
    assert!(is_alive(pid.trim()), "the harness has ended what is the user's");
    kill_process(Pid::from_raw(pid.trim().parse().expect("a number")).expect("a process"), Signal::KILL).expect("ours");
}

#[test]
fn what_the_editor_leaves_running_goes_on_after_a_check_and_after_the_session() {
    let course = Course::new("daemons", ENDLESS);
    program(&course.root, "editor", &daemon());
    let line = course.root.join("editor").display().to_string();
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[("EDITOR", &line)]);
    // Its client ends after the editor, and with it all that is not known to be somebody's.
    terminal.until_says("running: 0 of 1");
    terminal.press("e");
    terminal.until("the daemon", |_| course.root.join("pid").exists());
    course.save(RIGHT);
    terminal.until_says("passed, 3 of 3 points");
    kill_process(Pid::from_raw(terminal.pid()).expect("it is a process"), Signal::TERM).expect("it runs");
    assert_eq!(terminal.end().exit_code(), 143);
    assert_goes_on(&course.root);
}

#[test]
fn what_shows_the_report_goes_on_after_the_session() {
    let course = Course::new("browses", WRONG);
    program(&course.root, "xdg-open", &format!("echo \"$1\" > \"$here/shown\"\n{}", daemon()));
    let path = format!("{}:{}", course.root.display(), std::env::var("PATH").expect("it is set"));
    let mut terminal = Terminal::start(&course.root, &["watch", &course.first], &[("PATH", &path)]);
    terminal.until_says("1 of 3 points");
    terminal.press("o");
    terminal.until_says("Your browser should open");
    let shown = fs::read_to_string(course.root.join("shown")).expect("it was said");
    let page = fs::read_to_string(shown.trim()).expect("it is there");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Greet the user"), "{}", page.len());
    kill_process(Pid::from_raw(terminal.pid()).expect("it is a process"), Signal::TERM).expect("it runs");
    assert_eq!(terminal.end().exit_code(), 143);
    assert_goes_on(&course.root);
}
