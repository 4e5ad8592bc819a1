//! A program to run as a client, and the environment that it finds.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use super::Error;

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
            Some((compiled, given)) => text.replace(compiled, given),
            None => text,
        }
    }
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
        let mut words = shell_words::split(line).map_err(|_| wrong("a quote is not closed"))?.into_iter();
        let exe = words.next().filter(|word| !word.is_empty()).ok_or_else(|| wrong("it names no program"))?;
        let cwd = std::env::current_dir().map_err(Error::io("find the current folder"))?;
        // Which folder a relative program is looked up in after a change of folder depends on the system.
        let exe = if exe.contains('/') { cwd.join(exe) } else { PathBuf::from(exe) };
        let args = words.map(OsString::from).collect();
        Ok(Self { args, cwd: Some(cwd), inherit: Inherit::Most, ..Self::new(exe) })
    }

    /// The whole environment of the program.
    pub(super) fn environment(&self, own: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
        own.filter(|(name, _)| self.inherit.passes(name))
            .chain([("RUST_BACKTRACE".into(), "0".into())])
            .chain(self.env.iter().cloned())
            .collect()
    }
}

/// What every program may know.
const LITTLE: [&str; 8] = ["PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SHELL"];

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
    /// How much memory the program may use, in bytes. A fleet of 10,000 clients of the kit needs a quarter of a gibibyte; an interpreter
    /// or a virtual machine of another language may want a few for itself.
    pub(super) fn most_memory(self) -> u64 {
        match self {
            Self::Little => 1 << 30,
            Self::Most => 4 << 30,
        }
    }

    /// Whether a variable of this name is passed on.
    fn passes(self, name: &OsStr) -> bool {
        // A name that is not even text means nothing to any program that is worth running.
        let Some(name) = name.to_str() else { return false };
        match self {
            Self::Little => LITTLE.contains(&name) || name.starts_with("LC_"),
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
        let names = |inherit| {
            let mut program = Program { inherit, ..Program::new("client") };
            program.env.push(("HARNESS_CLIENT".into(), "0".into()));
            let own = own.iter().map(|name| (OsString::from(name), OsString::from("1")));
            let environment = program.environment(own).into_iter();
            environment.map(|(name, value)| format!("{}={}", name.display(), value.display())).collect::<Vec<_>>()
        };
        assert_eq!(names(Inherit::Little), ["PATH=1", "LC_ALL=1", "RUST_BACKTRACE=0", "HARNESS_CLIENT=0"]);
        let most = ["PATH=1", "LC_ALL=1", "NODE_PATH=1", "CIRCUS=1", "RUST_BACKTRACE=0", "HARNESS_CLIENT=0"];
        assert_eq!(names(Inherit::Most), most);
    }
}
