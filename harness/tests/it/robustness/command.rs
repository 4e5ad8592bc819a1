//! The real binary, run as a child that is watched: its exit code, what it prints, how much memory it takes, and what it leaves running.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use harness::verdict::Verdict;

use super::workspace::target;

/// When a harness is given up, so that a broken one does not stop CI. No test measures anything by it.
const PATIENCE: Duration = Duration::from_secs(900);

/// How often a running harness is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A variable that the harness passes on to clients, and they to all that they start.
pub(crate) const MARK: &str = "LC_ROBUSTNESS";

/// A call of the harness.
pub(crate) struct Harness {
    command: Command,
    mark: String,
}

/// How a call went.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code, if it was not ended by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The most memory that was resident in the harness itself, in MiB.
    pub(crate) peak: u64,
}

impl Ran {
    /// The verdict that was printed as JSON.
    pub(crate) fn verdict(&self) -> Verdict {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

impl Harness {
    /// The harness with these arguments, in the real workspace.
    pub(crate) fn new<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env(MARK, &mark).env("CARGO_TARGET_DIR", target()).env("NO_COLOR", "1");
        Self { command, mark }
    }

    /// In this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        // A harness that cargo has started finds its workspace by this variable, too.
        self.command.current_dir(folder).env_remove("CARGO_MANIFEST_DIR");
        self
    }

    /// With a change to the command.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        change(&mut self.command);
        self
    }

    /// Runs it to its end, and makes sure that it leaves nothing running.
    pub(crate) fn run(self) -> Ran {
        self.start().wait()
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().expect("the harness is built");
        let stdout = child.stdout.take().map(read);
        let stderr = child.stderr.take().map(read);
        Running { child, stdout, stderr, mark: self.mark, peak: 0 }
    }
}

/// A harness that runs. Dropping it ends it.
pub(crate) struct Running {
    pub(crate) child: Child,
    stdout: Option<thread::JoinHandle<String>>,
    stderr: Option<thread::JoinHandle<String>>,
    mark: String,
    peak: u64,
}

impl Running {
    /// Waits for its end, and makes sure that it leaves nothing running.
    pub(crate) fn wait(mut self) -> Ran {
        let status = self.watch();
        let marked = marked(&self.mark);
        assert!(marked.is_empty(), "left running: {marked:?}");
        let text = |thread: Option<thread::JoinHandle<_>>| {
            thread.map(|thread| thread.join().expect("it only reads")).unwrap_or_default()
        };
        let (stdout, stderr) = (text(self.stdout.take()), text(self.stderr.take()));
        Ran { code: status.code(), stdout, stderr, peak: self.peak }
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_at_work(&mut self) -> bool {
        self.child.try_wait().expect("it is ours").is_none()
    }

    /// Waits until the client of the faults runs.
    pub(crate) fn until_client_runs(&self) {
        let until = Instant::now() + PATIENCE;
        while !marked(&self.mark).iter().any(|process| process.contains("/running/")) {
            assert!(Instant::now() < until, "there are only {:?}", marked(&self.mark));
            thread::sleep(LOOK);
        }
    }

    fn watch(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            self.peak = self.peak.max(resident(self.child.id()).unwrap_or(0));
            assert!(Instant::now() < until, "it does not end; there are {:?}", marked(&self.mark));
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is what there is.
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8(bytes).expect("a harness prints text")
    })
}

/// The most memory that has been resident in a process, in MiB (proc_pid_status(5), `VmHWM`).
fn resident(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    // A child that has just been started may still have the memory of the tests: only under its own name has it its own.
    if status.lines().next() != Some("Name:\tharness") {
        return None;
    }
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// The processes that carry a mark, with their command lines. One that is dead and not yet reaped has no environment any more.
pub(crate) fn marked(mark: &str) -> Vec<String> {
    let wanted = OsString::from(format!("{MARK}={mark}"));
    let carries = |place: &PathBuf| {
        let environment = fs::read(place.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|line| line == wanted.as_encoded_bytes())
    };
    let all = fs::read_dir("/proc").expect("the system has it").flatten().map(|entry| entry.path());
    let numbered =
        all.filter(|place| place.file_name().and_then(OsStr::to_str).is_some_and(|name| name.parse::<u32>().is_ok()));
    numbered.filter(carries).map(|place| describe(&place)).collect()
}

fn describe(place: &Path) -> String {
    let line = fs::read(place.join("cmdline")).unwrap_or_default();
    let pid = place.file_name().unwrap_or_default().display();
    format!("{pid} {}", String::from_utf8_lossy(&line).replace('\0', " "))
}

/// Whether a process is there, and not only as the remains of one.
pub(crate) fn is_alive(pid: &str) -> bool {
    assert!(pid.parse::<u32>().is_ok(), "{pid:?} is a process id");
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with('Z')))
}
