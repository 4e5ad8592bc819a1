//! A course in a temporary folder, with and without git.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{client::Workspace, grade::Catalog};

/// What the starter of every challenge here holds.
pub(super) const LIB: &str = "//! Your client.\n\npub fn run() {}\n";
pub(super) const MAIN: &str = "starter::main!();\n";

/// A course whose challenges are called so.
pub(super) struct Course {
    dir: TempDir,
    /// The workspace's root, below the folder.
    root: PathBuf,
}

impl Course {
    /// Without git.
    pub(super) fn new(slugs: &[&str]) -> Self {
        Self::within(TempDir::new().expect("there is room"), "", slugs)
    }

    /// In a folder of that name below another one.
    pub(super) fn within(dir: TempDir, below: &str, slugs: &[&str]) -> Self {
        let root = dir.path().join(below);
        let course = Self { dir, root };
        for slug in slugs {
            course.write(slug, "challenge.toml", "format = 1\n");
            course.write(slug, "README.md", "# An exercise\n");
            course.write(slug, "src/lib.rs", LIB);
            course.write(slug, "src/main.rs", MAIN);
        }
        course
    }

    /// In a repository, committed.
    pub(super) fn committed(slugs: &[&str]) -> Self {
        let course = Self::new(slugs);
        course.init();
        course
    }

    /// Makes a repository of the outer folder, and commits all that there is.
    pub(super) fn init(&self) {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.commit("The course");
    }

    /// A clone without history.
    pub(super) fn shallow(&self) -> Self {
        let dir = TempDir::new().expect("there is room");
        let from = format!("file://{}", self.dir.path().display());
        git(dir.path(), &["clone", "--quiet", "--depth=1", &from, "clone"]);
        Self { root: dir.path().join("clone"), dir }
    }

    pub(super) fn catalog(&self) -> Catalog {
        Catalog::of(Workspace::at(&self.root))
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A file of a challenge.
    pub(super) fn path(&self, slug: &str, name: &str) -> PathBuf {
        self.root.join("challenges").join(slug).join(name)
    }

    pub(super) fn write(&self, slug: &str, name: &str, text: &str) {
        let path = self.path(slug, name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    }

    pub(super) fn read(&self, slug: &str, name: &str) -> Option<String> {
        fs::read_to_string(self.path(slug, name)).ok()
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    /// Commits everything, and says the commit's name.
    pub(super) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Git, as somebody without any configuration.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let nowhere = folder.join("no-such-configuration");
    let who = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .envs(who.map(|name| (name, "somebody@example.org")))
        .env("GIT_CONFIG_GLOBAL", &nowhere)
        .env("GIT_CONFIG_SYSTEM", &nowhere)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .expect("these tests need git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text").trim().to_owned()
}
