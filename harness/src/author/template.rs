//! The templates: whole challenges under the name `new-challenge`, with that name replaced.

use std::path::PathBuf;

use crate::client::solutions;

/// What a new challenge is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// A client that comes back after a reset.
    WebSocket,
    /// A client that comes back to where it was in a feed.
    Sse,
}

/// A file of a template: its path below the challenge's folder, and its text.
type File = (&'static str, &'static str);

const WEBSOCKET: &[File] = &[
    ("challenge.toml", include_str!("../../templates/websocket/challenge.toml")),
    ("README.md", include_str!("../../templates/websocket/README.md")),
    ("Cargo.toml", include_str!("../../templates/websocket/manifest.toml")),
    ("src/main.rs", include_str!("../../templates/main.rs")),
    ("src/lib.rs", include_str!("../../templates/websocket/lib.rs")),
    ("mistakes/error-is-final.rs", include_str!("../../templates/websocket/mistakes/error-is-final.rs")),
    ("mistakes/deaf-while-waiting.rs", include_str!("../../templates/websocket/mistakes/deaf-while-waiting.rs")),
];
const SSE: &[File] = &[
    ("challenge.toml", include_str!("../../templates/sse/challenge.toml")),
    ("README.md", include_str!("../../templates/sse/README.md")),
    ("Cargo.toml", include_str!("../../templates/sse/manifest.toml")),
    ("src/main.rs", include_str!("../../templates/main.rs")),
    ("src/lib.rs", include_str!("../../templates/sse/lib.rs")),
    ("mistakes/fresh-start.rs", include_str!("../../templates/sse/mistakes/fresh-start.rs")),
    ("mistakes/shows-again.rs", include_str!("../../templates/sse/mistakes/shows-again.rs")),
];

impl Template {
    /// The files of a challenge, by their paths in the workspace.
    pub(super) fn files(self, slug: &str, title: &str) -> Vec<(PathBuf, String)> {
        let (files, solution) = match self {
            Self::WebSocket => (WEBSOCKET, include_str!("../../templates/websocket/solution.rs")),
            Self::Sse => (SSE, include_str!("../../templates/sse/solution.rs")),
        };
        let own = |(name, text): &File| {
            let text = text.replace("new-challenge", slug).replace("new_challenge", &slug.replace('-', "_"));
            let text = match *name {
                "challenge.toml" => text.replace("\"New challenge\"", &toml::Value::from(title).to_string()),
                "README.md" => text.replace("# New challenge", &format!("# {title}")),
                _ => text,
            };
            (PathBuf::from("challenges").join(slug).join(name), text)
        };
        let mut made: Vec<_> = files.iter().map(own).collect();
        made.push((PathBuf::from("solutions").join(slug).join("one-loop.rs"), solution.to_owned()));
        made.push((solutions::program(slug), solutions::main(slug)));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    /// What a teacher sees first is a right spec, whatever the title.
    #[test]
    fn the_spec_is_right_and_has_the_title() {
        for (template, mistakes) in [
            (Template::WebSocket, ["error-is-final", "deaf-while-waiting"]),
            (Template::Sse, ["fresh-start", "shows-again"]),
        ] {
            let title = r#"He said "no" \ 'yes' — and new-challenge"#;
            let files = template.files("stay-here", title);
            let (path, text) = files.first().expect("there are files");
            assert_eq!(path, &PathBuf::from("challenges/stay-here/challenge.toml"));
            assert!(text.starts_with("#:schema ../challenge.schema.json\n"));
            let mistakes = mistakes.map(str::to_owned);
            let challenge =
                spec::parse("stay-here", "x", text, Some(&mistakes)).unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(challenge.title, title);
            let (_, readme) = &files[1];
            let sections = crate::report::sections(readme);
            for check in &challenge.checks {
                let (_, anchor) = check.read.split_once('#').expect("it leads to a section");
                assert!(sections.iter().any(|section| section.anchor == anchor), "{anchor} in {sections:?}");
            }
        }
    }
}
