//! The folder of a class's results.
//!
//! `results/<submission>/<challenge>/` has the reports of one submission, and `grade.json`, which is written last: where that is, the
//! submission was graded to its end.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use fs4::{FileExt, TryLockError};

use super::{Handed, Roll};
use crate::{
    grade::Error,
    replace::replace,
    verdict::{Grade, Grades},
};

/// The file of one grade.
const GRADE: &str = "grade.json";

/// The file of all grades.
const GRADES: &str = "grades.json";

/// The folder of a class's results. While this lives no other harness writes there.
#[derive(Debug)]
pub struct Book {
    root: PathBuf,
    /// Holds the lock.
    _lock: File,
}

impl Book {
    /// Opens the folder, or makes it.
    ///
    /// # Errors
    /// [`Error::Usage`] if another harness is writing there; [`Error::Harness`] if it cannot be written to.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::Harness(format!("cannot write to {}: {error}", root.display()));
        fs::create_dir_all(root.join("results")).map_err(failed)?;
        let lock = File::create(root.join(".lock")).map_err(failed)?;
        match FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::Usage(format!(
                "another harness is grading into {}: wait for it, or name another folder with `--out`",
                root.display()
            ))),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The grade of a submission, if it has been graded.
    #[must_use]
    pub fn grade(&self, folder: &str, slug: &str) -> Option<Grade> {
        serde_json::from_slice(&fs::read(self.folder(folder, slug).join(GRADE)).ok()?).ok()
    }

    /// Whether a submission has a report of this name.
    #[must_use]
    pub fn has(&self, grade: &Grade, file: &str) -> bool {
        self.folder(&grade.folder, &grade.challenge).join(file).is_file()
    }

    /// Looks whether the results that are there are of this class, or of one that has become another by degrees: some submission must be in
    /// both.
    ///
    /// # Errors
    /// [`Error::Usage`] if they are of another class: its table would be lost.
    pub fn is_of(&self, roll: &Roll) -> Result<(), Error> {
        let Ok(before) = Self::part(&self.root) else { return Ok(()) };
        let known = |grade: &Grade| roll.handed.iter().any(|handed| handed.name == grade.submission);
        match before.grades.iter().find(|grade| !before.grades.iter().any(known) && !known(grade)) {
            None => Ok(()),
            Some(grade) => Err(Error::Usage(format!(
                "{} has the grades of another class (`{}` and others): name another folder with `--out`",
                self.root.display(),
                grade.submission
            ))),
        }
    }

    /// Forgets what has been graded.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn forget(&self) -> Result<(), Error> {
        let results = self.root.join("results");
        let forget = || fs::remove_dir_all(&results).and_then(|()| fs::create_dir(&results));
        forget().map_err(|error| cannot_write(&results, &error))
    }

    /// The folder for the reports of a submission, without those that are there from before.
    pub(super) fn begin(&self, folder: &str, slug: &str) -> Result<PathBuf, Error> {
        let folder = self.folder(folder, slug);
        let make = || {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)
        };
        make().map_err(|error| cannot_write(&folder, &error))?;
        Ok(folder)
    }

    /// Keeps a grade.
    pub(super) fn keep(&self, grade: &Grade) -> Result<(), Error> {
        self.write(&self.folder(&grade.folder, &grade.challenge).join(GRADE), &json(grade))
    }

    /// Keeps the grades of all.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn close(&self, grades: &Grades) -> Result<(), Error> {
        self.write(&self.root.join(GRADES), &json(grades))
    }

    /// The grades of a part of a class, which another harness may have graded elsewhere.
    ///
    /// # Errors
    /// [`Error::Usage`] if it has none: then it was not graded to the end.
    pub fn part(root: &Path) -> Result<Grades, Error> {
        let file = root.join(GRADES);
        let bytes = fs::read(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if root.is_dir() => {
                Error::Usage(format!("{} was not graded to the end: it has no {GRADES}", root.display()))
            }
            _ => Error::Usage(format!("cannot read {}: {error}", file.display())),
        })?;
        let wrong = |why: &str| Error::Usage(format!("{} holds no grades: {why}", file.display()));
        let grades: Grades = serde_json::from_slice(&bytes).map_err(|error| wrong(&error.to_string()))?;
        let known = |grade: &Grade| {
            let folder = Handed::new(grade.submission.clone(), PathBuf::new()).folder;
            grade.folder == folder && grades.challenges.iter().any(|challenge| challenge.slug == grade.challenge)
        };
        match grades.grades.iter().all(known) {
            true => Ok(grades),
            false => Err(wrong("it names folders that it cannot have")),
        }
    }

    /// Takes over the results of a part of the class.
    ///
    /// # Errors
    /// If they cannot be read or written.
    pub fn adopt(&self, root: &Path, part: &Grades) -> Result<(), Error> {
        for grade in &part.grades {
            let below = Path::new("results").join(&grade.folder).join(&grade.challenge);
            let to = self.begin(&grade.folder, &grade.challenge)?;
            copy(&root.join(below), &to).map_err(|error| cannot_write(&to, &error))?;
        }
        Ok(())
    }

    fn folder(&self, folder: &str, slug: &str) -> PathBuf {
        self.root.join("results").join(folder).join(slug)
    }

    /// Writes a file that is whole, or not there.
    fn write(&self, file: &Path, text: &str) -> Result<(), Error> {
        replace(file, text, &self.root).map_err(|error| cannot_write(file, &error))
    }
}

fn cannot_write(file: &Path, error: &io::Error) -> Error {
    Error::Harness(format!("cannot write {}: {error}", file.display()))
}

fn json(record: &impl serde::Serialize) -> String {
    crate::report::json(record)
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Assignment, GradeResult};

    #[test]
    fn a_part_reaches_no_other_folder() {
        let dir = tempfile::tempdir().expect("there is room");
        let assignment =
            Assignment { slug: "echo".into(), title: String::new(), seed: 1, max_score: 1, digest: String::new() };
        let part = |folder: &str, challenge: &str| {
            let mut part = Grades::new(vec![assignment.clone()], 1, None, Vec::new());
            part.grades.push(Grade {
                submission: "anna".into(),
                folder: folder.into(),
                challenge: challenge.into(),
                assignment: String::new(),
                digest: String::new(),
                outcome: GradeResult::Passed,
                score: Some(1),
                max_score: 1,
                sandbox: "strict".into(),
                checks: Vec::new(),
                looks_like: Vec::new(),
                note: String::new(),
            });
            fs::write(dir.path().join(GRADES), json(&part)).expect("it is writable");
            Book::part(dir.path())
        };
        assert!(part("anna", "echo").is_ok());
        for (folder, challenge) in
            [("../anna", "echo"), ("/etc", "echo"), ("ben", "echo"), ("anna", ".."), ("anna", "")]
        {
            let refused = part(folder, challenge).expect_err("it leads elsewhere").to_string();
            assert!(refused.contains("names folders that it cannot have"), "{refused}");
        }
    }
}
