//! A process with all that it starts: a job, which none of them can leave.
//!
//! The job is closed when the process is to end, and by the system when the harness ends, however it does: then everything in it is ended,
//! too. A process that starts others before it is in its job, in the instant after it has been started, could keep those out; a client of the kit
//! cannot, for it runs no student's code before the harness has spoken to it.

use std::{
    io,
    os::windows::{io::AsRawHandle as _, process::CommandExt as _},
    process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use win32job::{ExtendedLimitInfo, Job};

use super::proc::Process;

/// How long what has been killed is waited for.
pub(super) const SWEEP: Duration = Duration::from_secs(2);

/// The process gets no Ctrl-C of the harness's console (`CREATE_NEW_PROCESS_GROUP`).
const OWN_GROUP: u32 = 0x0000_0200;

/// A process that has been started.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
    process: Process,
}

impl Child {
    /// Waits until it has ended.
    ///
    /// # Errors
    /// If nobody can tell how.
    pub(super) fn wait(&mut self) -> io::Result<ExitStatus> {
        self.process.wait(None).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Starts a program in a job of its own.
pub(super) fn start(mut command: Command) -> io::Result<(Child, Process)> {
    let job = Job::create_with_limit_info(ExtendedLimitInfo::new().limit_kill_on_job_close())?;
    let mut child = command.creation_flags(OWN_GROUP).spawn()?;
    if let Err(error) = enclose(&job, &mut child) {
        // Nobody would end what it starts.
        let _ = child.kill().and_then(|()| child.wait());
        return Err(error);
    }
    let process = Process::new(child.id(), job);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let told = process.clone();
    let waiting = thread::Builder::new().name("exit".into()).spawn(move || {
        // Waiting for a child of one's own fails only where nothing works.
        if let Ok(status) = child.wait() {
            told.note_end(status);
        }
    });
    if let Err(error) = waiting {
        process.close_job();
        return Err(error);
    }
    let child = Child { stdin, stdout, stderr, process: process.clone() };
    Ok((child, process))
}

/// Puts a process into a job, if it has not ended already: what is ending can be put into none.
fn enclose(job: &Job, child: &mut std::process::Child) -> io::Result<()> {
    let until = Instant::now() + SWEEP;
    loop {
        let refused = match job.assign_process(child.as_raw_handle() as isize) {
            Ok(()) => return Ok(()),
            Err(error) => io::Error::from(error),
        };
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(refused);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Ends a process and all that it has started.
pub(super) fn kill(leader: &Process) {
    leader.close_job();
}

/// Waits for the rest of a job that has been ended: the system has no more of it to wait for.
pub(super) fn bury(_leader: &Process) {}

/// Ends what has left its family: nothing can. Answers how many could not be ended.
pub(super) fn sweep(_token: Option<&str>) -> usize {
    0
}

/// Leaves alone what cargo has left running: what is in no job is never touched.
pub(super) fn spare_daemons() {}
