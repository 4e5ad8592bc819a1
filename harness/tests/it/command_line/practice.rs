//! The list with what was done, hints, and the way back to the starter.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use harness::practice::Store;
use serde_json::Value;
use tempfile::TempDir;

use super::{
    Done, harness,
    places::{COURSE, at, spec, workspace},
};

const LIB: &str = "//! Your client.\n";

/// A workspace of three challenges, with a starter each. `metrics` should be done after `echo`.
fn practice() -> TempDir {
    let titles = [("echo", "Echo", "websocket"), ("either-way", "Either way", "both"), ("metrics", "Metrics", "sse")];
    let specs = titles.map(|(slug, title, channel)| (slug, spec(title, channel)));
    let dir = workspace(&specs.each_ref().map(|(slug, text)| (*slug, text.as_str())));
    let course = COURSE.replace("[\"echo\"]", "[\"echo\", \"metrics\"]") + "\n[requires]\nmetrics = [\"echo\"]\n";
    write(dir.path(), "challenges/course.toml", &course);
    for (slug, _) in specs {
        write(dir.path(), &format!("challenges/{slug}/src/lib.rs"), LIB);
    }
    dir
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it is writable");
    fs::write(path, text).expect("it is writable");
}

const DONE: &str = r#"
format = 1
last = "metrics"

[challenge.echo]
started = 2026-03-01T09:00:00Z
checked = 2026-03-03T09:00:00Z
passed  = 2026-03-02T09:00:00Z
outcome = "failed"
score = 1
max_score = 1
failed = ["comes-back"]

[challenge.metrics]
started = 2026-03-04T09:00:00Z
checked = 2026-03-04T09:00:00Z
outcome = "failed"
score = 0
max_score = 1
failed = ["comes-back"]
"#;

fn git(folder: &Path, line: &str) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]);
    command.args(["-c", "commit.gpgsign=false"]).args(line.split_whitespace());
    let output = command.output().expect("these tests need git");
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text").trim().to_owned()
}

/// Makes it a repository with all that there is committed.
fn commit(root: &Path) -> String {
    git(root, "init --quiet");
    git(root, "add --all");
    git(root, "commit --quiet -m Course");
    git(root, "rev-parse HEAD")
}

fn slugs(done: &Done) -> Vec<String> {
    let record: Value = serde_json::from_str(&done.out).expect("it is JSON");
    let chapters = record["chapters"].as_array().expect("it has chapters").iter();
    let listed = chapters.flat_map(|chapter| chapter["challenges"].as_array().expect("it has challenges"));
    listed.map(|listed| listed["slug"].as_str().expect("it has one").to_owned()).collect()
}

#[test]
fn the_list_shows_what_was_done() {
    let dir = practice();
    write(dir.path(), ".harness/progress.toml", DONE);
    insta::assert_snapshot!(at(dir.path(), &["list"]).all());
    let ascii = Done::of(harness(["list"]).current_dir(dir.path()).env("LC_ALL", "C"));
    assert!(ascii.out.is_ascii() && ascii.out.contains("> * metrics"), "{}", ascii.out);
}

