//! Submissions that lie anywhere.

use std::{fs, path::Path, thread};

use harness::client::{Error, Holds, Sources, Subject, build};
use tempfile::TempDir;

use super::building::{MANIFEST, Small, assert_registry_fresh, own, printed, word};

/// A workspace whose lock file is written, and an empty folder elsewhere.
fn places() -> (Small, TempDir) {
    let small = Small::new();
    small.build(Subject::Challenge("echo")).expect("it compiles");
    (small, TempDir::new().expect("there is room"))
}

fn write(dir: &TempDir, name: &str, text: &str) {
    let path = dir.path().join(name);
    fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
    fs::write(path, text).expect("it is writable");
}

/// All files of a folder, with their contents.
fn contents(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("it is readable").path())
        .flat_map(|path| match path.is_dir() {
            true => contents(&path),
            false => vec![(path.display().to_string(), fs::read_to_string(&path).expect("it is text"))],
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_file_or_a_folder_is_built_and_the_students_own_is_left_alone() {
    let (small, dir) = places();
    let before = contents(&small.workspace.root.join("challenges"));
    write(&dir, "one.rs", &word("a file"));
    assert_eq!(printed(&small.submit(&dir.path().join("one.rs")).expect("it compiles")), "a file\n");
    write(&dir, "src/lib.rs", "mod deep;\npub use deep::word;");
    write(&dir, "src/deep/mod.rs", "mod er;\npub use er::word;");
    write(&dir, "src/deep/er.rs", &word("a folder"));
    let built = small.submit(dir.path()).expect("it compiles");
    assert_eq!(printed(&built), "a folder\n");
    write(&dir, "src/main.rs", "fn main() { println!(\"mine, {}\", echo::word()); }");
    assert_eq!(printed(&small.submit(dir.path()).expect("it compiles")), "mine, a folder\n");
    assert_eq!(contents(&small.workspace.root.join("challenges")), before);
    let own = small.build(Subject::Challenge("echo")).expect("it compiles");
    assert_eq!(printed(&own), "first\n");
    assert!(own.artifacts.iter().all(|artifact| artifact.fresh), "it need not be built again: {own:?}");
}

#[test]
fn nothing_is_left_of_the_submission_before() {
    let (small, dir) = places();
    write(&dir, "src/lib.rs", "mod extra;\npub use extra::word;");
    write(&dir, "src/extra.rs", &word("extra"));
    small.submit(dir.path()).expect("it compiles");
    fs::remove_file(dir.path().join("src/extra.rs")).expect("it is there");
    let error = small.submit(dir.path()).expect_err("the module is gone");
    assert!(
        matches!(&error, Error::Compile { rendered, .. } if rendered.contains("file not found for module `extra`")),
        "{error}"
    );
    let again = small.submit(dir.path()).expect_err("the module is still gone");
    assert_eq!(again.to_string(), error.to_string());
}

#[test]
fn an_unchanged_submission_is_not_compiled_again() {
    let (small, dir) = places();
    write(&dir, "one.rs", &word("same"));
    small.submit(&dir.path().join("one.rs")).expect("it compiles");
    write(&dir, "two.rs", &word("same"));
    let built = small.submit(&dir.path().join("two.rs")).expect("it compiles");
    assert!(!built.artifacts.is_empty() && built.artifacts.iter().all(|artifact| artifact.fresh), "{built:?}");
}

#[test]
fn only_sources_are_taken() {
    let (small, dir) = places();
    write(&dir, "src/lib.rs", &word("harmless"));
    write(&dir, "build.rs", "fn main() { panic!(\"a build script ran\") }");
    write(&dir, "Cargo.toml", &format!("{MANIFEST}build = \"build.rs\"\n[dependencies]\nnone-such = \"1\"\n"));
    write(&dir, ".cargo/config.toml", "[build]\nrustc = \"/nowhere/rustc\"\n");
    write(&dir, "src/notes.txt", "not a source");
    assert_eq!(printed(&small.submit(dir.path()).expect("it compiles")), "harmless\n");
}

#[test]
fn errors_name_the_files_as_the_user_does() {
    let (small, dir) = places();
    write(&dir, "one.rs", "pub fn word() {");
    write(&dir, "src/lib.rs", "pub fn word() {");
    for (path, named) in [(dir.path().join("one.rs"), "one.rs"), (dir.path().to_owned(), "src/lib.rs")] {
        let error = small.submit(&path).expect_err("it does not compile").to_string();
        let place = format!("--> {}:1:16", dir.path().join(named).display());
        assert!(error.contains(&place), "{place} in\n{error}");
    }
}

#[test]
fn a_submission_is_to_a_challenge_that_exists() {
    let (small, dir) = places();
    write(&dir, "one.rs", &word("a file"));
    let sources = Sources::read(&dir.path().join("one.rs"), "nothing", Holds::One).expect("it is a submission");
    let error = small.build(Subject::Submission { slug: "nothing", sources: &sources }).expect_err("no such challenge");
    assert!(matches!(error, Error::NoChallenge { .. }));
}

#[test]
fn submissions_at_the_same_time_do_not_disturb_each_other() {
    let (small, dir) = places();
    let words: Vec<_> = (0..6).map(|n| format!("word {n}")).collect();
    let printed: Vec<_> = thread::scope(|scope| {
        let run = |text: &String| {
            write(&dir, &format!("{text}.rs"), &word(text));
            printed(&small.submit(&dir.path().join(format!("{text}.rs"))).expect("it compiles"))
        };
        let threads: Vec<_> = words.iter().map(|text| scope.spawn(move || run(text))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    assert_eq!(printed, words.iter().map(|word| format!("{word}\n")).collect::<Vec<_>>());
}

#[test]
fn nothing_else_of_this_workspace_is_compiled_for_a_submission() {
    let workspace = own();
    let slug = "reconnect-backoff";
    // What the student's own crate needs is there then.
    build(&workspace, Subject::Challenge(slug), false, &mut |_| {}).expect("it compiles");
    let dir = TempDir::new().expect("there is room");
    let lib = fs::read_to_string(workspace.challenge(slug).join("src/lib.rs")).expect("it is there");
    write(&dir, "one.rs", &format!("{lib}\n// submitted\n"));
    let sources = Sources::read(&dir.path().join("one.rs"), slug, Holds::One).expect("it is a submission");
    let submission = Subject::Submission { slug, sources: &sources };
    let built = build(&workspace, submission, false, &mut |_| {}).expect("it compiles");
    assert_registry_fresh(&built.artifacts);
    let compiled: Vec<_> =
        built.artifacts.iter().filter(|artifact| !artifact.fresh).map(|a| a.package.as_str()).collect();
    assert!(compiled.iter().all(|package| *package == slug), "{compiled:?}");
}
