//! Which files a confined process may use.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::loader;

/// Which files a confined process may use: these, and everything below them. What is not there is not allowed either.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Places {
    /// What it may read.
    pub(super) read: Vec<PathBuf>,
    /// What it may read and run.
    pub(super) run: Vec<PathBuf>,
    /// What it may read and change.
    pub(super) change: Vec<PathBuf>,
    /// What it may read and add to, but remove nothing of: a file that is open and has no name any more would not be found when the
    /// files are counted.
    pub(super) add: Vec<PathBuf>,
    /// What it may read and write as it is: devices.
    pub(super) write: Vec<PathBuf>,
    /// Whether it may read what the system tells about this process itself.
    pub(super) own_process: bool,
}

/// What the dynamic loader reads.
const LOADER: [&str; 3] = ["/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld.so.conf"];

/// Devices that only give. (Not `/dev/zero`: who maps it has memory that nobody counts.)
const SOURCES: [&str; 2] = ["/dev/random", "/dev/urandom"];

/// A device that only takes.
const SINK: &str = "/dev/null";

/// Where systems keep programs, and what they need: compilers, linkers, their libraries and headers.
const PROGRAMS: [&str; 7] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/nix/store", "/etc/alternatives"];

impl Places {
    /// What a client needs: to be loaded, and a folder of its own.
    pub(in crate::client) fn of_a_client(executable: &Path, folder: &Path) -> Self {
        let mut run = vec![executable.to_owned()];
        run.extend(loader::interpreter(executable).filter(|_| loader::is_usual(executable)));
        let mut read = loader::libraries();
        read.extend(paths(&loader::LIBRARIES[..4]).chain(paths(&LOADER)).chain(paths(&SOURCES)));
        Self { read, run, add: vec![folder.to_owned()], write: vec![SINK.into()], own_process: true, ..Self::default() }
    }

    /// What a compiler needs to build the workspace in `mirror`, without network: itself, what it has downloaded before, the mirror,
    /// and a place to build in. `cargo` is the one that will be run.
    pub(in crate::client) fn of_a_compiler(cargo: &OsStr, mirror: &Path, changed: &[&Path]) -> Self {
        let mut run: Vec<_> = paths(&PROGRAMS).collect();
        let mut read: Vec<_> = paths(&LOADER).chain(paths(&SOURCES)).collect();
        run.extend(toolchain(Path::new(cargo)));
        run.extend(home("RUSTUP_HOME", ".rustup"));
        if let Some(cargo) = home("CARGO_HOME", ".cargo") {
            run.push(cargo.join("bin"));
            // Not the whole of it: it holds the user's credentials.
            read.extend(["registry", "git", "config.toml", "config"].map(|name| cargo.join(name)));
        }
        read.extend(settings(mirror));
        read.push(mirror.to_owned());
        let change: Vec<_> = changed.iter().map(|path| path.to_path_buf()).collect();
        // Dependencies have build scripts; the submission has none.
        run.extend(change.iter().cloned());
        Self { read, run, change, write: vec![SINK.into()], ..Self::default() }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Path> {
        [&self.read, &self.run, &self.change, &self.add, &self.write].into_iter().flatten().map(PathBuf::as_path)
    }
}

fn paths(names: &[&str]) -> impl Iterator<Item = PathBuf> {
    names.iter().map(PathBuf::from)
}

/// A folder that a variable names, or else one of the user's home.
pub(in crate::client) fn home(variable: &str, name: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(name)))
}

/// The toolchain that a cargo belongs to: `…` for `…/bin/cargo`.
fn toolchain(cargo: &Path) -> Option<PathBuf> {
    let root = cargo.canonicalize().ok()?.parent()?.parent()?.to_owned();
    root.join("lib/rustlib").is_dir().then_some(root)
}

/// The settings that cargo and rustup look for in every folder above the one that they run in.
fn settings(mirror: &Path) -> impl Iterator<Item = PathBuf> {
    const NAMES: [&str; 4] = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];
    mirror.ancestors().flat_map(|folder| NAMES.map(|name| folder.join(name))).filter(|path| path.is_file())
}
