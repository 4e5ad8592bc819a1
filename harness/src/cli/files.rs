//! Files that the user asks for: traces and reports.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{grade::Error, replace::replace};

/// Says before the work what would spoil its end: where a file cannot be, and that two of them are one.
pub(super) fn can_be_saved(files: &[&Path]) -> Result<(), Error> {
    let wrong = |file: &Path, why: &str| Err(Error::Usage(format!("cannot write {}: {why}", file.display())));
    for (i, file) in files.iter().enumerate() {
        match (file.is_dir(), folder(file).is_dir()) {
            (true, _) => return wrong(file, "it is a folder"),
            (false, false) => return wrong(file, "there is no such folder"),
            (false, true) => {}
        }
        if files[..i].iter().any(|other| are_one(file, other)) {
            return wrong(file, "it is asked for twice, and one would replace the other");
        }
    }
    Ok(())
}

/// Whether two names are of one file, which one could not be written to without losing the other.
pub(super) fn are_one(file: &Path, other: &Path) -> bool {
    !is_device(file) && place(file) == place(other)
}

/// Writes a file. A regular file that is there is replaced only when the new one is complete; what is no regular file (a pipe, a device,
/// `/dev/stdout`) is written to as it is.
pub(super) fn save(file: &Path, text: &str) -> Result<(), Error> {
    // Where a link leads there the file is replaced, not the link.
    let saved = match is_device(file) {
        true => append(file, text),
        false => replace(&place(file), text, folder(&place(file))),
    };
    saved.map_err(|error| cannot_write(file, &error))
}

/// Writes behind what is in a file already, if it is there.
pub(super) fn add(file: &Path, text: &str) -> Result<(), Error> {
    let opened = fs::OpenOptions::new().append(true).create(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| cannot_write(file, &error))
}

fn cannot_write(file: &Path, error: &io::Error) -> Error {
    Error::Harness(format!("cannot write {}: {error}", file.display()))
}

/// The folder that a file is in.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_device(file: &Path) -> bool {
    file.starts_with("/dev") || fs::metadata(file).is_ok_and(|there| !there.is_file())
}

/// The one name of a file that has several, whether it is there yet or not.
fn place(file: &Path) -> PathBuf {
    let to_be = || Some(fs::canonicalize(folder(file)).ok()?.join(file.file_name()?));
    fs::canonicalize(file).ok().or_else(to_be).unwrap_or_else(|| file.to_owned())
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().append(true).open(file)?.write_all(text.as_bytes())
}
