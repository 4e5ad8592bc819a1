//! Cargo's messages: what it has built, what the compiler says, how far it is.
//!
//! Standard output holds one JSON object a line (the Cargo Book, "External tools"), standard error what cargo says to people.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Artifact, Progress};

/// How much of the compiler's messages is kept, in bytes: about two thousand lines.
const MOST_RENDERED: usize = 200 * 1024;

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

#[derive(Debug, Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

/// What is known of a build.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What was built or found fresh.
    pub(super) artifacts: Vec<Artifact>,
    /// The executable.
    pub(super) executable: Option<PathBuf>,
    /// The compiler's errors.
    pub(super) errors: Rendered,
    /// The compiler's warnings about the package that was asked for.
    pub(super) warnings: Rendered,
    /// The package of the first error.
    pub(super) failed: Option<String>,
    /// What cargo said to people.
    pub(super) said: String,
}

/// Text of the compiler, up to a bound.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    text: String,
    left_out: usize,
}

impl Rendered {
    fn add(&mut self, text: &str) {
        if self.text.len() + text.len() <= MOST_RENDERED {
            self.text.push_str(text);
        } else {
            self.left_out += 1;
        }
    }

    /// The text, with a note of what is missing.
    pub(super) fn into_text(self) -> String {
        match self.left_out {
            0 => self.text,
            more => format!("{}… and {more} more messages\n", self.text),
        }
    }
}

impl Log {
    /// Takes a line of standard output. `subject` is the package that was asked for.
    pub(super) fn hear(&mut self, line: &str, subject: &str) {
        // What a build script or a compiler plug-in prints there is nothing of cargo's.
        let Ok(message) = serde_json::from_str(line) else { return };
        match message {
            Message::Artifact { package_id, fresh, executable } => {
                let registry = package_id.starts_with("registry+") || package_id.starts_with("sparse+");
                self.artifacts.push(Artifact { package: package_name(&package_id).to_owned(), registry, fresh });
                if executable.is_some() && package_name(&package_id) == subject {
                    self.executable = executable;
                }
            }
            Message::Diagnostic { package_id, target, message } => self.tell(&package_id, &target, message, subject),
            Message::Other => {}
        }
    }

    fn tell(&mut self, package_id: &str, target: &Target, message: Diagnostic, subject: &str) {
        let Some(rendered) = message.rendered else { return };
        let package = package_name(package_id);
        if message.level.starts_with("error") {
            self.failed.get_or_insert_with(|| package.to_owned());
            self.errors.add(&rendered);
        } else if package == subject && target.src_path.file_name().is_some_and(|name| name != "build.rs") {
            self.warnings.add(&rendered);
        }
    }

    /// Takes a piece of standard error, which ends in a line end or a carriage return. Answers with what it tells of the progress.
    pub(super) fn overhear(&mut self, piece: &str) -> Option<Progress> {
        let line = piece.trim_matches(['\r', '\n']);
        if let Some(crates) = bar(line) {
            return Some(crates);
        }
        let line = line.trim_end();
        if line.is_empty() {
            return None;
        }
        if self.said.len() + line.len() < MOST_SAID {
            self.said.push_str(line);
            self.said.push('\n');
        }
        Some(Progress::Line(line.trim_start().to_owned()))
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
    fn a_flood_of_messages_is_cut_and_counted() {
        let mut rendered = Rendered::default();
        for _ in 0..1_000 {
            rendered.add(&"x".repeat(1_023));
            rendered.add("\n");
        }
        let text = rendered.into_text();
        assert!(text.len() < MOST_RENDERED + 100);
        assert!(text.ends_with("more messages\n"), "{}", &text[text.len() - 100..]);
    }
}
