//! A client that says nothing: computing, spinning, or blocked?
//!
//! Real time tells nothing about that: on a loaded machine a correct client may not get the processor for seconds. So a client is
//! judged by the processor time that it has used, and by the state of its threads.

use std::time::Duration;

use super::proc::{self, Process, Stat};
use crate::trace::Fault;

/// The processor time after which a silent client counts as spinning. A fleet of ten thousand clients that are all woken at one
/// instant needs a few tenths of that before it speaks.
pub const SPINNING_AFTER: Duration = Duration::from_secs(3);

/// How long all threads of a silent client must have waited, without any processor time, before it counts as blocked. (A client that
/// waits for simulated time or for bytes asks the harness, and so is not silent.)
pub const BLOCKED_AFTER: Duration = Duration::from_secs(3);

/// How long no thread of a silent client may have been seen to run, when it uses a little processor time now and then: it sleeps for
/// a moment again and again, or waits for a thread of its own that does not answer.
pub const NAPPING_AFTER: Duration = Duration::from_secs(6);

/// How much of that time may be processor time, as a part of so many.
const NAP: u32 = 5;

/// How long a client may be silent that is neither clearly spinning nor clearly blocked, such as one that waits for a disk. Where the
/// system tells nothing about processes, this is the only limit.
pub const SILENT_AFTER: Duration = Duration::from_secs(30);

/// The most that one look may count for. A harness that was itself suspended or starved has not seen what was in between.
const LOOK: Duration = Duration::from_millis(500);

/// What is known about a silent client.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    /// How long it had been silent at the last look.
    silent: Duration,
    /// The processor time at the first look of this silence.
    cpu_before: Duration,
    /// The processor time at the last look.
    cpu: Duration,
    /// How long all threads have waited.
    blocked: Duration,
    /// How long all threads have waited whenever they were looked at, and the processor time before.
    napping: Duration,
    cpu_before_naps: Duration,
    /// How long it has not been running, as far as looks can tell.
    idle: Duration,
}

/// What one look sees.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    /// The processor time of the process.
    cpu: Duration,
    /// The states of its threads.
    states: Vec<char>,
}

impl Watcher {
    /// Looks at a process that has been silent for this long.
    pub(super) fn look(&mut self, process: &Process, silent: Duration) -> Option<Fault> {
        let pid = process.id();
        let look = Stat::of(pid).map(|stat| Look { cpu: stat.cpu, states: proc::thread_states(pid) });
        match self.judge(look.as_ref(), silent)? {
            // What was measured is another number each time, and the verdict must not be.
            Sight::Spinning => Some(Fault::Spinning(format!(
                "it used {} s of processor time without coming to wait",
                SPINNING_AFTER.as_secs()
            ))),
            Sight::Blocked if look.is_some_and(|look| look.states.contains(&'T')) => {
                Some(Fault::Blocked("it was stopped by a signal (SIGSTOP)".to_owned()))
            }
            Sight::Blocked => Some(Fault::Blocked(what_blocks(proc::system_call(pid)).to_owned())),
            Sight::Silent => {
                Some(Fault::Blocked(format!("it did not come to wait for {} s of real time", SILENT_AFTER.as_secs())))
            }
        }
    }

    /// Judges what is seen, without asking the system.
    fn judge(&mut self, look: Option<&Look>, silent: Duration) -> Option<Sight> {
        let cpu = look.map_or(Duration::ZERO, |look| look.cpu);
        if silent <= self.silent || self.silent.is_zero() {
            *self = Self { cpu_before: cpu, cpu, cpu_before_naps: cpu, ..Self::default() };
        }
        let step = silent.saturating_sub(self.silent).min(LOOK);
        self.silent = silent;

        let computed = cpu > self.cpu;
        self.cpu = cpu;
        // Stopped by a signal is as good as waiting.
        let waits = |state: &char| matches!(state, 'S' | 'T');
        let waiting = look.is_some_and(|look| !look.states.is_empty() && look.states.iter().all(waits));
        // Where the states of threads are unknown, one that has used some time is known to have run, and the rest is not known.
        let running = look.is_some_and(|look| look.states.contains(&'R') || (look.states.is_empty() && computed));
        self.blocked = if waiting && !computed { self.blocked + step } else { Duration::ZERO };
        if waiting {
            self.napping += step;
        } else {
            (self.napping, self.cpu_before_naps) = (Duration::ZERO, cpu);
        }
        if !running {
            self.idle += step;
        }
        let spent = cpu.saturating_sub(self.cpu_before);
        if spent >= SPINNING_AFTER {
            Some(Sight::Spinning)
        } else if self.blocked >= BLOCKED_AFTER || self.naps(cpu) {
            Some(Sight::Blocked)
        } else {
            (self.idle >= SILENT_AFTER).then_some(Sight::Silent)
        }
    }

    /// Whether it has only ever waited for a while, but for moments between the looks.
    fn naps(&self, cpu: Duration) -> bool {
        let used = cpu.saturating_sub(self.cpu_before_naps);
        self.napping >= NAPPING_AFTER && used * NAP <= self.napping
    }
}

/// What is the matter with a silent client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// It has used this much processor time.
    Spinning,
    /// All its threads wait.
    Blocked,
    /// It has been silent for too long.
    Silent,
}

