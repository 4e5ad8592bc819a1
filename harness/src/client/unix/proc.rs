//! What the kernel tells about a process: `/proc` on Linux, and waiting for an exit without reaping it everywhere.

use std::{
    collections::BTreeMap,
    process::Child,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::OwnedFd,
    io::Errno,
    process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, waitid},
};

use super::Exit;

/// A child of ours. Its number is its own until it is reaped.
#[derive(Debug, Clone)]
pub(super) struct Process(Pid);

impl Process {
    /// The process that has just been started.
    pub(super) fn of(child: &Child) -> Self {
        Self(Pid::from_child(child))
    }

    /// The process with this number, which the system has named as our child.
    pub(super) fn numbered(pid: Pid) -> Self {
        Self(pid)
    }

    /// Its number.
    pub(super) fn id(&self) -> i32 {
        self.0.as_raw_pid()
    }

    /// Its number, as the system's calls take it.
    pub(super) fn pid(&self) -> Pid {
        self.0
    }
}

/// The state and the times of one process or thread, from `/proc/…/stat` (proc_pid_stat(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    /// `R` running, `S` waiting, `D` waiting for a disk, `T` stopped, `Z` dead but not reaped, …
    pub(super) state: char,
    /// The parent's process id.
    pub(super) parent: i32,
    /// The process group.
    pub(super) group: i32,
    /// Processor time used, of all threads if this is a process.
    pub(super) cpu: Duration,
}

/// The length of a clock tick in `/proc`: the kernel's `USER_HZ` is 100 on every architecture that Rust's standard library supports
/// on Linux.
const TICK: Duration = Duration::from_millis(10);

impl Stat {
    /// Reads the statistics of a process. `None` if there is no such process (or no `/proc`).
    pub(super) fn of(pid: i32) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Reads one line in the format of `/proc/PID/stat`. The name stands in parentheses and may itself contain some.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        let mut times = fields.skip(8).map_while(|field| field.parse::<u32>().ok());
        let ticks = times.next()?.checked_add(times.next()?)?;
        Some(Self { state, parent, group, cpu: TICK * ticks })
    }
}

/// The states of all threads of a process.
pub(super) fn thread_states(pid: i32) -> Vec<char> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    tasks
        .flatten()
        .filter_map(|task| Stat::parse(&std::fs::read_to_string(task.path().join("stat")).ok()?))
        .map(|stat| stat.state)
        .collect()
}

/// How long all threads of a process have waited for a processor so far, while they could have run, by their numbers; empty where the
/// kernel does not tell.
pub(super) fn waited(pid: i32) -> BTreeMap<u32, Duration> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return BTreeMap::new() };
    let thread = |task: std::fs::DirEntry| {
        let waited = in_queue(&std::fs::read_to_string(task.path().join("schedstat")).ok()?)?;
        Some((task.file_name().to_str()?.parse().ok()?, waited))
    };
    tasks.flatten().filter_map(thread).collect()
}

/// The same of one thread of this process.
pub(super) fn own_waited(thread: u32) -> Option<Duration> {
    in_queue(&std::fs::read_to_string(format!("/proc/self/task/{thread}/schedstat")).ok()?)
}

/// What the kernel has counted of a process's main thread, if it could go on: it is ready to run, or waits for a disk.
pub(super) fn held_up(pid: i32) -> Option<String> {
    let counted = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    matches!(Stat::of(pid)?.state, 'R' | 'D').then_some(counted)
}

/// Parses `/proc/PID/task/TID/schedstat`: nanoseconds on a processor, nanoseconds in its queue, number of time slices
/// (Documentation/scheduler/sched-stats.rst of the kernel).
fn in_queue(line: &str) -> Option<Duration> {
    let waited = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(waited))
}

/// The number of the calling thread, where the system has such a thing.
pub(super) fn own_thread() -> Option<u32> {
    std::fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok()
}

/// The number of the system call that a process's main thread is in, where the kernel tells it to a parent.
pub(super) fn system_call(pid: i32) -> Option<u32> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// The children of this process, also those that were adopted.
pub(super) fn children() -> Vec<i32> {
    children_by_thread().unwrap_or_else(children_by_search)
}

/// The quick way, which needs a kernel with `CONFIG_PROC_CHILDREN`.
fn children_by_thread() -> Option<Vec<i32>> {
    let mut found = Vec::new();
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        match std::fs::read_to_string(task.path().join("children")) {
            Ok(list) => found.extend(list.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok())),
            // A thread that ended meanwhile has no folder any more; one that has a folder but no list shows an old kernel.
            Err(_) if task.path().exists() => return None,
            Err(_) => {}
        }
    }
    Some(found)
}

/// The slow way: every process is asked for its parent.
fn children_by_search() -> Vec<i32> {
    let own = i32::try_from(std::process::id()).expect("process ids fit");
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    all.flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| Stat::of(*pid).is_some_and(|stat| stat.parent == own))
        .collect()
}

