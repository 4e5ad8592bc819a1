//! A submission that lies anywhere, made into a crate of its own.
//!
//! Below the target folder stands a *mirror* of the workspace: copies of its root manifest and lock file, links to its members, and in
//! place of the challenge's folder one with the challenge's manifest and the submission's sources. Cargo names a crate's artifacts by its
//! path below the workspace's root and looks at the times of the files, so that through the mirror everything that has been built is found
//! fresh; and the lock file fits as it is. The crate has a folder and a program name of its own, so that it never replaces the
//! student's.
//!
//! Only [`Sources`] are taken: no build script, no cargo configuration, no links to other files.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use fs4::FileExt;

use super::{Error, Names, Sandbox, Sources, Workspace, area::Area, live::Folder, mirror, proc};

/// The folder of the submission's crate in the mirror.
pub(super) const MEMBER: &str = "challenges/submission";

/// A submission that is ready to be built. While this lives, no other submission to the same challenge is prepared in its place.
#[derive(Debug)]
pub(super) struct Prepared {
    mirror: PathBuf,
    bin: String,
    names: Names,
    /// Where it is built if the compiler is shut in.
    area: Option<Area>,
    /// Holds the lock.
    _lock: File,
}

impl Prepared {
    /// The manifest of the mirrored workspace.
    pub(super) fn manifest(&self) -> PathBuf {
        self.mirror.join("Cargo.toml")
    }

    /// The folder of the sources, seen from the root of the mirrored workspace.
    pub(super) fn sources(&self) -> PathBuf {
        Path::new(MEMBER).join("src")
    }

    /// The name of the program.
    pub(super) fn bin(&self) -> &str {
        &self.bin
    }

    /// What the sources are called.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Where it is built if the compiler is shut in.
    pub(super) fn area(&self) -> Option<&Area> {
        self.area.as_ref()
    }
}

/// Makes a crate of a submission.
pub(super) fn prepare(workspace: &Workspace, slug: &str, sources: &Sources) -> Result<Prepared, Error> {
    let challenge = workspace.challenge(slug);
    if !challenge.join("Cargo.toml").is_file() {
        return Err(Error::NoChallenge { path: challenge });
    }
    let strict = workspace.sandbox == Sandbox::Strict;
    let mut sources = sources.clone();
    // A submission that is not trusted does not choose how it is started.
    if strict || !sources.has("main.rs") {
        let main = challenge.join("src/main.rs");
        let text = fs::read(&main).map_err(Error::io(format!("read {}", main.display())))?;
        sources.insert("main.rs".into(), text);
    }
    let bin = format!("{slug}-submission");
    let manifest = manifest(&challenge.join("Cargo.toml"), &bin)?;
    let area = strict.then(|| Area::of(workspace, slug));
    let place =
        area.as_ref().map_or_else(|| workspace.target.join("submissions").join(slug), |area| area.mirror.clone());
    let doing = || Error::io(format!("prepare the submission in {}", place.display()));
    let lock = lock(area.as_ref().map_or(&place, Area::shared)).map_err(doing())?;
    match &area {
        Some(area) => area.make(&workspace.root, slug)?,
        None => mirror::of_workspace(&workspace.root, slug, &place)?,
    }
    let member = place.join(MEMBER);
    write_changed(&member.join("Cargo.toml"), manifest.as_bytes()).map_err(doing())?;
    write_sources(&member.join("src"), &sources).map_err(doing())?;
    Ok(Prepared { mirror: place, bin, names: sources.names(MEMBER), area, _lock: lock })
}

/// Waits until nobody else prepares or builds a submission to the same challenge.
fn lock(mirror: &Path) -> io::Result<File> {
    fs::create_dir_all(mirror)?;
    let file = File::create(mirror.with_extension("lock"))?;
    FileExt::lock(&file)?;
    Ok(file)
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
    // What else lies below `src` or beside it makes no other program.
    if let Some(package) = table.get_mut("package").and_then(toml::Value::as_table_mut) {
        package
            .extend(["autobins", "autoexamples", "autotests", "autobenches"].map(|found| (found.into(), false.into())));
    }
    toml::to_string(&table).map_err(|error| broken(error.to_string()))
}

/// Makes a folder hold exactly these files.
fn write_sources(src: &Path, sources: &Sources) -> io::Result<()> {
    fs::create_dir_all(src)?;
    remove_others(src, Path::new(""), sources)?;
    for (name, text) in sources.files() {
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
            match sources.files().any(|(source, _)| source.starts_with(&name) && source != name) {
                true => remove_others(&entry.path(), &name, sources)?,
                false => fs::remove_dir_all(entry.path())?,
            }
        } else if !sources.files().any(|(source, _)| source == name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes a file unless it holds that already: an unchanged file keeps its time, and so what was built from it stays fresh.
pub(super) fn write_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
        if owner.is_some_and(proc::is_gone) {
            // Another harness may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