/// What a thread waits for in a system call, in a student's words.
fn what_blocks(call: Option<u32>) -> &'static str {
    const SLEEP: &str =
        "it sleeps in `std::thread::sleep`, which stops the whole client; use `tokio::time::sleep(…).await`";
    const LOCK: &str = "it waits for a lock or another thread (a `Mutex`, a channel of the standard library, a `join`, `spawn_blocking`)";
    const PROGRAM: &str = "it waits for another program to end";
    const READ: &str = "it waits in a blocking read";
    let call = if cfg!(target_os = "linux") { call } else { None };
    // The numbers are those of the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
    match (std::env::consts::ARCH, call) {
        ("x86_64", Some(35 | 230)) | ("aarch64" | "riscv64", Some(101 | 115)) => SLEEP,
        ("x86_64", Some(202 | 449)) | ("aarch64" | "riscv64", Some(98 | 449)) => LOCK,
        ("x86_64", Some(61 | 247)) | ("aarch64" | "riscv64", Some(95 | 260)) => PROGRAM,
        ("x86_64", Some(0 | 19 | 45)) | ("aarch64" | "riscv64", Some(63 | 65 | 207)) => READ,
        _ => "its threads all wait, and not for time or the network of the kit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks every 250 ms of silence; answers with the time of the first finding.
    fn watch(looks: impl IntoIterator<Item = Look>) -> Option<(u64, Sight)> {
        let mut watcher = Watcher::default();
        (1..).zip(looks).find_map(|(n, look)| {
            let silent = Duration::from_millis(250 * n);
            watcher.judge(Some(&look), silent).map(|sight| (250 * n, sight))
        })
    }

    fn look(cpu_ms: u64, states: &str) -> Look {
        Look { cpu: Duration::from_millis(cpu_ms), states: states.chars().collect() }
    }

    #[test]
    fn a_spinning_client_is_found_by_its_processor_time_alone() {
        let spinning = |share: u64| (0..).map(move |n| look(700 + 250 * n * share / 100, "SR"));
        assert_eq!(watch(spinning(100)), Some((3_250, Sight::Spinning)));
        // On a machine that gives it a tenth of a processor the same takes ten times as long.
        assert_eq!(watch(spinning(10)), Some((30_250, Sight::Spinning)));
        // One that gets no processor at all is never accused.
        assert_eq!(watch(std::iter::repeat_n(look(900, "SR"), 10_000)), None);
    }

    #[test]
    fn a_blocked_client_is_found_when_all_its_threads_wait() {
        assert_eq!(watch(std::iter::repeat_n(look(900, "SS"), 100)), Some((3_000, Sight::Blocked)));
        // A slow disk, or a debugger, is no fault of its own for a long time.
        assert_eq!(watch(std::iter::repeat_n(look(900, "SD"), 1_000)), Some((30_000, Sight::Silent)));
        // Nobody but itself has stopped it.
        assert_eq!(watch(std::iter::repeat_n(look(900, "T"), 100)), Some((3_000, Sight::Blocked)));
        // One that sleeps again and again uses a little time between.
        assert_eq!(watch((0..1_000).map(|n| look(10 * (n / 4), "S"))), Some((6_000, Sight::Blocked)));
        // One that computes between the looks, or that is seen to compute now and then, is not blocked.
        assert_eq!(watch((0..100).map(|n| look(100 * n, "S"))), Some((7_750, Sight::Spinning)));
        assert_eq!(watch((0..110).map(|n| look(n, if n % 8 == 0 { "SR" } else { "S" }))), None);
    }

    #[test]
    fn each_silence_is_judged_by_itself() {
        let mut watcher = Watcher::default();
        for n in 0..10_000 {
            let silent = Duration::from_millis(250 * (1 + n % 8));
            assert_eq!(watcher.judge(Some(&look(250 * n, "R")), silent), None, "it speaks every two seconds");
        }
        for n in 0..10_000 {
            let silent = Duration::from_millis(250 * (1 + n % 8));
            assert_eq!(watcher.judge(Some(&look(0, "S")), silent), None, "it speaks every two seconds");
        }
    }

    #[test]
    fn a_suspended_harness_accuses_nobody() {
        let mut watcher = Watcher::default();
        assert_eq!(watcher.judge(Some(&look(0, "S")), Duration::from_millis(250)), None);
        assert_eq!(watcher.judge(Some(&look(0, "S")), Duration::from_secs(3_600)), None);
    }

    #[test]
    fn without_knowledge_of_threads_one_that_computes_is_told_from_one_that_waits() {
        assert_eq!(watch((0..1_000).map(|n| look(700 + 250 * n, ""))), Some((3_250, Sight::Spinning)));
        // A machine on which others have nearly all of the processor.
        assert_eq!(watch((0..1_000).map(|n| look(700 + n, ""))), None);
        assert_eq!(watch(std::iter::repeat_n(look(700, ""), 1_000)), Some((30_000, Sight::Silent)));
    }

    #[test]
    fn without_knowledge_of_processes_only_real_time_is_left() {
        let mut watcher = Watcher::default();
        let found = (1..).find_map(|n| watcher.judge(None, Duration::from_millis(250 * n)).map(|sight| (n, sight)));
        assert_eq!(found, Some((120, Sight::Silent)));
    }
}
