//! Names: which are well formed, and which was probably meant.

/// Whether a name is in kebab case: `long-outage`, `r1-no-deadline`.
pub(crate) fn is_kebab(name: &str) -> bool {
    words(name, '-')
}

/// Whether a name is in snake case: `base_delay`.
pub(super) fn is_snake(name: &str) -> bool {
    words(name, '_')
}

fn words(name: &str, joint: char) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split(joint).all(word)
}

/// The one of `names` that was probably meant by `typed`: at most a third of the letters differ.
pub(super) fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |name: &str| name.to_lowercase().replace(['-', ' '], "_");
    let typed = plain(typed);
    names
        .map(|name| (strsim::damerau_levenshtein(&typed, &plain(name)), name))
        .filter(|(distance, name)| *distance <= typed.chars().count().max(name.chars().count()).div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A list of names for a sentence: `a, b, c`.
pub(super) fn sayings<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