#[test]
fn the_list_is_filtered_and_for_programs() {
    let dir = practice();
    write(dir.path(), ".harness/progress.toml", DONE);
    let json = |arguments: &[&str]| {
        let done = at(dir.path(), &[&["list", "--format", "json"], arguments].concat());
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
        slugs(&done)
    };
    assert_eq!(json(&[]), ["echo", "metrics", "either-way"]);
    assert_eq!(json(&["SSE"]), ["metrics"]);
    assert_eq!(json(&["staying", "echo"]), ["echo"]);
    assert_eq!(json(&["--state", "passed"]), ["echo"]);
    assert_eq!(json(&["--state", "started,not-started"]), ["metrics", "either-way"]);
    assert_eq!(json(&["nothing", "like", "it"]), [""; 0]);
    let none = at(dir.path(), &["list", "nothing"]);
    assert_eq!((none.code, none.err.as_str()), (Some(0), ""));
    assert!(none.out.starts_with("No challenge is like that."), "{}", none.out);
    let wrong = at(dir.path(), &["list", "--state", "stared"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("started"), "{}", wrong.err);
}

/// A challenge counts as started when its files are no longer the starter's, which here nobody but the harness has kept.
#[test]
fn what_was_changed_is_started() {
    let dir = practice();
    let started = || slugs(&at(dir.path(), &["list", "--state", "started", "--format", "json"]));
    assert_eq!(started(), [""; 0]);
    write(dir.path(), "challenges/metrics/src/lib.rs", "// mine\n");
    assert_eq!(started(), ["metrics"]);
}

#[test]
fn damage_is_told_once_and_stops_nothing() {
    let dir = practice();
    write(dir.path(), ".harness/progress.toml", "format = \n");
    let done = at(dir.path(), &["list"]);
    assert_eq!(done.code, Some(0));
    assert!(done.err.starts_with("note: your progress could not be understood ("), "{}", done.err);
    let kept = dir.path().join(".harness/progress.damaged-1.toml");
    assert!(done.err.contains(&kept.display().to_string()), "{}", done.err);
    assert_eq!(fs::read_to_string(kept).expect("it was kept"), "format = \n");
    assert_eq!(at(dir.path(), &["list"]).err, "");
}

#[test]
fn hints_come_one_by_one_and_end_at_the_theory() {
    let dir = practice();
    write(dir.path(), ".harness/progress.toml", DONE);
    let hint = |arguments: &[&str]| at(dir.path(), &[&["hint", "metrics"], arguments].concat());
    let rungs: Vec<_> = (0..4).map(|_| hint(&[]).all()).collect();
    insta::assert_snapshot!(rungs.join("\n"));
    assert_eq!(rungs[2], rungs[3], "there is no other");
    assert_eq!(hint(&["--again"]).all(), rungs[3]);
    let coloured = Done::of(harness(["hint", "metrics", "--again", "--color", "always"]).current_dir(dir.path())).out;
    assert!(coloured.contains("\u{1b}[2mA question?"), "earlier ones are faint: {coloured:?}");
}

#[test]
fn hints_are_given_before_and_after() {
    let dir = practice();
    let first = at(dir.path(), &["hint", "echo"]);
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""));
    assert!(first.out.contains("has not been judged yet") && first.out.contains("1. A question?"), "{}", first.out);
    assert!(!first.out.contains("A concept."), "{}", first.out);
    let again = at(dir.path(), &["hint", "echo", "--again"]).out;
    assert!(again.contains("hint 1 of 3") && !again.contains("A concept."), "{again}");
    let all = at(dir.path(), &["hint", "either-way", "--all"]).out;
    assert!(all.contains("3. A line.") && all.contains("challenges/either-way/README.md#a"), "{all}");
    let passed = DONE.replace("\"failed\"", "\"passed\"").replace("failed = [\"comes-back\"]", "");
    write(dir.path(), ".harness/progress.toml", &passed);
    let done = at(dir.path(), &["hint", "echo"]);
    assert_eq!(done.code, Some(0));
    assert!(done.out.contains("No check failed") && done.out.contains("comes-back"), "{}", done.out);
    let named = at(dir.path(), &["hint", "echo", "comes-back"]);
    assert!(named.out.contains("1. A question?"), "{}", named.out);
}

/// What is known of the checks is of an earlier version then.
#[test]
fn a_hint_sends_who_does_not_compile_to_the_compiler_first() {
    let dir = practice();
    write(dir.path(), ".harness/progress.toml", &DONE.replace("\"failed\"", "\"not-compiled\""));
    let hint = at(dir.path(), &["hint", "metrics"]);
    assert!(
        hint.out.contains("see to what the compiler says first") && hint.out.contains("1. A question?"),
        "{hint:?}"
    );
}

