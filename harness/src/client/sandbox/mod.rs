//! How far a submission is shut in.
//!
//! On every tier a client is a process of its own whose output is bounded, whose group is ended with it and whose strays are hunted down:
//! without that there is no verdict. `SECURITY.md` says for each known attack which tier stops it, and how.
//!
//! What a process may do can only be taken away by itself, before it becomes the submission. So the harness starts itself again under
//! another name ([`confine_if_asked`]): that process gives everything up and turns into the program.

#[cfg(target_os = "linux")]
mod attempts;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
#[cfg_attr(not(target_os = "linux"), path = "launch_elsewhere.rs")]
mod launch;
mod limits;
mod loader;
mod places;
mod policy;
mod probe;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

pub use launch::confine_if_asked;
pub(super) use limits::Limits;
pub(super) use loader::is_usual;
pub(super) use places::{Places, home};
pub(super) use policy::{Calls, Policy, Refusal};
pub use probe::{Strongest, strongest};

/// How far a submission is shut in, from the least to the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sandbox {
    /// Only so far that a verdict comes whatever the submission does: memory and output are bounded, and it ends with its run.
    Off,
    /// Also limits of processor time, files, processes and real time, and an environment with nothing of the user's.
    #[default]
    Basic,
    /// Also no network, no other process, and no file but what the program needs to run and a temporary folder of its own; the same for
    /// the compiler. Linux only.
    Strict,
}

impl Sandbox {
    /// Its name on the command line and in a verdict.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Basic => "basic",
            Self::Strict => "strict",
        }
    }
}

impl fmt::Display for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

static LAUNCHER: OnceLock<PathBuf> = OnceLock::new();

/// Names the harness's executable to a program that uses this crate as a library. The harness itself need not be told. The first name
/// stands.
pub fn launch_with(executable: impl Into<PathBuf>) {
    let _ = LAUNCHER.set(executable.into());
}

/// The harness's executable: the one that runs, even if cargo has put a newer one in its place meanwhile.
fn launcher() -> &'static Path {
    LAUNCHER.get().map_or(Path::new("/proc/self/exe"), PathBuf::as_path)
}
