//! What stands for the names of what is hidden from students.

/// What such a name begins with. No name in a spec has a full stop in it.
const PREFIX: &str = "hidden.";

/// The name that reports have for the `n`th hidden check, or scenario, from 1.
#[must_use]
pub fn hidden_name(n: usize) -> String {
    format!("{PREFIX}{n}")
}

/// Whether this is the name of something that is hidden.
#[must_use]
pub fn is_hidden(name: &str) -> bool {
    name.starts_with(PREFIX)
}
