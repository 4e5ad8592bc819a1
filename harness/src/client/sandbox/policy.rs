//! What a process is to give up before it becomes the submission, as it is told to the process.

use std::{
    collections::hash_map::RandomState,
    ffi::OsStr,
    hash::{BuildHasher as _, Hasher as _},
    io,
    path::Path,
    process::Command,
};

use serde::{Deserialize, Serialize};

use super::{Limits, Places, launcher};

/// The first argument of a harness that is to shut itself in; the second one is the policy, the rest is the program with its arguments.
pub(super) const CONFINE: &str = "confine";

/// What a process is to give up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Policy {
    /// What comes before the process's own words on standard error, should it fail. Nobody else ever sees it, so nobody else can say
    /// that the harness has failed.
    secret: String,
    /// What it may use at most.
    pub(super) limits: Limits,
    /// Which files it may use.
    pub(super) places: Places,
    /// Which system calls it may not make.
    pub(super) calls: Calls,
}

/// Which system calls a process may not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) enum Calls {
    /// Those of a client: nothing that reaches the network, other processes or what is not its own, and no new process.
    Client,
    /// Those of a compiler, which must start other programs.
    Compiler,
}

/// Why a program was not started.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::client) enum Refusal {
    /// The process could not be shut in.
    Open(String),
    /// It was, but the program cannot be run: the system's number of the error.
    NoProgram(i32),
}

impl Policy {
    pub(in crate::client) fn new(limits: Limits, places: Places, calls: Calls) -> Self {
        let random = || RandomState::new().build_hasher().finish();
        Self { secret: format!("{:016x}{:016x}", random(), random()), limits, places, calls }
    }

    /// The command that runs a program under this policy.
    pub(in crate::client) fn command(&self, program: &OsStr) -> io::Result<Command> {
        if !cfg!(target_os = "linux") {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "the strict sandbox needs Linux"));
        }
        let policy = serde_json::to_string(self)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a path that is not UTF-8 cannot be allowed"))?;
        let mut command = Command::new(launcher());
        command.args([CONFINE, &policy]).arg(program);
        Ok(command)
    }

    /// What is read from the second argument.
    #[cfg(target_os = "linux")]
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What the process says on standard error if it does not become the program.
    #[cfg(target_os = "linux")]
    pub(super) fn complaint(&self, refusal: &Refusal) -> String {
        let secret = &self.secret;
        match refusal {
            Refusal::Open(why) => format!("\n{secret} open {why}\n"),
            Refusal::NoProgram(number) => format!("\n{secret} program {number}\n"),
        }
    }

    /// What the process has said about itself, if it has not become the program.
    pub(in crate::client) fn refusal(&self, errors: &str) -> Option<Refusal> {
        let (_, said) = errors.split_once(&self.secret)?;
        let (kind, rest) = said.lines().next()?.trim_start().split_once(' ')?;
        Some(match (kind, rest.parse()) {
            ("program", Ok(number)) => Refusal::NoProgram(number),
            _ => Refusal::Open(rest.to_owned()),
        })
    }

    /// Whether a file below this place may be read.
    pub(super) fn opens(&self, path: &Path) -> bool {
        self.places.all().any(|place| path.starts_with(place))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::client::{Inherit, Sandbox};

    #[test]
    fn only_who_knows_the_secret_can_refuse() {
        let limits = Limits::of_a_client(Sandbox::Strict, Inherit::Little);
        let [one, other] = [(); 2].map(|()| Policy::new(limits, Places::default(), Calls::Client));
        for refusal in [Refusal::Open("no Landlock".into()), Refusal::NoProgram(2)] {
            let said = one.complaint(&refusal);
            assert_eq!((other.refusal(&said), one.refusal(&said)), (None, Some(refusal)), "{said}");
        }
        assert_eq!(Policy::read(&serde_json::to_string(&one).expect("it can be written")), Some(one));
    }
}
