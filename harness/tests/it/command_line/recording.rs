//! What `check` writes down, and what it does not.

use std::{fs, path::PathBuf};

use harness::{
    practice::{Progress, Store},
    verdict::Overall,
};

use super::{Done, harness, root};
use crate::robustness::workspace::{make, target, write_changed};

/// The challenge. Packages of one name at the same place in their workspaces are one to cargo: under the name of the original, what is built
/// here would be taken for it.
const SLUG: &str = "recording";

/// A workspace whose only challenge is a copy of a real one, without progress. It stays where it is, so that nothing is built twice.
fn workspace() -> PathBuf {
    let workspace = target().join("tmp/recording");
    make(&workspace);
    let original = root().join("challenges/sse-minimal");
    let copy = workspace.join("challenges").join(SLUG);
    for name in ["Cargo.toml", "challenge.toml", "README.md", "src/lib.rs", "src/main.rs"] {
        let text = fs::read_to_string(original.join(name)).expect("it is there");
        let text = text.replace("sse-minimal", SLUG).replace("sse_minimal", SLUG);
        write_changed(&copy.join(name), text.as_bytes());
    }
    for entry in fs::read_dir(original.join("mistakes")).expect("it is there") {
        let path = entry.expect("it is readable").path();
        let name = path.file_name().expect("it has one").to_owned();
        let text = fs::read(&path).expect("it is readable");
        write_changed(&copy.join("mistakes").join(name), &text);
    }
    let _ = fs::remove_dir_all(workspace.join(".harness"));
    workspace
}

#[test]
fn only_the_students_own_whole_check_is_recorded() {
    let workspace = workspace();
    let check = |options: &str| {
        let mut command = harness(["check", SLUG].into_iter().chain(options.split_whitespace()));
        command.current_dir(&workspace).env("CARGO_TARGET_DIR", target()).env_remove("CARGO_MANIFEST_DIR");
        Done::of(&mut command)
    };
    let progress = || -> Progress {
        let (progress, notice) = Store::at(&workspace).load();
        assert_eq!(notice, None);
        progress
    };
    let lib = workspace.join("challenges").join(SLUG).join("src/lib.rs");
    let starter = fs::read(&lib).expect("it is there");

    let other = root().join("challenges/sse-minimal/mistakes/no-wait.rs");
    for options in ["--scenario live", "--client false", &format!("--submission {}", other.display())] {
        let done = check(options);
        assert_eq!((done.code, done.err.as_str()), (Some(1), ""), "{options}: {}", done.out);
        assert_eq!(progress(), Progress::default(), "{options}");
    }
    let failed = check("");
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let record = progress().of(SLUG).cloned().expect("it was checked");
    assert_eq!((record.outcome, record.passed), (Some(Overall::Failed), None));
    assert!(!record.failed.is_empty() && record.started == record.checked, "{record:?}");

    // What was there at the first check is the starter, for want of git.
    write_changed(&lib, b"this is no Rust");
    assert_eq!(check("").code, Some(1));
    let broken = progress().of(SLUG).cloned().expect("it was checked");
    assert_eq!((broken.outcome, &broken.failed), (Some(Overall::NotCompiled), &record.failed));
    assert_eq!((broken.started, broken.score), (record.started, record.score));
    let mut reset = harness(["reset", SLUG]);
    let reset = Done::of(reset.current_dir(&workspace).env_remove("CARGO_MANIFEST_DIR"));
    assert_eq!(reset.code, Some(0), "{reset:?}");
    assert_eq!(fs::read(&lib).expect("it is there"), starter);

    let solution = fs::read(root().join("solutions/sse-minimal/one-loop.rs")).expect("it is there");
    write_changed(&lib, &solution);
    let passed = check("");
    assert_eq!(passed.code, Some(0), "{passed:?}");
    let record = progress().of(SLUG).cloned().expect("it was checked");
    assert_eq!((record.outcome, record.passed), (Some(Overall::Passed), record.checked));
    assert!(record.failed.is_empty() && record.score == record.max_score, "{record:?}");

    // A check that cannot be recorded is a check all the same.
    fs::remove_dir_all(workspace.join(".harness")).expect("it is there");
    fs::write(workspace.join(".harness"), "a file where the folder should be").expect("it is writable");
    let unkept = check("");
    fs::remove_file(workspace.join(".harness")).expect("it is there");
    assert_eq!((unkept.code, unkept.out), (Some(0), passed.out));
    assert_eq!(unkept.err.matches("note: ").count(), 1, "{}", unkept.err);
}
