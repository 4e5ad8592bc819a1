//! Building with cargo, in workspaces made for it and in this one.

use std::{fs, path::Path, process::Command};

use harness::client::{Artifact, Built, Error, Holds, Program, Progress, Sources, Subject, Workspace, build};
use tempfile::TempDir;

use super::run;

/// A workspace of the same shape as this one, without dependencies.
pub(crate) struct Small {
    pub(crate) workspace: Workspace,
    _dir: TempDir,
}

pub(crate) const MANIFEST: &str = "[package]\nname = \"echo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

impl Small {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().expect("there is room");
        // Packages of one name at the same place in their workspaces are one to cargo: a target folder that the environment names would be
        // shared with the workspaces of other tests.
        let workspace = Workspace { target: dir.path().join("target"), ..Workspace::at(dir.path()) };
        let small = Self { workspace, _dir: dir };
        small.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"harness\", \"challenges/*\"]\n");
        small.write("harness/Cargo.toml", &MANIFEST.replace("echo", "harness"));
        // It does not even compile: a build of a submission must not need it.
        small.write("harness/src/lib.rs", "compile_error!(\"nobody asked for the harness\");");
        small.write("challenges/echo/Cargo.toml", MANIFEST);
        small.write("challenges/echo/src/main.rs", "fn main() { println!(\"{}\", echo::word()); }");
        small.write("challenges/echo/src/lib.rs", &word("first"));
        small
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.workspace.root.join(name);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    }

    /// Builds what lies at a path as a submission to its challenge.
    pub(crate) fn submit(&self, path: &Path) -> Result<Built, Error> {
        let sources = Sources::read(path, "echo", Holds::One)?;
        self.build(Subject::Submission { slug: "echo", sources: &sources })
    }

    pub(crate) fn build(&self, subject: Subject<'_>) -> Result<Built, Error> {
        build(&self.workspace, subject, false, &mut |_| {})
    }
}

/// A library whose word is this.
pub(crate) fn word(word: &str) -> String {
    format!("pub fn word() -> &'static str {{ {word:?} }}\n")
}

/// What a built program prints.
pub(crate) fn printed(built: &Built) -> String {
    run(&Program::new(&built.executable)).output.text
}

const ECHO: Subject<'_> = Subject::Challenge("echo");

#[test]
fn a_program_is_its_own_after_the_next_build() {
    let small = Small::new();
    let first = small.build(ECHO).expect("it compiles");
    small.write("challenges/echo/src/lib.rs", &word("second"));
    let second = small.build(ECHO).expect("it compiles");
    assert_eq!([printed(&first), printed(&second)], ["first\n", "second\n"]);
    let third = small.build(ECHO).expect("it compiles");
    assert!(!third.artifacts.is_empty() && third.artifacts.iter().all(|artifact| artifact.fresh), "{third:?}");
    let places = [first, second, third].map(|built| built.executable.clone());
    assert!(places.iter().all(|place| !place.exists()), "they went with what was built");
}

#[test]
fn the_progress_is_told_and_warnings_are_kept() {
    let small = Small::new();
    small.write(
        "challenges/echo/src/lib.rs",
        &format!("{}async fn hum() {{}}\npub fn sing() {{ hum(); }}\nfn idle() {{}}\n", word("first")),
    );
    let mut lines = Vec::new();
    let built = build(&small.workspace, ECHO, false, &mut |progress| match progress {
        Progress::Line(line) => lines.push(line),
        Progress::Crates { done, total, .. } => assert!(done <= total),
    });
    let warnings = built.expect("it compiles").warnings;
    assert!(lines.iter().any(|line| line.starts_with("Compiling echo v0.1.0")), "{lines:?}");
    // The starter of a challenge has unused code; what may be a mistake is told.
    assert_eq!((warnings.unfinished, warnings.more), (1, 0), "{warnings:?}");
    let [warning] = &warnings.told[..] else { panic!("{warnings:?}") };
    assert_eq!(
        (warning.lint.as_deref(), warning.file.as_str(), warning.line),
        (Some("unused_must_use"), "challenges/echo/src/lib.rs", 3)
    );
    assert!(warning.rendered.contains("unused implementer of `Future` that must be used"), "{warning:?}");
    assert!(warning.rendered.contains("hum()") && !warning.rendered.contains('\u{1b}'), "{warning:?}");
}

#[test]
fn a_compile_error_is_shown_as_the_compiler_renders_it() {
    let small = Small::new();
    small.write("challenges/echo/src/lib.rs", "pub fn word() -> &'static str { 1 }");
    for color in [false, true] {
        let error = build(&small.workspace, ECHO, color, &mut |_| {}).expect_err("it does not compile");
        let Error::Compile { package, errors, rendered } = error else { panic!("{error:?}") };
        assert_eq!((package.as_str(), errors), ("echo", 1));
        assert!(!rendered.contains("aborting due to") && rendered.contains("rustc --explain E0308"), "{rendered}");
        assert!(
            rendered.contains("mismatched types") && rendered.contains("challenges/echo/src/lib.rs:1:33"),
            "{rendered}"
        );
        assert_eq!(rendered.contains("\u{1b}["), color, "{rendered}");
    }
}

#[test]
fn errors_in_the_students_file_come_before_the_others() {
    let small = Small::new();
    small.write("challenges/echo/src/lib.rs", "mod a;\npub fn word() -> &'static str { 1 }\n");
    small.write("challenges/echo/src/a.rs", "pub fn one() -> u8 { \"\" }\n");
    let error = small.build(ECHO).expect_err("it does not compile");
    let Error::Compile { errors, rendered, .. } = error else { panic!("{error:?}") };
    let places: Vec<_> = rendered.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
    assert_eq!((errors, &places[..]), (2, &["challenges/echo/src/lib.rs:2:33", "challenges/echo/src/a.rs:1:22"][..]));
}

