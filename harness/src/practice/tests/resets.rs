//! The way back to the starter: what is restored, what is kept, and what stops it.

use super::{course::*, *};
use crate::{
    grade::Error,
    practice::{Reset, keep_starter, reset},
};

fn paths(reset: &[std::path::PathBuf]) -> Vec<String> {
    reset.iter().map(|path| path.display().to_string().replace('\\', "/")).collect()
}

fn done(course: &Course, slug: &str) -> Reset {
    reset(&course.catalog(), slug, at("12:30:00")).expect("it can be reset")
}

fn refused(course: &Course, slug: &str) -> Error {
    reset(&course.catalog(), slug, at("12:30:00")).expect_err("it cannot be reset")
}

/// A file in the backup.
fn backed_up(reset: &Reset, name: &str) -> Option<String> {
    fs::read_to_string(reset.backup.as_ref().expect("there is one").join(name)).ok()
}

#[test]
fn everything_is_backed_up_and_then_as_it_was_given() {
    let course = Course::committed(&["echo", "metrics"]);
    for slug in ["echo", "metrics"] {
        course.write(slug, "src/lib.rs", "// mine\r\n");
        course.write(slug, "src/net/deep/er.rs", "// more\n");
    }
    course.commit("My work");
    course.write("echo", "src/lib.rs", "// mine, not committed\n");
    course.write("echo", "src/notes.txt", "Try harder.\n");
    fs::remove_file(course.path("echo", "src/main.rs")).expect("it is there");
    let reset = done(&course, "echo");
    assert_eq!(paths(&reset.restored), ["src/lib.rs", "src/main.rs"]);
    assert_eq!(paths(&reset.removed), ["src/net/deep/er.rs", "src/notes.txt"]);
    assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some(LIB));
    assert_eq!(course.read("echo", "src/main.rs").as_deref(), Some(MAIN));
    assert!(!course.path("echo", "src/net").exists() && !course.path("echo", "src/notes.txt").exists());
    let backup = course.root().join(".harness/backups/echo/2026-03-04T12-30-00Z");
    assert_eq!(reset.backup.as_ref(), Some(&backup));
    assert_eq!(backed_up(&reset, "src/lib.rs").as_deref(), Some("// mine, not committed\n"));
    assert_eq!(backed_up(&reset, "src/net/deep/er.rs").as_deref(), Some("// more\n"));
    assert_eq!(backed_up(&reset, "src/notes.txt").as_deref(), Some("Try harder.\n"));
    assert_eq!(fs::read_dir(backup).expect("it is there").count(), 1, "nothing but `src`");
    assert_eq!(course.read("metrics", "src/lib.rs").as_deref(), Some("// mine\r\n"), "the others are left alone");
}

#[test]
fn what_is_the_starter_already_is_left_alone() {
    let course = Course::committed(&["echo"]);
    course.write("echo", "src/lib.rs", &LIB.replace('\n', "\r\n"));
    course.write("echo", "src/.lib.rs.swp", "an editor's");
    let reset = done(&course, "echo");
    assert_eq!((reset.backup, reset.restored, reset.removed), (None, Vec::new(), Vec::new()));
    assert!(!course.root().join(".harness").exists());
    assert!(course.read("echo", "src/lib.rs").expect("it is there").contains('\r'));
}

#[test]
fn no_backup_takes_the_place_of_another() {
    let course = Course::committed(&["echo"]);
    let backups: Vec<_> = (0..3)
        .map(|n| {
            course.write("echo", "src/lib.rs", &format!("// mine {n}\n"));
            done(&course, "echo")
        })
        .collect();
    for (n, reset) in backups.iter().enumerate() {
        assert_eq!(backed_up(reset, "src/lib.rs"), Some(format!("// mine {n}\n")));
    }
}

#[test]
fn the_backup_brings_everything_back() {
    let course = Course::committed(&["echo"]);
    course.write("echo", "src/lib.rs", "// mine\n");
    course.write("echo", "src/policy.rs", "// more\n");
    let backup = done(&course, "echo").backup.expect("it was changed");
    for name in ["lib.rs", "policy.rs"] {
        fs::copy(backup.join("src").join(name), course.path("echo", "src").join(name)).expect("it is there");
    }
    let again = done(&course, "echo");
    assert_eq!(backed_up(&again, "src/policy.rs").as_deref(), Some("// more\n"));
    assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some(LIB));
}

#[test]
fn a_client_that_the_challenge_begins_is_reset_and_one_of_the_students_is_not() {
    let course = Course::new(&["echo"]);
    course.write("echo", "client.mjs", "// begin here\n");
    course.init();
    course.write("echo", "client.mjs", "// mine\n");
    course.write("echo", "client.py", "# mine\n");
    course.commit("My work");
    let reset = done(&course, "echo");
    assert_eq!(paths(&reset.restored), ["client.mjs"]);
    assert_eq!(backed_up(&reset, "client.mjs").as_deref(), Some("// mine\n"));
    assert_eq!(course.read("echo", "client.mjs").as_deref(), Some("// begin here\n"));
    assert_eq!(course.read("echo", "client.py").as_deref(), Some("# mine\n"));
}

#[test]
fn it_works_in_a_clone_without_history_and_without_git() {
    let original = Course::committed(&["echo"]);
    let clone = original.shallow();
    let archive = Course::new(&["echo"]);
    keep_starter(&archive.catalog(), "echo");
    clone.write("echo", "src/lib.rs", "// committed\n");
    clone.commit("My work");
    for course in [clone, archive] {
        course.write("echo", "src/lib.rs", "// mine\n");
        let reset = done(&course, "echo");
        assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some(LIB));
        assert_eq!(backed_up(&reset, "src/lib.rs").as_deref(), Some("// mine\n"));
    }
}

