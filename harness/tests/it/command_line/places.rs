//! Where the command is run, and in which workspace.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::{Done, harness, root};

/// A workspace with these specs.
pub(super) fn workspace(specs: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().expect("there is room");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    };
    write("Cargo.toml", "[workspace]\n");
    write("harness/Cargo.toml", "");
    for (slug, text) in specs {
        write(&format!("challenges/{slug}/challenge.toml"), text);
    }
    dir
}

pub(super) const COURSE: &str = "format = 1\n\n[[chapter]]\ntitle = \"Staying connected\"\nchallenges = [\"echo\"]\n";

/// A spec of one scenario and one check.
pub(super) fn spec(title: &str, channel: &str) -> String {
    format!(
        r#"format  = 1
title   = "{title}"
channel = "{channel}"
summary = "Say hello to a server that is not always there, and mind the gap between one greeting and the next."
minutes = 20

[client]
base_delay = {{ between = ["400ms", "900ms"] }}

[[scenario]]
id     = "blip"
about  = "A reset."
lasts  = "200 * base_delay"
server = [{{ times = "any", play = ["accept", {{ send = "hello" }}, "reset"] }}]

[[check]]
id     = "comes-back"
in     = "blip"
points = 1
title  = "It comes back"
expect = {{ happens = {{ status = "connected", times = 2 }} }}
why    = "A sentence."
read   = "README.md#a"
hints  = ["A question?", "A concept.", "A line."]
"#
    )
}

pub(super) fn at(folder: &Path, arguments: &[&str]) -> Done {
    Done::of(harness(arguments).current_dir(folder))
}

#[test]
fn challenges_are_listed_by_the_course_and_then_the_others() {
    let dir = workspace(&[
        ("echo", &spec("Echo", "websocket")),
        ("metrics", &spec("Metrics of a service that never sleeps and has a title of some length", "sse")),
        ("either-way", &spec("Either way", "both")),
    ]);
    fs::write(dir.path().join("challenges/course.toml"), COURSE).expect("it is writable");
    insta::assert_snapshot!(at(dir.path(), &["list"]).all());
}

/// A student who has deleted a folder can go on with all others.
#[test]
fn a_challenge_that_is_missing_hides_no_other() {
    let dir = workspace(&[("metrics", &spec("Metrics", "sse"))]);
    fs::write(dir.path().join("challenges/course.toml"), COURSE).expect("it is writable");
    insta::assert_snapshot!(at(dir.path(), &["list"]).all());
    let hint = at(dir.path(), &["hint", "metrics"]);
    assert!(hint.code == Some(0) && hint.out.contains("comes-back: It comes back"), "{hint:?}");
    let verify = at(dir.path(), &["verify"]);
    assert!(verify.code == Some(2) && verify.err.contains("there is no challenge `echo`"), "{verify:?}");
}

#[test]
fn a_broken_spec_hides_no_other_challenge() {
    let broken = spec("Broken", "websocket").replace("\"reset\"", "\"resett\"");
    let dir = workspace(&[("broken", &broken), ("echo", &spec("Echo", "websocket"))]);
    insta::assert_snapshot!(at(dir.path(), &["list"]).all());
    let check = at(dir.path(), &["check", "broken"]);
    assert_eq!((check.code, check.out.as_str()), (Some(2), ""));
    assert!(check.err.contains("challenges/broken/challenge.toml:14:") && check.err.contains("did you mean `reset`?"));
    let verify = at(dir.path(), &["verify", "broken"]);
    assert_eq!((verify.code, verify.err), (Some(2), check.err));
}

#[test]
fn there_may_be_no_challenge_at_all() {
    let dir = workspace(&[]);
    fs::create_dir(dir.path().join("challenges")).expect("it is writable");
    insta::assert_snapshot!(at(dir.path(), &["list"]).all());
    assert_eq!(at(dir.path(), &["check", "echo"]).code, Some(2));
}

#[test]
fn it_works_from_every_folder() {
    let line = ["check", "reconnect-backoff", "--solution", "full-jitter", "--scenario", "blip"];
    let expected = at(root(), &line);
    assert_eq!(expected.code, Some(0), "{expected:?}");
    let elsewhere = TempDir::new().expect("there is room");
    for folder in [&root().join("challenges/reconnect-backoff/src"), elsewhere.path()] {
        let done = at(folder, &line);
        assert_eq!((done.code, &done.out), (Some(0), &expected.out), "{}: {}", folder.display(), done.err);
    }
}

/// What a path on the command line means, the user's folder says.
#[test]
fn paths_are_relative_to_the_users_folder() {
    let line = ["check", "reconnect-backoff", "--submission", "mine.rs", "--scenario", "blip", "--trace", "run.trace"];
    let dir = TempDir::new().expect("there is room");
    fs::copy(root().join("solutions/reconnect-backoff/full-jitter.rs"), dir.path().join("mine.rs"))
        .expect("it is there");
    let done = at(dir.path(), &line);
    assert_eq!(done.code, Some(0), "{done:?}");
    let trace = fs::read_to_string(dir.path().join("run.trace")).expect("it was written");
    assert!(trace.starts_with("# trace 1\nchallenge reconnect-backoff  scenario blip"), "{trace}");
}