#[test]
fn wrong_names_are_told_with_the_right_ones() {
    let dir = practice();
    for (line, told) in [
        ("hint ecko", "there is no challenge `ecko`; did you mean `echo`?"),
        ("hint echo come-back", "there is no check `come-back`; did you mean `comes-back`?"),
        ("reset ecko", "there is no challenge `ecko`; did you mean `echo`?"),
        ("hint echo --again --all", "cannot be used with"),
        ("reset", "<CHALLENGE>"),
    ] {
        let done = at(dir.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{line}");
        assert!(done.err.contains(told), "{line}: {}", done.err);
    }
    assert!(!dir.path().join(".harness/progress.toml").exists(), "nothing was done");
}

#[test]
fn where_nothing_can_be_kept_everything_else_works() {
    let dir = practice();
    commit(dir.path());
    write(dir.path(), ".harness", "a file where the folder should be");
    let list = at(dir.path(), &["list"]);
    assert_eq!(list.code, Some(0));
    assert!(list.out.contains("0 of 3 challenges passed."), "{}", list.out);
    for line in [&["hint", "echo"][..], &["hint", "echo", "--all"]] {
        let hint = at(dir.path(), line);
        assert_eq!(hint.code, Some(0));
        assert!(hint.out.contains("1. A question?"), "{}", hint.out);
        assert!(hint.err.starts_with("note: "), "{}", hint.err);
    }
}

#[test]
fn a_reset_says_what_it_did_and_how_to_get_back() {
    let dir = practice();
    let id = commit(dir.path());
    let mine = |name: &str| dir.path().join("challenges/echo/src").join(name);
    write(dir.path(), "challenges/echo/src/lib.rs", "// mine\n");
    git(dir.path(), "add --all");
    git(dir.path(), "commit --quiet -m Mine");
    write(dir.path(), "challenges/echo/src/it's mine.rs", "// more\n");
    // From a folder inside, whatever git is told by somebody else's environment.
    let mut command = harness(["reset", "echo"]);
    command.current_dir(dir.path().join("challenges")).env("GIT_DIR", "/nowhere").env("GIT_WORK_TREE", "/nowhere");
    let done = Done::of(&mut command);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.out);
    assert_eq!(fs::read_to_string(mine("lib.rs")).expect("it is there"), LIB);
    assert!(!mine("it's mine.rs").exists());
    let backup = only(&dir.path().join(".harness/backups/echo"));
    let root = dir.path().canonicalize().expect("it is there").display().to_string();
    let name = backup.file_name().expect("it has one").to_str().expect("it is text");
    let said = done.out.replace(&root, "ROOT").replace(name, "TIME").replace(&id[..10], "COMMIT");
    insta::assert_snapshot!(said.replace(&dir.path().display().to_string(), "ROOT"));
    let undo = done.out.lines().find_map(|line| line.trim().strip_prefix("to undo")).expect("it says how").trim();
    let shell = Command::new("sh").args(["-c", undo]).current_dir(dir.path().join("challenges")).status();
    assert!(shell.expect("there is a shell").success());
    assert_eq!(fs::read_to_string(mine("lib.rs")).expect("it is back"), "// mine\n");
    assert_eq!(fs::read_to_string(mine("it's mine.rs")).expect("it is back"), "// more\n");
}

#[test]
fn a_reset_of_the_starter_does_nothing() {
    let dir = practice();
    at(dir.path(), &["list"]);
    let done = at(dir.path(), &["reset", "echo"]);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    assert!(done.out.starts_with("echo is the starter already. Nothing was changed."), "{}", done.out);
    assert!(!dir.path().join(".harness/backups").exists());
}

/// Each hint that is taken without a note is kept, however many harnesses there are.
#[test]
fn many_harnesses_lose_nothing_of_each_other() {
    let dir = practice();
    let one = |slug: &str| -> Child {
        let mut command = harness(["hint", slug]);
        command.current_dir(dir.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let slugs = ["echo", "metrics", "either-way"];
    let children: Vec<_> = (0..3).flat_map(|_| slugs.map(|slug| (slug, one(slug)))).collect();
    let mut kept = std::collections::BTreeMap::new();
    for (slug, child) in children {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        *kept.entry(slug).or_insert(0) += usize::from(output.stderr.is_empty());
    }
    let (progress, notice) = Store::at(dir.path()).load();
    assert_eq!(notice, None);
    for (slug, kept) in kept {
        let taken = progress.of(slug).and_then(|record| record.hints.get("comes-back")).copied().unwrap_or(0);
        assert_eq!(taken, kept, "{slug}");
    }
}

/// The only entry of a folder.
fn only(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it is readable").path());
    let only = entries.next().expect("it has one");
    assert_eq!(entries.next(), None);
    only
}
