//! Where progress is kept: one small file that people can read, and that may be deleted at any time.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Notice, Progress, Timestamp, lock::lock};
use crate::{client::Workspace, verdict::Verdict};

/// The folder in the workspace's root that holds what is the student's own: never committed, safe to delete.
const FOLDER: &str = ".harness";

/// The longest file that is taken for progress, in bytes: a course of ten thousand challenges has less.
const MOST: u64 = 8 * 1024 * 1024;

/// How long to wait for another harness. It holds the lock for the time of one small write, unless it was stopped in the middle.
const PATIENCE: Duration = Duration::from_secs(3);

/// What stands at the head of the file.
const HEAD: &str = "\
# What you have done in this course. The harness writes this file, and nothing depends on it: it is safe to delete.
# Times are in UTC.

";

/// The kept progress of one workspace.
///
/// Nothing that happens to the file or its folder is an error: whoever asks gets what is known, and a [`Notice`] for the student if
/// something could not be read or kept. Several harnesses may use it at once.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    /// How long to wait for another harness.
    pub(super) patience: Duration,
}

/// What is in the file.
enum Found {
    /// Progress; none if there is no file yet.
    Progress(Progress),
    /// Something else, and why it cannot be progress.
    Damaged(String),
}

impl Store {
    /// The store of a workspace.
    #[must_use]
    pub fn of(workspace: &Workspace) -> Self {
        Self::at(&workspace.root)
    }

    /// The store of the workspace with this root.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { folder: root.join(FOLDER), patience: PATIENCE }
    }

    /// The folder that holds all that is kept for the student.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join("progress.toml")
    }

    /// What is known. Waits for nobody, and changes nothing unless the file is damaged: then it is put aside.
    #[must_use]
    pub fn load(&self) -> (Progress, Option<Notice>) {
        match self.read() {
            Ok(Found::Progress(progress)) => (progress, None),
            // Another harness may be putting it aside, too: look again when there is no other.
            Ok(Found::Damaged(_)) => self.locked(|_| {}),
            Err(error) => (Progress::default(), Some(self.not_read(&error))),
        }
    }

    /// Changes what is known, and keeps it. `change` is called exactly once, on the newest that is kept by any harness: what it does to
    /// other records than its own is not lost. Where that cannot be read or written it still gets the best that is known.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) -> Option<Notice> {
        self.locked(change).1
    }

    /// Notes the verdict on the student's own work.
    pub fn record_check(&self, verdict: &Verdict, when: Timestamp) -> Option<Notice> {
        self.update(|progress| progress.record_check(verdict, when))
    }

    /// Takes the next hint of a check that has `of` of them, if there is one, and says how many have been taken now.
    pub fn take_hint(&self, slug: &str, check: &str, of: usize) -> (usize, Option<Notice>) {
        self.take_hints(slug, check, 1, of)
    }

    /// Takes so many `more` hints of a check that has `of` of them, as far as there are any, and says how many have been taken now.
    pub fn take_hints(&self, slug: &str, check: &str, more: usize, of: usize) -> (usize, Option<Notice>) {
        let mut taken = 0;
        let notice = self.update(|progress| taken = progress.take_hints(slug, check, more, of));
        (taken, notice)
    }

    /// Notes that the student gave up, to see a solution.
    pub fn give_up(&self, slug: &str, when: Timestamp) -> Option<Notice> {
        self.update(|progress| progress.give_up(slug, when))
    }

    /// Reads, changes and writes while no other harness does.
    fn locked(&self, change: impl FnOnce(&mut Progress)) -> (Progress, Option<Notice>) {
        let lock =
            fs::create_dir_all(&self.folder).and_then(|()| lock(&self.folder.join("progress.lock"), self.patience));
        let (mut progress, read) = match self.read() {
            Ok(Found::Progress(progress)) => (progress, Ok(None)),
            Ok(Found::Damaged(why)) => (Progress::default(), Ok(Some(why))),
            Err(error) => (Progress::default(), Err(error)),
        };
        let before = progress.clone();
        change(&mut progress);
        let notice = match (read, &lock) {
            // A file that cannot be read may hold a lot: it is not written over.
            (Err(error), _) => Some(self.not_read(&error)),
            (Ok(_), Err(error)) => Some(self.not_kept(error)),
            (Ok(None), Ok(_)) if progress == before => None,
            (Ok(None), Ok(_)) => self.write(&progress).err().map(|error| self.not_kept(&error)),
            (Ok(Some(why)), Ok(_)) => Some(self.begin_anew(&progress, why)),
        };
        (progress, notice)
    }

    /// Puts a damaged file aside, and writes a new one if there is anything to write.
    fn begin_anew(&self, progress: &Progress, why: String) -> Notice {
        let written = self.put_aside().and_then(|kept| match *progress == Progress::default() {
            true => Ok(kept),
            false => self.write(progress).map(|()| kept),
        });
        match written {
            Ok(kept) => Notice::Damaged { why, kept },
            Err(error) => self.not_kept(&error),
        }
    }

    fn not_read(&self, error: &io::Error) -> Notice {
        Notice::NotRead { path: self.path(), why: error.to_string() }
    }

    fn not_kept(&self, error: &io::Error) -> Notice {
        Notice::NotKept { path: self.path(), why: error.to_string() }
    }

    fn read(&self) -> io::Result<Found> {
        let damaged = |why: &str| Ok(Found::Damaged(why.to_owned()));
        let path = self.path();
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Progress(Progress::default())),
            metadata => metadata?,
        };
        if !metadata.is_file() {
            return damaged("it is not a file");
        }
        if metadata.len() > MOST {
            return damaged("it is too long");
        }
        let Ok(text) = String::from_utf8(fs::read(&path)?) else { return damaged("it is not UTF-8") };
        match text.parse() {
            Ok(table) => Ok(Found::Progress(Progress::read(table))),
            Err(error) => damaged(&said(&error)),
        }
    }

    /// Replaces the file at once: whoever reads sees the old one or the new one.
    fn write(&self, progress: &Progress) -> io::Result<()> {
        let text = toml::to_string(&progress.table()).map_err(io::Error::other)?;
        // There is one writer at a time, so the name needs not be new; what an interrupted one has left is written over.
        let new = self.folder.join("progress.new");
        let mut file = File::create(&new)?;
        file.write_all(HEAD.as_bytes())?;
        file.write_all(text.as_bytes())?;
        // Else a power cut could leave an empty file under the old one's name.
        file.sync_all()?;
        drop(file);
        fs::rename(&new, self.path())
    }

    /// Gives a damaged file a name that nothing has yet.
    fn put_aside(&self) -> io::Result<PathBuf> {
        let names = (1..).map(|n: u32| self.folder.join(format!("progress.damaged-{n}.toml")));
        let free =
            names.into_iter().find(|path| fs::symlink_metadata(path).is_err()).ok_or(io::ErrorKind::AlreadyExists)?;
        fs::rename(self.path(), &free)?;
        Ok(free)
    }
}

/// What is wrong with TOML, in one line.
fn said(error: &toml::de::Error) -> String {
    error.message().lines().next().unwrap_or("it is not TOML").to_owned()
}
