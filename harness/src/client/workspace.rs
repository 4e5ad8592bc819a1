//! The workspace of the harness: where it is, and how its programs are built.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Error, Sandbox, Stop};

/// The workspace in which challenges are graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// The target folder, shared with the build of the harness itself.
    pub target: PathBuf,
    /// The profile in which the harness itself was built: `dev`, `release` or another; `dev` if it was built elsewhere.
    pub profile: String,
    /// The cargo to run.
    pub cargo: OsString,
    /// How far submissions are shut in: while they are built, and while they run.
    pub sandbox: Sandbox,
    /// How long a build may go on without finishing a crate.
    pub patience: Duration,
    /// What ends its builds early.
    pub stop: Stop,
}

/// How long a build may go on without finishing a crate if nothing else is said. The slowest crate on the slowest machine takes a minute.
const PATIENCE: Duration = Duration::from_secs(600);

impl Workspace {
    /// Finds the workspace: that of the current folder, or else the one that this harness was run or built from.
    ///
    /// # Errors
    ///
    /// [`Error::NoWorkspace`] if there is none.
    pub fn find() -> Result<Self, Error> {
        let here = std::env::current_dir().map_err(Error::io("find the current folder"))?;
        let run_from = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let starts = [Some(here.as_path()), run_from.as_deref(), Some(Path::new(env!("CARGO_MANIFEST_DIR")))];
        let root =
            starts.into_iter().flatten().find_map(root_above).ok_or(Error::NoWorkspace { from: here.clone() })?;
        Ok(Self::at(root))
    }

    /// The workspace with this root. Clients are built in the folder and with the profile of this harness if it is of this workspace.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let exe = std::env::current_exe().ok();
        let own = exe.as_deref().filter(|_| is_own(&root)).and_then(built_in);
        let fallback = || {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
            (root.join(target), "dev".to_owned())
        };
        let (target, profile) = own.unwrap_or_else(fallback);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Self { root, target, profile, cargo, sandbox: Sandbox::default(), patience: PATIENCE, stop: Stop::default() }
    }

    /// The folder of a challenge.
    #[must_use]
    pub fn challenge(&self, slug: &str) -> PathBuf {
        self.root.join("challenges").join(slug)
    }
}

/// The first folder from here upwards that is a root of the harness's workspace.
fn root_above(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|dir| is_root(dir)).map(Path::to_owned)
}

fn is_root(dir: &Path) -> bool {
    dir.join("harness/Cargo.toml").is_file()
        && dir.join("challenges").is_dir()
        && std::fs::read_to_string(dir.join("Cargo.toml"))
            .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
}

/// Whether this harness was built from the workspace with this root.
fn is_own(root: &Path) -> bool {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(|dir| dir.canonicalize().ok());
    built_from.is_some() && built_from == root.canonicalize().ok()
}

/// The target folder and the profile of an executable that cargo has built: `TARGET/PROFILE/harness`, or `TARGET/PROFILE/deps/…`. This
/// also knows of a target folder that was named on cargo's command line.
fn built_in(exe: &Path) -> Option<(PathBuf, String)> {
    let dir = exe.parent()?;
    let dir = if dir.ends_with("deps") { dir.parent()? } else { dir };
    let target = dir.parent().filter(|target| target.join("CACHEDIR.TAG").is_file())?;
    let profile = match dir.file_name()?.to_str()? {
        "debug" => "dev",
        other => other,
    };
    Some((target.to_owned(), profile.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_from_any_folder_inside() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it has one");
        for inside in ["", "harness/src/client", "challenges", "target"] {
            assert_eq!(root_above(&root.join(inside)), Some(root.to_owned()), "from {inside:?}");
        }
        assert_eq!(root_above(Path::new("/")), None);
        let elsewhere = tempfile::tempdir().expect("there is room");
        assert_eq!(root_above(elsewhere.path()), None);
        let workspace = Workspace::at(root);
        assert!(is_own(&workspace.root));
        assert!(workspace.target.join("CACHEDIR.TAG").is_file(), "{workspace:?}");
    }

    #[test]
    fn the_place_of_an_executable_tells_how_it_was_built() {
        let dir = tempfile::tempdir().expect("there is room");
        std::fs::write(dir.path().join("CACHEDIR.TAG"), "").expect("it is writable");
        let place = |path: &str| built_in(&dir.path().join(path));
        assert_eq!(place("debug/harness"), Some((dir.path().to_owned(), "dev".into())));
        assert_eq!(place("release/deps/it-0123"), Some((dir.path().to_owned(), "release".into())));
        assert_eq!(place("quick/harness"), Some((dir.path().to_owned(), "quick".into())));
        assert_eq!(place("elsewhere/bin/harness"), None);
    }
}
