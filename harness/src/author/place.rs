//! Putting what is ready where it belongs: all of it, or nothing.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::grade::Error;

/// Writes a file that is not there yet, with its folders.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let write = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        // A full disk must be found out before anything is moved, not when the system comes to write.
        let mut file = fs::File::create_new(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| Error::Harness(format!("cannot write {}: {error}; nothing was made", path.display())))
}

/// One thing that is put in its place.
enum Act {
    /// A new folder or file.
    New(PathBuf),
    /// A file that takes the place of one that is there.
    File(PathBuf),
}

/// Moves from one root into another.
pub(super) struct Placing<'a> {
    root: &'a Path,
    staged: &'a Path,
    acts: Vec<Act>,
}

impl<'a> Placing<'a> {
    /// Nothing yet; `staged` must be on the file system of `root`.
    pub(super) fn new(root: &'a Path, staged: &'a Path) -> Self {
        Self { root, staged, acts: Vec::new() }
    }

    /// A folder or file that is moved to where there is none.
    pub(super) fn move_new(&mut self, path: &Path) {
        self.acts.push(Act::New(path.to_owned()));
    }

    /// A file that replaces one.
    pub(super) fn replace_file(&mut self, path: &Path) {
        self.acts.push(Act::File(path.to_owned()));
    }

    /// Does all of it; if something fails, what has been done is undone.
    pub(super) fn finish(self) -> Result<(), Error> {
        let mut done = Vec::new();
        for (number, act) in self.acts.iter().enumerate() {
            match self.act(number, act) {
                Ok(undo) => done.push(undo),
                Err(error) => {
                    let (Act::New(path) | Act::File(path)) = act;
                    let failed = format!("cannot put {} in its place: {error}", self.root.join(path).display());
                    let left: Vec<_> =
                        done.into_iter().rev().filter_map(|(from, to)| fs::rename(from, to).err()).collect();
                    let undone = if left.is_empty() {
                        "; nothing was made".to_owned()
                    } else {
                        format!("; and not all could be undone: {left:?}")
                    };
                    return Err(Error::Harness(failed + &undone));
                }
            }
        }
        Ok(())
    }

    /// Does one thing; gives back the move that undoes it.
    fn act(&self, number: usize, act: &Act) -> std::io::Result<(PathBuf, PathBuf)> {
        match act {
            Act::New(path) => {
                let (from, to) = (self.staged.join(path), self.root.join(path));
                // Since the name was looked at, somebody else may have made it; an empty folder would be replaced.
                if fs::symlink_metadata(&to).is_ok() {
                    return Err(std::io::ErrorKind::AlreadyExists.into());
                }
                to.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::rename(&from, &to)?;
                Ok((to, from))
            }
            Act::File(path) => {
                let (from, to) = (self.staged.join(path), self.root.join(path));
                let kept = self.staged.join(format!("replaced-{number}"));
                fs::copy(&to, &kept)?;
                // A link is followed, and what the file may do stays as it was.
                let to = fs::canonicalize(&to)?;
                fs::set_permissions(&from, fs::metadata(&to)?.permissions())?;
                fs::rename(&from, &to)?;
                Ok((kept, to))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_in_the_middle_is_undone() {
        let dir = tempfile::tempdir().expect("there is room");
        let (root, staged) = (dir.path().join("root"), dir.path().join("staged"));
        for (file, text) in
            [("root/list", "old"), ("root/taken/kept", "kept"), ("staged/list", "new"), ("staged/made/a", "a")]
        {
            write(&dir.path().join(file), text).expect("it is writable");
        }
        write(&staged.join("taken/b"), "b").expect("it is writable");
        let mut placing = Placing::new(&root, &staged);
        placing.move_new("made".as_ref());
        placing.replace_file("list".as_ref());
        placing.move_new("taken".as_ref());
        let error = placing.finish().expect_err("it is taken").to_string();
        assert!(error.contains("taken in its place") && error.ends_with("nothing was made"), "{error}");
        assert_eq!(fs::read_to_string(root.join("list")).expect("it is there"), "old");
        assert_eq!(fs::read_to_string(root.join("taken/kept")).expect("it is there"), "kept");
        assert!(!root.join("made").exists());
    }
}
