//! What a teacher does beside grading: a new challenge, made from a template that verifies at once.
//!
//! - [`create`]: the folders, the place in the course and the lock file, all of them or none.

mod course;
mod name;
mod place;
mod template;

use std::{
    fs::{self, File},
    path::Path,
};

use fs4::FileExt;

pub use crate::report::Created;
use crate::{
    client::{Staging, portable, solutions},
    grade::{Catalog, Error},
};
use place::Placing;
pub use template::Template;

/// A challenge that is to be made.
#[derive(Debug, Clone)]
pub struct New {
    /// The name of its folder and its crate.
    pub slug: String,
    /// What it practises.
    pub template: Template,
    /// What it is called; made from the slug if nothing is given.
    pub title: Option<String>,
    /// The title of the chapter that it is put into; the last one if nothing is given.
    pub chapter: Option<String>,
}

/// Makes a challenge. Everything is made beside the workspace first and moved into it at the end, so that nothing is left behind if it fails.
///
/// # Errors
/// [`Error::Usage`] if the name cannot be taken, the title cannot be one line or there is no such chapter; [`Error::Spec`] if the course is
/// broken; [`Error::Harness`] if something cannot be written.
pub fn create(catalog: &Catalog, new: &New) -> Result<Created, Error> {
    let root = &catalog.workspace.root;
    name::check(root, &new.slug)?;
    let title = new.title.clone().unwrap_or_else(|| name::title(&new.slug));
    if title.trim().is_empty() || title.chars().any(char::is_control) {
        return Err(Error::Usage(format!("the title {title:?} is not one line of text")));
    }
    let _alone = alone(root);
    let course = course::with(catalog, &new.slug, new.chapter.as_deref())?;
    let staging = Staging::of(&catalog.workspace)?;
    let made = staging.made();
    let files = new.template.files(&new.slug, &title);
    for (path, text) in &files {
        place::write(&made.join(path), text)?;
    }
    let mut placing = Placing::new(root, &made);
    for folder in ["challenges", "solutions"] {
        placing.move_new(&Path::new(folder).join(&new.slug));
    }
    placing.move_new(&solutions::program(&new.slug));
    if let Some((_, text)) = &course {
        let file = Path::new("challenges/course.toml");
        place::write(&made.join(file), text)?;
        placing.replace_file(file);
    }
    staging.lock()?;
    placing.replace_file("Cargo.lock".as_ref());
    placing.finish()?;
    Ok(Created {
        slug: new.slug.clone(),
        files: files.iter().map(|(path, _)| portable(&path.display().to_string())).collect(),
        chapter: course.map(|(chapter, _)| chapter),
    })
}

/// Waits until no other harness makes a challenge here: each writes the course and the lock file as it has read them. Where a file system
/// knows no locks nobody waits.
fn alone(root: &Path) -> Option<File> {
    // Windows opens no folder as a file.
    let beside = || {
        fs::create_dir_all(root.join(".harness"))?;
        File::create(root.join(".harness/new.lock"))
    };
    let held = File::open(root.join("challenges")).or_else(|_| beside()).ok()?;
    FileExt::lock(&held).ok().map(|()| held)
}

/// Reads a file of the workspace.
fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error::Harness(format!("cannot read {}: {error}", path.display())))
}
