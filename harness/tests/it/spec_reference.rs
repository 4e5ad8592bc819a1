//! The reference for teachers, `challenges/README.md`: it is complete, and what it shows is right.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
    sync::Mutex,
};

use harness::{scenario::Expect, spec};
use serde_json::Value;

fn at_root(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

pub(crate) fn readme() -> String {
    at_root("challenges/README.md").replace("\r\n", "\n")
}

#[test]
fn what_is_generated_is_current() {
    let current = |page: &str| spec::reference(page).unwrap_or_else(|why| panic!("{why}"));
    if is_updating() {
        update(current);
    }
    assert!(readme() == current(&readme()), "run the tests with INSTA_UPDATE=always and commit challenges/README.md");
}

/// Whether what is generated is to be written anew.
pub(crate) fn is_updating() -> bool {
    env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

/// Writes the page anew. More than one test does.
pub(crate) fn update(change: impl FnOnce(&str) -> String) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../challenges/README.md");
    fs::write(path, change(&readme())).unwrap();
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
    let challenge = spec::parse("x", "challenge.toml", &text, Some(&files)).unwrap();
    let readme = readme();
    let mut kinds = BTreeMap::<_, BTreeSet<_>>::new();
    for expect in challenge.checks.iter().flat_map(|check| &check.expect) {
        kinds.entry(kind(expect)).or_default().extend(expect.findings());
    }
    for (kind, findings) in &kinds {
        let (_, section) = readme.split_once(&format!("\n### `{kind}`\n")).expect("every kind has its section");
        let (_, told) = section.split_once("*Findings*: ").expect("it tells its findings");
        let (told, _) = told.split_once(" *Chance*").expect("it tells its chance");
        // What a finding means stands in brackets behind it.
        let told = told.split(['(', ')']).step_by(2).flat_map(|names| names.split('`').skip(1).step_by(2));
        assert_eq!(&told.collect::<BTreeSet<_>>(), findings, "{kind}");
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
        Expect::Shown { .. } | Expect::ShownLog => "shown",
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

/// The table of values, the scenario, the check and the mistake that are shown apart make one challenge.
#[test]
fn the_other_examples_are_right() {
    let readme = readme();
    let block = |start: &str| blocks(&readme).into_iter().find(|block| block.starts_with(start)).unwrap();
    let head = "format = 1\ntitle = \"T\"\nchannel = \"both\"\nsummary = \"S\"\nminutes = 1\n";
    let check = block("[[check]]").replace("\"long\"", "\"outage\"").replace("requires = [\"waits\"]", "");
    let mistake = block("[[mistake]]").replace("together/shared-draw", "grows/never-longer");
    let whole = [head, &block("[client]"), &block("[[scenario]]"), &check, &mistake].concat();
    spec::parse("x", "challenge.toml", &whole, Some(&["same-seed".into()])).unwrap_or_else(|errors| panic!("{errors}"));
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
    spec::parse("x", "challenge.toml", &whole, None).unwrap_or_else(|errors| panic!("{errors}"));
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
log     = { entries = 3 }
server  = [
  { path = "/events", play = ["sse", { emit = "rest" }, "hold"] },
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

#[test]
fn the_example_of_cases_is_right() {
    let readme = readme();
    let cases = blocks(&readme).into_iter().find(|block| block.contains("[[scenario.case]]")).unwrap();
    let head = "format = 1\ntitle = \"T\"\nchannel = \"sse\"\nsummary = \"S\"\nminutes = 1\n";
    let challenge = spec::parse("x", "challenge.toml", &(head.to_owned() + &cases), None).unwrap();
    assert_eq!((challenge.scenarios[0].cases.len(), challenge.checks[0].cases.len()), (2, 2));
}
