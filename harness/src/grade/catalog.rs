//! The challenges of a workspace, read from disk.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    client::Workspace,
    scenario::{Challenge, Chapter, Course},
    spec,
};

/// The challenges of one workspace.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Where they are, and how they are built.
    pub workspace: Workspace,
}

/// A challenge in the list: its slug, and its data or what is wrong with its spec.
pub type Listed = (String, Result<Challenge, spec::Errors>);

impl Catalog {
    /// The catalog of a workspace.
    #[must_use]
    pub fn of(workspace: Workspace) -> Self {
        Self { workspace }
    }

    /// A challenge's folder.
    #[must_use]
    pub fn folder(&self, slug: &str) -> PathBuf {
        self.workspace.challenge(slug)
    }

    /// The course: its chapters in order, then a chapter without a title for challenges that it does not place.
    ///
    /// # Errors
    /// If the folder cannot be read or the course is not valid.
    pub fn course(&self) -> Result<Course, Error> {
        let folder = self.workspace.root.join("challenges");
        let found = names(&folder, |path| path.join("challenge.toml").is_file().then(|| path.to_path_buf()))?;
        let file = folder.join("course.toml");
        let mut course = Course::default();
        if file.is_file() {
            let name = "challenges/course.toml";
            let text = spec::text(name, read(&file)?).map_err(Error::Spec)?;
            course = spec::parse_course(name, &text, &found).map_err(Error::Spec)?;
        }
        let placed = |slug: &String| course.chapters.iter().any(|chapter| chapter.challenges.contains(slug));
        let challenges: Vec<_> = found.into_iter().filter(|slug| !placed(slug)).collect();
        if !challenges.is_empty() {
            course.chapters.push(Chapter { title: String::new(), challenges });
        }
        Ok(course)
    }

    /// The slugs of all challenges, in the order of the course.
    ///
    /// # Errors
    /// As [`Catalog::course`].
    pub fn slugs(&self) -> Result<Vec<String>, Error> {
        Ok(self.course()?.chapters.into_iter().flat_map(|chapter| chapter.challenges).collect())
    }

    /// One challenge.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none of that name, with the nearest one; [`Error::Spec`] if its spec is not valid.
    pub fn load(&self, slug: &str) -> Result<Challenge, Error> {
        let slugs = self.slugs()?;
        if !slugs.iter().any(|known| known == slug) {
            return Err(Error::Usage(unknown("challenge", slug, &slugs)));
        }
        self.parse(slug)?.map_err(Error::Spec)
    }

    /// Every challenge; a broken one does not stop the others.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn all(&self) -> Result<Vec<Listed>, Error> {
        self.slugs()?.into_iter().map(|slug| Ok((slug.clone(), self.parse(&slug)?))).collect()
    }

    /// The names of the solutions of a challenge.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn solutions(&self, slug: &str) -> Result<Vec<String>, Error> {
        let folder = self.workspace.root.join("solutions").join(slug);
        if folder.is_dir() { rust_files(&folder) } else { Ok(Vec::new()) }
    }

    fn parse(&self, slug: &str) -> Result<Result<Challenge, spec::Errors>, Error> {
        let mistakes = self.folder(slug).join("mistakes");
        let mistakes = if mistakes.is_dir() { rust_files(&mistakes)? } else { Vec::new() };
        let name = format!("challenges/{slug}/challenge.toml");
        let text = spec::text(&name, read(&self.folder(slug).join("challenge.toml"))?);
        Ok(text.and_then(|text| spec::parse(slug, &name, &text, &mistakes)))
    }
}

/// Says that there is no `kind` of that name, which one may have been meant, and which there are.
pub(super) fn unknown(kind: &str, name: &str, known: &[String]) -> String {
    let nearest = known.iter().map(|other| (strsim::damerau_levenshtein(name, other), other)).min();
    let meant = match nearest {
        Some((distance, other)) if distance <= 2.max(name.len() / 3) => format!("; did you mean `{other}`?"),
        _ => String::new(),
    };
    match known {
        [] => format!("there is no {kind} `{name}`: there is none at all"),
        _ => format!("there is no {kind} `{name}`{meant}\navailable: {}", known.join(", ")),
    }
}

fn rust_files(folder: &Path) -> Result<Vec<String>, Error> {
    names(folder, |path| (path.extension()? == "rs").then(|| path.with_extension("")))
}

/// The names of what `keep` makes of the entries of a folder, sorted.
fn names(folder: &Path, keep: impl Fn(&Path) -> Option<PathBuf>) -> Result<Vec<String>, Error> {
    let failed = |error| Error::Harness(format!("cannot read {}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let kept = keep(&entry.map_err(failed)?.path());
        names.extend(kept.and_then(|path| Some(path.file_name()?.to_str()?.to_owned())));
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::Harness(format!("cannot read {}: {error}", path.display())))
}
