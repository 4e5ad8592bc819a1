//! The register of everything that runs or lies about because of the harness: process groups, adopted strays, temporary folders.
//!
//! Every process is started here, in a group of its own, and stays registered until it is reaped; so nothing can be signalled whose
//! process id may have passed to somebody else, and one place can end everything.
//!
//! A process can leave its group (`setsid`, a daemon's double fork). On Linux the harness is a *child subreaper*: such a process becomes
//! the harness's child when its parent dies, and is found there: it is a child that is not registered and that has a group other than
//! the harness's own, which is what distinguishes it from a child that another part of this process has started.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitOptions, getpgid, getpgrp, kill_process, kill_process_group, waitpid};
use tempfile::TempDir;

use super::proc;

/// The variable that names the run in the environment of a client and, unless they clear it, of all that it starts.
pub(super) const TOKEN: &str = "HARNESS_PROCESS";

/// How long strays are hunted: each pass finds the children of those that the pass before has killed.
const SWEEP: Duration = Duration::from_secs(2);

static LIVE: Mutex<Live> = Mutex::new(Live {
    next: 0,
    groups: BTreeMap::new(),
    folders: BTreeMap::new(),
    spared: BTreeSet::new(),
    stopping: false,
});

struct Live {
    next: u64,
    groups: BTreeMap<u64, Leader>,
    folders: BTreeMap<u64, PathBuf>,
    /// Daemons that cargo has left, such as a compiler cache: none of ours.
    spared: BTreeSet<i32>,
    stopping: bool,
}

struct Leader {
    pid: Pid,
    token: Option<String>,
}

fn live() -> MutexGuard<'static, Live> {
    // What the register holds is right after every single step, so a panic elsewhere does not spoil it.
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The register, for a thread that goes on. While the harness is being interrupted, none may: it would take the end of its client for the
/// client's own doing, and tell the user so, before the harness exits.
fn live_on() -> MutexGuard<'static, Live> {
    let live = live();
    if live.stopping {
        drop(live);
        loop {
            std::thread::park();
        }
    }
    live
}

/// A registered process group. It can be killed until its leader is reaped, and never after.
#[derive(Debug)]
pub(super) struct Group {
    key: u64,
    pid: Pid,
}

/// Starts a program as the leader of a new group, and registers it. `prepare` makes the command, and whatever descriptors it needs,
/// while nothing else is being started: systems other than Linux cannot make a descriptor close-on-exec from its beginning.
pub(super) fn start<T>(
    token: Option<&str>,
    prepare: impl FnOnce() -> io::Result<(Command, T)>,
) -> io::Result<(Child, Group, T)> {
    let mut live = live_on();
    adopt_strays();
    let (mut command, held) = prepare()?;
    let child = command.process_group(0).spawn()?;
    let pid = Pid::from_child(&child);
    let key = live.key();
    live.groups.insert(key, Leader { pid, token: token.map(str::to_owned) });
    Ok((child, Group { key, pid }, held))
}

/// Asks the kernel to make this process the parent of every descendant that loses its own.
fn adopt_strays() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        unreachable!("every Linux since 3.4 can do this, and it needs no privilege: {error}");
    }
}

impl Group {
    /// The leader.
    pub(super) fn leader(&self) -> Pid {
        self.pid
    }

    /// Kills the whole group, unless the leader has been reaped.
    pub(super) fn kill(&self) {
        if live().groups.contains_key(&self.key) {
            // It may have ended by itself, all of it: nothing is left to do then.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
    }

    /// Reaps the leader, which must have ended, and takes the group off the register.
    pub(super) fn reap(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let mut live = live_on();
        let status = child.wait()?;
        live.groups.remove(&self.key);
        Ok(status)
    }
}

impl Live {
    fn key(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The children that nobody has registered and that are not of the harness's own group. Those that carry the token of another
    /// run that is still going on are left to its end.
    fn strays(&self, own: Option<&str>) -> Vec<Pid> {
        let leaders: BTreeSet<_> = self.groups.values().map(|leader| leader.pid.as_raw_pid()).collect();
        let others = self.groups.values().filter(|_| !self.stopping).filter_map(|leader| leader.token.as_deref());
        let others: BTreeSet<_> = others.collect();
        proc::children()
            .into_iter()
            .filter(|pid| !leaders.contains(pid) && !self.spared.contains(pid))
            .filter_map(Pid::from_raw)
            .filter(|pid| getpgid(Some(*pid)).is_ok_and(|group| group != getpgrp()))
            .filter(|pid| match proc::variable(pid.as_raw_pid(), TOKEN) {
                Some(token) => Some(token.as_str()) == own || !others.contains(token.as_str()),
                None => true,
            })
            .collect()
    }
}

/// Kills the strays of the run with this token, and those that hide whose they are, until none is left. To be called when the run's
/// group is dead. Answers how many could not be ended in time.
pub(super) fn sweep(token: Option<&str>) -> usize {
    let until = Instant::now() + SWEEP;
    loop {
        let strays = {
            let live = live();
            let strays = live.strays(token);
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
            proc::await_exit(pid, until.saturating_duration_since(Instant::now()));
            let _still_registered = live();
            // Another run's sweep may have been quicker: no child is then.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
}

/// Leaves alone what cargo has left running, if it cannot be a client's.
pub(super) fn spare_daemons() {
    let mut live = live();
    if live.groups.is_empty() {
        let daemons: Vec<_> = live.strays(None).into_iter().map(Pid::as_raw_pid).collect();
        live.spared.extend(daemons);
    }
}

/// Ends everything, for good: whoever wants to start or reap something now waits for the exit, which must follow.
pub(super) fn end_everything() {
    let (leaders, folders) = {
        let mut live = live();
        live.stopping = true;
        let leaders: Vec<_> = live.groups.values().map(|leader| leader.pid).collect();
        for pid in &leaders {
            let _ = kill_process_group(*pid, Signal::KILL);
        }
        (leaders, std::mem::take(&mut live.folders))
    };
    let until = Instant::now() + SWEEP;
    // What a leader has started becomes a child of ours, which can be found, when the leader is dead.
    for pid in leaders {
        proc::await_exit(pid, until.saturating_duration_since(Instant::now()));
    }
    sweep(None);
    for folder in folders.values() {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A temporary folder that goes when this is dropped, and when the harness is interrupted.
#[derive(Debug)]
pub(super) struct Folder {
    key: u64,
    dir: TempDir,
}

impl Folder {
    /// Registers a folder.
    pub(super) fn register(dir: TempDir) -> Self {
        let mut live = live();
        let key = live.key();
        live.folders.insert(key, dir.path().to_owned());
        Self { key, dir }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        live().folders.remove(&self.key);
    }
}
