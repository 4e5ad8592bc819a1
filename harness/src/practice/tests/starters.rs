//! From where the starter is known, and what counts as started.

use super::{course::*, *};
use crate::{
    grade::Error,
    practice::{Files, Origin, Starter, State, keep_starter, starter, state, states},
};

fn known(course: &Course, slug: &str) -> Option<Starter> {
    starter(&course.catalog(), slug).expect("there is such a challenge")
}

fn files(entries: &[(&str, &str)]) -> Files {
    entries.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect()
}

fn as_given() -> Files {
    files(&[("src/lib.rs", LIB), ("src/main.rs", MAIN)])
}

fn commit(id: &str, first: bool) -> Origin {
    Origin::Commit { id: id.into(), first }
}

#[test]
fn it_is_what_the_course_committed_however_often_the_student_did() {
    let course = Course::committed(&["echo", "metrics"]);
    let courses = course.git(&["rev-parse", "HEAD"]);
    for n in 0..3 {
        course.write("echo", "src/lib.rs", &format!("// mine {n}\n"));
        course.write("echo", "src/policy.rs", "// mine\n");
        course.commit("My work");
    }
    course.write("echo", "src/lib.rs", "// not committed\n");
    for slug in ["echo", "metrics"] {
        assert_eq!(known(&course, slug), Some(Starter { files: as_given(), origin: commit(&courses, true) }));
    }
}

/// The course goes on while the student works: by another branch, or on top.
#[test]
fn what_the_course_changes_is_the_new_starter() {
    let course = Course::committed(&["echo", "metrics"]);
    course.git(&["checkout", "--quiet", "-b", "course"]);
    course.write("echo", "src/lib.rs", "//! A better beginning.\n");
    course.write("echo", "src/net.rs", "// More.\n");
    course.write("echo", "README.md", "# A better exercise\n");
    let better = course.commit("A better beginning");
    course.git(&["checkout", "--quiet", "main"]);
    course.write("metrics", "src/lib.rs", "// mine\n");
    course.commit("My work");
    assert_eq!(known(&course, "echo").map(|starter| starter.files), Some(as_given()), "not merged yet");
    course.git(&["merge", "--quiet", "--no-ff", "-m", "Take over what is new", "course"]);
    let new =
        files(&[("src/lib.rs", "//! A better beginning.\n"), ("src/main.rs", MAIN), ("src/net.rs", "// More.\n")]);
    assert_eq!(known(&course, "echo"), Some(Starter { files: new, origin: commit(&better, false) }));
    assert_eq!(known(&course, "metrics").map(|starter| starter.files), Some(as_given()));
    for (name, text) in [("mistakes/forgetful.rs", "// wrong\n"), ("challenge.toml", "format = 1\n# more\n")] {
        course.write("metrics", name, text);
        course.write("metrics", "src/lib.rs", &format!("//! With {name}.\n"));
        course.commit("The course goes on");
        let starter = known(&course, "metrics").expect("it is committed");
        assert_eq!(starter.files[Path::new("src/lib.rs")], format!("//! With {name}.\n").into_bytes());
    }
}

#[test]
fn a_clone_without_history_knows_it_and_says_so() {
    let course = Course::committed(&["echo"]);
    course.write("echo", "README.md", "# A better exercise\n");
    let last = course.commit("A better exercise");
    let clone = course.shallow();
    clone.write("echo", "src/lib.rs", "// mine\n");
    clone.commit("My work");
    assert_eq!(known(&clone, "echo"), Some(Starter { files: as_given(), origin: commit(&last, true) }));
}

#[test]
fn the_workspace_may_lie_within_another_repository() {
    let dir = TempDir::new().expect("there is room");
    let course = Course::within(dir, "my studies/real time", &["echo"]);
    course.init();
    course.write("echo", "src/lib.rs", "// mine\n");
    let starter = known(&course, "echo").expect("it is committed");
    assert_eq!(starter.files, as_given());
}

/// Folders in `src`, a client in another language, and what is no file of a student's.
#[test]
fn it_has_what_is_the_students_and_nothing_else() {
    let course = Course::new(&["echo"]);
    for name in
        ["src/net/mod.rs", "src/net/deep/er.rs", "client.mjs", "src/.hidden", "src/lib.rs~", "notes.md", "build.rs"]
    {
        course.write("echo", name, name);
    }
    let mut expected = as_given();
    expected.extend(files(&["src/net/mod.rs", "src/net/deep/er.rs", "client.mjs"].map(|name| (name, name))));
    keep_starter(&course.catalog(), "echo");
    assert_eq!(known(&course, "echo").map(|starter| starter.files), Some(expected.clone()), "without git");
    fs::remove_dir_all(course.root().join(".harness")).expect("it is there");
    course.init();
    let starter = known(&course, "echo").expect("it is committed");
    assert!(matches!(starter.origin, Origin::Commit { .. }));
    assert_eq!(starter.files, expected, "with git");
}

