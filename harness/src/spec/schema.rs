//! The language as a JSON Schema, for editors: written from the same tables that files are held against.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    grammar::{Choice, Key, Need, Open, Shape, Table, Word},
    language::{CHALLENGE, EXPECT, JUDGED},
    names::sayings,
};

/// The JSON Schema (draft 2020-12) of a `challenge.toml`.
///
/// It knows keys, words, types and ranges; what names mean and whether a scenario makes sense only [`super::parse`] can tell.
#[must_use]
pub fn schema() -> Value {
    let mut writer = Writer { defs: BTreeMap::new() };
    let mut root = writer.table(&CHALLENGE);
    root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".into(), json!("challenge.toml"));
    root.insert("$defs".into(), json!(writer.defs));
    Value::Object(root)
}

struct Writer {
    /// What has a name of its own: it may hold itself.
    defs: BTreeMap<String, Value>,
}

impl Writer {
    fn shape(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Text => json!({ "type": "string", "pattern": "\\S" }),
            Shape::Payload => json!({ "type": "string" }),
            Shape::Id => json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" }),
            Shape::Length => json!({ "type": "string", "examples": ["1500ms", "2 * base_delay + 1s"] }),
            Shape::Count => json!({ "type": ["integer", "string"], "minimum": 0 }),
            Shape::Whole { from, to } if from == to => json!({ "const": from }),
            Shape::Whole { from, to: i64::MAX } => json!({ "type": "integer", "minimum": from }),
            Shape::Whole { from, to } => json!({ "type": "integer", "minimum": from, "maximum": to }),
            Shape::Number { from, to } => json!({ "type": "number", "minimum": from, "maximum": to }),
            Shape::Any => json!({ "const": true }),
            Shape::Free => json!(true),
            Shape::OneOf(shapes) => any_of(shapes.iter().map(|shape| self.shape(shape))),
            Shape::List { of, least, most } => {
                json!({ "type": "array", "items": self.shape(of), "minItems": least, "maxItems": most })
            }
            Shape::OneOrMore(of) => {
                let one = self.shape(of);
                any_of([one.clone(), json!({ "type": "array", "items": one, "minItems": 1 })].into_iter())
            }
            Shape::Map(of) => json!({ "type": "object", "additionalProperties": self.shape(of) }),
            Shape::Table(table) => self.named(table.name, |writer| Value::Object(writer.table(table))),
            Shape::Open(open) => self.named(open.table.name, |writer| Value::Object(writer.open(open))),
            Shape::Choice(choice) => self.named(choice.name, |writer| writer.choice(choice)),
        }
    }

    /// A reference to what has a name; written down once.
    fn named(&mut self, name: &str, write: impl FnOnce(&mut Self) -> Value) -> Value {
        let name = name.replace('_', "-");
        if !self.defs.contains_key(&name) {
            self.defs.insert(name.clone(), Value::Null);
            let value = write(self);
            self.defs.insert(name.clone(), value);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn table(&mut self, table: &Table) -> Map<String, Value> {
        let mut object = self.object(table.keys.iter());
        if !table.about.is_empty() {
            object.insert("description".into(), json!(table.about));
        }
        object
    }

    fn open(&mut self, open: &Open) -> Map<String, Value> {
        let mut object = self.table(&open.table);
        object.insert("additionalProperties".into(), self.shape(&open.others));
        object
    }

    /// A table with these keys and no others.
    fn object<'k>(&mut self, keys: impl Iterator<Item = &'k Key> + Clone) -> Map<String, Value> {
        let properties: Map<_, _> = keys.clone().map(|key| (key.name.into(), self.key(key))).collect();
        let required: Vec<_> = keys.clone().filter(|key| key.need == Need::Always).map(|key| key.name).collect();
        let either: Vec<_> = keys.filter(|key| key.need == Need::Either).map(|key| key.name).collect();
        let mut object = Map::new();
        object.insert("type".into(), json!("object"));
        object.insert("properties".into(), json!(properties));
        object.insert("required".into(), json!(required));
        object.insert("additionalProperties".into(), json!(false));
        if !either.is_empty() {
            let each: Vec<_> = either.iter().map(|name| json!({ "required": [name] })).collect();
            object.insert("oneOf".into(), json!(each));
        }
        object
    }

    fn key(&mut self, key: &Key) -> Value {
        described(self.shape(&key.shape), &key.said())
    }

    fn choice(&mut self, choice: &'static Choice) -> Value {
        let bare =
            choice.all().filter(|word| word.bare).map(|word| described(json!({ "const": word.name }), &word.said()));
        let mut forms: Vec<_> = bare.collect();
        for word in choice.all().filter(|word| word.value.is_some()) {
            forms.push(self.word(choice, word));
        }
        described(any_of(forms.into_iter()), choice.about)
    }

    /// `{ word = value, … }`
    fn word(&mut self, choice: &Choice, word: &Word) -> Value {
        let mut object = self.object(word.with.iter().chain(choice.with));
        let value = word.value.as_ref().map(|shape| self.shape(shape)).unwrap_or_default();
        if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(word.name.into(), described(value, &word.said()));
        }
        if let Some(required) = object.get_mut("required").and_then(Value::as_array_mut) {
            required.insert(0, json!(word.name));
        }
        let about = format!("{} Such as {}{}", word.said(), word.example, findings(choice, word));
        object.insert("description".into(), json!(about));
        Value::Object(object)
    }
}

fn any_of(forms: impl Iterator<Item = Value>) -> Value {
    json!({ "anyOf": forms.collect::<Vec<_>>() })
}

/// In which ways an assertion can fail.
fn findings(choice: &Choice, word: &Word) -> String {
    let judged = JUDGED.iter().find(|judged| std::ptr::eq(choice, &EXPECT) && judged.kind == word.name);
    let names = judged.map(|judged| sayings(judged.findings.iter().map(|(name, _)| *name)));
    names.map(|names| format!(" It can fail as {names}.")).unwrap_or_default()
}

/// A description beside whatever a value must be; next to a reference too, which draft 2020-12 allows.
fn described(mut value: Value, about: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("description".into(), json!(about));
    }
    value
}
