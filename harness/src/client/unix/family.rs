//! A process with all that it starts: a process group, and what has left it.
//!
//! A process can leave its group (`setsid`, a daemon's double fork). On Linux the harness is a *child subreaper*: such a process becomes
//! the harness's child when its parent dies, and is found there: it is a child that is not registered and that has a group other than
//! the harness's own, which is what distinguishes it from a child that another part of this process has started.

use std::{
    collections::BTreeSet,
    io,
    os::unix::process::CommandExt as _,
    process::Command,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitOptions, getpgid, getpgrp, kill_process, kill_process_group, waitpid};

use super::{
    live::{Live, TOKEN, USERS, live},
    proc::{self, Process},
};

pub(super) use std::process::Child;

/// How long strays are hunted: each pass finds the children of those that the pass before has killed.
pub(super) const SWEEP: Duration = Duration::from_secs(2);

/// Daemons that cargo has left, such as a compiler cache: none of ours.
static SPARED: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Starts a program as the leader of a new group.
pub(super) fn start(mut command: Command) -> io::Result<(Child, Process)> {
    adopt_strays();
    let child = command.process_group(0).spawn()?;
    let process = Process::of(&child);
    Ok((child, process))
}

/// Asks the kernel to make this process the parent of every descendant that loses its own.
fn adopt_strays() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        unreachable!("every Linux since 3.4 can do this, and it needs no privilege: {error}");
    }
}

/// Kills the whole group of a leader that has not been reaped.
pub(super) fn kill(leader: &Process) {
    // It may have ended by itself, all of it: nothing is left to do then. It stays registered, and its number its own, until it is reaped.
    let _ = kill_process_group(leader.pid(), Signal::KILL);
}

/// Waits for the rest of a group that has been killed, and reaps it. Its leader must have ended, but not been reaped: until then no other
/// group can have its number. What has left the group, as a compiler cache does that serves others too, is left alone.
pub(super) fn bury(leader: &Process) {
    let until = Instant::now() + SWEEP;
    let rest = || {
        let own = |pid: &Pid| *pid != leader.pid() && getpgid(Some(*pid)).is_ok_and(|group| group == leader.pid());
        proc::children().into_iter().filter_map(Pid::from_raw).filter(own).collect::<Vec<_>>()
    };
    // What one of them has started becomes a child of ours when it is dead.
    while let Some(pid) = rest().first().filter(|_| Instant::now() < until) {
        proc::await_exit(&Process::numbered(*pid), until.saturating_duration_since(Instant::now()));
        let _still_registered = live();
        // A sweep may have been quicker.
        let _ = waitpid(Some(*pid), WaitOptions::NOHANG);
    }
}

/// The children that nobody has registered and that are not of the harness's own group. Those that carry the token of another
/// run that is still going on are left to its end, and the user's own to the user.
fn strays(live: &Live, own: Option<&str>) -> Vec<Pid> {
    let leaders: BTreeSet<_> = live.groups.values().map(|leader| leader.process.id()).collect();
    let others = live.groups.values().filter(|_| !live.stopping).filter_map(|leader| leader.token.as_deref());
    let others: BTreeSet<_> = others.collect();
    let spared = SPARED.lock().unwrap_or_else(PoisonError::into_inner);
    proc::children()
        .into_iter()
        .filter(|pid| !leaders.contains(pid) && !spared.contains(pid))
        .filter_map(Pid::from_raw)
        .filter(|pid| getpgid(Some(*pid)).is_ok_and(|group| group != getpgrp()))
        .filter(|pid| match proc::variable(pid.as_raw_pid(), TOKEN) {
            Some(token) if token == *USERS => false,
            Some(token) => Some(token.as_str()) == own || !others.contains(token.as_str()),
            None => true,
        })
        .collect()
}

/// Kills the strays of the run with this token, and those that hide whose they are, until none is left. To be called when the run's
/// group is dead. Answers how many could not be ended in time.
pub(super) fn sweep(token: Option<&str>) -> usize {
    let until = Instant::now() + SWEEP;
    loop {
        let strays = {
            let live = live();
            let strays = strays(&live, token);
            for pid in &strays {
                // It may be dead by now, or may have become another user's; the next pass tells.
                let _ = kill_process(*pid, Signal::KILL);
            }
            strays
        };
        if strays.is_empty() || Instant::now() >= until {
            return strays.len();
        }
        for pid in strays {
            proc::await_exit(&Process::numbered(pid), until.saturating_duration_since(Instant::now()));
            let _still_registered = live();
            // Another run's sweep may have been quicker: no child is then.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
}

/// Leaves alone what cargo has left running, if it cannot be a client's.
pub(super) fn spare_daemons() {
    let live = live();
    if live.groups.is_empty() {
        let daemons: Vec<_> = strays(&live, None).into_iter().map(Pid::as_raw_pid).collect();
        SPARED.lock().unwrap_or_else(PoisonError::into_inner).extend(daemons);
    }
}
