//! The challenges of a workspace, read from disk.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{Error, parallel};
use crate::{
    client::Workspace,
    scenario::{Challenge, Chapter, Course},
    spec::{self, Places},
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
        let (course, wrong) = self.known_course()?;
        wrong.map_or(Ok(course), |errors| Err(Error::Spec(errors)))
    }

    /// The course as far as it is known: what is wrong with its file, such as a challenge that has been deleted, keeps nobody from the others.
    /// They then stand in one chapter without a title.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn known_course(&self) -> Result<(Course, Option<spec::Errors>), Error> {
        let folder = self.workspace.root.join("challenges");
        let found = names(&folder, |path| path.join("challenge.toml").is_file().then(|| path.to_path_buf()))?;
        let file = folder.join("course.toml");
        let mut course = Ok(Course::default());
        if file.is_file() {
            let name = "challenges/course.toml";
            let text = spec::text(name, read_spec(&file)?);
            course = text.and_then(|text| spec::parse_course(name, &text, &found));
        }
        let (mut course, wrong) = match course {
            Ok(course) => (course, None),
            Err(errors) => (Course::default(), Some(errors)),
        };
        let placed = |slug: &String| course.chapters.iter().any(|chapter| chapter.challenges.contains(slug));
        let challenges: Vec<_> = found.into_iter().filter(|slug| !placed(slug)).collect();
        if !challenges.is_empty() {
            course.chapters.push(Chapter { title: String::new(), challenges });
        }
        Ok((course, wrong))
    }

    /// The slugs of all challenges, in the order of the course as far as it is known.
    ///
    /// # Errors
    /// As [`Catalog::known_course`].
    pub fn slugs(&self) -> Result<Vec<String>, Error> {
        let (course, _) = self.known_course()?;
        Ok(course.chapters.into_iter().flat_map(|chapter| chapter.challenges).collect())
    }

    /// One challenge.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none of that name, with the nearest one; [`Error::Spec`] if its spec is not valid.
    pub fn load(&self, slug: &str) -> Result<Challenge, Error> {
        self.find(slug)?;
        self.parse(slug)?.map_err(Error::Spec)
    }

    /// The challenge that a spec anywhere makes of the folder `slug`. Its mistakes are those beside it, or else those of the folder.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such file or folder; [`Error::Spec`] if the spec is not valid.
    pub fn load_from(&self, file: &Path, slug: &str) -> Result<Challenge, Error> {
        self.find(slug)?;
        let bytes = fs::read(file).map_err(|error| Error::Usage(format!("cannot read {}: {error}", file.display())))?;
        let beside = file.parent().map(|folder| folder.join("mistakes")).filter(|mistakes| mistakes.is_dir());
        let mistakes = beside.unwrap_or_else(|| self.folder(slug).join("mistakes"));
        parse(slug, &file.display().to_string(), bytes, &mistakes)?.map_err(Error::Spec)
    }

    /// Looks whether there is a challenge of that name, whatever its spec is like.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none, with the nearest one.
    pub fn find(&self, slug: &str) -> Result<(), Error> {
        let slugs = self.slugs()?;
        let found = slugs.iter().any(|known| known == slug);
        found.then_some(()).ok_or_else(|| Error::Usage(unknown("challenge", slug, &slugs)))
    }

    /// Every challenge; a broken one does not stop the others.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn all(&self) -> Result<Vec<Listed>, Error> {
        let slugs = self.slugs()?;
        // Most of the time that `list` takes is spent here.
        let parsed = parallel::map(&slugs, parallel::processors(), |slug| self.parse(slug));
        slugs.into_iter().zip(parsed).map(|(slug, parsed)| Ok((slug, parsed?))).collect()
    }

    /// The theory and the task of a challenge: its README.md, in Markdown. It can be read whatever is wrong with the spec.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no challenge of that name; [`Error::Harness`] if it has no such file.
    pub fn readme(&self, slug: &str) -> Result<String, Error> {
        self.find(slug)?;
        let bytes = read(&self.folder(slug).join("README.md"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names of the solutions of a challenge.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn solutions(&self, slug: &str) -> Result<Vec<String>, Error> {
        let folder = self.workspace.root.join("solutions").join(slug);
        if folder.is_dir() { rust_files(&folder) } else { Ok(Vec::new()) }
    }

    /// Where in a challenge's spec its checks and mistakes stand.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn places(&self, slug: &str) -> Result<Places, Error> {
        let bytes = read_spec(&self.folder(slug).join("challenge.toml"))?;
        Ok(Places::of(&spec_name(slug), &String::from_utf8_lossy(&bytes)))
    }

    fn parse(&self, slug: &str) -> Result<Result<Challenge, spec::Errors>, Error> {
        let bytes = read_spec(&self.folder(slug).join("challenge.toml"))?;
        parse(slug, &spec_name(slug), bytes, &self.folder(slug).join("mistakes"))
    }
}

/// Reads the spec of a challenge whose mistakes are in this folder. `name` is what the file is called in errors.
fn parse(slug: &str, name: &str, bytes: Vec<u8>, mistakes: &Path) -> Result<Result<Challenge, spec::Errors>, Error> {
    let mistakes = mistakes.is_dir().then(|| rust_files(mistakes)).transpose()?;
    Ok(spec::text(name, bytes).and_then(|text| spec::parse(slug, name, &text, mistakes.as_deref())))
}

/// What a challenge's spec is called in what is said of it.
fn spec_name(slug: &str) -> String {
    format!("challenges/{slug}/challenge.toml")
}

/// Says that there is no `kind` of that name, which one may have been meant, and which there are.
pub(crate) fn unknown(kind: &str, name: &str, known: &[String]) -> String {
    // A path, and other spellings of the same words, mean the same.
    let plain = name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(name);
    let plain = plain.to_lowercase().replace(['_', ' '], "-");
    let nearest = known.iter().map(|other| (strsim::damerau_levenshtein(&plain, other), other)).min();
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

/// A spec, or enough of what is too long for one to be seen as that.
fn read_spec(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let most = spec::MOST_BYTES as u64 + 1;
    let read = fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| Error::Harness(format!("cannot read {}: {error}", path.display())))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::Harness(format!("cannot read {}: {error}", path.display())))
}
