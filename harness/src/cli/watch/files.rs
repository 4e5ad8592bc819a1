//! Noticing that a file has been saved.
//!
//! The system tells of changes, and the files are looked at now and then all the same: where no events arrive (network file systems,
//! folders that a virtual machine or a container shares), no save is lost, and it is said that one was found by looking. Both ways end
//! in the same comparison of what the files hold, so one save is told once.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant, SystemTime},
};

use notify::{
    EventKind, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use super::session::Eyes;
use crate::grade::Catalog;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// A save is over when nothing has happened for so long: editors write, rename and remove.
const SETTLED: Duration = Duration::from_millis(10);
/// How long a save may take.
const LONGEST_SAVE: Duration = Duration::from_millis(100);
/// How much later than the change itself the system's word may come.
const LATE: Duration = Duration::from_millis(500);
/// How many files are looked at.
const MOST_FILES: usize = 500;
/// How much of a file is read.
const MOST_BYTES: u64 = 1 << 20;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// A file has been saved.
    Saved,
    /// How saves are noticed from now on.
    Eyes(Eyes),
}

/// A folder of which the system is asked to tell, with all that is in it or not.
type Place = (PathBuf, RecursiveMode);

/// Which files are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Followed {
    folders: Vec<Place>,
    /// Files that are followed whether they are there or not.
    files: Vec<PathBuf>,
    /// Folders whose Rust files are followed.
    sources: Vec<PathBuf>,
}

impl Followed {
    /// What a check of the client in a challenge's folder depends on: its manifest, the spec and its sources.
    pub(super) fn client(folder: &Path) -> Self {
        Self {
            folders: vec![(folder.to_owned(), RecursiveMode::Recursive)],
            files: ["Cargo.toml", "challenge.toml"].map(|name| folder.join(name)).into(),
            sources: vec![folder.join("src")],
        }
    }

    /// What is known of a challenge: also its README, its mistakes and its solutions.
    pub(in crate::cli) fn challenge(catalog: &Catalog, slug: &str) -> Self {
        let (folder, solutions) = (catalog.folder(slug), catalog.workspace.root.join("solutions").join(slug));
        let mut followed = Self::client(&folder);
        followed.files.push(folder.join("README.md"));
        followed.sources.extend([folder.join("mistakes"), solutions.clone()]);
        if solutions.is_dir() {
            followed.folders.push((solutions, RecursiveMode::Recursive));
        }
        followed
    }

    /// The same and another file or crate, wherever it is.
    pub(in crate::cli) fn and(mut self, path: &Path) -> Self {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.is_dir() {
            self.folders.push((path.clone(), RecursiveMode::Recursive));
            self.sources.push(path);
        } else {
            self.folders.extend(path.parent().map(|folder| (folder.to_owned(), RecursiveMode::NonRecursive)));
            self.files.push(path);
        }
        self
    }
}

/// Follows files until it is dropped.
#[derive(Debug)]
pub(super) struct Follower(Sender<Tick>);

enum Tick {
    /// The system says that something happened in the folder.
    Event,
    Stop,
}

impl Follower {
    /// Begins to follow files. Without `events`, the system is not asked.
    pub(super) fn start(followed: Followed, events: bool, tell: impl FnMut(Seen) -> bool + Send + 'static) -> Self {
        Self::with(followed, events.then_some(ask), tell)
    }

    /// The same with another way to have changes told.
    fn with<W: 'static>(
        followed: Followed,
        ask: Option<Ask<W>>,
        mut tell: impl FnMut(Seen) -> bool + Send + 'static,
    ) -> Self {
        let (sender, ticks) = mpsc::channel();
        let handle = sender.clone();
        // What is there now has been seen: a save after this line is told, whenever the thread gets to run.
        let seen = look(&followed);
        thread::spawn(move || {
            let watcher = ask.map(|ask| ask(&followed.folders, sender));
            let eyes = match &watcher {
                None => Eyes::Polling,
                Some(None) => Eyes::Fallback,
                Some(Some(_)) => Eyes::Events,
            };
            if tell(Seen::Eyes(eyes)) {
                Follow { followed, ticks, seen, eyes, last_event: None }.run(&mut tell);
            }
            drop(watcher);
        });
        Self(handle)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.send(Tick::Stop);
    }
}

/// Asks for changes in folders to be told, until what it answers is dropped; nothing if that cannot be had.
type Ask<W> = fn(&[Place], Sender<Tick>) -> Option<W>;

/// Asks the system to tell of changes in folders; nothing if it cannot.
fn ask(folders: &[Place], ticks: Sender<Tick>) -> Option<notify::RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        // That cargo and we ourselves read them tells nothing about saves.
        if !event.is_ok_and(|event| is_reading(event.kind)) {
            // Nobody may be following any more.
            let _ = ticks.send(Tick::Event);
        }
    };
    let mut watcher = notify::recommended_watcher(tell).ok()?;
    for (folder, mode) in folders {
        watcher.watch(folder, *mode).ok()?;
    }
    Some(watcher)
}

fn is_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

struct Follow {
    followed: Followed,
    ticks: Receiver<Tick>,
    seen: Files,
    eyes: Eyes,
    /// When the system last said something.
    last_event: Option<Instant>,
}

