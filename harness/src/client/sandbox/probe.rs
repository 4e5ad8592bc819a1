//! Which tier works here, found out by trying.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

use super::{Calls, Limits, Places, Policy, Sandbox, launcher};
use crate::client::{Inherit, Workspace};

/// The first argument of a harness that is to try what it may not do; the second one is a file that it may not read.
pub(super) const PROBE: &str = "confine-probe";

/// What a probe prints that could do nothing of what it tried.
pub(super) const SHUT_IN: &str = "shut in";

/// The strongest tier that works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strongest {
    /// Which one.
    pub sandbox: Sandbox,
    /// Why this one, as a sentence without its full stop.
    pub why: String,
}

/// Finds out which tier is the strongest that works on this machine, for submissions to this workspace, by trying: a process is shut in
/// and attempts what it must not be able to do.
#[must_use]
pub fn strongest(workspace: &Workspace) -> Strongest {
    match try_strict(workspace) {
        Ok(()) => Strongest {
            sandbox: Sandbox::Strict,
            why: "a process that was shut in could open no socket, start no process and read nothing of the workspace"
                .into(),
        },
        Err(why) => Strongest { sandbox: Sandbox::Basic, why: format!("strict does not work here: {why}") },
    }
}

fn try_strict(workspace: &Workspace) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("it needs Linux".into());
    }
    let failed = |error: io::Error| format!("the probe could not be run: {error}");
    let forbidden = workspace.root.join("Cargo.toml").canonicalize().map_err(failed)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let compiler = Places::of_a_compiler(&workspace.cargo, folder.path(), &[]);
    let executable = launcher().canonicalize().map_err(failed)?;
    let client = Places::of_a_client(&executable, folder.path());
    for (places, calls) in [(compiler, Calls::Compiler), (client, Calls::Client)] {
        let policy = Policy::new(Limits::of_a_client(Sandbox::Strict, Inherit::Little), places, calls);
        if policy.opens(&forbidden) {
            return Err(format!("this workspace lies where programs are kept, in {}", workspace.root.display()));
        }
        if calls == Calls::Client {
            probe(&policy, &executable, &forbidden)?;
        }
    }
    Ok(())
}

/// Runs a probe under a policy.
fn probe(policy: &Policy, executable: &Path, forbidden: &Path) -> Result<(), String> {
    let run = |mut command: Command| command.arg(PROBE).arg(forbidden).env_clear().stdin(Stdio::null()).output();
    let output = policy.command(executable.as_os_str()).and_then(run);
    let output = output.map_err(|error| format!("the probe could not be run: {error}"))?;
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match (policy.refusal(&errors), said.trim()) {
        (Some(super::Refusal::Open(why)), _) => Err(why),
        (Some(super::Refusal::NoProgram(number)), _) => {
            Err(format!("the probe could not be run: {}", io::Error::from_raw_os_error(number)))
        }
        (None, SHUT_IN) => Ok(()),
        (None, "") => Err(format!("the probe died: {}", output.status)),
        (None, said) => Err(said.to_owned()),
    }
}
