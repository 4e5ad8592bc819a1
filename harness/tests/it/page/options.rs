//! `--report`: where it writes, when, and what it refuses.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::command_line::{Done, harness, run};

fn check<'a>(more: impl IntoIterator<Item = &'a str>) -> Done {
    let line = ["check", "reconnect-backoff", "--scenario", "blip"];
    Done::of(&mut harness(line.into_iter().chain(more)))
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().expect("it is text").to_owned()
}

#[test]
fn as_many_reports_are_written_as_are_asked_for() {
    let dir = TempDir::new().expect("there is room");
    let (one, other) = (path(dir.path(), "one.html"), path(dir.path(), "no ending"));
    let named = format!("html={other}");
    let done = check(["--mistake", "error-is-final", "--report", &one, "--report", &named, "--format", "json"]);
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    assert!(done.out.starts_with('{') && done.out.ends_with("}\n"), "a program reads standard output");
    let page = fs::read_to_string(&one).expect("it is there");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("mistake error-is-final"));
    assert_eq!(page, fs::read_to_string(&other).expect("it is there"));
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 2, "nothing else is left behind");
}

#[test]
fn what_does_not_compile_has_a_report_too() {
    let dir = TempDir::new().expect("there is room");
    let (broken, page) = (path(dir.path(), "broken.rs"), path(dir.path(), "page.html"));
    fs::write(&broken, "pub fn run( {\n").expect("it is writable");
    let done = check(["--submission", &broken, "--report", &page, "--color", "never"]);
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    assert!(!done.out.contains('\x1b'), "the terminal's colours are its own: {:?}", done.out);
    let page = fs::read_to_string(&page).expect("it is there");
    assert!(page.contains("It does not compile") && page.contains("unclosed delimiter"));
    assert!(page.contains("<span class=\"bold red\">"), "the compiler's colours are kept");
}

#[test]
fn a_replay_has_a_report() {
    let dir = TempDir::new().expect("there is room");
    let (trace, page) = (path(dir.path(), "run.trace"), path(dir.path(), "page.html"));
    assert_eq!(check(["--mistake", "error-is-final", "--trace", &trace]).code, Some(1));
    let done = Done::of(&mut harness(["replay", &trace, "--report", &page]));
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    assert!(fs::read_to_string(&page).expect("it is there").contains("Wire log"));
    // A report may not take the place of what it is made from.
    let done = Done::of(&mut harness(["replay", &trace, "--report", &format!("html={trace}")]));
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("run.trace: it is the trace that is read"), "{}", done.err);
    assert!(fs::read_to_string(&trace).expect("it is there").starts_with("# trace"));
}

#[test]
fn a_report_that_cannot_be_written_does_not_hide_the_verdict() {
    let done = check(["--solution", "full-jitter", "--report", "html=/dev/full"]);
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.out.contains("✓ Passed:") && done.err.contains("cannot write /dev/full: No space left"), "{done:?}");
}

#[test]
fn what_cannot_be_is_refused_before_the_work() {
    let dir = TempDir::new().expect("there is room");
    let (page, link) = (path(dir.path(), "page.html"), path(dir.path(), "./page.html"));
    let trace = path(dir.path(), "page.html");
    for (more, why) in [
        (vec!["--report", "report.txt"], "its name tells no format; the formats are html (.html, .htm)"),
        (vec!["--report", "pdf=report.html"], "there is no format `pdf`; the formats are html (.html, .htm)"),
        (vec!["--report", "no/such/folder/page.html"], "there is no such folder"),
        (vec!["--report", "html=challenges"], "it is a folder"),
        (vec!["--report", page.as_str(), "--report", link.as_str()], "it is asked for twice"),
        (vec!["--trace", trace.as_str(), "--report", page.as_str()], "it is asked for twice"),
    ] {
        let done = check(["--solution"].into_iter().chain(more.iter().copied()));
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{more:?}");
        assert!(done.err.contains(why), "{more:?}: {}", done.err);
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }
    assert!(run("check --help").out.contains("--report <[FORMAT=]FILE>"));
}
