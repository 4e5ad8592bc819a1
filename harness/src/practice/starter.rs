//! The starter: what a student's files were before the student changed them.
//!
//! Nobody keeps a second copy of it by hand. Git has it ([`git::course_commits`] says how it is found). Where it has not (a course
//! that came as an archive), the files are copied when the harness sees a challenge for the first time, which is before or while the student
//! begins: whoever edits first and starts the harness later has that kept as the starter, and `reset` says from when it is.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{
    Store, Timestamp,
    files::{self, Files, Unfit},
    git::{self, Kind, Object, Objects},
};
use crate::grade::{Catalog, Error};

/// What a student's files were before the student changed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// The files, by their paths below the challenge's folder: `src/lib.rs`, …
    pub files: Files,
    /// From where it is known.
    pub origin: Origin,
}

/// From where a starter is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A commit of the course.
    Commit {
        /// Its name.
        id: String,
        /// Whether no earlier one is known here, as in a clone without its history: then it may hold a student's work.
        first: bool,
    },
    /// The files as they were when the harness saw the challenge for the first time.
    Seen {
        /// When that was, if the system knows.
        when: Option<Timestamp>,
    },
}

/// The starter of a challenge; none if it is not known.
///
/// # Errors
/// [`Error::Usage`] if there is no such challenge.
pub fn starter(catalog: &Catalog, slug: &str) -> Result<Option<Starter>, Error> {
    catalog.find(slug)?;
    Ok(find(catalog, &[slug]).pop().flatten())
}

/// Sees to it that the starter of a challenge is known from now on: where git does not have it, a copy is kept of the files as they are.
/// That is for the first time that the harness sees the challenge; what is known already is not touched. Whether it could be done makes no
/// difference to anything but a later `reset`.
pub fn keep_starter(catalog: &Catalog, slug: &str) {
    // A name that is none of a challenge must not name a folder elsewhere.
    if catalog.find(slug).is_ok() && find(catalog, &[slug]).iter().any(Option::is_none) {
        let _ = keep(catalog, slug);
    }
}

impl Starter {
    /// The student's files at present. A client that the starter does not begin is none of its business.
    pub(super) fn present(&self, challenge: &Path) -> Result<Files, Unfit> {
        let mut files = files::read(challenge)?;
        files.retain(|name, _| name.starts_with(files::SOURCES) || self.files.contains_key(name));
        Ok(files)
    }

    /// Whether these files are the starter's, but for the ends of lines.
    pub(super) fn is(&self, files: &Files) -> bool {
        let same = |name: &PathBuf, bytes: &Vec<u8>| files.get(name).is_some_and(|there| files::same(bytes, there));
        files.len() == self.files.len() && self.files.iter().all(|(name, bytes)| same(name, bytes))
    }
}

/// The starters of these challenges, each where it is known.
pub(super) fn find(catalog: &Catalog, slugs: &[&str]) -> Vec<Option<Starter>> {
    let root = &catalog.workspace.root;
    let commits = git::course_commits(root, slugs);
    // Without a commit there is nothing to ask.
    let mut objects = Some(()).filter(|()| !commits.is_empty()).and_then(|()| Objects::of(root).ok());
    let known = |slug: &&str| {
        let committed = commits.get(*slug).zip(objects.as_mut()).and_then(|(commit, objects)| {
            let files = committed(objects, &commit.id, slug).ok().filter(|files| !files.is_empty())?;
            let origin = Origin::Commit { id: commit.id.clone(), first: commit.first };
            Some(Starter { files, origin })
        });
        // Whoever has begun without git and then puts everything under it commits their own work first: what was seen before is older.
        let is_first = |starter: &Starter| matches!(starter.origin, Origin::Commit { first: true, .. });
        match committed {
            Some(starter) if !is_first(&starter) => Some(starter),
            first => seen(&folder(catalog, slug)).or(first),
        }
    };
    slugs.iter().map(known).collect()
}

/// Keeps a copy of the student's files, unless something in them is strange: then they are nobody's starter.
pub(super) fn keep(catalog: &Catalog, slug: &str) -> Result<(), Unfit> {
    let files = files::read(&catalog.folder(slug))?;
    let folder = folder(catalog, slug);
    // Without this file it is what somebody has left of a starter.
    let has_source = files.get(Path::new(files::LIBRARY)).is_some_and(|text| !text.trim_ascii().is_empty());
    if !has_source || folder.exists() {
        return Ok(());
    }
    let copy = || {
        let parent = folder.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)?;
        let new = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
        for (name, bytes) in &files {
            let path = new.path().join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, bytes)?;
        }
        // All of it or nothing. Where another harness was quicker, this one's copy goes.
        fs::rename(new.path(), &folder)
    };
    copy().map_err(|error: io::Error| Unfit::Io(folder.clone(), error))
}

/// Where a copy of a challenge's starter is kept.
fn folder(catalog: &Catalog, slug: &str) -> PathBuf {
    Store::of(&catalog.workspace).folder().join("starters").join(slug)
}

/// The copy that was kept, if there is one.
fn seen(folder: &Path) -> Option<Starter> {
    let files = files::read(folder).ok().filter(|files| !files.is_empty())?;
    let when = fs::metadata(folder).and_then(|metadata| metadata.modified()).ok().map(Timestamp::from);
    Some(Starter { files, origin: Origin::Seen { when } })
}

/// What a commit holds of the student's files of a challenge.
fn committed(objects: &mut Objects, commit: &str, slug: &str) -> io::Result<Files> {
    let mut files = Files::new();
    let Some(Object::Tree(entries)) = objects.get(&format!("{commit}:./challenges/{slug}"))? else { return Ok(files) };
    for entry in entries {
        let name = Path::new(&entry.name);
        match entry.kind {
            Kind::Folder if entry.name == files::SOURCES => collect(objects, &entry.id, name, &mut files)?,
            Kind::File if files::is_client(&entry.name) => collect(objects, &entry.id, name, &mut files)?,
            _ => {}
        }
    }
    Ok(files)
}

/// Collects the file, or the files of the folder, of that id.
fn collect(objects: &mut Objects, id: &str, below: &Path, files: &mut Files) -> io::Result<()> {
    match objects.get(id)? {
        Some(Object::Blob(bytes)) => drop(files.insert(below.to_owned(), bytes)),
        Some(Object::Tree(entries)) => {
            let plain = |entry: &&git::Entry| {
                entry.kind != Kind::Other && is_plain(&entry.name) && !files::is_shadow(&entry.name)
            };
            for entry in entries.iter().filter(plain) {
                collect(objects, &entry.id, &below.join(&entry.name), files)?;
            }
        }
        None => {}
    }
    Ok(())
}

/// Whether this is the name of one thing in a folder, on this system too.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}
