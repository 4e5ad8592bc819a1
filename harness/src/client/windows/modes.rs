//! What may be done with a file or folder.

use std::{fs, io, path::Path};

/// Lets a folder be read, emptied and moved, whatever its maker thought of that.
pub(super) fn open_folder(folder: &Path) -> io::Result<()> {
    make_writable(folder)
}

/// Lets a file be removed: one that is only to be read may not be.
pub(super) fn open_file(file: &Path) -> io::Result<()> {
    make_writable(file)
}

fn make_writable(path: &Path) -> io::Result<()> {
    let mut permissions = fs::symlink_metadata(path)?.permissions();
    if permissions.readonly() {
        #[expect(clippy::permissions_set_readonly_false, reason = "on Windows it lets nobody in who was not before")]
        permissions.set_readonly(false);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}
