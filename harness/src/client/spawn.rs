//! Starting a client, and ending it with all that it has started.

use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{
    Error, Exit, Output, Program,
    attend::{Acts, Attendant, Pipes},
    contract::Listener,
    family::Child,
    live::{self, Folder, Group, TOKEN, token},
    meter::Meter,
    proc,
    sandbox::{Limits, Policy, Refusal},
    starving::Starving,
    watch::Watcher,
};
use crate::{
    link,
    trace::{Claim, Fault},
};

/// How long a killed process is waited for. Only one that the kernel cannot interrupt (a broken disk) takes longer than an instant.
const DYING: Duration = Duration::from_secs(5);

/// A client's process. Dropping it ends it like [`Client::finish`].
pub struct Client {
    child: Child,
    group: Arc<Group>,
    token: String,
    attendant: Attendant,
    watcher: Watcher,
    limits: Limits,
    /// What the process had to give up before it became the program.
    policy: Option<Policy>,
    program: PathBuf,
    starving: Starving,
    reaped: bool,
    /// The working folder, if it is a temporary one.
    _folder: Option<Folder>,
}

/// How a client's process ended.
#[derive(Debug)]
pub struct Finished {
    /// How.
    pub exit: Exit,
    /// What it printed, without the lines of the contract.
    pub output: Output,
    /// What it is charged with if the run was not over when the process ended: it flooded its output, broke the contract, panicked,
    /// or exited. `None` if it was still running when [`Client::finish`] ended it.
    pub fault: Option<Fault>,
    /// How many processes that it has started could not be ended: 0 unless the kernel does not let them die, or they run as another
    /// user.
    pub left_over: usize,
    /// Why the program was never started, if the process that was to become it says so. The rest tells nothing of the submission then.
    pub not_started: Option<Error>,
}

/// What a client on the wall clock is told when it starts (`starter/CONTRACT.md`).
#[derive(Debug, Clone, Copy)]
pub struct Contract<'a> {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The challenge's `[client]` table: durations in milliseconds.
    pub config: &'a Map<String, Value>,
    /// The seed.
    pub seed: u64,
    /// Which one of a fleet it is, from 0.
    pub client: u32,
}

/// The harness's end of one client's contract; the claims come through the channel given to [`spawn_contract`].
pub struct ContractLine {
    /// Answers when the process has ended and all its claims are sent. If it ended with status 0 or 1, the last of them is
    /// [`Claim::Returned`]; if it broke off, [`Client::finish`] tells the fault.
    pub ended: oneshot::Receiver<Exit>,
    /// The way to the client's user.
    pub acts: Acts,
}

/// Starts a client on the virtual clock. Returns the harness's end of its link, too.
///
/// # Errors
///
/// If the system cannot start it.
pub fn spawn_linked(program: &Program) -> Result<(Client, link::End), Error> {
    let mut program = program.clone();
    program.env.push((link::VARIABLE.into(), "1".into()));
    let (started, link) = Started::new(&program, link::give)?;
    Ok((started.attend(None)?, link))
}

/// Starts a client on the wall clock, which speaks the contract of `starter/CONTRACT.md`. Its claims are sent to `claims` as they come,
/// with the client's number; the receiver stamps them.
///
/// # Errors
///
/// If the system cannot start it.
pub fn spawn_contract(
    program: &Program,
    contract: &Contract<'_>,
    claims: UnboundedSender<(u32, Claim)>,
) -> Result<(Client, ContractLine), Error> {
    let mut program = program.clone();
    program.env.extend(contract.environment());
    let (started, ()) = Started::new(&program, |command| {
        command.stdin(Stdio::piped());
        Ok(())
    })?;
    let (sender, ended) = oneshot::channel();
    let client = started.attend(Some(Listener::new(contract.client, claims, sender)))?;
    let acts = client.attendant.acts();
    Ok((client, ContractLine { ended, acts }))
}

impl Contract<'_> {
    fn environment(&self) -> [(OsString, OsString); 5] {
        [
            ("HARNESS_CONTRACT", "1".to_owned()),
            ("HARNESS_ADDRESS", self.address.to_string()),
            ("HARNESS_CONFIG", Value::from(self.config.clone()).to_string()),
            ("HARNESS_SEED", self.seed.to_string()),
            ("HARNESS_CLIENT", self.client.to_string()),
        ]
        .map(|(name, value)| (name.into(), value.into()))
    }
}

/// A process that nobody attends yet.
struct Started {
    child: Child,
    group: Group,
    token: String,
    limits: Limits,
    policy: Option<Policy>,
    program: PathBuf,
    meter: Option<Meter>,
    folder: Option<Folder>,
}

