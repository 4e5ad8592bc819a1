//! A program to run as a client, and the environment that it finds.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use super::{
    Error, Sandbox, Stop,
    sandbox::{Calls, Limits, Places, Policy},
};

/// A program to run as a client.
///
/// Its working folder is an empty temporary one, so that it finds nothing of the harness or of other runs, unless `cwd` says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The executable; one without a slash is searched for in `PATH`.
    pub exe: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// What is added to its environment.
    pub env: Vec<(OsString, OsString)>,
    /// Its working folder.
    pub cwd: Option<PathBuf>,
    /// What it finds of the harness's own environment.
    pub inherit: Inherit,
    /// What its sources are called.
    pub names: Names,
    /// How far it is shut in.
    pub sandbox: Sandbox,
    /// What ends it early.
    pub stop: Stop,
}

/// What a program's sources are called: by the compiler, and so in the program's panics, and by the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(Option<(String, String)>);

impl Names {
    /// Sources that the compiler calls by another name than the user.
    pub(super) fn differ(compiled: String, given: String) -> Self {
        Self(Some((compiled, given)))
    }

    /// The text with the names that the user knows.
    #[must_use]
    pub fn given(&self, text: String) -> String {
        match &self.0 {
            Some((compiled, given)) if cfg!(windows) => {
                text.replace(compiled, given).replace(&compiled.replace('/', "\\"), given)
            }
            Some((compiled, given)) => text.replace(compiled, given),
            None => text,
        }
    }
}

/// The name of a file as it is shown and kept in records, which is the same on every system.
#[must_use]
pub fn portable(name: &str) -> String {
    if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() }
}

/// What a program finds of the harness's own environment. A client must find the same on a laptop and in CI, and none of CI's secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inherit {
    /// Only what says where programs, home and temporary files are, and in which language and time zone the user lives.
    /// For programs built from this workspace.
    Little,
    /// Everything but what belongs to cargo, CI and the harness, and what has the name of a secret. For programs in other languages,
    /// whose interpreters are found by variables of their own.
    Most,
}

impl Program {
    /// A program of this workspace, without arguments.
    #[must_use]
    pub fn new(exe: impl Into<PathBuf>) -> Self {
        Self {
            exe: exe.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            inherit: Inherit::Little,
            names: Names::default(),
            sandbox: Sandbox::default(),
            stop: Stop::default(),
        }
    }

    /// Any program, from a command line as one writes it in a POSIX shell: with quotes and backslashes, but without variables,
    /// patterns, pipes. It runs in the current folder, so that relative paths mean what the user means.
    ///
    /// # Errors
    ///
    /// [`Error::Command`] if the line is empty or a quote is not closed.
    pub fn from_command_line(line: &str) -> Result<Self, Error> {
        let wrong = |why| Error::Command { line: line.to_owned(), why };
        let mut words = words(line).ok_or_else(|| wrong("a quote is not closed"))?.into_iter();
        let exe = words.next().filter(|word| !word.is_empty()).ok_or_else(|| wrong("it names no program"))?;
        let cwd = std::env::current_dir().map_err(Error::io("find the current folder"))?;
        // Which folder a relative program is looked up in after a change of folder depends on the system.
        let exe = if exe.contains(std::path::is_separator) { cwd.join(exe) } else { PathBuf::from(exe) };
        let args = words.map(OsString::from).collect();
        Ok(Self { args, cwd: Some(cwd), inherit: Inherit::Most, ..Self::new(exe) })
    }

    /// What the system gives to it at most.
    pub(super) fn limits(&self) -> Limits {
        Limits::of_a_client(self.sandbox, self.inherit)
    }

    /// What it gives up before it begins, in a working folder; nothing if it is not shut in that far.
    pub(super) fn policy(&self, cwd: &Path) -> Option<Policy> {
        let places = || Places::of_a_client(&self.exe, cwd);
        (self.sandbox == Sandbox::Strict).then(|| Policy::new(self.limits(), places(), Calls::Client))
    }

    /// The whole environment of the program: `own` is what of the harness's it finds, `folder` its temporary folder, if it has one.
    pub(super) fn environment(
        &self,
        own: impl Iterator<Item = (OsString, OsString)>,
        folder: Option<&Path>,
    ) -> Vec<(OsString, OsString)> {
        let homes = HOMES.iter().copied().filter(|_| self.is_sealed());
        let homes = homes.filter_map(|name| Some((name.into(), folder?.into())));
        own.filter(|(name, _)| self.passes(name))
            .chain(homes)
            .chain([("RUST_BACKTRACE".into(), "0".into())])
            .chain(self.env.iter().cloned())
            .collect()
    }

    /// Whether it finds nothing that is the user's.
    fn is_sealed(&self) -> bool {
        self.sandbox > Sandbox::Off && self.inherit == Inherit::Little
    }

    /// Whether a variable of this name is passed on.
    fn passes(&self, name: &OsStr) -> bool {
        let sealed_off = self.is_sealed() && name.to_str().is_some_and(|name| is_one_of(&PERSONAL, name));
        // One that may start no program needs no path to any.
        let useless = self.sandbox == Sandbox::Strict && name == "PATH";
        self.inherit.passes(name) && !sealed_off && !useless
    }
}

/// The words of a command line, as [`Program::from_command_line`] reads it; `None` if a quote is not closed.
#[must_use]
pub fn words(line: &str) -> Option<Vec<String>> {
    let plain = if cfg!(windows) { keep_backslashes(line) } else { line.to_owned() };
    shell_words::split(&plain).ok()
}

