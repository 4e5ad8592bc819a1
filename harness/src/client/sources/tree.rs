//! What was handed in, as a tree of files: a file, a folder, an archive.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Cursor, Read},
    path::{Component, Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use zip::{ZipArchive, result::ZipError};

use super::{Reader, find::Place};

/// How deep its folders may stand in each other.
const MOST_DEPTH: usize = 20;

/// How many files and folders are looked at.
const MOST_ENTRIES: usize = 20_000;

/// How large an archive may be, in bytes.
const MOST_PACKED: u64 = 64 * 1024 * 1024;

/// How large it may be when it is unpacked, in bytes, as far as it must be read.
const MOST_UNPACKED: u64 = 128 * 1024 * 1024;

/// Folders in which nobody writes a submission.
const SKIPPED: [&str; 3] = ["target", "node_modules", "__MACOSX"];

/// What was handed in.
#[derive(Debug)]
pub(super) struct Tree {
    kind: Kind,
    /// The `.rs` files in it; one empty name if it is itself one.
    names: Vec<PathBuf>,
}

#[derive(Debug)]
enum Kind {
    Sources(PathBuf),
    Zip(Vec<u8>),
    Tar { bytes: Vec<u8>, zipped: bool },
}

impl Tree {
    /// Looks what there is.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
        if metadata.is_dir() {
            return Self::folder(path);
        }
        // A pipe would be waited for, and a device read without end.
        if !metadata.is_file() {
            return Err("it is neither a file nor a folder".into());
        }
        if is_source(path) {
            return Ok(Self { kind: Kind::Sources(path.to_owned()), names: vec![PathBuf::new()] });
        }
        Self::archive(path)
    }

    fn folder(path: &Path) -> Result<Self, String> {
        if fs::symlink_metadata(path.join("src")).is_ok_and(|there| there.is_symlink()) {
            return Err("its `src` is a link to another folder".into());
        }
        let mut walk = Walk::default();
        // A crate's own folder may hold a lot besides.
        let start = if path.join("src/lib.rs").is_file() { "src" } else { "" };
        walk.folder(&path.join(start), Path::new(start), MOST_DEPTH)?;
        walk.sources.sort();
        // As some platforms hand submissions out: a folder for each student, with what was uploaded in it.
        if let (true, [archive]) = (walk.sources.is_empty(), walk.archives.as_slice()) {
            return Self::archive(archive);
        }
        Ok(Self { kind: Kind::Sources(path.to_owned()), names: walk.sources })
    }

    fn archive(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        file.take(MOST_PACKED + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MOST_PACKED {
            return Err(format!("it is larger than {} MiB", MOST_PACKED >> 20));
        }
        let kind = match bytes.as_slice() {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip(bytes),
            [0x1f, 0x8b, ..] => Kind::Tar { bytes, zipped: true },
            plain if plain.get(257..262) == Some(b"ustar") => Kind::Tar { bytes, zipped: false },
            _ if is_archive(path) => return Err("it is broken, or no archive (zip, tar, tar.gz) in truth".into()),
            _ => {
                return Err(
                    "it is neither a `.rs` file, nor a crate's folder, nor an archive (zip, tar, tar.gz)".into()
                );
            }
        };
        let mut tree = Self { kind, names: Vec::new() };
        let mut names = Vec::new();
        tree.visit(|name, _| {
            names.push(name);
            Ok(())
        })?;
        names.sort();
        names.dedup();
        tree.names = names;
        Ok(tree)
    }

    /// The `.rs` files in it, sorted.
    pub(super) fn names(&self) -> &[PathBuf] {
        &self.names
    }

    /// Reads the sources at a place.
    pub(super) fn read(&self, place: &Place, reader: &mut Reader) -> Result<(), String> {
        let Kind::Sources(path) = &self.kind else {
            return self.visit(|name, entry| match (place.below_src(&name), entry) {
                (None, _) => Ok(()),
                (Some(_), None) => Err(irregular(&name)),
                (Some(below), Some(content)) => reader.take(below, content),
            });
        };
        for name in &self.names {
            let Some(below) = place.below_src(name) else { continue };
            // A file that was named by the user may be a link; one that was found may not.
            let path = if name.as_os_str().is_empty() { path.clone() } else { path.join(name) };
            if *name != PathBuf::new() && !fs::symlink_metadata(&path).is_ok_and(|there| there.is_file()) {
                return Err(irregular(name));
            }
            reader.take(below, File::open(&path).map_err(|error| error.to_string())?)?;
        }
        Ok(())
    }

    /// Visits each `.rs` file of an archive, with its content unless it is no regular file.
    fn visit(&self, visit: impl FnMut(PathBuf, Option<&mut dyn Read>) -> Result<(), String>) -> Result<(), String> {
        match &self.kind {
            Kind::Sources(_) => Ok(()),
            Kind::Zip(bytes) => visit_zip(bytes, visit),
            Kind::Tar { bytes, zipped: false } => visit_tar(bytes.as_slice(), visit),
            Kind::Tar { bytes, zipped: true } => visit_tar(MultiGzDecoder::new(bytes.as_slice()), visit),
        }
    }
}

fn irregular(name: &Path) -> String {
    format!("`{}` is not a regular file", name.display())
}

/// Whether it has the name of a source.
pub(super) fn is_source(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("rs"))
}

