//! The way back to the starter.
//!
//! Nothing is replaced or removed before all that is there has been copied, is on the disk and has been read back. Each file is then replaced
//! at once. So whenever it is interrupted, every file is as it was or as it should be, and the copy is whole.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    Origin, Starter, Store, Timestamp,
    files::{self, Files, Unfit},
    starter,
};
use crate::grade::{Catalog, Error};

/// What a reset did. Paths are below the challenge's folder, but for the backup's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// The challenge.
    pub slug: String,
    /// From where the starter is known.
    pub origin: Origin,
    /// The folder that holds all of the student's files as they were; none if they were the starter's already, and nothing was changed.
    pub backup: Option<PathBuf>,
    /// The files that are the starter's again.
    pub restored: Vec<PathBuf>,
    /// The files that are gone, because the starter has none of that name.
    pub removed: Vec<PathBuf>,
}

/// Makes the student's files of a challenge the starter's again. All that was there is in the backup first, and the progress stands.
///
/// # Errors
/// [`Error::Usage`] if there is no such challenge, or if something there is no regular file; [`Error::Harness`] if the starter is not known
/// or something cannot be written. Before the backup is complete, nothing has been changed.
pub fn reset(catalog: &Catalog, slug: &str, now: Timestamp) -> Result<Reset, Error> {
    let starter = starter(catalog, slug)?.ok_or_else(|| unknown(slug))?;
    let folder = catalog.folder(slug);
    let present = starter.present(&folder).map_err(|unfit| refused(&unfit))?;
    let mut reset = Reset {
        slug: slug.into(),
        origin: starter.origin.clone(),
        backup: None,
        restored: Vec::new(),
        removed: Vec::new(),
    };
    if starter.is(&present) {
        return Ok(reset);
    }
    let backups = Store::of(&catalog.workspace).folder().join("backups").join(slug);
    let backup = back_up(&backups, &present, now).map_err(|error| {
        Error::Harness(format!("nothing was changed: no backup could be made in {}: {error}", backups.display()))
    })?;
    let done = restore(&starter, &folder, &present, &backup, &mut reset);
    reset.backup = Some(backup.clone());
    done.map(|()| reset).map_err(|error| {
        Error::Harness(format!("it was not reset to the end: {error}\nyour files as they were: {}", backup.display()))
    })
}

/// Copies the files into a new folder, and makes sure that they are there.
fn back_up(backups: &Path, present: &Files, now: Timestamp) -> io::Result<PathBuf> {
    let folder = new_folder(backups, now)?;
    for (name, bytes) in present {
        let path = folder.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        write(&path, bytes)?;
        if fs::read(&path)? != *bytes {
            return Err(io::Error::other(format!("{} cannot be read back", path.display())));
        }
    }
    let folders: BTreeSet<_> =
        present.keys().flat_map(|name| name.ancestors().skip(1)).map(|below| folder.join(below)).collect();
    folders.iter().map(PathBuf::as_path).chain([backups]).for_each(sync_folder);
    Ok(folder)
}

/// A folder named by the time; where two are made in one second, the second one has a number.
fn new_folder(backups: &Path, now: Timestamp) -> io::Result<PathBuf> {
    fs::create_dir_all(backups)?;
    let name = now.file_name();
    let names = std::iter::once(name.clone()).chain((2..u32::MAX).map(|n| format!("{name}-{n}")));
    for folder in names.map(|name| backups.join(name)) {
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes a new file, to the disk.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Brings the names in a folder to the disk, on systems where one can ask for that.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Removes what the starter has not, and replaces what differs.
fn restore(starter: &Starter, folder: &Path, present: &Files, backup: &Path, reset: &mut Reset) -> io::Result<()> {
    let sources = folder.join(files::SOURCES);
    for (name, bytes) in present.iter().filter(|(name, _)| !starter.files.contains_key(*name)) {
        let path = folder.join(name);
        unchanged(&path, Some(bytes))?;
        fs::remove_file(&path)?;
        reset.removed.push(name.clone());
        // Folders that are empty now go too; one that is not stays.
        for above in path.ancestors().skip(1).take_while(|above| *above != sources && above.starts_with(&sources)) {
            let _ = fs::remove_dir(above);
        }
    }
    for (name, bytes) in &starter.files {
        let there = present.get(name);
        if !there.is_some_and(|there| files::same(there, bytes)) {
            let path = folder.join(name);
            unchanged(&path, there)?;
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            replace(&path, bytes, &backup.join("new"))?;
            reset.restored.push(name.clone());
        }
    }
    Ok(())
}

/// An editor that saves at this moment must not lose what it saved.
fn unchanged(path: &Path, backed_up: Option<&Vec<u8>>) -> io::Result<()> {
    let there = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read?),
    };
    match there.as_ref() == backed_up {
        true => Ok(()),
        false => Err(io::Error::other(format!("{} was changed meanwhile; try again", path.display()))),
    }
}

/// Puts a new file in the place of an old one at once.
fn replace(path: &Path, bytes: &[u8], new: &Path) -> io::Result<()> {
    let replaced = write(new, bytes).and_then(|()| match fs::rename(new, path) {
        // The backup lies on another disk: then it is written over.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => fs::copy(new, path).map(drop),
        renamed => renamed,
    });
    // It is not the student's, and has no place among what is.
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => replaced.and(Err(error)),
        _ => replaced,
    }
}

fn unknown(slug: &str) -> Error {
    Error::Harness(format!(
        "the starter of {slug} is not known, and nothing was changed: this folder has no git history that holds it, and the harness has \
         kept no copy\nget challenges/{slug}/{} from where you got the course",
        files::SOURCES
    ))
}

fn refused(unfit: &Unfit) -> Error {
    match unfit {
        Unfit::Strange(path) => Error::Usage(format!(
            "nothing was changed: {} is a link or another special file, and only regular files are reset\nmove it away, then try again",
            path.display()
        )),
        Unfit::TooMuch => Error::Usage(format!(
            "nothing was changed: there is more in the folder `{}` than a backup is made of ({} files, {} MiB)",
            files::SOURCES,
            files::MOST_FILES,
            files::MOST_BYTES / (1024 * 1024)
        )),
        Unfit::Io(path, error) => {
            Error::Harness(format!("nothing was changed: cannot read {}: {error}", path.display()))
        }
    }
}