/// A command line of Windows, where a backslash is part of a name, as a POSIX shell would want it. What stands in single quotes means the same
/// to both.
fn keep_backslashes(line: &str) -> String {
    let mut quoted = false;
    let plain = |c| {
        quoted ^= c == '\'';
        if c == '\\' && !quoted { "\\\\".to_owned() } else { String::from(c) }
    };
    line.chars().map(plain).collect()
}

/// Whether a variable has one of these names. Windows takes small and capital letters for the same.
fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|other| if cfg!(windows) { name.eq_ignore_ascii_case(other) } else { name == *other })
}

/// What every program may know. On Windows there is no network without the first of its variables.
const LITTLE: &[&str] = if cfg!(windows) {
    &[
        "SystemRoot",
        "PATH",
        "USERPROFILE",
        "USERNAME",
        "TEMP",
        "TMP",
        "SystemDrive",
        "windir",
        "PATHEXT",
        "ComSpec",
        "LANG",
        "LANGUAGE",
        "TZ",
        "HOME",
    ]
} else {
    &["PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SHELL"]
};

/// What of it is the user's own.
const PERSONAL: [&str; 8] = ["HOME", "USER", "TMPDIR", "SHELL", "USERPROFILE", "USERNAME", "TEMP", "TMP"];

/// The variables that name the user's folders, which a sealed program has in its own.
const HOMES: &[&str] = if cfg!(windows) { &["HOME", "USERPROFILE", "TEMP", "TMP"] } else { &["HOME", "TMPDIR"] };

/// What belongs to cargo, CI and the harness, by the beginning of the name.
const FOREIGN: [&str; 11] = [
    "CARGO",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
    "RUST_LOG",
    "RUST_BACKTRACE",
    "GITHUB_",
    "GITLAB_",
    "RUNNER_",
    "ACTIONS_",
    "HARNESS_",
    "CI_",
];

/// What the name of a secret contains.
const SECRET: [&str; 7] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "API_KEY", "ACCESS_KEY"];

impl Inherit {
    /// Whether a variable of this name is passed on.
    fn passes(self, name: &OsStr) -> bool {
        // A name that is not even text means nothing to any program that is worth running.
        let Some(name) = name.to_str() else { return false };
        match self {
            Self::Little => is_one_of(LITTLE, name) || name.starts_with("LC_"),
            Self::Most => {
                let upper = name.to_ascii_uppercase();
                name != "CI"
                    && !FOREIGN.iter().any(|start| upper.starts_with(start))
                    && !SECRET.iter().any(|part| upper.contains(part))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_a_shell_does() {
        let program = Program::from_command_line(r#"node --flag 'a b' "c\"d" e\ f ''"#).expect("it is well formed");
        assert_eq!(program.exe, PathBuf::from("node"));
        assert_eq!(program.args, ["--flag", "a b", "c\"d", "e f", ""]);
        assert_eq!(program.inherit, Inherit::Most);
        let cwd = std::env::current_dir().expect("there is one");
        let relative = Program::from_command_line("./client $HOME *.py").expect("it is well formed");
        assert_eq!(relative.exe, cwd.join("./client"));
        assert_eq!(relative.args, ["$HOME", "*.py"]);
        assert_eq!(relative.cwd, Some(cwd));
    }

    #[test]
    fn a_backslash_is_part_of_a_name_on_windows() {
        let line = keep_backslashes(r#"C:\bin\node.exe "C:\a b\c.mjs" 'C:\d e' x"#);
        assert_eq!(shell_words::split(&line).unwrap(), [r"C:\bin\node.exe", r"C:\a b\c.mjs", r"C:\d e", "x"]);
    }

    #[test]
    fn a_command_line_that_names_nothing_is_refused() {
        for (line, why) in [("", "no program"), ("  ", "no program"), ("''", "no program"), ("node 'x", "not closed")] {
            let error = Program::from_command_line(line).expect_err("it is wrong").to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_environment_is_the_same_everywhere() {
        let own = [
            "PATH",
            "HOME",
            "LC_ALL",
            "CI",
            "CI_JOB_ID",
            "GITHUB_STEP_SUMMARY",
            "CARGO_MANIFEST_DIR",
            "CARGO",
            "RUST_LOG",
            "NODE_PATH",
            "NPM_TOKEN",
            "aws_secret_key",
            "HARNESS_SEED",
            "RUST_BACKTRACE",
            "CIRCUS",
            "RUNNER_TEMP",
        ];
        let names = |inherit, sandbox| {
            let mut program = Program { inherit, sandbox, ..Program::new("client") };
            program.env.push(("HARNESS_CLIENT".into(), "0".into()));
            let own = own.iter().map(|name| (OsString::from(name), OsString::from("1")));
            let environment = program.environment(own, Some(Path::new("/own"))).into_iter();
            environment.map(|(name, value)| format!("{}={}", name.display(), value.display())).collect::<Vec<_>>()
        };
        let off = ["PATH=1", "HOME=1", "LC_ALL=1", "RUST_BACKTRACE=0", "HARNESS_CLIENT=0"];
        assert_eq!(names(Inherit::Little, Sandbox::Off), off);
        let basic = ["PATH=1", "LC_ALL=1", "HOME=/own", "TMPDIR=/own", "RUST_BACKTRACE=0", "HARNESS_CLIENT=0"];
        assert_eq!(names(Inherit::Little, Sandbox::Basic), basic);
        assert_eq!(names(Inherit::Little, Sandbox::Strict), basic[1..]);
        let most = ["PATH=1", "HOME=1", "LC_ALL=1", "NODE_PATH=1", "CIRCUS=1", "RUST_BACKTRACE=0", "HARNESS_CLIENT=0"];
        assert_eq!(names(Inherit::Most, Sandbox::Basic), most);
    }
}
