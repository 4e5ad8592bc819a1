//! Building a submission with cargo.
//!
//! Two packages are selected, the harness and the submission's, but only the submission's executable is built. Cargo unifies the
//! features of the dependencies over the packages that are selected: with the harness among them, every crate of the registry is
//! needed with exactly the features with which it was compiled for the harness, and none is compiled again. The harness itself is not
//! built, for no target of its is asked for.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use super::{
    Error, Holds, Names, Sandbox, Sources, Workspace,
    area::Area,
    family::Child,
    live::{self, Folder, Group},
    messages::{Asked, Log},
    proc,
    sandbox::{self, Policy, Refusal},
    solutions,
    submission::{self, Prepared},
};
use crate::verdict::CompilerWarnings;

/// What to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A student's own crate, where it is.
    Challenge(&'a str),
    /// All solutions and mistakes of a challenge.
    Solutions(&'a str),
    /// Somebody's sources. They are built with the challenge's own manifest, outside the student's folder.
    Submission {
        /// The challenge.
        slug: &'a str,
        /// The sources.
        sources: &'a Sources,
    },
}

/// A program that has been built. The executable is this value's own: no later build replaces it, and it goes with this value.
#[derive(Debug)]
pub struct Built {
    /// The executable.
    pub executable: PathBuf,
    /// What its sources are called.
    pub names: Names,
    /// The compiler's warnings about the submission.
    pub warnings: CompilerWarnings,
    /// What was built or found fresh.
    pub artifacts: Vec<Artifact>,
    /// Where the executable lies.
    _folder: Folder,
}

/// A crate that took part in a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its package.
    pub package: String,
    /// Whether it comes from a registry.
    pub registry: bool,
    /// Whether it was there already.
    pub fresh: bool,
}

/// How far a build is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A line of cargo's: `Compiling tokio v1.54.1`, `Blocking waiting for file lock on build directory`, …
    Line(String),
    /// Cargo's progress bar.
    Crates {
        /// How many crates are done.
        done: u32,
        /// How many there are.
        total: u32,
        /// Which ones are being compiled.
        now: String,
    },
}

/// Builds a submission's program, in the profile and the target folder of the harness itself; in the strict sandbox with a compiler that is
/// shut in, in a target folder of the sandbox's own. The solutions are the course's, and built as they are. With `color`, the compiler's messages have
/// escape sequences for colour. `progress` is called as the build goes on.
///
/// # Errors
///
/// [`Error::Compile`] and [`Error::Manifest`] if the code or a manifest is wrong; the others as they say.
pub fn build(
    workspace: &Workspace,
    subject: Subject<'_>,
    color: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Built, Error> {
    match subject {
        Subject::Challenge(slug) => {
            let path = workspace.challenge(slug);
            if !path.join("Cargo.toml").is_file() {
                return Err(Error::NoChallenge { path });
            }
            if workspace.sandbox == Sandbox::Strict {
                let sources = Sources::read(&path, slug, Holds::One)?.named(format!("challenges/{slug}"));
                let prepared = submission::prepare(workspace, slug, &sources)?;
                return Cargo { workspace, package: slug, bin: prepared.bin(), prepared: Some(&prepared), color }
                    .run(progress);
            }
            Cargo { workspace, package: slug, bin: slug, prepared: None, color }.run(progress)
        }
        Subject::Solutions(slug) => {
            solutions::add_program(workspace, slug)?;
            let bin = solutions::name(slug);
            Cargo { workspace, package: solutions::PACKAGE, bin: &bin, prepared: None, color }.run(progress)
        }
        Subject::Submission { slug, sources } => {
            let prepared = submission::prepare(workspace, slug, sources)?;
            Cargo { workspace, package: slug, bin: prepared.bin(), prepared: Some(&prepared), color }.run(progress)
        }
    }
}

/// One call of cargo.
struct Cargo<'a> {
    workspace: &'a Workspace,
    package: &'a str,
    bin: &'a str,
    prepared: Option<&'a Prepared>,
    color: bool,
}

/// What the threads that read tell the one that waits.
enum News {
    Out(String),
    Err(String),
    Closed,
    Exited,
}

/// The longest line of cargo's that is read, in bytes. A longer one is cut, and so no message any more.
const MOST_LINE: u64 = 4 * 1024 * 1024;

/// Longer than any build.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3_600);

/// How long the pipes of a cargo that has exited are read on, if a daemon that it has left holds them open.
const REST: Duration = Duration::from_secs(2);

