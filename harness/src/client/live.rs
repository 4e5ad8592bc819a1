//! The register of everything that runs or lies about because of the harness: process groups, adopted strays, temporary folders.
//!
//! Every process is started here, in a group of its own, and stays registered until it is reaped; so nothing can be signalled whose
//! process id may have passed to somebody else, and one place can end everything.
//!
//! What ends all of a family, and who has left it, is the system's own: `family`.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime},
};

use tempfile::TempDir;

use super::{
    Stop,
    family::{self, Child, SWEEP},
    proc::{self, Process},
    remove,
};

pub(super) use family::{spare_daemons, sweep};

/// The variable that names the run in the environment of a client and, unless they clear it, of all that it starts.
pub(super) const TOKEN: &str = "HARNESS_PROCESS";

static LIVE: Mutex<Live> =
    Mutex::new(Live { next: 0, groups: BTreeMap::new(), folders: BTreeMap::new(), stopping: false });

/// What programs of the user's own carry in place of a run's name.
pub(super) static USERS: LazyLock<String> = LazyLock::new(token);

/// Leaves a program to the user that is started for them, such as an editor: whatever it starts and leaves running is theirs, and nothing
/// here ends it.
pub fn leave_to_user(command: &mut Command) {
    command.env(TOKEN, &*USERS);
}

/// A name for one process and its descendants that no other has.
pub(super) fn token() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{:x}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed), since.as_nanos())
}

/// What is registered.
pub(super) struct Live {
    next: u64,
    pub(super) groups: BTreeMap<u64, Leader>,
    folders: BTreeMap<u64, PathBuf>,
    /// Whether everything is being ended, for good.
    pub(super) stopping: bool,
}

/// The leader of a group.
pub(super) struct Leader {
    pub(super) process: Process,
    /// What names its run in its environment.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing that it starts can leave it"))]
    pub(super) token: Option<String>,
    stop: Stop,
}

/// The register.
pub(super) fn live() -> MutexGuard<'static, Live> {
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
    leader: Process,
}

/// Starts a program as the leader of a new group, and registers it. `prepare` makes the command, and whatever descriptors it needs,
/// while nothing else is being started: systems other than Linux cannot make a descriptor close-on-exec from its beginning.
///
/// Nothing is started of what has been stopped.
pub(super) fn start<T>(
    stop: &Stop,
    token: Option<&str>,
    prepare: impl FnOnce() -> io::Result<(Command, T)>,
) -> io::Result<(Child, Group, T)> {
    let mut live = live_on();
    stop.refuse()?;
    let (command, held) = prepare()?;
    let (child, leader) = family::start(command)?;
    let key = live.key();
    live.groups.insert(key, Leader { process: leader.clone(), token: token.map(str::to_owned), stop: stop.clone() });
    Ok((child, Group { key, leader }, held))
}

impl Group {
    /// The leader.
    pub(super) fn leader(&self) -> &Process {
        &self.leader
    }

    /// Kills the whole group, unless the leader has been reaped.
    pub(super) fn kill(&self) {
        if live().groups.contains_key(&self.key) {
            family::kill(&self.leader);
        }
    }

    /// Waits for the rest of a group that has been killed. Its leader must have ended, but not been reaped.
    pub(super) fn bury(&self) {
        family::bury(&self.leader);
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
}

/// Kills the groups that were started under `stop`, and lets no more be. Those who wait for them sweep up and reap.
pub(super) fn end_of(stop: &Stop) {
    let live = live();
    stop.mark();
    for leader in live.groups.values().filter(|leader| leader.stop == *stop) {
        family::kill(&leader.process);
    }
}

/// Ends everything, for good: whoever wants to start or reap something now waits for the exit, which must follow.
pub(super) fn end_everything() {
    let (leaders, folders) = {
        let mut live = live();
        live.stopping = true;
        let leaders: Vec<_> = live.groups.values().map(|leader| leader.process.clone()).collect();
        leaders.iter().for_each(family::kill);
        (leaders, std::mem::take(&mut live.folders))
    };
    let until = Instant::now() + SWEEP;
    // What a leader has started becomes a child of ours, which can be found, when the leader is dead.
    for leader in leaders {
        proc::await_exit(&leader, until.saturating_duration_since(Instant::now()));
    }
    sweep(None);
    for folder in folders.values() {
        let _ = remove::remove(folder);
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
        // What cannot be removed is the machine's to keep: a verdict does not hang on it.
        let _ = remove::remove(self.dir.path());
        live().folders.remove(&self.key);
    }
}
