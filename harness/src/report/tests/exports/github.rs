//! Workflow commands, read as the runner of GitHub Actions does.

use super::{Unjudged, case, hostile};
use crate::{
    report::export::{self, Subject},
    verdict::{CheckResult, Outcome, Overall, Verdict},
};

#[derive(Debug, PartialEq)]
struct Command {
    kind: String,
    properties: Vec<(String, String)>,
    text: String,
}

impl Command {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// One line: `::kind key=value,key=value::text`.
fn command(line: &str) -> Command {
    let (head, text) =
        line.strip_prefix("::").and_then(|line| line.split_once("::")).unwrap_or_else(|| panic!("{line}"));
    let (kind, properties) = head.split_once(' ').unwrap_or((head, ""));
    let property = |text: &str| {
        let (key, value) = text.split_once('=').unwrap_or_else(|| panic!("{line}"));
        (
            key.to_owned(),
            value.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%"),
        )
    };
    Command {
        kind: kind.to_owned(),
        properties: properties.split(',').map(property).collect(),
        text: text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"),
    }
}

fn read(text: &str) -> Vec<Command> {
    let commands: Vec<_> = text.lines().map(command).collect();
    for kind in ["notice", "warning", "error"] {
        let count = commands.iter().filter(|command| command.kind == kind).count();
        assert!(count <= 10, "{count} of {kind}");
    }
    for command in &commands {
        assert!(["notice", "warning", "error"].contains(&command.kind.as_str()), "{command:?}");
        assert!(
            command.properties.iter().all(|(key, _)| ["file", "line", "col", "title"].contains(&key.as_str())),
            "{command:?}"
        );
        assert!(!command.text.is_empty(), "{command:?}");
    }
    commands
}

/// The score in the first notice, no point in an error, and all that failed.
pub(super) fn agrees(text: &str, verdict: &Verdict) {
    let commands = read(text);
    let score = format!("{} of {} point", verdict.score, verdict.max_score);
    assert_eq!(commands[0].kind, "notice");
    assert!(verdict.outcome == Overall::NotCompiled || commands[0].text.contains(&score), "{:?}", commands[0]);
    let failed: Vec<_> = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fail).collect();
    let errors: Vec<_> = commands.iter().filter(|command| command.kind == "error").collect();
    assert!(errors.len() >= failed.len().min(10), "{text}");
    for error in &errors {
        assert!(error.property("title").unwrap().contains("(0 of "), "{error:?}");
    }
    let unjudged = verdict.checks.iter().filter(|check| check.outcome == Outcome::Inconclusive).count();
    let told =
        commands.iter().filter(|command| command.kind == "warning" && command.text.contains("the grader's fault"));
    assert_eq!(told.count(), unjudged, "{text}");
}

fn places(verdict: &Verdict) -> Vec<(String, String)> {
    let text = export::github(&Subject::Judged { verdict, traces: &[], hints: 1 });
    let at = |command: &Command| Some((command.property("file")?.to_owned(), command.property("line")?.to_owned()));
    read(&text).iter().filter_map(at).collect()
}

#[test]
fn what_has_a_place_in_the_students_files_is_shown_there() {
    let file = "challenges/reconnect-backoff/src/lib.rs".to_owned();
    let places = |name| places(&case(name).verdict);
    assert_eq!(places("not compiled"), [(file.clone(), "7".to_owned())]);
    assert_eq!(places("crashed"), [(file.clone(), "31".to_owned())]);
    assert_eq!(places("warned"), [(file.clone(), "42".to_owned()), (file, "12".to_owned())]);
}

/// What a submission writes may claim any place.
#[test]
fn no_place_is_shown_outside_the_students_files() {
    let elsewhere = [
        "/etc/passwd:1:1",
        "challenges/reconnect-backoff/../../.github/x.rs:1:1",
        "solutions/x.rs:1:1",
        "challenges/reconnect-backoff/src/a,line=2.rs:1:1",
        "challenges/reconnect-backoff/src/lib.rs:1:1::error",
        "challenges/reconnect-backoff/src/lib.rs",
    ];
    for place in elsewhere {
        let compiler = Some(format!("error: x\n --> {place}\n"));
        assert_eq!(places(&Verdict { compiler, ..case("not compiled").verdict }), [], "{place}");
        let mut crashed = case("crashed").verdict;
        crashed.runs.iter_mut().for_each(|run| run.ended = format!("the client panicked: x ({place})"));
        assert_eq!(places(&crashed), [], "{place}");
    }
    assert_eq!(places(&hostile()), []);
}

#[test]
fn the_last_of_ten_names_those_for_which_there_is_no_room() {
    let mut verdict = case("failed").verdict;
    let failed = verdict.checks[4].clone();
    verdict.checks = (1..=23).map(|i| CheckResult { id: format!("check-{i}"), ..failed.clone() }).collect();
    let commands = read(&export::github(&Subject::Judged { verdict: &verdict, traces: &[], hints: 1 }));
    let errors: Vec<_> = commands.iter().filter(|command| command.kind == "error").collect();
    assert_eq!((errors.len(), errors[9].property("title")), (10, Some("14 more")));
    assert!(errors[9].text.lines().count() == 14 && errors[9].text.contains("check-23: "), "{}", errors[9].text);
}

#[test]
fn what_could_not_be_graded_is_one_error_that_blames_the_grader() {
    let commands = read(&export::github(&Subject::Unjudged(&Unjudged::new("x", "no room"))));
    assert_eq!((commands.len(), commands[0].kind.as_str()), (1, "error"));
    assert!(commands[0].text.contains("no room. That is the grader's fault"), "{commands:?}");
}
