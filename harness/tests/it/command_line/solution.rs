//! `harness solution`: after passing, or after giving up.

use std::fs;

use super::{Done, harness};
use crate::robustness::workspace::{make, write_changed};

/// A workspace with one challenge, whose solutions lie beside it.
fn workspace() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    make(root.path());
    let write = |name: &str, text: &str| write_changed(&root.path().join(name), text.as_bytes());
    fs::remove_file(root.path().join("solutions")).expect("it is a link");
    write("challenges/greet/challenge.toml", include_str!("../../data/faults/challenge.toml"));
    write("challenges/greet/Cargo.toml", include_str!("../../data/faults/Cargo.toml"));
    write("challenges/greet/src/lib.rs", "//! The task.\n\npub fn run() {\n  let a = 1;\n    println!(\"{a}\");\n}\n");
    write("solutions/greet/far.rs", "//! Far away.\n\npub fn run() {\n    loop {}\n}\n");
    write(
        "solutions/greet/near.rs",
        "//! Near by:\n//! it prints.\n//!\n//! More.\n\npub fn run() {\n    let a = 2;\n    println!(\"{a}\");\n}\n",
    );
    root
}

fn run(root: &tempfile::TempDir, line: &str) -> Done {
    let mut command = harness(line.split_whitespace());
    Done::of(command.current_dir(root.path()).env_remove("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_solution_is_shown_to_who_has_given_up_and_that_is_remembered() {
    let root = workspace();
    let refused = run(&root, "solution greet");
    assert_eq!(refused.code, Some(1));
    assert!(refused.out.contains("harness -- hint greet") && !refused.out.contains("println"), "{refused:?}");

    let shown = run(&root, "solution greet --give-up");
    insta::assert_snapshot!("solution", shown.all());
    let list = run(&root, "list --format json");
    assert!(list.out.contains("\"gave_up\": \"20"), "{list:?}");
    assert_eq!(run(&root, "solution greet far").code, Some(0), "it is remembered");
    insta::assert_snapshot!("solutions", run(&root, "solution greet --list").all());
}

#[test]
fn a_file_that_does_not_parse_is_compared_as_it_is() {
    let root = workspace();
    fs::write(root.path().join("challenges/greet/src/lib.rs"), "fn {{{ \u{1b}[2J").expect("it is writable");
    let shown = run(&root, "solution greet --give-up");
    assert_eq!(shown.code, Some(0));
    assert!(shown.out.contains("could not be formatted") && !shown.out.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn what_is_not_there_is_told() {
    let root = workspace();
    run(&root, "solution greet --give-up");
    for (line, told) in [("solution great", "did you mean `greet`?"), ("solution greet nea", "did you mean `near`?")] {
        let done = run(&root, line);
        assert!(done.code == Some(2) && done.err.contains(told), "{done:?}");
    }
}