#[test]
fn without_git_it_is_what_was_seen_first() {
    let course = Course::new(&["echo"]);
    assert_eq!(known(&course, "echo"), None);
    keep_starter(&course.catalog(), "echo");
    course.write("echo", "src/lib.rs", "// mine\n");
    keep_starter(&course.catalog(), "echo");
    let starter = known(&course, "echo").expect("it was kept");
    assert_eq!(starter.files, as_given());
    assert!(matches!(starter.origin, Origin::Seen { when: Some(_) }));
    let left: Vec<_> = fs::read_dir(course.root().join(".harness/starters")).expect("it is there").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// An archive that is put under git only after the work has begun.
#[test]
fn a_first_commit_is_no_older_than_what_was_seen_before() {
    let course = Course::new(&["echo"]);
    keep_starter(&course.catalog(), "echo");
    course.write("echo", "src/lib.rs", "// mine\n");
    course.init();
    let starter = known(&course, "echo").expect("it was kept");
    assert_eq!(starter.files, as_given());
    course.write("echo", "src/lib.rs", "//! A better beginning.\n");
    course.write("echo", "README.md", "# A better exercise\n");
    let better = course.commit("The course goes on");
    assert_eq!(known(&course, "echo").map(|starter| starter.origin), Some(commit(&better, false)));
}

/// A repository that holds nothing of the course is none; where git has the starter, no copy is made.
#[test]
fn a_copy_is_kept_only_where_git_has_nothing() {
    let course = Course::new(&["echo"]);
    course.git(&["init", "--quiet"]);
    keep_starter(&course.catalog(), "echo");
    assert!(matches!(known(&course, "echo"), Some(Starter { origin: Origin::Seen { .. }, .. })));
    let course = Course::committed(&["echo"]);
    keep_starter(&course.catalog(), "echo");
    assert!(!course.root().join(".harness").exists());
}

#[test]
fn nothing_outside_the_course_is_copied() {
    let course = Course::new(&["echo"]);
    fs::create_dir_all(course.root().join("elsewhere/src")).expect("it is writable");
    fs::write(course.root().join("elsewhere/src/lib.rs"), "private").expect("it is writable");
    keep_starter(&course.catalog(), "../elsewhere");
    assert!(!course.root().join(".harness").exists());
    let error = starter(&course.catalog(), "../elsewhere").expect_err("it is no challenge");
    assert!(matches!(error, Error::Usage(_)));
}

#[test]
fn a_challenge_is_started_once_it_is_changed_or_checked_and_passed_for_good() {
    let course = Course::committed(&["changed", "checked", "extended", "passed", "reduced", "returned", "untouched"]);
    course.write("changed", "src/lib.rs", "// mine\n");
    course.write("extended", "src/policy.rs", "");
    fs::remove_file(course.path("reduced", "src/main.rs")).expect("it is there");
    course.write("returned", "src/lib.rs", &LIB.replace('\n', "\r\n"));
    course.commit("My work");
    let mut progress = Progress::default();
    progress.record_check(&failed("checked"), at("10:00:00"));
    progress.record_check(&passed("passed"), at("10:00:00"));
    progress.record_check(&failed("passed"), at("11:00:00"));
    progress.take_hints("untouched", "waits", 1, 3);
    let catalog = course.catalog();
    let all = states(&catalog, &progress).expect("the course is readable");
    let expected = [
        ("changed", State::Started),
        ("checked", State::Started),
        ("extended", State::Started),
        ("passed", State::Passed),
        ("reduced", State::Started),
        ("returned", State::NotStarted),
        ("untouched", State::NotStarted),
    ];
    assert_eq!(all.iter().map(|(slug, state)| (slug.as_str(), *state)).collect::<Vec<_>>(), expected);
    for (slug, expected) in expected {
        assert_eq!(state(&catalog, slug, &progress).expect("it is there"), expected, "{slug}");
    }
    assert!(state(&catalog, "unknown", &progress).is_err());
}

#[test]
fn without_git_the_first_look_keeps_the_starters() {
    let course = Course::new(&["echo", "metrics"]);
    let look = || states(&course.catalog(), &Progress::default()).expect("the course is readable");
    assert!(look().values().all(|state| *state == State::NotStarted));
    course.write("echo", "src/lib.rs", "// mine\n");
    assert_eq!(look().into_values().collect::<Vec<_>>(), [State::Started, State::NotStarted]);
}
