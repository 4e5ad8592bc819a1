//! What the system gives to a program at most (getrlimit(2)).

use serde::{Deserialize, Serialize};

use super::Sandbox;
use crate::client::{Inherit, proc::Process};

/// What the system gives to a process, and to each that it starts, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Limits {
    /// Memory that it may write and shares with nobody, in bytes. Addresses do not count: interpreters and allocators reserve far more of
    /// those than they ever use.
    pub(in crate::client) memory: u64,
    /// Processor time, in seconds.
    pub(in crate::client) processor: Option<u64>,
    /// The size of a file that it writes, in bytes.
    pub(in crate::client) file: Option<u64>,
    /// How many files it may have open.
    pub(in crate::client) open: Option<u64>,
    /// How many processes and threads the user may have beyond those that the whole machine has now. The system does not hold its
    /// administrator to it.
    pub(in crate::client) tasks: Option<u64>,
}

impl Limits {
    /// The limits of a client.
    pub(in crate::client) fn of_a_client(sandbox: Sandbox, inherit: Inherit) -> Self {
        // A fleet of 10,000 clients of the kit needs a quarter of a gibibyte and a few seconds; an interpreter or a virtual machine of
        // another language may want much more for itself.
        let (memory, processor, file, open) = match inherit {
            Inherit::Little => (1 << 30, 120, 16 << 20, Some(1024)),
            Inherit::Most => (4 << 30, 600, 256 << 20, None),
        };
        if sandbox == Sandbox::Off {
            return Self { memory, processor: None, file: None, open: None, tasks: None };
        }
        Self { memory, processor: Some(processor), file: Some(file), open, tasks: Some(4096) }
    }

    /// The limits of a compiler. They hold for each process of the build: one of them compiles one crate. The largest of the dependencies
    /// needs a quarter of them.
    pub(in crate::client) fn of_a_compiler() -> Self {
        Self { memory: 2 << 30, processor: Some(300), file: Some(1 << 30), open: None, tasks: Some(4096) }
    }

    /// Sets them for another process that has just been started. Where the system can set them only for the process that asks, they do
    /// not hold.
    #[cfg(target_os = "linux")]
    pub(in crate::client) fn impose(&self, process: &Process) {
        for (resource, limit) in self.resources() {
            // It may have ended already, or have less than this; the administrator may have set less, too.
            let _ = rustix::process::prlimit(Some(process.pid()), resource, limit);
        }
    }

    /// Sets them for another process that has just been started. Where the system can set them only for the process that asks, they do
    /// not hold.
    #[cfg(not(target_os = "linux"))]
    pub(in crate::client) fn impose(&self, process: &Process) {
        let _ = (self, process);
    }

    /// Sets them for this process.
    #[cfg(target_os = "linux")]
    pub(super) fn accept(&self) -> rustix::io::Result<()> {
        self.resources().into_iter().try_for_each(|(resource, limit)| rustix::process::setrlimit(resource, limit))
    }

    #[cfg(target_os = "linux")]
    fn resources(&self) -> Vec<(rustix::process::Resource, rustix::process::Rlimit)> {
        use rustix::process::{Resource, Rlimit, getrlimit};
        // Nobody but the administrator may raise what has been lowered before.
        let most = |resource, most: u64| {
            let most = getrlimit(resource).maximum.map_or(most, |now| now.min(most));
            (resource, Rlimit { current: Some(most), maximum: Some(most) })
        };
        let mut all = vec![most(Resource::Core, 0), most(Resource::Data, self.memory)];
        // The first limit is a signal that has a name, the second one is certain.
        all.extend(self.processor.map(|seconds| {
            let (resource, last) = most(Resource::Cpu, seconds + AFTER_WARNING);
            (resource, Rlimit { current: last.maximum.map(|last| last.min(seconds)), ..last })
        }));
        all.extend(self.file.map(|bytes| most(Resource::Fsize, bytes)));
        all.extend(self.open.map(|files| most(Resource::Nofile, files)));
        all.extend(self.tasks.and_then(|more| Some(most(Resource::Nproc, tasks_now()? + more))));
        all
    }
}

/// How long a process may go on after it was told that its processor time is used up, in seconds.
#[cfg(target_os = "linux")]
const AFTER_WARNING: u64 = 5;

/// How many processes and threads there are on this machine (proc_loadavg(5)).
#[cfg(target_os = "linux")]
fn tasks_now() -> Option<u64> {
    let line = std::fs::read_to_string("/proc/loadavg").ok()?;
    line.split_ascii_whitespace().nth(3)?.split_once('/')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_sandbox_only_memory_is_limited() {
        let limits = Limits::of_a_client(Sandbox::Off, Inherit::Little);
        assert_eq!((limits.memory, limits.processor, limits.file), (1 << 30, None, None));
        assert_eq!(Limits::of_a_client(Sandbox::Basic, Inherit::Most).memory, 4 << 30);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_tasks_of_the_machine_are_counted() {
        assert!(tasks_now().is_some_and(|tasks| tasks > 1));
    }
}
