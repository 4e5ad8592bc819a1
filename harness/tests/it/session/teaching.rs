//! A teacher's session: verifying, and playing what is being written, again after each save.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};

use super::terminal::Terminal;
use crate::teaching::workspace::{SLUG, Teacher};

/// Starts the harness in a terminal in a teacher's workspace.
fn start(teacher: &Teacher, arguments: &[&str]) -> Terminal {
    let target = teacher.target().display().to_string();
    Terminal::start(&teacher.root, arguments, &[("CARGO_TARGET_DIR", &target)])
}

#[test]
fn a_challenge_is_verified_again_after_each_save() {
    let teacher = Teacher::new("watched");
    let spec = format!("challenges/{SLUG}/challenge.toml");
    let own = fs::read_to_string(teacher.root.join(&spec)).expect("it is there");
    let mut terminal = start(&teacher, &["verify", SLUG, "--watch"]);
    let screen = terminal.until_says("1 solution right");
    assert!(screen.starts_with("watching: it goes on after the next save") && screen.contains("q leave"), "{screen}");
    // A mistake in the spec is told, and watching goes on.
    teacher.write(&spec, &own.replace("lasts ", "last "));
    terminal.until_says("unknown key `last`");
    // A mistake that nothing catches, with its file.
    teacher.mistake("says-it");
    let entry = "\n[[mistake]]\nid = \"says-it\"\nfails = [\"shown\"]\ntells = \"Nothing is wrong.\"\n";
    teacher.write(&spec, &(own.clone() + entry));
    terminal.until_says("All checks pass it");
    fs::remove_file(teacher.root.join(format!("challenges/{SLUG}/mistakes/says-it.rs"))).expect("it is there");
    teacher.write(&spec, &own);
    terminal.until_says("1 solution right");
    // Solutions and the README are followed, too.
    teacher.write(&format!("challenges/{SLUG}/README.md"), "# Greet\n\nBy all means.\n");
    terminal.until_says("README.md has no heading");
    teacher.solution("says-it-twice");
    terminal.until_says("solution says-it-twice");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn one_can_leave_while_it_verifies_and_a_signal_gives_the_terminal_back() {
    let teacher = Teacher::new("left");
    for key in ["q", "\u{3}"] {
        let mut terminal = start(&teacher, &["verify", "--watch"]);
        terminal.until_says(&format!("{SLUG}: "));
        terminal.press(key);
        assert!(terminal.end().success());
    }
    let mut terminal = start(&teacher, &["verify", "--watch"]);
    terminal.until_says("1 solution right");
    kill_process(Pid::from_raw(terminal.pid()).expect("it is a process"), Signal::TERM).expect("it runs");
    assert_eq!(terminal.end().exit_code(), 143);
}

#[test]
fn a_scenario_is_played_again_after_each_save() {
    let teacher = Teacher::new("tried");
    let own = fs::read_to_string(teacher.root.join(format!("challenges/{SLUG}/challenge.toml"))).expect("it is there");
    teacher.write("drafts/next.toml", &own);
    let mut terminal = start(&teacher, &["try", "drafts/next.toml", "--as", SLUG, "--watch"]);
    terminal.until_says("greeting – The server greets and waits.");
    teacher.write("drafts/next.toml", &own.replace("greets and waits", "is brief"));
    terminal.until_says("greeting – The server is brief.");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn in_a_pipe_each_result_is_printed_with_a_line_between() {
    let teacher = Teacher::new("piped-verify");
    let mut command = teacher.command(&format!("verify {SLUG} --watch"));
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the harness is built");
    let mut lines =
        BufReader::new(child.stdout.take().expect("it is piped")).lines().map(|line| line.expect("it is text"));
    assert!(lines.any(|line| line.starts_with("✓ Sound: 1 solution right")));
    teacher.solution("says-it-twice");
    let next: Vec<_> = lines.by_ref().take_while(|line| line != "✗ solution says-it-twice").collect();
    let begins = next.iter().position(|line| line.starts_with("greet: 4 submissions")).expect("it is verified again");
    assert_eq!(next[begins - 1], "", "{next:#?}");
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it is ours").code(), Some(130));
}
