//! Making a workspace look as if it lay elsewhere. Links would need a privilege that students do not have, so that everything that is
//! needed is copied, as the strict sandbox does it.

use std::{ffi::OsStr, fs, io, path::Path};

use super::{
    Error,
    area::{copy_workspace, write_stub},
};

/// Mirrors the workspace, all but the challenge.
pub(super) fn of_workspace(root: &Path, slug: &str, mirror: &Path) -> Result<(), Error> {
    copy_workspace(root, slug, mirror)
}

/// Mirrors the manifest of every folder that has one but one, as far as nothing is there yet.
pub(super) fn of_members(from: &Path, to: &Path, but: &OsStr) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let is_member = entry.path().join("Cargo.toml").is_file() && entry.file_name() != but;
        let member = to.join(entry.file_name());
        if is_member && !member.exists() {
            write_stub(&entry.path(), &member).map_err(io::Error::other)?;
        }
    }
    Ok(())
}
