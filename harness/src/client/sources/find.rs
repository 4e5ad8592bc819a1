//! Where in what was handed in the sources of a challenge are.

use std::path::{Path, PathBuf};

use super::Holds;

/// Where sources are, from the root of what was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A crate's folder: they are below its `src`.
    Crate(PathBuf),
    /// A folder of sources, `lib.rs` among them.
    Flat(PathBuf),
    /// One file, whatever it is called; what was handed in itself if the path is empty.
    File(PathBuf),
}

impl Place {
    /// The name below `src` of a file that belongs here.
    pub(super) fn below_src(&self, name: &Path) -> Option<PathBuf> {
        match self {
            Self::Crate(folder) => name.strip_prefix(folder).ok()?.strip_prefix("src").ok().map(Path::to_owned),
            Self::Flat(folder) => name.strip_prefix(folder).ok().map(Path::to_owned),
            Self::File(file) => (name == file).then(|| "lib.rs".into()),
        }
    }
}

/// How many places an error names.
const MOST_NAMED: usize = 3;

/// Finds the sources of a challenge among the `.rs` files of what was handed in.
///
/// What bears the challenge's name goes before everything else: so a copy of the whole course is understood. Otherwise there must be
/// exactly one crate, or one `lib.rs`, or one file.
pub(super) fn place(names: &[PathBuf], slug: &str, holds: Holds) -> Result<Place, String> {
    if *names == [PathBuf::new()] {
        return Ok(Place::File(PathBuf::new()));
    }
    let crates = folders_with(names, "src/lib.rs");
    if holds == Holds::One && crates.contains(&PathBuf::new()) {
        return Ok(Place::Crate(PathBuf::new()));
    }
    let named: Vec<_> = crates.iter().filter(|folder| is_named(folder, slug)).cloned().collect();
    if let Some(folder) = the_one(&named, slug)? {
        return Ok(Place::Crate(folder));
    }
    // A module of a crate may have any name.
    let is_module = |name: &PathBuf| crates.iter().any(|folder| name.starts_with(folder.join("src")));
    let is_named_file = |name: &&PathBuf| is_named(&name.with_extension(""), slug) && !is_module(name);
    let files: Vec<_> = names.iter().filter(is_named_file).cloned().collect();
    if let Some(file) = the_one(&files, slug)? {
        return Ok(Place::File(file));
    }
    if holds == Holds::Several {
        return Err(format!("it has no folder `{slug}` with `src/lib.rs`, and no file `{slug}.rs`"));
    }
    if let Some(folder) = the_one(&crates, slug)? {
        return Ok(Place::Crate(folder));
    }
    if let Some(folder) = the_one(&folders_with(names, "lib.rs"), slug)? {
        return Ok(Place::Flat(folder));
    }
    let file = the_one(names, slug)?.map(Place::File);
    file.ok_or_else(|| "there is no `src/lib.rs` in it, and no other `.rs` file".to_owned())
}

/// Whether it has the challenge's name, with dashes or underscores.
fn is_named(path: &Path, slug: &str) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.replace('_', "-") == slug)
}

/// The folders in which there is a file of that name.
fn folders_with(names: &[PathBuf], file: &str) -> Vec<PathBuf> {
    let depth = Path::new(file).components().count();
    let folder = |name: &PathBuf| {
        let folder = name.ancestors().nth(depth)?;
        (name.strip_prefix(folder).ok()? == Path::new(file)).then(|| folder.to_owned())
    };
    names.iter().filter_map(folder).collect()
}

/// The only one of some places, or the only one that lies highest; none of none.
fn the_one(places: &[PathBuf], slug: &str) -> Result<Option<PathBuf>, String> {
    let depth = |place: &PathBuf| place.components().count();
    let Some(highest) = places.iter().map(depth).min() else { return Ok(None) };
    let high: Vec<_> = places.iter().filter(|place| depth(place) == highest).collect();
    match high.as_slice() {
        [one] => Ok(Some((*one).clone())),
        several => {
            let shown: Vec<_> = several.iter().take(MOST_NAMED).map(|place| format!("`{}`", place.display())).collect();
            let more = if several.len() > MOST_NAMED { ", …" } else { "" };
            Err(format!(
                "there are {} that could be the submission: {}{more}; name one `{slug}`, or leave out the others",
                several.len(),
                shown.join(", "),
            ))
        }
    }
}
