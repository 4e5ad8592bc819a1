//! A submission that lies anywhere, made into a crate of its own.
//!
//! Below the target folder stands a *mirror* of the workspace: copies of its root manifest and lock file, links to its members, and in
//! place of the challenge's folder one with the challenge's manifest and the submission's sources. Cargo names a crate's artifacts by its
//! path below the workspace's root and looks at the times of the files, so that through the mirror everything that has been built is found
//! fresh; and the lock file fits as it is. The crate has a folder and a program name of its own, so that it never replaces the
//! student's.
//!
//! Only `.rs` files below `src` are taken: no build script, no cargo configuration, no links to other files.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use super::{Error, Names, Workspace, live::Folder};

/// How many files a submission may have.
const MOST_FILES: usize = 500;

/// How much source a submission may have, in bytes.
const MOST_SOURCE: u64 = 8 * 1024 * 1024;

/// The folder of the submission's crate in the mirror.
const MEMBER: &str = "challenges/submission";

/// A submission that is ready to be built. While this lives, no other submission to the same challenge is prepared in its place.
#[derive(Debug)]
pub(super) struct Prepared {
    mirror: PathBuf,
    bin: String,
    names: Names,
    /// Holds the lock.
    _lock: File,
}

impl Prepared {
    /// The manifest of the mirrored workspace.
    pub(super) fn manifest(&self) -> PathBuf {
        self.mirror.join("Cargo.toml")
    }

    /// The name of the program.
    pub(super) fn bin(&self) -> &str {
        &self.bin
    }

    /// What the sources are called.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }
}

/// The sources of a submission by their paths below `src`.
type Sources = BTreeMap<PathBuf, Vec<u8>>;

/// Makes a crate of a submission.
pub(super) fn prepare(workspace: &Workspace, slug: &str, path: &Path) -> Result<Prepared, Error> {
    let challenge = workspace.challenge(slug);
    if !challenge.join("Cargo.toml").is_file() {
        return Err(Error::NoChallenge { path: challenge });
    }
    let mut sources = read_sources(path)?;
    if !sources.contains_key(Path::new("main.rs")) {
        let main = challenge.join("src/main.rs");
        let text = fs::read(&main).map_err(Error::io(format!("read {}", main.display())))?;
        sources.insert("main.rs".into(), text);
    }
    let bin = format!("{slug}-submission");
    let manifest = manifest(&challenge.join("Cargo.toml"), &bin)?;
    let mirror = workspace.target.join("submissions").join(slug);
    let doing = || Error::io(format!("prepare the submission in {}", mirror.display()));
    let lock = lock(&mirror).map_err(doing())?;
    make_mirror(&workspace.root, &challenge, &mirror).map_err(doing())?;
    let member = mirror.join(MEMBER);
    write_changed(&member.join("Cargo.toml"), manifest.as_bytes()).map_err(doing())?;
    write_sources(&member.join("src"), &sources).map_err(doing())?;
    let shown = path.display().to_string();
    let names = match path.is_dir() {
        true => Names::differ(format!("{MEMBER}/"), format!("{}/", shown.trim_end_matches('/'))),
        false => Names::differ(format!("{MEMBER}/src/lib.rs"), shown),
    };
    Ok(Prepared { mirror, bin, names, _lock: lock })
}