impl Cargo<'_> {
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<Built, Error> {
        let built = self.build(progress);
        if let Some(area) = self.area() {
            area.clear(self.package).map_err(Error::io(format!("clear {}", area.target.display())))?;
        }
        built
    }

    fn build(&self, progress: &mut dyn FnMut(Progress)) -> Result<Built, Error> {
        let policy = self.area().map(|area| area.policy(self.workspace));
        let start = |source| Error::start(&self.workspace.cargo, source);
        let (mut child, group, ()) =
            live::start(&self.workspace.stop, None, || Ok((self.command(policy.as_ref())?, ()))).map_err(start)?;
        let log = self.listen(&mut child, &group, progress);
        if self.workspace.stop.is_stopped() {
            group.bury();
        }
        let status = group.reap(&mut child).map_err(Error::io("wait for cargo"))?;
        live::spare_daemons();
        let mut log = log?;
        match policy.and_then(|policy| policy.refusal(&log.said)) {
            Some(Refusal::Open(why)) => return Err(Error::Confine { why }),
            Some(Refusal::NoProgram(number)) => return Err(start(io::Error::from_raw_os_error(number))),
            None if !status.success() => return Err(self.failure(log)),
            None => {}
        }
        let executable = log.executable.take().ok_or_else(|| Error::Cargo {
            text: format!("package `{}` has no program `{}`: is its `src/main.rs` there?", self.package, self.bin),
        })?;
        if self.package != solutions::PACKAGE && !sandbox::is_usual(&executable) {
            let rendered =
                "error: the program names a loader of its own (section `.interp`), and would not start".to_owned();
            return Err(Error::Compile { package: self.package.to_owned(), errors: 1, rendered });
        }
        let folder = self.workspace.running()?;
        let own = folder.path().join(executable.file_name().unwrap_or(self.bin.as_ref()));
        std::fs::hard_link(&executable, &own)
            .or_else(|_| std::fs::copy(&executable, &own).map(drop))
            .map_err(Error::io(format!("set aside {}", executable.display())))?;
        let warnings = log.warnings.into_found(|text| self.named(text));
        let names = self.prepared.map(|prepared| prepared.names().clone()).unwrap_or_default();
        Ok(Built { executable: own, names, warnings, artifacts: log.artifacts, _folder: folder })
    }

    /// Where it is built if the compiler is shut in.
    fn area(&self) -> Option<&Area> {
        self.prepared.and_then(Prepared::area)
    }

    fn command(&self, policy: Option<&Policy>) -> io::Result<Command> {
        let Workspace { root, target, profile, cargo, .. } = self.workspace;
        let mut command = match policy {
            Some(policy) => policy.command(cargo)?,
            None => Command::new(cargo),
        };
        command.args(["build", "--color", "never", "--profile", profile, "-p", "harness", "-p", self.package]);
        command.args(["--bin", self.bin, "--message-format"]);
        command.arg(if self.color { "json-diagnostic-rendered-ansi" } else { "json" });
        command.arg("--target-dir").arg(self.area().map_or(target, |area| &area.target));
        if let Some(prepared) = self.prepared {
            command.arg("--manifest-path").arg(prepared.manifest()).args(["--locked", "--offline"]);
        }
        if let Some(area) = self.area() {
            command.env_clear().envs(area.environment(std::env::vars_os()));
        }
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_a_package)) {
            command.env_remove(name);
        }
        // Cargo obeys the `.cargo/config.toml` of its working folder and those above: the root's, never a submission's.
        command.current_dir(self.area().map_or(root, |area| &area.mirror));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "200");
        command.env_remove("CARGO_TERM_QUIET").env_remove("CARGO_TERM_VERBOSE");
        Ok(command)
    }

    /// Reads what cargo says until it has exited.
    fn listen(&self, child: &mut Child, group: &Group, progress: &mut dyn FnMut(Progress)) -> Result<Log, Error> {
        let (news, receiver) = mpsc::channel();
        let leader = group.leader().clone();
        let threads = [
            read(child.stdout.take().expect("it is piped"), b"\n", News::Out, news.clone()),
            read(child.stderr.take().expect("it is piped"), b"\r\n", News::Err, news.clone()),
            thread::Builder::new().spawn(move || {
                while proc::await_exit(&leader, Duration::from_secs(3_600)).is_none() {}
                let _ = news.send(News::Exited);
            }),
        ];
        if let Some(source) = threads.into_iter().find_map(Result::err) {
            group.kill();
            return Err(Error::Io { doing: "start a thread".into(), source });
        }
        let sources = self.sources();
        let asked = Asked { package: self.package, sources: &sources };
        let mut log = Log::default();
        let (mut open, mut exited, mut deadline) = (2, false, self.deadline());
        while open > 0 || !exited {
            let patience = if exited { REST } else { deadline.saturating_duration_since(Instant::now()) };
            match receiver.recv_timeout(patience) {
                Ok(News::Out(line)) => {
                    if log.hear(&line, asked) {
                        deadline = self.deadline();
                    }
                }
                Ok(News::Err(piece)) => {
                    // Another build's time is not this one's.
                    if log.waits {
                        deadline = self.deadline();
                    }
                    log.overhear(&piece).into_iter().for_each(&mut *progress);
                }
                Ok(News::Closed) => open -= 1,
                Ok(News::Exited) => exited = true,
                Err(RecvTimeoutError::Timeout) if exited => break,
                Err(RecvTimeoutError::Timeout) if log.waits => deadline = self.deadline(),
                Err(RecvTimeoutError::Timeout) => {
                    log.late = true;
                    deadline = Instant::now() + FOR_EVER;
                    group.kill();
                }
                Err(RecvTimeoutError::Disconnected) => unreachable!("each thread says that it ends"),
            }
        }
        Ok(log)
    }

    /// When cargo must have finished its next crate.
    fn deadline(&self) -> Instant {
        let patience = if self.workspace.sandbox == Sandbox::Off { FOR_EVER } else { self.workspace.patience };
        Instant::now() + patience.min(FOR_EVER)
    }

    fn failure(&self, log: Log) -> Error {
        if log.late {
            let patience = self.workspace.patience.as_secs();
            let text =
                format!("error: the compiler was stopped: it has not finished `{}` in {patience} s", self.package);
            return match log.compiles(self.package) {
                true => Error::Compile { package: self.package.to_owned(), errors: 1, rendered: text },
                false => Error::Cargo { text },
            };
        }
        if let Some(package) = log.failed {
            let (errors, lacks_linker) = (log.errors.count(), log.errors.lack_linker());
            let rendered = self.named(log.errors.into_text());
            return match lacks_linker {
                false => Error::Compile { package, errors, rendered },
                true => Error::Cargo { text: format!("{rendered}`harness doctor` says what to install") },
            };
        }
        let complaint = self.named(log.complaint());
        if let Some(why) = log.gave_up(self.package) {
            let rendered = format!("{why}\n{complaint}");
            return Error::Compile { package: self.package.to_owned(), errors: 1, rendered };
        }
        match log.broken_manifest() {
            Some(path) => Error::Manifest { path: self.workspace.root.join(path), text: complaint },
            None => Error::Cargo { text: complaint },
        }
    }

    /// Where the sources are, seen from the root of the workspace.
    fn sources(&self) -> PathBuf {
        match (self.prepared, self.package) {
            (Some(prepared), _) => prepared.sources(),
            (None, solutions::PACKAGE) => "solutions/src".into(),
            (None, slug) => Path::new("challenges").join(slug).join("src"),
        }
    }

    /// Names a submission's files as the user named them.
    fn named(&self, text: String) -> String {
        match self.prepared {
            Some(prepared) => prepared.names().given(text),
            None => text,
        }
    }
}

