//! The reference for teachers, `challenges/README.md`: it is complete, and what it shows is right.

use std::{collections::BTreeSet, fs, path::Path};

use harness::{
    scenario::{Challenge, Expect},
    spec,
};
use serde_json::Value;

fn at_root(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn readme() -> String {
    at_root("challenges/README.md")
}

/// Every key and word of a schema: the names of properties, and the texts that stand alone.
fn words(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        found.extend(properties.keys().cloned());
    }
    found.extend(schema.get("const").and_then(Value::as_str).map(str::to_owned));
    let parts = schema.as_object().into_iter().flat_map(|object| object.values());
    parts.chain(schema.as_array().into_iter().flatten()).for_each(|part| words(part, found));
}

#[test]
fn every_key_and_word_is_explained() {
    let readme = readme();
    let mut all = BTreeSet::new();
    words(&spec::schema(), &mut all);
    assert!(all.len() > 100, "{all:?}");
    let explained = |word: &str| readme.contains(&format!("`{word}`")) || readme.contains(&format!("`\"{word}\"`"));
    let missing: Vec<_> = all.iter().filter(|word| !explained(word)).collect();
    assert!(missing.is_empty(), "challenges/README.md does not explain {missing:?}");
}

#[test]
fn every_finding_is_named_where_its_kind_is_explained() {
    let text = at_root("harness/tests/data/specs/good/every-word.toml");
    let files = ["never-grows".to_owned(), "in-step".to_owned()];
    let challenge = spec::parse("x", "challenge.toml", &text, &files).unwrap();
    let readme = readme();
    let mut kinds = BTreeSet::new();
    for expect in challenge.checks.iter().flat_map(|check| &check.expect) {
        let (_, section) =
            readme.split_once(&format!("\n### `{}`\n", kind(expect))).expect("every kind has its section");
        let section = section.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
        assert!(section.contains("*Tolerance*"), "{}", kind(expect));
        for finding in expect.findings() {
            assert!(section.contains(&format!("`{finding}`")), "{}: {finding}", kind(expect));
        }
        kinds.insert(kind(expect));
    }
    assert_eq!(kinds.len(), 26);
}

/// The word of a kind of check.
fn kind(expect: &Expect) -> &'static str {
    match expect {
        Expect::WaitsTogether { .. } => "waits_together",
        Expect::WaitsEscape { .. } => "waits_escape",
        Expect::WaitsAtMost { .. } => "waits_at_most",
        Expect::WaitsCeiling { .. } => "waits_ceiling",
        Expect::Attempts { .. } => "attempts",
        Expect::Storm { .. } => "storm",
        Expect::StatusSequence { .. } => "status_sequence",
        Expect::StatusTrue { .. } => "status_true",
        Expect::After { .. } => "after",
        Expect::Never { .. } => "never",
        Expect::Happens { .. } => "happens",
        Expect::Every { .. } => "every",
        Expect::Request { .. } => "request",
        Expect::Requests { .. } => "requests",
        Expect::LiveAtMost { .. } => "live_at_most",
        Expect::Shown { .. } => "shown",
        Expect::ShownLast { .. } => "shown_last",
        Expect::Received { .. } => "received",
        Expect::Scripted { .. } => "scripted",
        Expect::StatusRepeats { .. } => "status_repeats_at_most",
        Expect::RetriesAnnounced { .. } => "retries_announced",
        Expect::Ends { .. } => "ends",
        Expect::FleetTogether { .. } => "fleet_together",
        Expect::FleetRatio { .. } => "fleet_ratio",
        Expect::FleetAtCap { .. } => "fleet_at_cap",
        Expect::FleetFrozen { .. } => "fleet_frozen",
    }
}

/// The blocks of TOML, each without the indent of its fence.
fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.find(|line| line.trim_start() == "```toml") {
        let indent = line.len() - line.trim_start().len();
        let body = lines.by_ref().take_while(|line| line.trim_start() != "```");
        blocks.push(body.map(|line| line.get(indent..).unwrap_or_default().to_owned() + "\n").collect());
    }
    blocks
}

#[test]
fn the_example_of_a_whole_challenge_is_right() {
    let readme = readme();
    let whole =
        blocks(&readme).into_iter().find(|block| block.contains("[[scenario]]") && block.contains("format")).unwrap();
    let challenge: Challenge =
        spec::parse("stay-connected", "challenge.toml", &whole, &["error-is-final".into()]).unwrap();
    assert_eq!((challenge.scenarios.len(), challenge.checks.len(), challenge.mistakes.len()), (1, 1, 1));
}

/// The table of values, the scenario, the check and the mistake that are shown apart make one challenge.
#[test]
fn the_other_examples_are_right() {
    let readme = readme();
    let block = |start: &str| blocks(&readme).into_iter().find(|block| block.starts_with(start)).unwrap();
    let head = "format = 1\ntitle = \"T\"\nchannel = \"both\"\nsummary = \"S\"\nminutes = 1\n";
    let check = block("[[check]]").replace("\"long\"", "\"outage\"").replace("requires = [\"waits\"]", "");
    let mistake = block("[[mistake]]").replace("together/shared-draw", "grows/never-longer");
    let whole = [head, &block("[client]"), &block("[[scenario]]"), &check, &mistake].concat();
    spec::parse("x", "challenge.toml", &whole, &["same-seed".into()]).unwrap_or_else(|errors| panic!("{errors}"));
    let slugs = ["reconnect-backoff".to_owned(), "heartbeat".to_owned()];
    spec::parse_course("course.toml", &block("format = 1\n\n[[chapter]]"), &slugs).unwrap();
}

/// The indented examples of the kinds of checks satisfy the parser in a scenario in which all can happen.
#[test]
fn the_examples_of_the_kinds_are_right() {
    let readme = readme();
    let (_, kinds) = readme.split_once("## Kinds of checks").unwrap();
    let kinds = kinds.split("\n## ").next().unwrap();
    let examples: Vec<_> = kinds.lines().filter_map(|line| line.strip_prefix("    {")).collect();
    assert!(examples.len() >= 23);
    let list: String = examples.iter().map(|example| format!("  {{{example},\n")).collect();
    let whole = EVERYTHING.replace("EXAMPLES", &list);
    spec::parse("x", "challenge.toml", &whole, &[]).unwrap_or_else(|errors| panic!("{errors}"));
}

const EVERYTHING: &str = r#"
format  = 1
title   = "A title"
channel = "websocket"
summary = "A sentence."
minutes = 10
[client]
base_delay   = "400ms"
max_delay    = "16 * base_delay"
stable_after = "20 * base_delay"
max_retries  = 100
[[scenario]]
id      = "fleet"
about   = "All that there is."
lasts   = "1300 * base_delay"
clients = 20
server  = [
  { repeat = 15, entries = [{ play = ["accept", { send = "hello" }, { expect = { message = "hi", within = "1s" } }, "reset"] }] },
  { play = ["accept", "stall", { wait = "1s" }, "reset"] },
  { times = "any", play = ["accept", "hold"] },
]
user    = ["close"]
[[check]]
id     = "all"
in     = "fleet"
points = 1
title  = "A title"
expect = [
EXAMPLES]
why    = "A sentence."
read   = "README.md"
hints  = ["A question?", "A concept.", "A line."]
"#;
