//! The crate of all solutions and mistakes: a program for each challenge, so that a change to one builds no other's.
//!
//! What is in a program its build script finds out. Cargo finds the programs by their files, each of one line.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{Error, Workspace};

/// The name of the package.
pub(super) const PACKAGE: &str = "solutions";

/// The name of a challenge's program.
pub(super) fn name(slug: &str) -> String {
    format!("{slug}-solutions")
}

/// The file of a challenge's program, from the root of the workspace.
#[must_use]
pub fn program(slug: &str) -> PathBuf {
    Path::new(PACKAGE).join("src/bin").join(format!("{}.rs", name(slug)))
}

/// What stands in it.
#[must_use]
pub fn main(slug: &str) -> String {
    format!(
        "//! The solutions and mistakes of `{slug}`, in one program: see `build.rs`.\n\n\
         include!(concat!(env!(\"OUT_DIR\"), \"/{slug}.rs\"));\n"
    )
}

/// Writes a challenge's program if it is not there yet: who makes a challenge by hand need not know of it.
pub(super) fn add_program(workspace: &Workspace, slug: &str) -> Result<(), Error> {
    let path = workspace.root.join(program(slug));
    let write = || {
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        match std::fs::File::create_new(&path) {
            Ok(mut file) => io::Write::write_all(&mut file, main(slug).as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    };
    write().map_err(Error::io(format!("write {}", path.display())))
}