#[test]
fn what_is_left_of_a_starter_is_not_kept_as_one() {
    let course = Course::new(&["echo"]);
    course.write("echo", "src/lib.rs", "\n");
    keep_starter(&course.catalog(), "echo");
    assert!(matches!(refused(&course, "echo"), Error::Harness(why) if why.contains("not known")));
    course.write("echo", "src/lib.rs", LIB);
    keep_starter(&course.catalog(), "echo");
    assert_eq!(done(&course, "echo").restored.len(), 0);
}

#[test]
fn a_starter_that_is_not_known_changes_nothing() {
    let course = Course::new(&["echo"]);
    course.write("echo", "src/lib.rs", "// mine\n");
    let error = refused(&course, "echo");
    assert!(matches!(&error, Error::Harness(why) if why.contains("not known")), "{error}");
    assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some("// mine\n"));
    assert!(!course.root().join(".harness").exists());
    assert!(matches!(refused(&course, "ecko"), Error::Usage(why) if why.contains("did you mean `echo`?")));
}

#[test]
fn without_room_for_a_backup_nothing_is_changed() {
    let course = Course::committed(&["echo"]);
    course.write("echo", "src/lib.rs", "// mine\n");
    course.write("echo", "src/policy.rs", "// more\n");
    fs::write(course.root().join(".harness"), "a file where the folder should be").expect("it is writable");
    let error = refused(&course, "echo");
    assert!(matches!(&error, Error::Harness(why) if why.contains("nothing was changed")), "{error}");
    assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some("// mine\n"));
    assert_eq!(course.read("echo", "src/policy.rs").as_deref(), Some("// more\n"));
}

/// As if it had been interrupted there: what was not replaced stands, and everything is in the backup.
#[test]
fn what_stops_in_the_middle_loses_nothing() {
    let course = Course::committed(&["echo"]);
    course.write("echo", "src/lib.rs", "// mine\n");
    course.write("echo", "src/policy.rs", "// more\n");
    // No file can take the place of a folder.
    fs::remove_file(course.path("echo", "src/main.rs")).expect("it is there");
    fs::create_dir(course.path("echo", "src/main.rs")).expect("it is writable");
    let Error::Harness(why) = refused(&course, "echo") else { panic!("it is no wrong usage") };
    let backup = course.root().join(".harness/backups/echo/2026-03-04T12-30-00Z");
    assert!(why.contains(&backup.display().to_string()), "{why}");
    assert_eq!(fs::read_to_string(backup.join("src/lib.rs")).expect("it is there"), "// mine\n");
    assert_eq!(fs::read_to_string(backup.join("src/policy.rs")).expect("it is there"), "// more\n");
    fs::remove_dir(course.path("echo", "src/main.rs")).expect("it is empty");
    assert_eq!(paths(&done(&course, "echo").restored), ["src/main.rs"], "the rest is done the next time");
    assert_eq!(course.read("echo", "src/lib.rs").as_deref(), Some(LIB));
}

#[cfg(unix)]
#[test]
fn links_are_neither_followed_nor_replaced() {
    use std::os::unix::fs::symlink;

    let elsewhere = TempDir::new().expect("there is room");
    let target = elsewhere.path().join("lib.rs");
    fs::write(&target, "// elsewhere\n").expect("it is writable");
    fs::create_dir(elsewhere.path().join("src")).expect("it is writable");
    fs::write(elsewhere.path().join("src/other.rs"), "// elsewhere\n").expect("it is writable");
    let file: fn(&Course, &Path) = |course, elsewhere| {
        fs::remove_file(course.path("echo", "src/lib.rs")).expect("it is there");
        symlink(elsewhere.join("lib.rs"), course.path("echo", "src/lib.rs")).expect("it is writable");
    };
    let dangling: fn(&Course, &Path) =
        |course, _| symlink("nowhere", course.path("echo", "src/more.rs")).expect("it is writable");
    let folder: fn(&Course, &Path) =
        |course, elsewhere| symlink(elsewhere.join("src"), course.path("echo", "src/net")).expect("it is writable");
    let sources: fn(&Course, &Path) = |course, elsewhere| {
        fs::remove_dir_all(course.path("echo", "src")).expect("it is there");
        symlink(elsewhere.join("src"), course.path("echo", "src")).expect("it is writable");
    };
    for link in [file, dangling, folder, sources] {
        let course = Course::committed(&["echo"]);
        link(&course, elsewhere.path());
        let before = course.read("echo", "src/lib.rs");
        let error = refused(&course, "echo");
        assert!(matches!(&error, Error::Usage(why) if why.contains("nothing was changed")), "{error}");
        assert_eq!(course.read("echo", "src/lib.rs"), before);
        assert!(!course.root().join(".harness").exists());
    }
    assert_eq!(fs::read_to_string(target).expect("it is there"), "// elsewhere\n");
    assert_eq!(fs::read_dir(elsewhere.path().join("src")).expect("it is there").count(), 1);
}

#[test]
fn progress_stands() {
    let course = Course::committed(&["echo"]);
    let store = Store::at(course.root());
    store.record_check(&passed("echo"), at("10:00:00"));
    course.write("echo", "src/lib.rs", "// mine\n");
    let before = text(&store);
    done(&course, "echo");
    assert_eq!(text(&store), before);
}
