//! A workspace beside this one, whose only challenge is a client for each way to misbehave.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use super::command::Harness;

/// The root of the real workspace.
pub(super) fn real_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the harness stands in a workspace")
}

/// The target folder, which all workspaces share, so that nothing is compiled twice.
pub(crate) fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is the `tmp` of the target folder")
}

/// The workspace of the faults, with its client built.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        make(&root);
        copy(&data(), &root.join("challenges/faults"));
        write_changed(&root.join("challenges/faults/challenge.toml"), spec().as_bytes());
        let ran = Harness::new(["check", "faults", "--scenario", "nothing"]).within(&root).run();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        root
    });
    &ROOT
}

/// Makes a workspace in which everything but the challenges is the real one's.
pub(crate) fn make(root: &Path) {
    fs::create_dir_all(root.join("challenges")).expect("it is writable");
    for name in ["Cargo.toml", "Cargo.lock"] {
        write_changed(&root.join(name), &fs::read(real_root().join(name)).expect("it is there"));
    }
    for name in ["harness", "starter", "solutions"] {
        let link = root.join(name);
        if !link.exists() {
            symlink(real_root().join(name), link).expect("it is writable");
        }
    }
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/faults")
}

/// Copies a folder. What was there already and has not changed keeps its time, so that what was built from it stays fresh.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("it is there") {
        let from = entry.expect("it is readable").path();
        let to = to.join(from.file_name().expect("it has a name"));
        match from.is_dir() {
            true => copy(&from, &to),
            false => write_changed(&to, &fs::read(&from).expect("it is readable")),
        }
    }
}

/// Writes a file unless it holds that already.
pub(crate) fn write_changed(path: &Path, bytes: &[u8]) {
    if fs::read(path).ok().as_deref() != Some(bytes) {
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it is writable");
        fs::write(path, bytes).expect("it is writable");
    }
}

/// The challenge: a scenario and a check for each fault that the client knows.
fn spec() -> String {
    let mut spec = fs::read_to_string(data().join("challenge.toml")).expect("it is there");
    let client = fs::read_to_string(data().join("src/lib.rs")).expect("it is there");
    let arms = client.lines().filter_map(|line| line.trim_start().strip_prefix('"')?.split_once("\" =>"));
    for (fault, _) in arms {
        let clients = if fault.starts_with("one-") { 3 } else { 1 };
        let play = if fault == "storms" { "refuse" } else { "accept\", { send = \"hello\" }, \"hold" };
        write!(
            spec,
            r#"
[[scenario]]
id      = "{fault}"
about   = "The server greets and waits."
lasts   = "60s"
clients = {clients}
client  = {{ fault = {{ text = "{fault}" }} }}
server  = [{{ times = "any", play = ["{play}"] }}]

[[check]]
id     = "{fault}"
in     = "{fault}"
points = 1
title  = "The greeting is shown"
expect = [{{ shown = ["hello"] }}, {{ status_sequence = "connecting connected" }}]
why    = "A greeting is for the user."
read   = "README.md"
hints  = ["What does the server say?", "It greets.", "`ui.show(…)`"]
"#
        )
        .expect("a text has room");
    }
    spec
}