/// Whether it has the name of an archive that can be read.
pub(super) fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    [".zip", ".tar", ".tar.gz", ".tgz"].iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}

/// Whether nothing below is looked at.
fn is_skipped(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || SKIPPED.iter().any(|skipped| name == OsStr::new(skipped))
}

/// The files of a folder.
#[derive(Debug, Default)]
struct Walk {
    sources: Vec<PathBuf>,
    archives: Vec<PathBuf>,
    entries: usize,
}

impl Walk {
    fn folder(&mut self, folder: &Path, below: &Path, depth: usize) -> Result<(), String> {
        let deeper = depth.checked_sub(1).ok_or_else(|| format!("its folders are more than {MOST_DEPTH} deep"))?;
        for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(format!("it has more than {MOST_ENTRIES} files"));
            }
            let (path, name) = (entry.path(), below.join(entry.file_name()));
            let kind = entry.file_type().map_err(|error| error.to_string())?;
            if is_skipped(&entry.file_name()) {
                continue;
            } else if kind.is_dir() {
                self.folder(&path, &name, deeper)?;
            } else if is_source(&path) {
                self.sources.push(name);
            } else if kind.is_file() && is_archive(&path) {
                self.archives.push(path);
            }
        }
        Ok(())
    }
}

fn visit_zip(
    bytes: &[u8],
    mut visit: impl FnMut(PathBuf, Option<&mut dyn Read>) -> Result<(), String>,
) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("it has more than {MOST_ENTRIES} files"));
    }
    for index in 0..archive.len() {
        // Some programs write the separators of their own system.
        let Some(Ok(name)) = archive.name_for_index(index) else { continue };
        let Some(name) = taken(Path::new(&name.replace('\\', "/"))) else { continue };
        let mut file = archive.by_index(index).map_err(|error| broken(&error))?;
        if file.is_dir() {
            continue;
        }
        match file.is_file() {
            true => visit(name, Some(&mut file))?,
            false => visit(name, None)?,
        }
    }
    Ok(())
}

fn broken(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(why) => format!("it cannot be unpacked: {why}"),
        error => format!("it is broken: {error}"),
    }
}

fn visit_tar(
    bytes: impl Read,
    mut visit: impl FnMut(PathBuf, Option<&mut dyn Read>) -> Result<(), String>,
) -> Result<(), String> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::FileTooLarge => format!("it unpacks to more than {} MiB", MOST_UNPACKED >> 20),
        _ => format!("it is broken: {error}"),
    };
    let mut archive = tar::Archive::new(Bounded { bytes, left: MOST_UNPACKED });
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count == MOST_ENTRIES {
            return Err(format!("it has more than {MOST_ENTRIES} files"));
        }
        let mut entry = entry.map_err(broken)?;
        let Some(name) = entry.path().ok().and_then(|name| taken(&name)) else { continue };
        if entry.header().entry_type().is_dir() {
            continue;
        }
        match entry.header().entry_type().is_file() {
            true => visit(name, Some(&mut entry))?,
            false => visit(name, None)?,
        }
    }
    Ok(())
}

/// The name of an entry of an archive if it is one of a source that is looked at: below the archive's root, and not where nobody looks.
fn taken(name: &Path) -> Option<PathBuf> {
    let mut kept = PathBuf::new();
    for part in name.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) if !is_skipped(part) => kept.push(part),
            _ => return None,
        }
    }
    (is_source(&kept) && kept.components().count() <= MOST_DEPTH).then_some(kept)
}

/// A reader that fails when there is more than so much.
struct Bounded<R> {
    bytes: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}
