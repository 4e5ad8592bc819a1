//! The process that shuts itself in and becomes the submission.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    process::Command,
};

use rustix::thread::{CapabilitySet, CapabilitySets, clear_ambient_capability_set, set_capabilities};

use super::{
    attempts, calls, files,
    policy::{CONFINE, Policy, Refusal},
    probe::PROBE,
};

/// The status of a process that could not become the program. What it means is told by what the process has said.
const REFUSED: i32 = 3;

/// If this process was started to shut itself in and become another program, does so, and never returns. To be called before anything
/// else is done: what is open or running then stays so.
pub fn confine_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|first| first == PROBE) {
        std::process::exit(attempts::answer(arguments));
    }
    if first.as_deref().is_none_or(|first| first != CONFINE) {
        return;
    }
    let policy = arguments.next().and_then(|policy| Policy::read(policy.to_str()?));
    let complaint = match (policy, arguments.next()) {
        (Some(policy), Some(program)) => policy.complaint(&become_program(&policy, &program, arguments)),
        _ => format!("error: `{CONFINE}` is what the harness calls itself with, to shut a submission in\n"),
    };
    // There is nobody else to tell.
    let _ = io::stderr().write_all(complaint.as_bytes());
    std::process::exit(REFUSED);
}

/// Shuts this process in and becomes the program. Returns only if it cannot.
fn become_program(policy: &Policy, program: &OsString, arguments: impl Iterator<Item = OsString>) -> Refusal {
    // What somebody has left open to the harness is not for the submission.
    close_fds::set_fds_cloexec(3, &[]);
    if let Err(error) = policy.limits.accept() {
        return Refusal::Open(format!("the system refuses a limit: {error}"));
    }
    if let Err(error) = drop_capabilities() {
        return Refusal::Open(format!("the system does not take privileges back: {error}"));
    }
    if let Err(why) = files::give_up(&policy.places).and_then(|()| calls::give_up(policy.calls)) {
        return Refusal::Open(why);
    }
    let error = Command::new(program).args(arguments).exec();
    Refusal::NoProgram(error.raw_os_error().unwrap_or_default())
}

/// Gives up what the administrator may do beyond others, but for reading and writing what is others': which files these are is said by
/// the policy. A clone that is not the administrator's own is readable in this way only.
fn drop_capabilities() -> rustix::io::Result<()> {
    let kept = CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
    let now = rustix::thread::capabilities(None)?;
    let sets = CapabilitySets {
        effective: now.effective & kept,
        permitted: now.permitted & kept,
        inheritable: CapabilitySet::empty(),
    };
    clear_ambient_capability_set()?;
    set_capabilities(None, sets)
}
