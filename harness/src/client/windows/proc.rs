//! What the system tells about a process.
//!
//! What its threads do is not among that: a client that waits for something else than the harness is found by real time, one that computes
//! by the processor time that it uses.

use std::{
    collections::BTreeMap,
    io,
    process::ExitStatus,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use win32job::Job;

use super::Exit;

/// A child of ours, with all that it starts.
#[derive(Debug, Clone)]
pub(super) struct Process(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: u32,
    /// Holds the process and its descendants until they are ended.
    job: Mutex<Option<Job>>,
    /// How it ended. A thread waits for that, so that all others can.
    ended: Mutex<Option<ExitStatus>>,
    news: Condvar,
}

impl Process {
    /// The process with this number, which is in a job.
    pub(super) fn new(id: u32, job: Job) -> Self {
        let (job, ended) = (Mutex::new(Some(job)), Mutex::default());
        Self(Arc::new(Inner { id, job, ended, news: Condvar::new() }))
    }

    /// Its number.
    pub(super) fn id(&self) -> i32 {
        self.0.id.cast_signed()
    }

    /// Ends it and all that it has started: the system does so when the job is closed.
    pub(super) fn close_job(&self) {
        self.job().take();
    }

    /// Notes how it has ended.
    pub(super) fn note_end(&self, status: ExitStatus) {
        *self.ended() = Some(status);
        self.0.news.notify_all();
    }

    /// Waits until it has ended, for ever or for a time.
    pub(super) fn wait(&self, patience: Option<Duration>) -> Option<ExitStatus> {
        let until = patience.map(|patience| Instant::now() + patience);
        let mut ended = self.ended();
        while ended.is_none() {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            ended = match left {
                Some(left) if left.is_zero() => return None,
                Some(left) => self.0.news.wait_timeout(ended, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.0.news.wait(ended).unwrap_or_else(PoisonError::into_inner),
            };
        }
        *ended
    }

    fn job(&self) -> MutexGuard<'_, Option<Job>> {
        self.0.job.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> MutexGuard<'_, Option<ExitStatus>> {
        self.0.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of all processes in its job; `None` if there are more than anybody counts.
    fn members(&self) -> Option<Vec<Pid>> {
        let list = self.job().as_ref().map(Job::query_process_id_list).transpose();
        match list.map_err(io::Error::from) {
            Ok(list) => Some(list.unwrap_or_default().into_iter().map(Pid::from).collect()),
            Err(error) if error.raw_os_error().is_some_and(|code| MORE_DATA.contains(&code)) => None,
            Err(_) => Some(Vec::new()),
        }
    }
}

/// `ERROR_MORE_DATA`, as a number of its own and as an `HRESULT`.
const MORE_DATA: [i32; 2] = [234, 0x8007_00ea_u32.cast_signed()];

/// The times of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    /// Processor time used, of all threads.
    pub(super) cpu: Duration,
}

impl Stat {
    /// Asks the system for the statistics of a process. `None` if there is no such process.
    pub(super) fn of(pid: i32) -> Option<Self> {
        let pid = Pid::from_u32(pid.cast_unsigned());
        let system = look(&[pid], ProcessRefreshKind::nothing().with_cpu());
        let cpu = Duration::from_millis(system.process(pid)?.accumulated_cpu_time());
        Some(Self { cpu })
    }
}

fn look(pids: &[Pid], at: ProcessRefreshKind) -> System {
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(pids), true, at);
    system
}

/// The processor time and the memory in bytes that a process and all that it has started use: the system sets no limits to them from outside.
/// The time is that of the processes that still run. The memory is what they share with nobody, wherever it is, or what they have at hand, if that
/// is more.
pub(super) fn used(process: &Process) -> Option<(Duration, u64)> {
    let members = process.members().unwrap_or_default();
    let system = look(&members, ProcessRefreshKind::nothing().with_cpu().with_memory());
    let found = members.iter().filter_map(|pid| system.process(*pid));
    let (milliseconds, memory) = found.fold((0, 0), |(time, memory), one| {
        (time + one.accumulated_cpu_time(), memory + one.virtual_memory().max(one.memory()))
    });
    Some((Duration::from_millis(milliseconds), memory))
}

/// The states of all threads of a process: nothing is known of them.
pub(super) fn thread_states(_pid: i32) -> Vec<char> {
    Vec::new()
}

/// What the system has counted of a process's main thread, if it could go on: nothing is known of that.
pub(super) fn held_up(_pid: i32) -> Option<String> {
    None
}

/// How long all threads of a process have waited for a processor: nothing is known of that.
pub(super) fn waited(_pid: i32) -> BTreeMap<u32, Duration> {
    BTreeMap::new()
}

/// The same of one thread of this process.
pub(super) fn own_waited(_thread: u32) -> Option<Duration> {
    None
}

/// The number of the calling thread, by which nothing could be asked.
pub(super) fn own_thread() -> Option<u32> {
    None
}

/// The number of the system call that a process's main thread is in: nothing is known of that.
pub(super) fn system_call(_pid: i32) -> Option<u32> {
    None
}

/// How many processes there are of a process and all that it has started. Threads are not counted.
pub(super) fn tasks(process: &Process, _most: usize) -> usize {
    process.members().map_or(usize::MAX, |members| members.len())
}

/// Whether no process has this number.
pub(super) fn is_gone(id: i32) -> bool {
    let pid = Pid::from_u32(id.cast_unsigned());
    look(&[pid], ProcessRefreshKind::nothing()).process(pid).is_none()
}

/// How a child of ours ended, if it has.
pub(super) fn exited(process: &Process) -> Option<Exit> {
    await_exit(process, Duration::ZERO)
}

/// Waits until a child of ours has ended, at most for `patience`.
pub(super) fn await_exit(process: &Process, patience: Duration) -> Option<Exit> {
    process.wait(Some(patience)).map(|status| status.code().map_or(Exit::Killed, Exit::Status))
}
