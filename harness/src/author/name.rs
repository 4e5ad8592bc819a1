//! The name of a challenge: its folder, its package and, with underscores, its crate.

use std::{fs, path::Path};

use super::read;
use crate::{grade::Error, spec::is_kebab};

/// The longest name, in letters: it stands in tables and in the names of files.
const LONGEST: usize = 40;

/// The words of Rust, used and reserved: no crate can be called so.
const WORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in \
                     let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof \
                     unsafe unsized use virtual where while yield";

/// Names that are taken everywhere: crates that come with the compiler, folders of cargo's, and one of the harness's own.
const TAKEN: &str = "alloc core proc-macro std test build deps examples incremental submission";

/// Looks whether a challenge can have this name in the workspace with this root.
pub(super) fn check(root: &Path, slug: &str) -> Result<(), Error> {
    let among = |words: &str| words.split_whitespace().any(|word| word == slug);
    let why = if !is_kebab(slug) {
        "it is not in kebab case".into()
    } else if slug.len() > LONGEST {
        format!("it has {} letters", slug.len())
    } else if among(WORDS) {
        "it is a word of Rust, and the challenge is a crate".into()
    } else if among(TAKEN) || slug.ends_with("-submission") || slug.ends_with("-solutions") {
        "cargo or the harness needs it for something else".into()
    } else if let Some(place) = ["challenges", "solutions"]
        .map(|folder| Path::new(folder).join(slug))
        .into_iter()
        .find(|place| is_there(root, place))
    {
        format!("{} is there already", place.display())
    } else if let Some(package) = package(root, slug)? {
        format!("Cargo.lock has a crate `{package}`, and two of one name would be mixed up")
    } else {
        return Ok(());
    };
    let meant = kebab(slug);
    let meant = if meant != slug && is_kebab(&meant) { format!("; did you mean `{meant}`?") } else { String::new() };
    Err(Error::Usage(format!(
        "a challenge cannot be called `{slug}`: {why}{meant}\n\
         allowed: up to {LONGEST} lower-case letters and digits in words joined by single hyphens, beginning with a letter; \
         no word of Rust, no crate of the workspace or of Cargo.lock"
    )))
}

/// What a challenge of that name is called if nothing else is said: `stay-connected` is "Stay connected".
pub(super) fn title(slug: &str) -> String {
    let mut letters = slug.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect::<String>()
        .replace('-', " ")
}

fn is_there(root: &Path, place: &Path) -> bool {
    fs::symlink_metadata(root.join(place)).is_ok()
}

/// The package of the lock file that has this name: to the compiler, hyphens and underscores are the same.
fn package(root: &Path, slug: &str) -> Result<Option<String>, Error> {
    let path = root.join("Cargo.lock");
    let broken = |error| Error::Harness(format!("{} cannot be read: {error}", path.display()));
    let lock: toml::Table = read(&path)?.parse().map_err(broken)?;
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let mut names = packages.filter_map(|package| package.get("name")?.as_str());
    Ok(names.find(|name| name.replace('_', "-") == slug).map(str::to_owned))
}

/// The nearest name in kebab case.
fn kebab(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() || !letter.is_ascii_alphanumeric() {
            words.push('-');
        }
        words.extend(letter.is_ascii_alphanumeric().then(|| letter.to_ascii_lowercase()));
        before = letter;
    }
    words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_brought_into_kebab_case() {
        for (typed, name) in [
            ("StayConnected", "stay-connected"),
            ("stay_connected", "stay-connected"),
            (" Stay  connected!", "stay-connected"),
            ("é", ""),
        ] {
            assert_eq!(kebab(typed), name);
        }
        assert_eq!((title("stay-connected").as_str(), title("sse").as_str()), ("Stay connected", "Sse"));
    }
}