#[test]
fn a_broken_manifest_is_named() {
    for manifest in [
        "[package\n",
        "[package]\nname = 3\n",
        &format!("{MANIFEST}rust-version = \"abc\"\n"),
        &format!("{MANIFEST}[dependencies]\nserde.workspace = true\n"),
    ] {
        let small = Small::new();
        small.write("challenges/echo/Cargo.toml", manifest);
        let error = small.build(ECHO).expect_err("it is broken");
        let Error::Manifest { path, text } = error else { panic!("{manifest}: {error:?}") };
        assert!(path.is_absolute() && path.ends_with("challenges/echo/Cargo.toml"), "{}", path.display());
        assert!(text.starts_with("error"), "{text}");
    }
}

#[test]
fn other_failures_are_told_apart() {
    let small = Small::new();
    assert!(matches!(small.build(Subject::Challenge("nothing")), Err(Error::NoChallenge { .. })));
    fs::remove_file(small.workspace.root.join("challenges/echo/src/main.rs")).expect("it is there");
    let error = small.build(ECHO).expect_err("there is no program");
    assert!(matches!(&error, Error::Cargo { text } if text.contains("echo")), "{error:?}");
    let without = Workspace { cargo: "/nowhere/cargo".into(), ..small.workspace.clone() };
    assert!(matches!(build(&without, ECHO, false, &mut |_| {}), Err(Error::Start { .. })));
}

#[test]
fn dependencies_are_built_with_the_features_that_the_harness_needs() {
    let small = Small::new();
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"harness\", \"dep\", \"challenges/*\"]\n";
    small.write("Cargo.toml", members);
    small.write("dep/Cargo.toml", &format!("{}[features]\nextra = []\n", MANIFEST.replace("echo", "dep")));
    small.write("dep/src/lib.rs", "pub const EXTRA: bool = cfg!(feature = \"extra\");");
    let on_dep = |name: &str, dep: &str| format!("{}[dependencies]\ndep = {dep}\n", MANIFEST.replace("echo", name));
    small.write("harness/Cargo.toml", &on_dep("harness", "{ path = \"../dep\", features = [\"extra\"] }"));
    small.write("challenges/echo/Cargo.toml", &on_dep("echo", "{ path = \"../../dep\" }"));
    small.write("challenges/echo/src/lib.rs", "pub fn word() -> bool { dep::EXTRA }");
    assert_eq!(printed(&small.build(ECHO).expect("it compiles")), "true\n");
    let submission = small.submit(&small.workspace.root.join("challenges/echo")).expect("it compiles");
    assert_eq!(printed(&submission), "true\n");
    let dep = submission.artifacts.iter().find(|artifact| artifact.package == "dep").expect("it is needed");
    assert!(dep.fresh, "it is built once for both");
}

/// This workspace, with its harness built.
pub(crate) fn own() -> Workspace {
    let workspace = Workspace::find().expect("the test runs inside it");
    let status = Command::new(&workspace.cargo)
        .args(["build", "--quiet", "-p", "harness", "--profile", &workspace.profile, "--target-dir"])
        .arg(&workspace.target)
        .current_dir(&workspace.root)
        .status()
        .expect("cargo is there");
    assert!(status.success());
    workspace
}

/// Asserts that nothing was compiled that the harness was built with.
pub(crate) fn assert_registry_fresh(artifacts: &[Artifact]) {
    let registry = artifacts.iter().filter(|artifact| artifact.registry).count();
    assert!(registry > 20, "the dependencies are among them: {artifacts:?}");
    // The one crate that only solutions use is compiled with the first of them.
    let compiled = |artifact: &&Artifact| artifact.registry && !artifact.fresh && artifact.package != "backon";
    let again: Vec<_> = artifacts.iter().filter(compiled).collect();
    assert!(again.is_empty(), "compiled a second time: {again:?}");
}

/// The tests have dependencies of their own. If one of them asked for another feature of a crate that the harness uses, too, all that stands
/// on that crate would be built twice: for the tests, and for whoever runs the harness.
#[test]
fn the_tests_run_with_the_harness_that_anybody_builds() {
    let workspace = Workspace::find().expect("the test runs inside it");
    let output = Command::new(&workspace.cargo)
        .args(["build", "--quiet", "-p", "harness", "--message-format", "json", "--profile", &workspace.profile])
        .arg("--target-dir")
        .arg(&workspace.target)
        .current_dir(&workspace.root)
        .output()
        .expect("cargo is there");
    let messages = String::from_utf8(output.stdout).expect("it is JSON");
    let artifacts = messages.lines().filter(|line| line.contains("\"compiler-artifact\""));
    let (fresh, again): (Vec<_>, Vec<_>) = artifacts.partition(|line| line.contains("\"fresh\":true"));
    assert!(fresh.len() > 50 && again.is_empty(), "{} are fresh, these are not: {again:#?}", fresh.len());
}

#[test]
fn nothing_of_the_registry_is_compiled_a_second_time() {
    let workspace = own();
    assert_eq!(workspace.root, Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it has one"));
    for subject in [Subject::Challenge("reconnect-backoff"), Subject::Solutions("reconnect-backoff")] {
        let built = build(&workspace, subject, false, &mut |_| {}).expect("it compiles");
        assert_registry_fresh(&built.artifacts);
        let starter = built.artifacts.iter().find(|artifact| artifact.package == "starter");
        assert!(starter.is_none_or(|starter| starter.fresh), "{starter:?}");
        assert!(!built.artifacts.iter().any(|artifact| artifact.package == "harness"), "it is not asked for");
    }
}
