//! Making a workspace look as if it lay elsewhere: files are copied, members linked.

use std::{ffi::OsStr, fs, io, os::unix::fs::symlink, path::Path};

use super::{Error, submission::write_changed};

/// Mirrors the workspace, all but the challenge.
pub(super) fn of_workspace(root: &Path, slug: &str, mirror: &Path) -> Result<(), Error> {
    let make = || {
        let challenges = mirror.join("challenges");
        fs::create_dir_all(challenges.join("submission"))?;
        for name in ["Cargo.toml", "Cargo.lock"] {
            write_changed(&mirror.join(name), &fs::read(root.join(name))?)?;
        }
        remove_links(mirror)?;
        of_members(root, mirror, "challenges".as_ref())?;
        remove_links(&challenges)?;
        of_members(&root.join("challenges"), &challenges, slug.as_ref())
    };
    make().map_err(Error::io(format!("prepare the submission in {}", mirror.display())))
}

/// Mirrors every folder with a manifest but one, as far as nothing is there yet.
pub(super) fn of_members(from: &Path, to: &Path, but: &OsStr) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let is_member = entry.path().join("Cargo.toml").is_file() && entry.file_name() != but;
        let link = to.join(entry.file_name());
        if is_member && !link.exists() {
            symlink(entry.path(), link)?;
        }
    }
    Ok(())
}

/// Removes links, also those to what is no longer there.
fn remove_links(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_type()?.is_symlink() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