/// How many threads a process and all that it has started have, as far as they are still its descendants. Counting stops past `most`.
pub(super) fn tasks(process: &Process, most: usize) -> usize {
    let (mut count, mut left) = (0, vec![process.id()]);
    while let Some(pid) = left.pop().filter(|_| count <= most) {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { continue };
        for thread in threads.flatten() {
            count += 1;
            let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            left.extend(children.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()));
        }
    }
    count
}

/// One variable of a process's first environment.
pub(super) fn variable(pid: i32, name: &str) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    environment.split(|byte| *byte == 0).find_map(|line| {
        let (key, value) = std::str::from_utf8(line).ok()?.split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// Whether no process has this number.
pub(super) fn is_gone(id: i32) -> bool {
    Pid::from_raw(id).is_some_and(|pid| rustix::process::test_kill_process(pid) == Err(Errno::SRCH))
}

/// The processor time and the memory in bytes that a process and all that it has started use, where the system sets no limits to them. Here
/// it does, or cannot be asked.
pub(super) fn used(_process: &Process) -> Option<(Duration, u64)> {
    None
}

/// How a child of ours ended, if it has. It stays to be reaped.
pub(super) fn exited(process: &Process) -> Option<Exit> {
    ask(process.pid()).ok().flatten().map(|status| seen(&status))
}

/// From what `waitid` says of a child that is still to be reaped.
fn seen(status: &WaitIdStatus) -> Exit {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Killed,
    }
}

/// The same; an error if it is no child of ours.
fn ask(pid: Pid) -> rustix::io::Result<Option<WaitIdStatus>> {
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT)
}

/// A descriptor that becomes readable when the process ends, where the system has such a thing.
pub(super) fn exit_signal(process: &Process) -> Option<OwnedFd> {
    #[cfg(target_os = "linux")]
    return rustix::process::pidfd_open(process.pid(), rustix::process::PidfdFlags::empty()).ok();
    #[cfg(not(target_os = "linux"))]
    {
        let _ = process;
        None
    }
}

/// How often an exit is asked for where nothing announces it.
pub(super) const EXIT_POLL: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };

/// Waits until a child of ours has ended, at most for `patience`. It stays to be reaped. What is no child of ours is not waited for.
pub(super) fn await_exit(process: &Process, patience: Duration) -> Option<Exit> {
    let until = Instant::now() + patience;
    let announced = exit_signal(process);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match ask(process.pid()) {
            Ok(None) if !left.is_zero() => {}
            ended => return ended.ok().flatten().map(|status| seen(&status)),
        }
        let rest = Timespec::try_from(left).unwrap_or(EXIT_POLL);
        let waited = match &announced {
            Some(fd) => poll(&mut [PollFd::new(fd, PollFlags::IN)], Some(&rest)),
            None => poll(&mut [], Some(&EXIT_POLL)),
        };
        if waited.is_err_and(|error| error != Errno::INTR) {
            return exited(process);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_blanks_does_not_shift_the_fields() {
        let line = "4242 (a) b (c) S 17 4242 4242 0 -1 4194304 900 0 0 0 123 45 0 0 20 0 3 0 6093 11 22 33";
        let stat = Stat::parse(line).expect("it is well formed");
        assert_eq!(stat, Stat { state: 'S', parent: 17, group: 4242, cpu: Duration::from_millis(1680) });
        assert_eq!(Stat::parse("4242 (a"), None);
        assert_eq!(Stat::parse("4242 (a) S 17"), None);
    }

    #[test]
    fn the_second_number_is_the_time_in_the_queue() {
        assert_eq!(in_queue("731861 966721000 3\n"), Some(Duration::from_micros(966_721)));
        assert_eq!(in_queue("731861"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_finds_itself_among_those_of_its_process() {
        let own = own_thread().expect("/proc is there");
        let pid = i32::try_from(std::process::id()).expect("it fits");
        let waited = waited(pid);
        assert!(waited.contains_key(&own) && own_waited(own) >= waited.get(&own).copied(), "{own} {waited:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_and_children_are_counted() {
        let mut child = std::process::Command::new("sleep").arg("1000").spawn().expect("sleep starts");
        let own = Process::numbered(rustix::process::getpid());
        let (its, all, some) = (tasks(&Process::of(&child), 10), tasks(&own, 1_000_000), tasks(&own, 1));
        child.kill().and_then(|()| child.wait()).expect("it is ours");
        assert_eq!(its, 1);
        assert!(all > 2 && some > 1, "this thread, that of the tests and the child: {all}, {some}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn both_ways_find_the_same_child() {
        let mut child = std::process::Command::new("sleep").arg("1000").spawn().expect("sleep starts");
        let pid = i32::try_from(child.id()).expect("it fits");
        assert!(children_by_search().contains(&pid));
        assert!(children_by_thread().is_none_or(|found| found.contains(&pid)));
        assert_eq!(Stat::of(pid).map(|stat| stat.parent), Some(std::process::id().cast_signed()));
        assert_eq!(exited(&Process::of(&child)), None);
        child.kill().expect("it is ours");
        assert_eq!(await_exit(&Process::of(&child), Duration::from_secs(60)), Some(Exit::Signal(9)));
        child.wait().expect("it is still there to be reaped");
    }
}