/// Waits until nobody else prepares or builds a submission to the same challenge.
fn lock(mirror: &Path) -> io::Result<File> {
    fs::create_dir_all(mirror)?;
    let file = File::create(mirror.with_extension("lock"))?;
    flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

/// Reads what is taken of a submission.
fn read_sources(path: &Path) -> Result<Sources, Error> {
    let wrong = |why: String| Error::Submission { path: path.to_owned(), why };
    let metadata = fs::metadata(path).map_err(|error| wrong(error.to_string()))?;
    let mut reader = Reader { sources: Sources::new(), left: MOST_SOURCE };
    if metadata.is_dir() {
        let src = path.join("src");
        if !src.join("lib.rs").is_file() {
            return Err(wrong("it is a folder without `src/lib.rs`".into()));
        }
        reader.folder(&src, Path::new("")).map_err(wrong)?;
    } else if path.extension() == Some(OsStr::new("rs")) {
        reader.file(path, "lib.rs".into()).map_err(wrong)?;
    } else {
        return Err(wrong("it is neither a `.rs` file nor a crate's folder".into()));
    }
    Ok(reader.sources)
}

/// Reads sources, within bounds.
struct Reader {
    sources: Sources,
    left: u64,
}

impl Reader {
    fn folder(&mut self, folder: &Path, below: &Path) -> Result<(), String> {
        for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            let (path, name) = (entry.path(), below.join(entry.file_name()));
            let kind = entry.file_type().map_err(|error| error.to_string())?;
            if kind.is_dir() {
                self.folder(&path, &name)?;
            } else if path.extension() == Some(OsStr::new("rs")) {
                if !kind.is_file() {
                    return Err(format!("`src/{}` is not a regular file", name.display()));
                }
                self.file(&path, name)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: PathBuf) -> Result<(), String> {
        if self.sources.len() == MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        let mut text = Vec::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        let read = file.take(self.left + 1).read_to_end(&mut text).map_err(|error| error.to_string())?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| format!("it has more than {MOST_SOURCE} bytes"))?;
        self.sources.insert(name, text);
        Ok(())
    }
}

/// The challenge's manifest, with a program name of the submission's own.
fn manifest(challenge: &Path, bin: &str) -> Result<String, Error> {
    let text = fs::read_to_string(challenge).map_err(Error::io(format!("read {}", challenge.display())))?;
    let broken = |text: String| Error::Manifest { path: challenge.to_owned(), text };
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| broken(error.to_string()))?;
    let mut program = toml::Table::new();
    program.insert("name".into(), bin.into());
    program.insert("path".into(), "src/main.rs".into());
    table.insert("bin".into(), toml::Value::Array(vec![program.into()]));
    toml::to_string(&table).map_err(|error| broken(error.to_string()))
}

/// Mirrors the workspace: files are copied, folders linked, all but the challenge's.
fn make_mirror(root: &Path, challenge: &Path, mirror: &Path) -> io::Result<()> {
    let challenges = mirror.join("challenges");
    fs::create_dir_all(challenges.join("submission"))?;
    for name in ["Cargo.toml", "Cargo.lock"] {
        write_changed(&mirror.join(name), &fs::read(root.join(name))?)?;
    }
    link_members(root, mirror, "challenges".as_ref())?;
    let own = challenge.file_name().unwrap_or_default();
    link_members(&root.join("challenges"), &challenges, own)
}

/// Links to every folder with a manifest but one, and removes links to what is no longer there.
fn link_members(from: &Path, to: &Path, but: &OsStr) -> io::Result<()> {
    for entry in fs::read_dir(to)?.flatten() {
        if entry.file_type()?.is_symlink() {
            fs::remove_file(entry.path())?;
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let is_member = entry.path().join("Cargo.toml").is_file() && entry.file_name() != but;
        let link = to.join(entry.file_name());
        if is_member && !link.exists() {
            symlink(entry.path(), link)?;
        }
    }
    Ok(())
}

/// Makes a folder hold exactly these files.
fn write_sources(src: &Path, sources: &Sources) -> io::Result<()> {
    fs::create_dir_all(src)?;
    remove_others(src, Path::new(""), sources)?;
    for (name, text) in sources {
        let path = src.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        write_changed(&path, text)?;
    }
    Ok(())
}

fn remove_others(folder: &Path, below: &Path, sources: &Sources) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            match sources.keys().any(|source| source.starts_with(&name) && *source != name) {
                true => remove_others(&entry.path(), &name, sources)?,
                false => fs::remove_dir_all(entry.path())?,
            }
        } else if !sources.contains_key(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes a file unless it holds that already: an unchanged file keeps its time, and so what was built from it stays fresh.
fn write_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        _ => fs::write(path, bytes),
    }
}

impl Workspace {
    /// A folder for one program that is to run: on the same file system as what cargo builds.
    pub(super) fn running(&self) -> Result<Folder, Error> {
        let running = self.target.join("running");
        let make = || {
            fs::create_dir_all(&running)?;
            remove_abandoned(&running)?;
            tempfile::Builder::new().prefix(&format!("{}-", std::process::id())).tempdir_in(&running)
        };
        make().map(Folder::register).map_err(Error::io(format!("make a folder in {}", running.display())))
    }
}

/// Removes the folders of harnesses that have been killed.
fn remove_abandoned(running: &Path) -> io::Result<()> {
    for entry in fs::read_dir(running)?.flatten() {
        let owner = entry.file_name().to_str().and_then(|name| name.split('-').next()?.parse().ok());
        let owner = owner.and_then(rustix::process::Pid::from_raw);
        if owner.is_some_and(|pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)) {
            // Another harness may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
