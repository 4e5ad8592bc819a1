//! From the text of a `challenge.toml` to a [`Challenge`], or to all the mistakes in it.
//!
//! Reading has three passes. `toml` makes a tree of values with their places. `shape` holds the tree against the tables of
//! `language`: keys, words, types. The rest gives it meaning: each part that has its shape is read, whatever is wrong with the
//! others, and held against the rules. Every pass notes what it finds, and nothing is noted twice. It does no I/O.

mod answer;
mod case;
mod challenge;
mod check;
mod course;
mod every;
mod excerpt;
mod expect;
mod fleet;
mod grammar;
mod language;
mod length;
mod life;
mod log;
mod mistake;
mod moment;
mod names;
mod pattern;
mod places;
mod play;
mod problem;
mod reference;
mod request;
mod scenario;
mod schema;
mod scope;
mod server;
mod shape;
mod stream;
mod syntax;
#[cfg(test)]
mod tests;
mod texts;
mod told;
mod vary;
mod view;

pub(crate) use names::is_kebab;
pub use places::Places;
pub use problem::{Errors, Problem};
pub use reference::reference;
pub use schema::schema;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::scenario::{Challenge, Course};
use scope::Notes;

/// How long a file may be, in bytes: more than six times what the longest of the course is.
pub const MOST_BYTES: usize = 256 << 10;

/// Reads a challenge from the `text` of its `challenge.toml`.
///
/// `slug` is the name of the challenge's folder, `file_name` what the file is called in errors, and `mistakes` names the files of
/// the folder's `mistakes`, without `.rs`; none if there is no such folder, as in a course that is handed out without them.
///
/// # Errors
/// Everything that is wrong with the file, in the order of the places. Where the TOML itself is broken, only that is told:
/// what is read from the rest would be guesswork.
pub fn parse(slug: &str, file_name: &str, text: &str, mistakes: Option<&[String]>) -> Result<Challenge, Errors> {
    read(file_name, text, |root, notes| challenge::challenge(slug, root, mistakes, notes))
}

/// Reads a course from the `text` of `course.toml`. `slugs` are the challenges that exist.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn parse_course(file_name: &str, text: &str, slugs: &[String]) -> Result<Course, Errors> {
    read(file_name, text, |root, notes| course::course(root, slugs, notes))
}

/// A file that is not even looked at. It is the file as a whole that is wrong, so there is no place.
fn too_long() -> Problem {
    let problem = Problem::nowhere(format!("the file has more than {} KiB", MOST_BYTES >> 10));
    problem.help("no spec needs so much: look whether it is the right file")
}

/// The text of a file, from its `bytes`.
///
/// # Errors
/// If it is not UTF-8, as TOML must be (TOML 1.0, "Spec"), or longer than [`MOST_BYTES`].
pub fn text(file_name: &str, bytes: Vec<u8>) -> Result<String, Errors> {
    if bytes.len() > MOST_BYTES {
        return Err(Errors::new(file_name, "", vec![too_long()]));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let here = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        let problem = Problem::at(here, "this is not UTF-8", "here a byte is no part of a letter");
        Errors::new(file_name, &text, vec![problem.help("save the file in the encoding UTF-8")])
    })
}

fn read<T>(
    file: &str,
    text: &str,
    build: impl FnOnce(&Spanned<DeValue<'_>>, &mut Notes<'_>) -> Option<T>,
) -> Result<T, Errors> {
    if text.len() > MOST_BYTES {
        return Err(Errors::new(file, "", vec![too_long()]));
    }
    let (tree, faults) = DeTable::parse_recoverable(text);
    if !faults.is_empty() {
        return Err(Errors::new(file, text, syntax::problems(text, &faults)));
    }
    let root = Spanned::new(0..0, DeValue::Table(tree.into_inner()));
    let mut notes = Notes { text, problems: Vec::new(), named: Vec::new() };
    let built = build(&root, &mut notes);
    if notes.problems.is_empty() {
        return Ok(built.expect("whatever could not be read has been noted"));
    }
    Err(Errors::new(file, text, notes.problems))
}
