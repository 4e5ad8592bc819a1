//! Whether what solutions use is there for students, too.
//!
//! Solutions and mistakes are built in a crate of their own, with all that any of them needs; a submission is built with the challenge's
//! manifest.

use crate::verdict::{Advice, Fault};

use super::{Adviser, named};

/// Two manifests, and the solutions between them.
pub(in crate::grade) struct Offer<'a> {
    /// The manifest of the challenge.
    pub(in crate::grade) challenge: &'a str,
    /// The manifest of the solutions.
    pub(in crate::grade) solutions: &'a str,
    /// The names and texts of the challenge's solutions.
    pub(in crate::grade) sources: &'a [(String, String)],
}

impl Adviser<'_> {
    /// All solutions use crates that a student cannot use. One that does on purpose, to show a crate, is no fault as long as another does not.
    pub(in crate::grade) fn on_crates(&self, offer: &Offer<'_>) -> Option<Advice> {
        let offered = dependencies(offer.challenge);
        let lacking: Vec<String> =
            dependencies(offer.solutions).into_iter().filter(|name| !offered.contains(name)).collect();
        let used = |text: &str| lacking.iter().find(|name| uses(text, name)).cloned();
        let missed: Option<Vec<String>> = offer.sources.iter().map(|(_, text)| used(text)).collect();
        let mut missed = missed.filter(|missed| !missed.is_empty())?;
        missed.sort();
        missed.dedup();
        let slug = &self.challenge.slug;
        let names: Vec<_> = missed.iter().map(String::as_str).collect();
        let what = format!("Every one uses a crate that students do not have: {}.", named(&names));
        let change =
            "Add it to the challenge's dependencies, or do without: a student's client is built with that manifest.";
        let advice = Advice {
            fault: Fault::CrateNotOffered,
            about: "solutions".into(),
            what,
            change: change.into(),
            place: format!("challenges/{slug}/Cargo.toml"),
            write: Some(format!("{}.workspace = true", missed[0])),
            shows: None,
        };
        let file = offer.sources.first().map(|(name, _)| format!("solutions/{slug}/{name}.rs"));
        Some(Advice {
            shows: file.map(|file| format!("cargo run -p harness -- check {slug} --submission {file}")),
            ..advice
        })
    }
}

/// The names of a manifest's dependencies; none if it cannot be read, which cargo says better.
fn dependencies(manifest: &str) -> Vec<String> {
    let table = manifest.parse::<toml::Table>().unwrap_or_default();
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
    dependencies.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// Whether a source names something of a crate: `serde_json::Value`.
fn uses(text: &str, name: &str) -> bool {
    let path = format!("{}::", name.replace('-', "_"));
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.match_indices(&path).map(move |(at, _)| &line[..at]))
        .any(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[cfg(test)]
mod tests {
    use super::uses;

    #[test]
    fn a_crate_is_used_where_a_path_begins_with_it() {
        for text in ["use serde_json::json;", "    let a: Vec<serde_json::Value> = x;", "(serde_json::json!(1))"] {
            assert!(uses(text, "serde-json"), "{text}");
        }
        for text in ["// serde_json::json", "my_serde_json::json", "crate::serde_json::x", "let serde_json = 1;"] {
            assert!(!uses(text, "serde-json"), "{text}");
        }
    }
}