/// Whether a variable tells a program which package it was run from. A cargo that was started from such a program must not see it.
pub(super) fn is_of_a_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|start| name.starts_with(start))
        || name == "OUT_DIR"
}

/// Reads pieces that end in one of these bytes, in a thread of its own.
fn read(
    stream: impl Read + Send + 'static,
    ends: &'static [u8],
    wrap: fn(String) -> News,
    news: Sender<News>,
) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().spawn(move || {
        let mut stream = BufReader::new(stream);
        while let Ok(Some(piece)) = next_piece(&mut stream, ends) {
            if news.send(wrap(piece)).is_err() {
                return;
            }
        }
        let _ = news.send(News::Closed);
    })
}

/// The next piece that ends in one of these bytes.
fn next_piece(stream: &mut impl BufRead, ends: &[u8]) -> io::Result<Option<String>> {
    let mut piece = Vec::new();
    loop {
        let read = match stream.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let end = read.iter().position(|byte| ends.contains(byte));
        let taken = end.map_or(read.len(), |at| at + 1);
        if (piece.len() + taken) as u64 <= MOST_LINE {
            piece.extend_from_slice(&read[..taken]);
        }
        stream.consume(taken);
        if end.is_some() || taken == 0 {
            let text = String::from_utf8_lossy(&piece).into_owned();
            return Ok((taken > 0 || !text.is_empty()).then_some(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_where_they_should_and_are_bounded() {
        let mut stream = BufReader::with_capacity(3, &b"one\rtwo\n\nrest"[..]);
        let pieces: Vec<_> =
            std::iter::from_fn(|| next_piece(&mut stream, b"\r\n").expect("it reads from memory")).collect();
        assert_eq!(pieces, ["one\r", "two\n", "\n", "rest"]);
        let long = io::repeat(b'x').take(3 * MOST_LINE).chain(&b"\nnext\n"[..]);
        let mut stream = BufReader::new(long);
        let piece = next_piece(&mut stream, b"\n").expect("it reads from memory").expect("there is one");
        assert!(piece.len() as u64 <= MOST_LINE);
        assert_eq!(next_piece(&mut stream, b"\n").expect("it reads from memory").as_deref(), Some("next\n"));
    }

    #[test]
    fn the_variables_of_the_own_package_are_known() {
        assert!(["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "OUT_DIR"].into_iter().all(is_of_a_package));
        assert!(
            !["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "CARGO", "PATH"].into_iter().any(is_of_a_package)
        );
    }
}
