//! A machine that cannot grade fails nobody.

use std::{fs, path::Path};

use super::{Class, solution};
use crate::robustness::{command::Harness, workspace};

/// Makes a workspace with one challenge, whose solution is this.
fn course(root: &Path, solution: &str) {
    workspace::make(root);
    // The folder of the solutions is its own.
    fs::remove_file(root.join("solutions")).or_else(|_| fs::remove_dir_all(root.join("solutions"))).unwrap_or_default();
    for name in ["Cargo.toml", "build.rs", "src/lib.rs"] {
        let name = Path::new("solutions").join(name);
        workspace::write_changed(&root.join(&name), &fs::read(super::root().join(name)).expect("it is there"));
    }
    let real = super::root().join("challenges").join(super::SLUG);
    let manifest = fs::read_to_string(real.join("Cargo.toml")).expect("it is there").replace(super::SLUG, "canary");
    let main = fs::read_to_string(real.join("src/main.rs")).expect("it is there").replace("sse_minimal", "canary");
    let spec = fs::read_to_string(real.join("challenge.toml")).expect("it is there");
    let spec = spec.split("\n[[mistake]]").next().expect("there is a first part");
    for (name, text) in [
        ("challenges/canary/Cargo.toml", manifest.as_str()),
        ("challenges/canary/src/main.rs", &main),
        ("challenges/canary/src/lib.rs", solution),
        ("challenges/canary/challenge.toml", spec),
        ("solutions/canary/known.rs", solution),
    ] {
        workspace::write_changed(&root.join(name), text.as_bytes());
    }
}

#[test]
fn nobody_is_graded_where_a_solution_does_not_pass() {
    let class = Class::new();
    class.hand_in("anna.rs", solution("one-loop.rs"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("canary");
    course(&root, &super::mistake("no-accept.rs"));
    // It also writes the new challenge into the lock file.
    let own = Harness::new(["check", "canary"]).within(&root).run();
    assert_eq!(own.code, Some(1), "{own:?}");
    let path = class.path("class");
    let arguments = ["grade", path.to_str().expect("it is text"), "--challenge", "canary", "--sandbox", "basic"];
    let ran = Harness::new(arguments).within(&root).run();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let told = "error: solution known of canary is right, and does not pass here, so nobody is graded: `asks`: ";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(!root.join("grades/grades.json").exists());
}
