//! What the `git` program knows about the workspace. It only reads, asks no network, and runs nothing that a repository brings along.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What in a challenge's folder is the course's alone. A commit that touches any of it is one of the course.
const COURSES: [&str; 3] =
    [":(glob)challenges/*/challenge.toml", ":(glob)challenges/*/README.md", ":(glob)challenges/*/mistakes/**"];

/// The longest object that is read, in bytes.
const MOST: u64 = 8 * 1024 * 1024;

/// A commit of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    /// Its name.
    pub(super) id: String,
    /// Whether no earlier one is known here, as in a clone without its history.
    pub(super) first: bool,
}

/// By challenge, the newest commit of the course: the newest on the current branch that touches the challenge's spec, its README or its
/// known mistakes. Students commit their own files and not these, so what it holds of the student's files is the starter.
///
/// The rule fails where one commit changes both: one made by a student who edits the spec, one that squashes a student's work with the
/// course's, or a clone without history whose one commit holds the student's work already. And a starter that the course changes alone is
/// found only when the course touches one of the others again. So whoever restores something says from which commit it comes, and keeps
/// what was there.
///
/// Empty if the workspace is in no repository, if git is not there, or if it refuses.
pub(super) fn course_commits(root: &Path, slugs: &[&str]) -> BTreeMap<String, Commit> {
    // Merges are passed over: what they bring has commits of its own.
    let log = [
        "log",
        "--no-merges",
        "--no-renames",
        "--no-show-signature",
        "--relative",
        "--name-only",
        "--format=%x00%H %P",
        "--",
    ];
    let mut found = BTreeMap::new();
    let Ok(mut child) = git(root).args(log).args(COURSES).stdout(Stdio::piped()).spawn() else { return found };
    let out = child.stdout.take().expect("it is piped");
    let mut commit = None;
    for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(ids) = line.strip_prefix('\0') {
            let mut ids = ids.split_whitespace().map(str::to_owned);
            commit = ids.next().map(|id| Commit { id, first: ids.next().is_none() });
        } else if let (Some(slug), Some(commit)) = (line.split('/').nth(1), &commit)
            && slugs.contains(&slug)
        {
            found.entry(slug.to_owned()).or_insert_with(|| commit.clone());
        }
        if found.len() == slugs.len() {
            break;
        }
    }
    end(&mut child);
    found
}

/// A conversation with git about what a repository holds.
pub(super) struct Objects {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

/// Something that a repository holds.
pub(super) enum Object {
    /// A file's contents.
    Blob(Vec<u8>),
    /// A folder's entries.
    Tree(Vec<Entry>),
}

/// An entry of a folder.
pub(super) struct Entry {
    /// Its name.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: Kind,
    /// The object's name.
    pub(super) id: String,
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, or another repository.
    Other,
}

impl Objects {
    /// Begins it.
    pub(super) fn of(root: &Path) -> io::Result<Self> {
        let mut child = git(root).args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let ask = child.stdin.take().expect("it is piped");
        let answer = BufReader::new(child.stdout.take().expect("it is piped"));
        Ok(Self { child, ask, answer })
    }

    /// The object of that name; none if there is none, or if it is neither a file nor a folder.
    pub(super) fn get(&mut self, name: &str) -> io::Result<Option<Object>> {
        // A name with a line feed would be two questions.
        if name.contains(['\n', '\0']) {
            return Ok(None);
        }
        writeln!(self.ask, "{name}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answer.read_line(&mut head)?;
        let [id, kind, size] = head.split_whitespace().collect::<Vec<_>>()[..] else { return Ok(None) };
        // Else it is a sentence: that it is missing, or that the name could mean several.
        let Ok(size) = size.parse::<u64>() else { return Ok(None) };
        if size > MOST {
            return Err(io::Error::other("a file of the starter is too large"));
        }
        let mut bytes = Vec::new();
        // A line feed ends it.
        (&mut self.answer).take(size + 1).read_to_end(&mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(match kind {
            "blob" => Some(Object::Blob(bytes)),
            "tree" => Some(Object::Tree(entries(&bytes, id.len() / 2).ok_or(io::ErrorKind::InvalidData)?)),
            _ => None,
        })
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Reads a folder: `mode name\0id`, again and again, where the id has so many bytes. Entries whose name is not text are left out.
fn entries(mut bytes: &[u8], id: usize) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let (head, rest) = bytes.split_at(end);
        let (digits, rest) = rest[1..].split_at_checked(id)?;
        bytes = rest;
        let space = head.iter().position(|byte| *byte == b' ')?;
        let kind = match &head[..space] {
            b"40000" => Kind::Folder,
            mode if mode.starts_with(b"100") => Kind::File,
            _ => Kind::Other,
        };
        if let Ok(name) = String::from_utf8(head[space + 1..].to_vec()) {
            let id = digits.iter().map(|byte| format!("{byte:02x}")).collect();
            entries.push(Entry { name, kind, id });
        }
    }
    Some(entries)
}

/// Git in this folder, by itself: no variable of the user's moves it to another repository, and nothing is run or asked beside it.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("GIT_")) {
            command.env_remove(name);
        }
    }
    let nothing = PathBuf::from(if cfg!(windows) { "NUL" } else { "/dev/null" });
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .arg("-C")
        .arg(root)
        .arg("--no-pager")
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "color.ui=false"])
        .args(["-c", &format!("core.hooksPath={}", nothing.display())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Ends a git that has nothing more to say.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
