//! Replacing a file at once: whoever reads it sees the old one or the new one.

use std::{
    io::{self, Write as _},
    path::Path,
};

/// Writes a file in a folder, on the same file system as the one that is to be replaced, if that is there already, and gives it the name
/// when it is complete.
pub(crate) fn replace(file: &Path, text: &str, within: &Path) -> io::Result<()> {
    let mut new = new_file(within)?;
    // Errors of the file itself do not name it: nobody knows it by that name.
    new.as_file_mut().write_all(text.as_bytes())?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

/// A file that others may read as far as the user's own mask lets them.
fn new_file(within: &Path) -> io::Result<tempfile::NamedTempFile> {
    #[cfg(unix)]
    return tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666))
        .tempfile_in(within);
    #[cfg(not(unix))]
    tempfile::NamedTempFile::new_in(within)
}
