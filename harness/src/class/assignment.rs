//! What a class is graded for, with a fingerprint of all that decides a verdict besides the submission.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    client::fingerprint,
    grade::{Catalog, Error},
    verdict::Assignment,
};

/// A challenge as an assignment, with its own seed or another one.
///
/// # Errors
/// As [`Catalog::load`], and if a file of it cannot be read.
pub fn assignment(catalog: &Catalog, slug: &str, seed: Option<u64>) -> Result<Assignment, Error> {
    let challenge = catalog.load(slug)?;
    let seed = seed.unwrap_or(challenge.seed);
    let digest = digest(&catalog.workspace.root, &catalog.folder(slug), seed)
        .map_err(|error| Error::Harness(format!("cannot read what {slug} is graded with: {error}")))?;
    let max_score = challenge.checks.iter().map(|check| check.points).sum();
    Ok(Assignment { slug: slug.to_owned(), title: challenge.title, seed, max_score, digest })
}

fn digest(root: &Path, challenge: &Path, seed: u64) -> io::Result<String> {
    let mut files: Vec<PathBuf> = ["Cargo.toml", "Cargo.lock"].map(|name| root.join(name)).into();
    files.extend(["challenge.toml", "Cargo.toml", "src/main.rs"].map(|name| challenge.join(name)));
    find(&root.join("starter"), &mut files)?;
    files.sort();
    let mut texts: Vec<(PathBuf, Vec<u8>)> =
        vec![("version".into(), env!("CARGO_PKG_VERSION").into()), ("seed".into(), seed.to_le_bytes().into())];
    for file in files {
        let text = fs::read(&file)?;
        texts.push((file.strip_prefix(root).unwrap_or(&file).to_owned(), text));
    }
    Ok(fingerprint(texts.iter().map(|(name, text)| (name.as_path(), text.as_slice()))))
}

/// The sources and the manifest of the kit.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
