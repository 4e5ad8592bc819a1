//! What is taken of a submission: its `.rs` files, from a file, a folder or an archive.
//!
//! Nothing is unpacked and no link is followed: an archive is read in memory, within bounds, and of everything only the sources are
//! kept. No build script, no manifest, no settings of cargo's.

mod find;
mod tree;

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{Error, Names};
use find::Place;
use tree::Tree;

/// How many files a submission may have.
const MOST_FILES: usize = 500;

/// How much source a submission may have, in bytes.
const MOST_SOURCE: u64 = 8 * 1024 * 1024;

/// The sources of one submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// By their paths below `src`.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// Where they were found in what was handed in.
    place: Place,
    /// What was handed in.
    path: PathBuf,
    /// What it is called.
    name: String,
}

/// A fingerprint of named texts: SHA-256, in hexadecimal digits.
#[must_use]
pub fn fingerprint<'a>(texts: impl Iterator<Item = (&'a Path, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in texts {
        // With its length before it, none can go over into the next.
        for part in [name.as_os_str().as_encoded_bytes(), text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a path is surely one submission: a `.rs` file, an archive, a crate's folder.
#[must_use]
pub fn is_submission(path: &Path) -> bool {
    path.join("src/lib.rs").is_file() || (path.is_file() && may_be_submission(path))
}

/// Whether a file has the name of a submission: of a source or an archive.
#[must_use]
pub fn may_be_submission(path: &Path) -> bool {
    tree::is_source(path) || tree::is_archive(path)
}

/// What else may be in what was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// One challenge: a crate is its crate, whatever it is called.
    One,
    /// Several: a crate belongs to the challenge whose name its folder has.
    Several,
}

impl Sources {
    /// Reads what somebody has handed in for a challenge: a `.rs` file, or a crate's folder, or a folder or an archive (zip, tar, tar.gz) in
    /// which one of these is found.
    ///
    /// # Errors
    ///
    /// [`Error::Submission`] if there is no submission to this challenge, more than one, or more than is read.
    pub fn read(path: &Path, slug: &str, holds: Holds) -> Result<Self, Error> {
        let wrong = |why: String| Error::Submission { path: path.to_owned(), why };
        let tree = Tree::open(path).map_err(wrong)?;
        let place = find::place(tree.names(), slug, holds).map_err(wrong)?;
        let mut reader = Reader { files: BTreeMap::new(), left: MOST_SOURCE };
        tree.read(&place, &mut reader).map_err(wrong)?;
        reader.can_be_written().map_err(wrong)?;
        Ok(Self { files: reader.files, place, path: path.to_owned(), name: path.display().to_string() })
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// What was handed in.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, by their paths below `src`.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, text)| (path.as_path(), text.as_slice()))
    }

    /// The files with the names that a reader of the submission knows.
    pub fn shown(&self) -> impl Iterator<Item = (String, &[u8])> {
        let one = match &self.place {
            Place::File(file) => Some(file.file_name().or(self.path.file_name()).unwrap_or_default().to_string_lossy()),
            Place::Crate(_) | Place::Flat(_) => None,
        };
        let shown = move |path: &Path| match (&one, &self.place) {
            (Some(one), _) => one.clone().into_owned(),
            (None, Place::Flat(_)) => path.display().to_string(),
            (None, _) => format!("src/{}", path.display()),
        };
        self.files.iter().map(move |(path, text)| (shown(path), text.as_slice()))
    }

    /// The fingerprint of all that is taken.
    #[must_use]
    pub fn digest(&self) -> String {
        fingerprint(self.files())
    }

    /// Adds a file, or replaces it.
    pub(super) fn insert(&mut self, path: PathBuf, text: Vec<u8>) {
        self.files.insert(path, text);
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(Path::new(path))
    }

    /// What the user calls them, if the compiler finds them below the folder `member`.
    pub(super) fn names(&self, member: &str) -> Names {
        let shown = |place: &Path| {
            let name = Path::new(self.name.trim_end_matches(std::path::is_separator)).join(place);
            name.display().to_string().trim_end_matches(std::path::is_separator).to_owned()
        };
        match &self.place {
            Place::Crate(folder) => Names::differ(format!("{member}/"), format!("{}/", shown(folder))),
            Place::Flat(folder) => Names::differ(format!("{member}/src/"), format!("{}/", shown(folder))),
            Place::File(file) => Names::differ(format!("{member}/src/lib.rs"), shown(file)),
        }
    }
}

/// The longest name of a file or folder, in bytes: what every file system takes.
const LONGEST_NAME: usize = 255;

/// The longest path below `src`, in bytes.
const LONGEST_PATH: usize = 1024;

/// Keeps sources, within bounds.
#[derive(Debug)]
struct Reader {
    files: BTreeMap<PathBuf, Vec<u8>>,
    left: u64,
}

impl Reader {
    /// Whether there can be such files on a disk: an archive may say anything.
    fn can_be_written(&self) -> Result<(), String> {
        let shown = |path: &Path| path.display().to_string().chars().take(60).collect::<String>();
        for path in self.files.keys() {
            let bytes = path.as_os_str().as_encoded_bytes();
            let longest = path.iter().map(|part| part.len()).max().unwrap_or(0);
            if bytes.contains(&0) || bytes.len() > LONGEST_PATH || longest > LONGEST_NAME {
                return Err(format!("`{}…` is no name of a file", shown(path)));
            }
            // The challenge's `main.rs` stands beside them.
            let is_file = |folder: &Path| self.files.contains_key(folder) || folder == Path::new("main.rs");
            if let Some(both) = path.ancestors().skip(1).find(|folder| is_file(folder)) {
                return Err(format!("`{}` is a file and a folder", shown(both)));
            }
        }
        Ok(())
    }

    /// Keeps one file.
    fn take(&mut self, name: PathBuf, content: impl Read) -> Result<(), String> {
        if self.files.len() == MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        let mut text = Vec::new();
        let read = content.take(self.left + 1).read_to_end(&mut text).map_err(|error| error.to_string())?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| format!("it has more than {MOST_SOURCE} bytes"))?;
        self.files.insert(name, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