impl Started {
    /// Starts a program. `connect` gives it its standard input, and what else it needs to reach the harness.
    fn new<T>(program: &Program, connect: impl FnOnce(&mut Command) -> io::Result<T>) -> Result<(Self, T), Error> {
        let folder = match program.cwd {
            Some(_) => None,
            None => Some(Folder::register(TempDir::new().map_err(Error::io("make a temporary folder"))?)),
        };
        let own = folder.as_ref().map(Folder::path);
        let cwd = program.cwd.as_deref().or(own).expect("there is one or the other");
        let (token, policy) = (token(), program.policy(cwd));
        let prepare = || {
            let mut command = match &policy {
                Some(policy) => policy.command(program.exe.as_os_str())?,
                None => Command::new(&program.exe),
            };
            command.args(&program.args).current_dir(cwd).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.env_clear().envs(program.environment(std::env::vars_os(), own)).env(TOKEN, &token);
            let held = connect(&mut command)?;
            Ok((command, held))
        };
        let (child, group, held) =
            live::start(&program.stop, Some(&token), prepare).map_err(|source| Error::start(&program.exe, source))?;
        let limits = program.limits();
        if policy.is_none() {
            limits.impose(group.leader());
        }
        let linked = program.env.iter().any(|(name, _)| name == link::VARIABLE);
        let meter = Meter::of(program.sandbox, group.leader().clone(), limits, own, linked);
        Ok((Self { child, group, token, limits, policy, program: program.exe.clone(), meter, folder }, held))
    }

    fn attend(self, listener: Option<Listener>) -> Result<Client, Error> {
        let Self { mut child, group, token, limits, policy, program, meter, folder } = self;
        let group = Arc::new(group);
        let pipes = Pipes {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().expect("it is piped"),
            stderr: child.stderr.take().expect("it is piped"),
        };
        let attendant = Attendant::start(group.clone(), pipes, listener, meter);
        match attendant {
            Ok(attendant) => Ok(Client {
                child,
                group,
                token,
                attendant,
                watcher: Watcher::default(),
                limits,
                policy,
                program,
                starving: Starving::default(),
                reaped: false,
                _folder: folder,
            }),
            Err(source) => {
                end(&group, &mut child, &token, || ());
                Err(Error::Io { doing: "attend a client".into(), source })
            }
        }
    }
}

impl Client {
    /// Whether this system can tell how long a client has waited for a processor.
    pub const STARVING_IS_TOLD: bool = cfg!(target_os = "linux");

    /// The number of its process.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.group.leader().id()
    }

    /// Hands on what it prints, without the lines of the contract, as it comes. What it prints is bounded, and so is what waits here.
    pub fn hand_on(&self, reader: UnboundedSender<Vec<u8>>) {
        self.attendant.shared().kept().hand_on(reader);
    }

    /// Looks after a client that has been silent for this long, and says what is wrong with it, if anything. To be called again and
    /// again while the silence lasts (every 250 ms, say); a `silent` that is not longer than the last one begins a new silence.
    pub fn watch(&mut self, silent: Duration) -> Option<Fault> {
        if let Some(fault) = self.attendant.shared().fault() {
            return Some(fault);
        }
        match proc::exited(self.group.leader()) {
            Some(exit) => exit.fault(&self.attendant.shared().kept().errors(), &self.limits),
            None => self.watcher.look(self.group.leader(), silent),
        }
    }

    /// How long the machine has kept the client waiting since the last call, or the thread that hears it: the thread that waited longest, in
    /// all. Nothing at the first call, and where the system does not tell. To be called every few milliseconds.
    pub fn starved(&mut self) -> Duration {
        self.starving.look(self.pid(), self.attendant.shared().waited())
    }

    /// Ends the process, everything in its group and everything that left the group, and tells how it went. A process that seems to be
    /// ending by itself (it has closed the link) is given `grace` to tell how it died; any other needs none.
    #[must_use]
    pub fn finish(mut self, grace: Duration) -> Finished {
        let ended = proc::await_exit(self.group.leader(), grace);
        let left_over = self.end();
        let kept = self.attendant.shared().kept();
        let errors = kept.errors();
        let (exit, fault) = match (self.attendant.shared().fault(), ended) {
            (Some(fault), _) => (Exit::Killed, Some(fault)),
            (None, Some(exit)) => (exit, exit.fault(&errors, &self.limits)),
            (None, None) => (Exit::Killed, None),
        };
        let not_started =
            self.policy.as_ref().and_then(|policy| policy.refusal(&errors)).map(|refusal| match refusal {
                Refusal::Open(why) => Error::Confine { why },
                Refusal::NoProgram(number) => {
                    Error::Start { program: self.program.clone(), source: io::Error::from_raw_os_error(number) }
                }
            });
        Finished { exit, output: kept.output(), fault, left_over, not_started }
    }

    /// Ends all of it, once. Answers how many processes could not be ended.
    fn end(&mut self) -> usize {
        if std::mem::replace(&mut self.reaped, true) {
            return 0;
        }
        end(&self.group, &mut self.child, &self.token, || self.attendant.stop())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends a group and what has left it, and reaps its leader. The group is killed before its leader is reaped: until then its number
/// cannot pass to another. `dead` is called in between, when nothing is left that could write.
fn end(group: &Group, child: &mut Child, token: &str, dead: impl FnOnce()) -> usize {
    group.kill();
    let gone = proc::await_exit(group.leader(), DYING).is_some();
    let left = live::sweep(Some(token));
    dead();
    if gone && group.reap(child).is_ok() { left } else { left + 1 }
}
