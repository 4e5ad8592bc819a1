//! Cargo's messages: what it has built, what the compiler says, how far it is.
//!
//! Standard output holds one JSON object a line (the Cargo Book, "External tools"), standard error what cargo says to people.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    Artifact, Progress,
    diagnostics::{Diagnostic, Errors, Warnings},
};

/// How much of what cargo says to people is kept, in bytes.
const MOST_SAID: usize = 64 * 1024;

/// One message on standard output. Fields and reasons that are not named here are of no interest.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact { package_id: String, fresh: bool, executable: Option<PathBuf> },
    #[serde(rename = "compiler-message")]
    Diagnostic { package_id: String, target: Target, message: Diagnostic },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Target {
    src_path: PathBuf,
}

/// What is known of a build.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What was built or found fresh.
    pub(super) artifacts: Vec<Artifact>,
    /// The executable.
    pub(super) executable: Option<PathBuf>,
    /// The compiler's errors.
    pub(super) errors: Errors,
    /// The compiler's warnings about the package that was asked for.
    pub(super) warnings: Warnings,
    /// The package of the first error.
    pub(super) failed: Option<String>,
    /// What cargo said to people.
    pub(super) said: String,
    /// Whether it waits until another cargo has done its work.
    pub(super) waits: bool,
    /// Whether it was stopped because it took too long.
    pub(super) late: bool,
    /// The packages of which it has begun to compile something.
    begun: BTreeSet<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The package.
    pub(super) package: &'a str,
    /// The folder of its sources, as the compiler calls it: relative to the workspace's root.
    pub(super) sources: &'a Path,
}

impl Log {
    /// Takes a line of standard output. Answers whether a crate is finished.
    pub(super) fn hear(&mut self, line: &str, asked: Asked<'_>) -> bool {
        // What a build script or a compiler plug-in prints there is nothing of cargo's.
        let Ok(message) = serde_json::from_str(line) else { return false };
        let finished = matches!(message, Message::Artifact { .. });
        match message {
            Message::Artifact { package_id, fresh, executable } => {
                let registry = package_id.starts_with("registry+") || package_id.starts_with("sparse+");
                self.artifacts.push(Artifact { package: package_name(&package_id).to_owned(), registry, fresh });
                if executable.is_some() && package_name(&package_id) == asked.package {
                    self.executable = executable;
                }
            }
            Message::Diagnostic { package_id, target, message } => self.tell(&package_id, &target, &message, asked),
            Message::Other => {}
        }
        finished
    }

    fn tell(&mut self, package_id: &str, target: &Target, message: &Diagnostic, asked: Asked<'_>) {
        let package = package_name(package_id);
        let is_build_script = target.src_path.file_name().is_some_and(|name| name == "build.rs");
        match message.level() {
            level if level.starts_with("error") => {
                self.failed.get_or_insert_with(|| package.to_owned());
                self.errors.add(message, asked.sources);
            }
            "failure-note" => self.errors.note(message),
            _ if package == asked.package && !is_build_script => self.warnings.add(message),
            _ => {}
        }
    }

    /// Takes a piece of standard error, which ends in a line end or a carriage return. Answers with what it tells of the progress.
    pub(super) fn overhear(&mut self, piece: &str) -> Option<Progress> {
        let line = piece.trim_matches(['\r', '\n']);
        if let Some(crates) = bar(line) {
            self.waits = false;
            return Some(crates);
        }
        let line = line.trim_end();
        if line.is_empty() {
            return None;
        }
        self.waits = line.trim_start().starts_with("Blocking waiting for file lock");
        let package = line.trim_start().strip_prefix("Compiling ").and_then(|rest| rest.split(' ').next());
        self.begun.extend(package.map(str::to_owned));
        if self.said.len() + line.len() < MOST_SAID {
            self.said.push_str(line);
            self.said.push('\n');
        }
        Some(Progress::Line(line.trim_start().to_owned()))
    }

    /// Whether the compiler has begun with a package.
    pub(super) fn compiles(&self, package: &str) -> bool {
        self.begun.contains(package)
    }

    /// Why the compiler has ended without a word about a package, if it has.
    pub(super) fn gave_up(&self, package: &str) -> Option<&'static str> {
        let gave_up = self.said.lines().any(|line| {
            let rest = line.strip_prefix("error: could not compile `").and_then(|rest| rest.strip_prefix(package));
            rest.is_some_and(|rest| rest.starts_with('`'))
        });
        let says = |words: &[&str]| words.iter().any(|words| self.said.contains(words));
        gave_up.then(|| {
            if says(&["SIGXCPU"]) {
                "error: the compiler needed more processor time for this code than it may use"
            } else if says(&["memory allocation of ", "out of memory", "SIGKILL"]) {
                "error: the compiler needed more memory for this code than it may use"
            } else {
                "error: the compiler broke down over this code"
            }
        })
    }

    /// Cargo's own complaint, without the lines of progress before it.
    pub(super) fn complaint(&self) -> String {
        let at = if self.said.starts_with("error") { Some(0) } else { self.said.find("\nerror").map(|at| at + 1) };
        at.map_or(&*self.said, |at| &self.said[at..]).trim_end().to_owned()
    }

    /// The manifest that cargo could not read, if that is what it complains about.
    pub(super) fn broken_manifest(&self) -> Option<PathBuf> {
        const BEFORE: [&str; 4] = [
            "failed to parse manifest at `",
            "failed to load manifest for workspace member `",
            "failed to read `",
            "invalid manifest `",
        ];
        // The innermost cause is the last line that names a file.
        let named = self
            .said
            .lines()
            .rev()
            .find_map(|line| BEFORE.iter().find_map(|before| line.split_once(before)?.1.split('`').next()));
        if let Some(path) = named {
            let path = PathBuf::from(path);
            return Some(if path.ends_with("Cargo.toml") { path } else { path.join("Cargo.toml") });
        }
        // A file that is not even TOML is shown with its place: ` --> challenges/…/Cargo.toml:3:8`.
        let place = self.said.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
        let path = place.rsplitn(3, ':').last()?;
        path.ends_with("Cargo.toml").then(|| path.into())
    }
}