impl Follow {
    fn run(mut self, tell: &mut dyn FnMut(Seen) -> bool) {
        loop {
            match self.ticks.recv_timeout(LOOK) {
                Ok(Tick::Event) => {
                    self.last_event = Some(Instant::now());
                    if self.settle() {
                        return;
                    }
                }
                Ok(Tick::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = look(&self.followed);
            if now == self.seen {
                continue;
            }
            self.seen = now;
            if !tell(Seen::Saved) || self.judge(tell) {
                return;
            }
        }
    }

    /// Waits for the end of a save. Tells whether following is over.
    fn settle(&self) -> bool {
        let until = Instant::now() + LONGEST_SAVE;
        loop {
            match self.ticks.recv_timeout(SETTLED) {
                Ok(Tick::Event) if Instant::now() < until => {}
                Ok(Tick::Stop) => return true,
                _ => return false,
            }
        }
    }

    /// Says so if the system has told nothing of a change, or tells again. Tells whether following is over.
    fn judge(&mut self, tell: &mut dyn FnMut(Seen) -> bool) -> bool {
        if self.eyes == Eyes::Polling {
            return false;
        }
        let recent = |event: Instant| event.elapsed() < LATE + LOOK;
        let mut told = self.last_event.is_some_and(recent);
        if !told && self.eyes == Eyes::Events {
            match self.ticks.recv_timeout(LATE) {
                Ok(Tick::Event) => {
                    self.last_event = Some(Instant::now());
                    told = true;
                }
                Ok(Tick::Stop) => return true,
                Err(_) => {}
            }
        }
        let eyes = if told { Eyes::Events } else { Eyes::Fallback };
        std::mem::replace(&mut self.eyes, eyes) != eyes && !tell(Seen::Eyes(eyes))
    }
}

/// What files hold.
type Files = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Looks at all that is followed.
fn look(followed: &Followed) -> Files {
    let mut files = Files::new();
    for path in &followed.files {
        files.insert(path.clone(), state(path));
    }
    for folder in &followed.sources {
        sources(folder, &mut files);
    }
    files
}

fn sources(folder: &Path, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if files.len() >= MOST_FILES {
            return;
        }
        // Links are not followed: a folder could hold itself.
        if path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let state = state(&path);
            files.insert(path, state);
        }
    }
}

/// When a file was last saved, and what it holds: times alone are too coarse on some file systems, and contents alone miss a save
/// without a change, after which people expect a new check.
fn state(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    let mut hash = DefaultHasher::new();
    metadata.len().hash(&mut hash);
    if metadata.len() <= MOST_BYTES {
        fs::read(path).ok()?.hash(&mut hash);
    }
    Some((metadata.modified().ok()?, hash.finish()))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A challenge's folder.
    fn folder() -> TempDir {
        let folder = TempDir::new().expect("there is room");
        fs::create_dir_all(folder.path().join("src/inner")).expect("it is writable");
        for name in ["Cargo.toml", "challenge.toml", "src/lib.rs", "src/inner/mod.rs"] {
            fs::write(folder.path().join(name), "as it was").expect("it is writable");
        }
        folder
    }

    /// Saves a file at once, as many editors do: what is written bit by bit may be seen bit by bit, which is more than one save.
    fn save(folder: &TempDir, name: &str, text: &str) {
        let new = folder.path().join("being-written");
        fs::write(&new, text).and_then(|()| fs::rename(&new, folder.path().join(name))).expect("it is writable");
    }

    /// Follows a folder, and hears what is told.
    fn follow<W: 'static>(folder: &TempDir, ask: Option<Ask<W>>) -> (Follower, Receiver<Seen>) {
        let (sender, told) = mpsc::channel();
        (Follower::with(Followed::client(folder.path()), ask, move |seen| sender.send(seen).is_ok()), told)
    }

    /// What is told next, but for how saves are noticed.
    fn next(told: &Receiver<Seen>) -> Option<Seen> {
        told.iter().find(|seen| !matches!(seen, Seen::Eyes(_)))
    }

    #[test]
    fn every_file_that_a_check_depends_on_is_followed() {
        for ask in [Some(ask as fn(&[Place], Sender<Tick>) -> _), None] {
            let folder = folder();
            let (follower, told) = follow(&folder, ask);
            for name in ["src/lib.rs", "src/inner/mod.rs", "Cargo.toml", "challenge.toml", "src/new.rs"] {
                save(&folder, name, "as it is");
                assert_eq!(next(&told), Some(Seen::Saved), "{name}");
            }
            fs::remove_file(folder.path().join("src/new.rs")).expect("it is writable");
            assert_eq!(next(&told), Some(Seen::Saved));
            // What no check depends on is no save: of two changes, the second is told.
            fs::write(folder.path().join("notes.txt"), "a thought").expect("it is writable");
            drop(follower);
            assert_eq!(next(&told), None);
        }
    }

    #[test]
    fn where_the_system_does_not_tell_no_save_is_lost_and_it_is_said() {
        let folder = folder();
        let mute = |_: &[Place], _: Sender<Tick>| Some(());
        let (_follower, told) = follow(&folder, Some(mute));
        assert_eq!(told.recv(), Ok(Seen::Eyes(Eyes::Events)));
        for text in ["one", "two", "three"] {
            save(&folder, "src/lib.rs", text);
            assert_eq!(told.recv(), Ok(Seen::Saved));
            if text == "one" {
                assert_eq!(told.recv(), Ok(Seen::Eyes(Eyes::Fallback)));
            }
        }
    }

    #[test]
    fn where_the_system_cannot_be_asked_that_is_said_at_once() {
        let folder = folder();
        let (_follower, told) = follow(&folder, Some(|_: &[Place], _: Sender<Tick>| None::<()>));
        assert_eq!(told.recv(), Ok(Seen::Eyes(Eyes::Fallback)));
        save(&folder, "src/lib.rs", "one");
        assert_eq!(told.recv(), Ok(Seen::Saved));
    }
}
