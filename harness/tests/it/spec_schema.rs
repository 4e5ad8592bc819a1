//! The JSON Schema of a `challenge.toml`: the committed file is current, and it says what the parser says.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use harness::spec;
use serde_json::Value;

fn challenges() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../challenges")
}

#[test]
fn the_schema_of_a_challenge_is_current() {
    let path = challenges().join("challenge.schema.json");
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, format!("{:#}\n", spec::schema())).unwrap();
    }
    let committed: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        committed == spec::schema(),
        "run the tests with INSTA_UPDATE=always and commit challenges/challenge.schema.json"
    );
}

/// Editors find the schema by the first line of each file.
#[test]
fn every_challenge_names_the_schema() {
    for slug in crate::command_line::slugs() {
        let text = fs::read_to_string(challenges().join(&slug).join("challenge.toml")).unwrap();
        assert_eq!(text.lines().next(), Some("#:schema ../challenge.schema.json"), "{slug}");
    }
}

/// The files of a folder of specs, as JSON.
fn specs(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/specs").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let specs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    specs
        .filter_map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            // What is not TOML, and what JSON cannot say, no schema can see.
            Some((name, toml::from_str(&fs::read_to_string(path).unwrap()).ok()?))
        })
        .collect()
}

#[test]
fn right_specs_satisfy_the_schema() {
    let schema = spec::schema();
    let specs = specs("good");
    assert_eq!(specs.len(), 2);
    for (name, spec) in specs {
        assert_eq!(faults(&schema, &schema, &spec, ""), Vec::<String>::new(), "{name}");
    }
}

/// Whether the schema sees a mistake or only the parser can, spec by spec: one line each, so that a change shows.
#[test]
fn mistakes_of_shape_are_seen_by_the_schema() {
    let schema = spec::schema();
    let mut seen: Vec<_> = specs("bad")
        .into_iter()
        .filter(|(name, spec)| !name.starts_with("course-") && !faults(&schema, &schema, spec, "").is_empty())
        .map(|(name, _)| name)
        .collect();
    seen.sort();
    insta::assert_snapshot!(seen.join("\n"));
}

/// Where `value` does not satisfy `schema`, by the keywords that the schema uses; a keyword that is not known here is a fault.
pub(crate) fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(keywords) = schema.as_object() else {
        return if schema == &Value::Bool(true) { vec![] } else { vec![format!("{at}: nothing is allowed")] };
    };
    keywords.iter().flat_map(|(keyword, rule)| fault(root, schema, keyword, rule, value, at)).collect()
}

fn fault(root: &Value, schema: &Value, keyword: &str, rule: &Value, value: &Value, at: &str) -> Vec<String> {
    let all =
        |holds: bool| if holds { vec![] } else { vec![format!("{at}: {keyword} {rule} does not hold for {value}")] };
    let number = |limit: &Value| (limit.as_f64().unwrap(), value.as_f64());
    let satisfied = |rule: &Value| faults(root, rule, value, at).is_empty();
    match keyword {
        // A format narrows numbers, whose bounds are given as well.
        "$schema" | "$defs" | "title" | "description" | "examples" | "default" | "format" => vec![],
        "$ref" => faults(root, root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), value, at),
        "type" => {
            all(rule.as_array().map_or_else(|| is(value, rule), |types| types.iter().any(|rule| is(value, rule))))
        }
        "const" => all(value == rule),
        "pattern" => all(value
            .as_str()
            .is_none_or(|text| regex_lite::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))),
        "minimum" => all(number(rule).1.is_none_or(|n| n >= number(rule).0)),
        "maximum" => all(number(rule).1.is_none_or(|n| n <= number(rule).0)),
        "minItems" => all(value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap())),
        "maxItems" => all(value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap())),
        "anyOf" => all(rule.as_array().unwrap().iter().any(satisfied)),
        "oneOf" => all(rule.as_array().unwrap().iter().filter(|rule| satisfied(rule)).count() == 1),
        "required" => all(value.as_object().is_none_or(|object| {
            rule.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap()))
        })),
        "items" => value
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .flat_map(|(n, item)| faults(root, rule, item, &format!("{at}/{n}")))
            .collect(),
        "properties" => rule
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(key, rule)| {
                value.get(key).map(|value| faults(root, rule, value, &format!("{at}/{key}"))).unwrap_or_default()
            })
            .collect(),
        "additionalProperties" => value
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| schema.get("properties").is_none_or(|known| known.get(key.as_str()).is_none()))
            .flat_map(|(key, value)| faults(root, rule, value, &format!("{at}/{key}")))
            .collect(),
        _ => vec![format!("{at}: unknown keyword {keyword}")],
    }
}

fn is(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
