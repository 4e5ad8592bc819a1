//! What a client uses that no limit of the system bounds: its folder as a whole, its processes, and real time.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Sandbox,
    proc::{self, Process},
    sandbox::Limits,
};
use crate::trace::Fault;

/// How often a client is measured.
pub(super) const EVERY: Duration = Duration::from_millis(250);

/// How much the files of a client may take up together, in bytes.
const MOST_KEPT: u64 = 64 << 20;

/// How many files a client may have.
const MOST_FILES: usize = 10_000;

/// How deep its folders may stand in each other.
const MOST_DEPTH: u32 = 64;

/// How many processes and threads a client may have. The runtime's pool for blocking work alone may have 512.
const MOST_TASKS: usize = 1_000;

/// How long a client may take for one scenario in simulated time. The slowest machine needs seconds.
const MOST_TIME: Duration = Duration::from_secs(600);

/// The bounds of one client, and what to measure it by.
#[derive(Debug)]
pub(super) struct Meter {
    process: Process,
    limits: Limits,
    /// Whether only its memory is bounded.
    is_open: bool,
    started: Instant,
    /// When it is over at the latest, if it has no time of its own.
    most_time: Option<Duration>,
    /// Its temporary folder, if it has one.
    folder: Option<PathBuf>,
}

impl Meter {
    /// Measures a client from now on; nothing if its sandbox has no bounds but the limits that the system holds it to.
    pub(super) fn of(
        sandbox: Sandbox,
        process: Process,
        limits: Limits,
        folder: Option<&Path>,
        linked: bool,
    ) -> Option<Self> {
        let folder = folder.map(Path::to_owned);
        let most_time = linked.then_some(MOST_TIME);
        let is_open = sandbox == Sandbox::Off;
        let needed = !is_open || proc::used(&process).is_some();
        needed.then(|| Self { process, limits, is_open, started: Instant::now(), most_time, folder })
    }

    /// What the client is charged with if it has gone too far.
    pub(super) fn look(&self) -> Option<Fault> {
        let beyond = proc::used(&self.process).and_then(|(processor, memory)| self.beyond(processor, memory));
        if beyond.is_some() || self.is_open {
            return beyond;
        }
        if self.most_time.is_some_and(|most| self.started.elapsed() > most) {
            let minutes = MOST_TIME.as_secs() / 60;
            return Some(Fault::Blocked(format!("one scenario took more than {minutes} minutes of real time")));
        }
        if proc::tasks(&self.process, MOST_TASKS) > MOST_TASKS {
            return Some(Fault::Flooded(format!("it had more than {MOST_TASKS} processes and threads")));
        }
        self.folder.as_deref().filter(|folder| !fits(folder)).map(|_| {
            let mebibytes = MOST_KEPT >> 20;
            Fault::Flooded(format!(
                "it filled its folder with more than {mebibytes} MiB or {MOST_FILES} files, or {MOST_DEPTH} folders deep"
            ))
        })
    }

    /// What it is charged with if it uses more than its limits, where the system does not hold it to them.
    fn beyond(&self, processor: Duration, memory: u64) -> Option<Fault> {
        if memory > self.limits.memory {
            let gibibytes = self.limits.memory >> 30;
            return Some(Fault::Flooded(format!(
                "it used more than the {gibibytes} GiB of memory that a client may use"
            )));
        }
        let most = self.limits.processor.filter(|most| processor.as_secs() >= *most)?;
        Some(Fault::Flooded(format!("it used more than {most} s of processor time")))
    }
}

/// Whether what is below a folder is within the bounds. If it is not, the rest is not looked at. One folder is open at a time.
fn fits(folder: &Path) -> bool {
    let (mut bytes, mut count) = (0_u64, 0);
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = left.pop() {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            // Who needs a folder that nobody may look into?
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return false,
            // The client has removed what it had made.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            (bytes, count) = (bytes + metadata.len(), count + 1);
            if bytes > MOST_KEPT || count > MOST_FILES || depth > MOST_DEPTH {
                return false;
            }
            if metadata.is_dir() {
                left.push((entry.path(), depth + 1));
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_counted_as_a_whole() {
        let dir = tempfile::tempdir().expect("there is room");
        let deep = dir.path().join("a/b");
        fs::create_dir_all(&deep).expect("it is writable");
        fs::File::create(deep.join("one")).and_then(|file| file.set_len(MOST_KEPT / 2)).expect("it is writable");
        assert!(fits(dir.path()));
        fs::File::create(dir.path().join("two")).and_then(|file| file.set_len(MOST_KEPT / 2)).expect("it is writable");
        assert!(!fits(dir.path()), "the folders count, too");
        assert!(fits(&dir.path().join("none")));
    }

    #[test]
    fn many_files_and_deep_folders_do_not_fit() {
        let dir = tempfile::tempdir().expect("there is room");
        for n in 0..MOST_FILES {
            fs::write(dir.path().join(n.to_string()), "").expect("it is writable");
        }
        assert!(fits(dir.path()));
        fs::write(dir.path().join("more"), "").expect("it is writable");
        assert!(!fits(dir.path()));
        let deep = tempfile::tempdir().expect("there is room");
        let path: PathBuf = std::iter::repeat_n("a", MOST_DEPTH as usize).collect();
        fs::create_dir_all(deep.path().join(&path)).expect("it is writable");
        assert!(fits(deep.path()));
        fs::create_dir_all(deep.path().join(path).join("b/c")).expect("it is writable");
        assert!(!fits(deep.path()));
    }

    // What is measured is a process, and only on Unix is this one like those that it starts.
    #[cfg(unix)]
    fn meter(sandbox: Sandbox) -> Option<Meter> {
        let limits = Limits::of_a_client(sandbox, crate::client::Inherit::Little);
        Meter::of(sandbox, Process::numbered(rustix::process::getpid()), limits, None, true)
    }

    #[cfg(unix)]
    #[test]
    fn without_a_sandbox_nothing_is_measured() {
        assert!(meter(Sandbox::Off).is_none());
        assert_eq!(meter(Sandbox::Basic).expect("it has bounds").look(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_client_that_takes_for_ever_is_told_so() {
        let late = Meter { most_time: Some(Duration::ZERO), ..meter(Sandbox::Basic).expect("it has bounds") };
        assert!(matches!(late.look(), Some(Fault::Blocked(why)) if why.contains("10 minutes")));
    }

    #[cfg(unix)]
    #[test]
    fn what_the_system_does_not_limit_is_measured() {
        let meter = meter(Sandbox::Basic).expect("it has bounds");
        let (most, second) = (1 << 30, Duration::from_secs(1));
        assert_eq!(meter.beyond(119 * second, most), None);
        assert!(matches!(meter.beyond(second, most + 1), Some(Fault::Flooded(why)) if why.contains("1 GiB")));
        assert!(matches!(meter.beyond(120 * second, most), Some(Fault::Flooded(why)) if why.contains("120 s")));
        let unlimited = Meter { limits: Limits { processor: None, ..meter.limits }, ..meter };
        assert_eq!(unlimited.beyond(10_000 * second, most), None);
    }
}
