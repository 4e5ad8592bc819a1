//! The specs from which others are made: the course's own, and small ones that are parts of them.

use super::tree::Tree;

/// The specs of the course, and one with every word of the language.
const WHOLE: &[&str] = &[
    include_str!("../../../../challenges/choose-channel/challenge.toml"),
    include_str!("../../../../challenges/connection-state/challenge.toml"),
    include_str!("../../../../challenges/heartbeat/challenge.toml"),
    include_str!("../../../../challenges/know-when-to-stop/challenge.toml"),
    include_str!("../../../../challenges/reconnect-backoff/challenge.toml"),
    include_str!("../../../../challenges/resume-session/challenge.toml"),
    include_str!("../../../../challenges/sse-minimal/challenge.toml"),
    include_str!("../../../../challenges/sse-parser/challenge.toml"),
    include_str!("../../../../challenges/typed-messages/challenge.toml"),
    include_str!("../../../tests/data/specs/good/every-word.toml"),
];

/// A right spec.
pub(super) struct Original {
    pub(super) text: String,
    pub(super) tree: Tree,
    /// The files in the folder `mistakes`.
    pub(super) files: Vec<String>,
}

impl Original {
    fn of(text: String) -> Self {
        let table: toml::Table = toml::from_str(&text).expect("it is TOML");
        let files = table.get("mistake").and_then(toml::Value::as_array).into_iter().flatten();
        let files = files.filter_map(|mistake| Some(mistake["id"].as_str()?.to_owned())).collect();
        Self { tree: Tree::read(&text), files, text }
    }
}

/// The whole specs.
pub(super) fn whole() -> Vec<Original> {
    WHOLE.iter().map(|text| Original::of((*text).to_owned())).collect()
}

/// Each scenario of each spec by itself, with the checks that read it. They are small: many can be looked at in little time.
pub(super) fn parts() -> Vec<Original> {
    WHOLE.iter().flat_map(|text| parts_of(text)).map(Original::of).collect()
}

fn parts_of(text: &str) -> Vec<String> {
    let blocks = blocks(text);
    let (head, rest) = blocks.split_first().expect("a spec has a head");
    let value = |block: &str, kind: &str, key: &str| -> Option<String> {
        let table: toml::Table = toml::from_str(block).expect("a block is TOML");
        Some(table.get(kind)?[0][key].as_str()?.to_owned())
    };
    let of_scenario = |id: &str| {
        let mut part = head.clone();
        for block in rest {
            let is_of = value(block, "scenario", "id").or_else(|| value(block, "check", "in"));
            if is_of.is_some_and(|of| of == id) {
                part += block;
            }
        }
        part
    };
    rest.iter().filter_map(|block| value(block, "scenario", "id")).map(|id| of_scenario(&id)).collect()
}

/// The head of a spec, and each of its scenarios, checks and mistakes; without comments, and without what a check requires.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("requires")) {
        if ["[[scenario]]", "[[check]]", "[[mistake]]"].contains(&line) {
            blocks.push(String::new());
        }
        let block = blocks.last_mut().expect("there is always one");
        block.push_str(line);
        block.push('\n');
    }
    blocks
}
