//! A class is graded: real submissions, the real compiler, the strict sandbox where it works.

mod canary;
mod handed_in;
mod mixed;
mod parts;
mod tricks;
mod usage;

use std::{
    fs,
    path::{Path, PathBuf},
};

use harness::verdict::{Grade, Grades};
use tempfile::TempDir;

use crate::robustness::command::{Harness, Ran};

/// The challenge that most tests grade for.
const SLUG: &str = "sse-minimal";

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the harness stands in a workspace")
}

/// A class in a folder, and the folder of its results beside it.
struct Class {
    dir: TempDir,
}

impl Class {
    fn new() -> Self {
        Self { dir: TempDir::new().expect("there is room") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Hands in a file.
    fn hand_in(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path("class").join(name);
        fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
        fs::write(path, bytes).expect("it is writable");
    }

    /// Grades the class, from its own folder, into `out`.
    fn grade(&self, out: &str, options: &[&str]) -> Ran {
        self.call(out, options).run()
    }

    fn call(&self, out: &str, options: &[&str]) -> Harness {
        let arguments = ["grade", "class", "--challenge", SLUG, "--out", out];
        let from = self.dir.path();
        // The workspace is that from which the harness was built.
        Harness::new(arguments.iter().chain(options)).within(from)
    }

    fn grades(&self, out: &str) -> Grades {
        let text = fs::read_to_string(self.path(out).join("grades.json")).expect("it was written");
        serde_json::from_str(&text).expect("it is the record")
    }
}

/// A solution's text.
fn solution(name: &str) -> String {
    fs::read_to_string(root().join("solutions").join(SLUG).join(name)).expect("there is such a solution")
}

/// The text of a known mistake.
fn mistake(name: &str) -> String {
    fs::read_to_string(root().join("challenges").join(SLUG).join("mistakes").join(name))
        .expect("there is such a mistake")
}

/// The grade of a submission.
fn of<'a>(grades: &'a Grades, submission: &str) -> &'a Grade {
    let mut found = grades.grades.iter().filter(|grade| grade.submission == submission);
    found.next().unwrap_or_else(|| panic!("`{submission}` has no grade in {grades:#?}"))
}

/// All files below a folder with their contents, by their paths.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    fn add(folder: &Path, root: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in fs::read_dir(folder).expect("it is readable").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => add(&path, root, found),
                false => found.push((
                    path.strip_prefix(root).expect("it is below").to_owned(),
                    fs::read(&path).expect("it is readable"),
                )),
            }
        }
    }
    let mut found = Vec::new();
    add(folder, folder, &mut found);
    found.sort();
    found
}
