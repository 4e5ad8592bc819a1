//! The files of `examples/ci`: what they say to the engine and what they say to the harness is right, as far as that can be told without the
//! engine.

mod engines;

use std::{collections::BTreeMap, fs, path::Path};

use clap::CommandFactory as _;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};

use super::args::Arguments;

/// What stands for the variables and expressions of an engine where a command is read.
const KNOWN: &[(&str, &str)] = &[
    ("${{ matrix.challenge }}", "reconnect-backoff"),
    ("${{ matrix.shard }}", "2"),
    ("${{ strategy.job-total }}", "4"),
    ("$CHALLENGES", "reconnect-backoff,heartbeat"),
    ("$CI_NODE_INDEX", "2"),
    ("$JOB_COMPLETION_INDEX", "1"),
];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/ci"))
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The documents of a file.
fn documents(name: &str) -> Vec<Value> {
    let documents = Yaml::load_from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    documents.iter().map(value).collect()
}

/// The only document of a file.
fn document(name: &str) -> Value {
    let mut documents = documents(name);
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

fn value(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => (*flag).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::String(text)) => text.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(pairs) => {
            let key = |key: &Yaml<'_>| key.as_str().expect("a key is a text").to_owned();
            pairs.iter().map(|(name, node)| (key(name), value(node))).collect::<Map<_, _>>().into()
        }
        other => panic!("no example needs this: {other:?}"),
    }
}

/// Asserts that a table has no other keys than these.
#[track_caller]
fn has_only(table: &Value, known: &[&str]) {
    let table = table.as_object().unwrap_or_else(|| panic!("this is no table: {table}"));
    let unknown: Vec<_> = table.keys().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?} are not among {known:?}");
}

/// Asserts that a shell's command starts the harness as it can be started; nothing else may be said to cargo but what is known. How often it does.
#[track_caller]
fn starts_the_harness(command: &str) -> usize {
    let filled = KNOWN.iter().fold(command.to_owned(), |command, (name, value)| command.replace(name, value));
    assert!(!filled.contains('$'), "this is not known: {filled}");
    let words = shell_words::split(&filled).unwrap_or_else(|error| panic!("{filled}: {error}"));
    let Some(at) = words.iter().position(|word| word == "--") else {
        assert_eq!(words, ["cargo", "fetch", "--locked"]);
        return 0;
    };
    let cargo: Vec<_> = words[..at].iter().filter(|word| *word != "--offline").collect();
    assert_eq!(cargo, ["cargo", "run", "-q", "--locked", "-p", "harness"], "{filled}");
    let arguments = std::iter::once("harness").chain(words[at + 1..].iter().map(String::as_str));
    Arguments::command().try_get_matches_from(arguments).unwrap_or_else(|error| panic!("{filled}\n{error}"));
    1
}

#[test]
fn what_cannot_be_said_to_the_harness_is_found() {
    for wrong in [
        "cargo run -q --locked -p harness -- chek reconnect-backoff",
        "cargo run -q --locked -p harness -- check reconnect-backoff --reports x.html",
        "cargo run -q --locked -p harness -- grade handed-in --out grades",
        "cargo run -q --locked -p harness -- grade handed-in --challenge heartbeat --shard 5/4",
        "cargo run -q -p harness -- verify",
        "cargo run -q --locked -p harness -- check $UNKNOWN",
        "rm -rf /",
    ] {
        assert!(std::panic::catch_unwind(|| starts_the_harness(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn every_example_is_explained_and_every_challenge_that_it_names_exists() {
    let readme = read("README.md");
    let files = fs::read_dir(folder()).expect("it is there").map(|file| file.expect("it is readable").file_name());
    let mut tables = BTreeMap::new();
    for name in files.map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "README.md") {
        assert!(readme.contains(&format!("]({name})")), "README.md does not tell of {name}");
        tables.insert(name.clone(), documents(&name));
    }
    assert_eq!(tables.len(), 4);
    let exists = |slug: &str| folder().join("../../challenges").join(slug).join("challenge.toml").is_file();
    let course = &tables["github-course.yml"][0]["jobs"]["grade"]["strategy"]["matrix"]["challenge"];
    let course = course.as_array().expect("a list").iter().filter_map(Value::as_str);
    let class = [
        &tables["github-class.yml"][0]["on"]["workflow_dispatch"]["inputs"]["challenges"]["default"],
        &tables["gitlab-class.yml"][0]["variables"]["CHALLENGES"],
        &tables["kubernetes-class.yaml"][0]["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"],
    ];
    for slug in course.chain(class.into_iter().filter_map(Value::as_str)).chain(["reconnect-backoff", "heartbeat"]) {
        assert!(exists(slug), "there is no challenge {slug}");
    }
}
