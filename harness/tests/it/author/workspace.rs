//! A copy of the workspace that a test may write into.
//!
//! It has a target folder of its own: its crate `solutions` would be taken for the real one. What has been built of the registry is linked
//! into it, so that only what differs is built again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

use crate::{
    command_line::{Done, harness, root as real},
    robustness::workspace::{make, target, write_changed},
};

/// A course of two chapters, whose challenges nobody reads.
pub(super) const COURSE: &str = "\
# The order.
format = 1

[[chapter]]
title      = \"Beginning\"
challenges = [\"neighbour-one\"] # for all

[[chapter]]
title      = \"Deep dives\"
challenges = [\"neighbour-two\"]
";

/// The copy.
pub(super) struct Workspace {
    pub(super) root: PathBuf,
}

impl Workspace {
    /// A copy with no solutions and no challenges but two that stand in the course.
    pub(super) fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("author").join(name);
        for folder in ["challenges", "solutions", ".harness"] {
            let _ = fs::remove_dir_all(root.join(folder));
        }
        for file in ["Cargo.toml", "build.rs", "src/lib.rs"] {
            let text = fs::read(real().join("solutions").join(file)).expect("it is there");
            write_changed(&root.join("solutions").join(file), &text);
        }
        make(&root);
        let workspace = Self { root };
        workspace.write("challenges/course.toml", COURSE);
        for neighbour in ["neighbour-one", "neighbour-two"] {
            let manifest =
                format!("[package]\nname = \"{neighbour}\"\nversion.workspace = true\nedition.workspace = true\n");
            workspace.write(&format!("challenges/{neighbour}/Cargo.toml"), &manifest);
            workspace.write(&format!("challenges/{neighbour}/src/lib.rs"), "");
            workspace.write(&format!("challenges/{neighbour}/challenge.toml"), "format = 1\n");
        }
        built();
        link_registry(&target().join("debug"), &workspace.root.join("target/debug"));
        workspace
    }

    pub(super) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(super) fn write(&self, file: &str, text: &str) {
        write_changed(&self.root.join(file), text.as_bytes());
    }

    /// The real binary in this workspace.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = harness(arguments);
        command
            .current_dir(&self.root)
            .env_remove("CARGO_MANIFEST_DIR")
            .env("CARGO_TARGET_DIR", self.root.join("target"));
        command
    }

    pub(super) fn run(&self, line: &str) -> Done {
        Done::of(&mut self.command(&line.split_whitespace().collect::<Vec<_>>()))
    }

    /// The files that have come, gone or changed.
    pub(super) fn changed(&self, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<PathBuf> {
        let now = self.files();
        let all: BTreeSet<_> = before.keys().chain(now.keys()).collect();
        all.into_iter().filter(|file| before.get(*file) != now.get(*file)).cloned().collect()
    }

    /// Every file that is not built, with what is in it.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it is readable") {
                let entry = entry.expect("it is readable");
                match entry.file_type().expect("it has one") {
                    kind if kind.is_dir() && entry.file_name() != "target" => folders.push(entry.path()),
                    kind if kind.is_file() => {
                        files.insert(entry.path(), fs::read(entry.path()).expect("it is readable"));
                    }
                    _ => {}
                }
            }
        }
        files
    }
}

/// Makes sure that the crates which clients need have been built, with the features that they have there.
fn built() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let line = ["check", "sse-minimal", "--submission", "solutions/sse-minimal/one-loop.rs"];
        assert_eq!(Done::of(&mut harness(line)).code, Some(0));
    });
}

/// Links what has been built of crates of the registry. Whatever cannot be linked is built.
fn link_registry(from: &Path, to: &Path) {
    let lock: toml::Table =
        fs::read_to_string(real().join("Cargo.lock")).expect("it is there").parse().expect("it is TOML");
    let packages = lock["package"].as_array().expect("it is a list");
    let packages = packages.iter().filter(|package| package.get("source").is_some());
    let names: BTreeSet<_> =
        packages.map(|package| package["name"].as_str().expect("it is a text").replace('-', "_")).collect();
    // Last what says that the rest is complete: a build may be going on meanwhile.
    for folder in ["deps", "build", ".fingerprint"] {
        for entry in fs::read_dir(from.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let package = name.rsplit_once('-').map_or(&*name, |(package, _)| package);
            let package =
                package.strip_prefix("lib").filter(|_| folder == "deps" && !name.ends_with(".d")).unwrap_or(package);
            if names.contains(&package.replace('-', "_")) {
                link(&entry.path(), &to.join(folder).join(name));
            }
        }
    }
}

fn link(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).into_iter().flatten().flatten() {
            link(&entry.path(), &to.join(entry.file_name()));
        }
    } else if !to.exists() {
        let _ = to.parent().map(fs::create_dir_all);
        let _ = fs::hard_link(from, to);
    }
}