/// The package's name in a package id specification: `…#name@1.2.3`, or `…/name#1.2.3` if the last part of the path is the name.
fn package_name(id: &str) -> &str {
    let (place, version) = id.rsplit_once('#').unwrap_or(("", id));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

/// Reads cargo's progress bar: `    Building [=====>      ] 12/86: tokio, hyper(build)`.
fn bar(line: &str) -> Option<Progress> {
    let (_, counts) = line.trim_start().strip_prefix("Building [")?.split_once("] ")?;
    let (counts, now) = counts.split_once(':').unwrap_or((counts, ""));
    let (done, total) = counts.trim().split_once('/')?;
    Some(Progress::Crates { done: done.parse().ok()?, total: total.parse().ok()?, now: now.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_ids_of_all_forms_are_named() {
        for (id, name) in [
            ("registry+https://example.org/index#tokio@1.54.1", "tokio"),
            ("path+file:///clone/challenges/reconnect-backoff#0.1.0", "reconnect-backoff"),
            (
                "path+file:///clone/target/submissions/x/challenges/submission#reconnect-backoff@0.1.0",
                "reconnect-backoff",
            ),
        ] {
            assert_eq!(package_name(id), name);
        }
    }

    #[test]
    fn the_progress_bar_is_read() {
        let mut log = Log::default();
        let mut hear = |piece| log.overhear(piece);
        let crates = |done, total, now: &str| Some(Progress::Crates { done, total, now: now.into() });
        assert_eq!(
            hear("    Building [=====>      ] 12/86: tokio, hyper(build)\r"),
            crates(12, 86, "tokio, hyper(build)")
        );
        assert_eq!(hear("    Building [            ] 0/1\r"), crates(0, 1, ""));
        assert_eq!(
            hear("   Compiling tokio v1.54.1        \n"),
            Some(Progress::Line("Compiling tokio v1.54.1".into()))
        );
        assert_eq!(hear("\r"), None);
        assert_eq!(log.said, "   Compiling tokio v1.54.1\n");
    }

    #[test]
    fn a_broken_manifest_is_found_in_the_complaint() {
        let complaint = |said: &str| Log { said: said.into(), ..Log::default() };
        let parse = "error: failed to load manifest for workspace member `/c/challenges/a`\nreferenced via `challenges/*` by workspace at `/c/Cargo.toml`\n\nCaused by:\n  failed to parse manifest at `/c/challenges/a/Cargo.toml`\n";
        assert_eq!(complaint(parse).broken_manifest(), Some("/c/challenges/a/Cargo.toml".into()));
        let syntax = "    Updating x\nerror: invalid key\n --> challenges/a/Cargo.toml:3:8\n  |\n";
        assert_eq!(complaint(syntax).broken_manifest(), Some("challenges/a/Cargo.toml".into()));
        assert!(complaint(syntax).complaint().starts_with("error: invalid key"));
        assert_eq!(complaint("error: no matching package named `nope` found\n").broken_manifest(), None);
    }

    #[test]
    fn a_compiler_that_gives_up_is_charged_to_what_it_compiled() {
        let mut log = Log::default();
        log.overhear("   Compiling echo v0.1.0 (/c/challenges/submission)\n");
        log.overhear("error: could not compile `echo` (lib)\n");
        assert!(log.compiles("echo") && !log.compiles("ech"));
        let why = |log: &Log| log.gave_up("echo").map(|why| why.contains("processor time"));
        assert_eq!((why(&log), log.gave_up("ech"), log.gave_up("tokio")), (Some(false), None, None));
        log.overhear("  process didn't exit successfully: `rustc` (signal: 24, SIGXCPU: CPU time limit exceeded)\n");
        assert_eq!(why(&log), Some(true));
        log.said = log.said.replace("SIGXCPU", "memory allocation of 9 bytes failed");
        assert!(log.gave_up("echo").is_some_and(|why| why.contains("more memory")));
    }

    #[test]
    fn the_wait_for_another_cargo_is_seen() {
        let mut log = Log::default();
        for (line, waits) in
            [("    Blocking waiting for file lock on build directory\n", true), ("   Compiling echo v0.1.0\n", false)]
        {
            log.overhear(line);
            assert_eq!(log.waits, waits, "{line}");
        }
    }
}
