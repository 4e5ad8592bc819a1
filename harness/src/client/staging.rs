//! A place beside the workspace in which something is made ready before it is put where it belongs.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    Error, Workspace,
    build::is_of_a_package,
    live::{self, Folder},
    mirror, proc,
};

/// How long cargo is waited for at a time; it resolves what is at hand, in a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place on the workspace's own file system, so that what is made in it can be moved to where it belongs. It goes when it is dropped, and
/// when the harness is interrupted.
#[derive(Debug)]
pub struct Staging {
    folder: Folder,
    workspace: Workspace,
}

impl Staging {
    /// A place to make something for this workspace.
    ///
    /// # Errors
    /// [`Error::Io`] if there can be none.
    pub fn of(workspace: &Workspace) -> Result<Self, Error> {
        let make = || {
            // Never committed, and safe to delete: whatever happens to the harness, nothing is left where it is in the way.
            let beside = workspace.root.join(".harness");
            fs::create_dir_all(&beside)?;
            tempfile::Builder::new().prefix("new-").tempdir_in(&beside).map(Folder::register)
        };
        let folder = make().map_err(Error::io(format!("make a folder in {}", workspace.root.display())))?;
        Ok(Self { folder, workspace: workspace.clone() })
    }

    /// The root of what is made.
    #[must_use]
    pub fn made(&self) -> PathBuf {
        self.folder.path().join("made")
    }

    /// Makes the lock file that names the challenges that are made, too, as cargo does by itself before the next build; what it names
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Error::Lock`] if a challenge needs a crate that is not at hand.
    pub fn lock(&self) -> Result<(), Error> {
        let copy = self.folder.path().join("workspace");
        self.copy(&copy).map_err(Error::io(format!("copy the workspace to {}", copy.display())))?;
        self.resolve(&copy)?;
        let made = self.made().join("Cargo.lock");
        fs::rename(copy.join("Cargo.lock"), &made).map_err(Error::io(format!("write {}", made.display())))
    }

    /// A workspace whose root manifest and lock file are copies, and whose members are mirrored.
    fn copy(&self, copy: &Path) -> io::Result<()> {
        let (root, challenges) = (&self.workspace.root, copy.join("challenges"));
        fs::create_dir_all(&challenges)?;
        for name in ["Cargo.toml", "Cargo.lock"] {
            fs::copy(root.join(name), copy.join(name))?;
        }
        mirror::of_members(root, copy, OsStr::new("challenges"))?;
        for from in [root.join("challenges"), self.made().join("challenges")] {
            mirror::of_members(&from, &challenges, OsStr::new(""))?;
        }
        Ok(())
    }

    fn resolve(&self, root: &Path) -> Result<(), Error> {
        let Workspace { cargo, stop, .. } = &self.workspace;
        let mut command = Command::new(cargo);
        command.args(["update", "--workspace", "--offline", "--quiet", "--color", "never"]).current_dir(root);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_a_package)) {
            command.env_remove(name);
        }
        let start = |source| Error::start(cargo, source);
        let (mut child, group, ()) = live::start(stop, None, || Ok((command, ()))).map_err(start)?;
        let mut said = Vec::new();
        // What cannot be read cannot be shown; whether it went well is what the exit code says.
        let _ = child.stderr.take().map(|mut stderr| stderr.read_to_end(&mut said));
        while proc::await_exit(group.leader(), PATIENCE).is_none() {}
        let status = group.reap(&mut child).map_err(Error::io("wait for cargo"))?;
        match status.success() {
            true => Ok(()),
            false => Err(Error::Lock { text: String::from_utf8_lossy(&said).into_owned() }),
        }
    }
}
