//! `new`: what it makes is sound at once, and what it refuses leaves no trace.

use std::{fs, path::PathBuf, thread};

use super::workspace::{COURSE, Workspace};
use crate::command_line::Done;

#[test]
fn what_is_made_verifies_at_once_on_both_channels() {
    let workspace = Workspace::new("making");
    let made = workspace.run("new made-socket --channel websocket");
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""), "{made:?}");
    insta::assert_snapshot!(made.out);
    let mut command =
        workspace.command(&["new", "made-feed", "--channel", "sse", "--title", "A \"feed\"", "--chapter", "beginning"]);
    assert_eq!(Done::of(&mut command).code, Some(0));

    let course = COURSE.replace("[\"neighbour-two\"]", "[\"neighbour-two\", \"made-socket\"]");
    let course = course.replace("[\"neighbour-one\"]", "[\"neighbour-one\", \"made-feed\"]");
    assert_eq!(workspace.read("challenges/course.toml"), course);
    assert!(workspace.read("challenges/made-feed/README.md").starts_with("# A \"feed\"\n"));
    assert!(workspace.read("challenges/made-socket/challenge.toml").contains("\"Made socket\""));

    let verified = workspace.run("verify made-socket made-feed");
    assert_eq!((verified.code, verified.err.as_str()), (Some(0), ""), "{verified:?}");
    assert_eq!(verified.out.matches("Sound: 1 solution right, 2 mistakes caught").count(), 2, "{}", verified.out);
    let lock = workspace.read("Cargo.lock");
    for (slug, starter) in [("made-socket", "comes-back"), ("made-feed", "says-where")] {
        let checked = workspace.run(&format!("check {slug}"));
        assert_eq!(checked.code, Some(1), "{checked:?}");
        assert!(checked.out.contains(starter), "{checked:?}");
        // Submissions are built with `--locked`.
        let submitted = workspace.run(&format!("check {slug} --submission solutions/{slug}/one-loop.rs"));
        assert_eq!(submitted.code, Some(0), "{submitted:?}");
    }
    // Nothing was left for a build to write down.
    assert_eq!(workspace.read("Cargo.lock"), lock);
    assert_eq!(fs::read_dir(workspace.root.join(".harness")).expect("it is there").filter(is_staging).count(), 0);
}

fn is_staging(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("new-"))
}

#[test]
fn two_that_are_made_at_once_are_both_there() {
    let workspace = Workspace::new("both");
    thread::scope(|scope| {
        for slug in ["both-one", "both-two"] {
            let workspace = &workspace;
            scope.spawn(move || {
                let made = workspace.run(&format!("new {slug} --channel sse"));
                assert_eq!((made.code, made.err.as_str()), (Some(0), ""), "{made:?}");
            });
        }
    });
    for slug in ["both-one", "both-two"] {
        for file in ["challenges/course.toml", "Cargo.lock"] {
            assert!(workspace.read(file).contains(&format!("\"{slug}\"")), "{slug} is not in {file}");
        }
    }
}

#[test]
fn what_cannot_be_made_is_refused_with_a_reason_and_leaves_no_trace() {
    let workspace = Workspace::new("refusing");
    workspace.write("solutions/kept/one-loop.rs", "//! Somebody's.\n");
    let before = workspace.files();
    for (line, why) in [
        ("new StayConnected --channel sse", "not in kebab case; did you mean `stay-connected`?"),
        ("new stay--connected --channel sse", "not in kebab case; did you mean `stay-connected`?"),
        ("new ../elsewhere --channel sse", "not in kebab case"),
        ("new match --channel sse", "a word of Rust"),
        ("new test --channel sse", "for something else"),
        ("new tokio --channel sse", "Cargo.lock has a crate `tokio`"),
        ("new serde-json --channel sse", "Cargo.lock has a crate `serde_json`"),
        ("new harness --channel sse", "Cargo.lock has a crate `harness`"),
        ("new neighbour-one --channel sse", "challenges/neighbour-one is there already"),
        ("new kept --channel sse", "solutions/kept is there already"),
        ("new a-name-that-is-a-good-deal-longer-than-it-need-be --channel sse", "it has 49 letters"),
        ("new right --channel sse --chapter Biginning", "did you mean `Beginning`?"),
        ("new right --channel sse --title \n", "not one line"),
        ("new right --channel smoke", "[possible values: websocket, sse]"),
        ("new right", "--channel"),
    ] {
        let arguments: Vec<_> = line.split(' ').collect();
        let refused = Done::of(&mut workspace.command(&arguments));
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{line}: {refused:?}");
        assert!(refused.err.contains(why), "{line}: {}", refused.err);
    }
    // A cargo that fails comes after everything has been written beside the workspace.
    let failed = Done::of(workspace.command(&["new", "right", "--channel", "sse"]).env("CARGO", "false"));
    assert_eq!(failed.code, Some(3), "{failed:?}");
    assert!(failed.err.contains("Cargo.lock"), "{failed:?}");
    assert_eq!(workspace.changed(&before), Vec::<PathBuf>::new());
    assert_eq!(fs::read_dir(workspace.root.join(".harness")).expect("it is there").count(), 0);
}

/// A course that is broken is told at its place, and not made worse.
#[test]
fn a_broken_course_is_told() {
    let workspace = Workspace::new("broken-course");
    workspace.write("challenges/course.toml", &COURSE.replace("neighbour-two", "nobody"));
    let before = workspace.files();
    let refused = workspace.run("new right --channel sse");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("challenges/course.toml:10:"), "{refused:?}");
    assert_eq!(workspace.changed(&before), Vec::<PathBuf>::new());
}
