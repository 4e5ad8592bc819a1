//! The student's files: which they are, and what is in them.
//!
//! Of a challenge's folder, `src` with all that is in it is the student's, and clients in other languages that the challenge begins
//! (`client.mjs`). Everything else is the course's, or an editor's.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Files by their paths below the challenge's folder.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// How many files are taken for a student's.
pub(super) const MOST_FILES: usize = 500;

/// How many bytes they may have.
pub(super) const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// The folder that is the student's.
pub(super) const SOURCES: &str = "src";

/// The file that no client in Rust is without.
pub(super) const LIBRARY: &str = "src/lib.rs";

/// Whether this name beside `src` is that of a client that the student edits.
pub(super) fn is_client(name: &str) -> bool {
    name.strip_prefix("client.").is_some_and(|kind| !kind.is_empty() && kind.chars().all(char::is_alphanumeric))
}

/// Why files cannot be taken.
#[derive(Debug)]
pub(super) enum Unfit {
    /// This is neither a regular file nor a folder: what it stands for lies elsewhere, or nowhere.
    Strange(PathBuf),
    /// They are too many or too large.
    TooMuch,
    /// The system refuses.
    Io(PathBuf, io::Error),
}

/// Reads the student's files of a challenge, whose folder this is, without following a link.
pub(super) fn read(challenge: &Path) -> Result<Files, Unfit> {
    let mut reader = Reader { challenge, files: Files::new(), left: MOST_BYTES };
    reader.entry(Path::new(SOURCES))?;
    for name in names(challenge)?.into_iter().filter(|name| name.to_str().is_some_and(is_client)) {
        reader.entry(&name)?;
    }
    Ok(reader.files)
}

struct Reader<'a> {
    challenge: &'a Path,
    files: Files,
    left: u64,
}

impl Reader<'_> {
    fn entry(&mut self, below: &Path) -> Result<(), Unfit> {
        let path = self.challenge.join(below);
        let failed = |error| Unfit::Io(path.clone(), error);
        let kind = match fs::symlink_metadata(&path) {
            // A folder that is not there has no files.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            kind => kind.map_err(failed)?,
        };
        if kind.is_dir() {
            for name in names(&path)? {
                self.entry(&below.join(name))?;
            }
        } else if kind.is_file() {
            self.left = self.left.checked_sub(kind.len()).ok_or(Unfit::TooMuch)?;
            if self.files.len() == MOST_FILES {
                return Err(Unfit::TooMuch);
            }
            self.files.insert(below.to_owned(), fs::read(&path).map_err(failed)?);
        } else {
            return Err(Unfit::Strange(path));
        }
        Ok(())
    }
}

/// Whether this name is that of an editor's or the system's own file: its lock, its backup.
pub(super) fn is_shadow(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~')
}

/// The names in a folder, in order, without those that belong to editors.
fn names(folder: &Path) -> Result<Vec<PathBuf>, Unfit> {
    let failed = |error| Unfit::Io(folder.to_owned(), error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut names: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.file_name().into())).collect::<io::Result<_>>().map_err(failed)?;
    names.retain(|name| !name.to_str().is_some_and(is_shadow));
    names.sort();
    Ok(names)
}

/// Whether two files hold the same, line by line: git may have checked one out with other line ends.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || without_returns(one).eq(without_returns(other))
}

fn without_returns(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes
        .iter()
        .enumerate()
        .filter(|(n, byte)| !(**byte == b'\r' && bytes.get(n + 1) == Some(&b'\n')))
        .map(|(_, byte)| *byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_do_not_count_and_everything_else_does() {
        assert!(same(b"a\r\nb\n", b"a\nb\r\n") && same(b"", b""));
        for (one, other) in
            [(&b"a\rb"[..], &b"ab"[..]), (b"a\n", b"a"), (b"a\n\n", b"a\n"), (b"a\r", b"a"), (b"a", b"b")]
        {
            assert!(!same(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn clients_are_known_by_their_names() {
        assert!(is_client("client.mjs") && is_client("client.py"));
        assert!(
            !is_client("client.") && !is_client("client") && !is_client("client.mjs~") && !is_client("my.client.mjs")
        );
    }
}
