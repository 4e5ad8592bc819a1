//! Texts with holes: `hello {word.name}`. What is written in a hole is known only in a run, so that no client can have it in its code.

use std::{fmt, ops::Range};

use serde_json::Value;

use super::{LogEntry, Values};

/// A text with holes.
///
/// Only `{`, a name and `}` make a hole: every other brace is a brace, so that JSON can be written as it is. `{{name}` is the text `{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// What stands there as it is.
    Text(String),
    /// What is filled in later.
    Hole(Hole),
    /// What has been filled in and is no text.
    Value(Value),
    /// What has been filled in and may be no text.
    Bytes(Vec<u8>),
}

/// What is left open in a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hole {
    /// `{n}`: which round of a `repeat` it is, from 1.
    Round,
    /// `{word.name}`: a word drawn per seed, scenario and name.
    Word(String),
    /// `{long.name}`: a long text of drawn words, by its name.
    Long(String),
    /// `{byte.ff}`: a byte, which need not be a character of UTF-8 with its neighbours.
    Byte(u8),
    /// `{name}`: a value that the client is told.
    Named(String),
    /// `{log.id.5}`, `{log.text.5}`: what the entry of that number has, counted over all epochs of the scenario's log.
    Log(LogPart, u32),
    /// `{on}`: the message that a step or an answer follows; `{on.key}`: one of its members, by the names that lead to it.
    On(Vec<String>),
    /// `{retyped.key}`: such a member as a value of another type, which is not the same however much it looks like it.
    Retyped(Vec<String>),
}

/// What can be told of an entry of a log beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPart {
    /// Its id.
    Id,
    /// Its text.
    Text,
}

impl LogPart {
    /// Its name in a hole.
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
        }
    }
}

/// A message to which the script reacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct On {
    payload: Vec<u8>,
    value: Value,
}

impl On {
    /// A message of this payload. What is no JSON has no members.
    #[must_use]
    pub fn new(payload: &[u8]) -> Self {
        Self { payload: payload.to_owned(), value: serde_json::from_slice(payload).unwrap_or_default() }
    }

    /// The member to which these names lead; null if there is none.
    fn member(&self, path: &[String]) -> Value {
        path.iter().try_fold(&self.value, |value, key| value.get(key)).cloned().unwrap_or_default()
    }

    /// That member in another type: a number as a text, the text of a number as that number, anything else in a list.
    fn retyped(&self, path: &[String]) -> Value {
        match self.member(path) {
            Value::Number(number) => Value::String(number.to_string()),
            Value::String(text) => match text.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => vec![text].into(),
            },
            other => vec![other].into(),
        }
    }
}

impl Template {
    /// Finds the holes of a text. Whether their names mean anything is not looked at.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut template = Self::default();
        let mut done = 0;
        for Found { at, hole } in find(text) {
            template.push(Part::Text(text[done..at.start].to_owned()));
            match hole {
                Some(hole) => template.push(Part::Hole(hole)),
                None => template.push(Part::Text(text[at.start + 1..at.end].to_owned())),
            }
            done = at.end;
        }
        template.push(Part::Text(text[done..].to_owned()));
        template
    }

    /// The holes of a text, and where in it they are.
    #[must_use]
    pub fn holes_of(text: &str) -> Vec<(Hole, Range<usize>)> {
        find(text).into_iter().filter_map(|found| Some((found.hole?, found.at))).collect()
    }

    /// A text without holes, whatever stands in it.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        let mut template = Self::default();
        template.push(Part::Text(text.into()));
        template
    }

    /// What is still open.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.0.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            _ => None,
        })
    }

    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        self.fill(|hole| match hole {
            Hole::Word(name) => Some(Part::Text(values.words.word(name))),
            Hole::Long(name) => Some(Part::Text(values.words.long(name))),
            Hole::Byte(byte) => Some(Part::Bytes(vec![*byte])),
            Hole::Named(name) => values.named(name).map(|value| match value {
                Value::String(text) => Part::Text(text),
                number => Part::Value(number),
            }),
            Hole::Log(part, number) => values.log.entry(*number).map(|entry| {
                Part::Text(match part {
                    LogPart::Id => entry.id.clone(),
                    LogPart::Text => entry.text.clone(),
                })
            }),
            Hole::Round | Hole::On(_) | Hole::Retyped(_) => None,
        })
    }

    /// With what an entry of a log has: `{seq}`, `{epoch}`, `{id}`, `{text}`.
    #[must_use]
    pub fn telling(&self, entry: &LogEntry) -> Self {
        self.fill(|hole| match hole {
            Hole::Named(name) => entry.part(name).map(|value| match value {
                Value::String(text) => Part::Text(text),
                number => Part::Value(number),
            }),
            _ => None,
        })
    }

    /// With the number of a round.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        self.fill(|hole| (*hole == Hole::Round).then(|| Part::Value(n.into())))
    }

    /// With the message that it follows; null stands for one that has not come.
    #[must_use]
    pub fn following(&self, on: Option<&On>) -> Self {
        self.fill(|hole| match (hole, on) {
            (Hole::On(path), Some(on)) if path.is_empty() => Some(Part::Bytes(on.payload.clone())),
            (Hole::On(path), Some(on)) => Some(Part::Value(on.member(path))),
            (Hole::Retyped(path), Some(on)) => Some(Part::Value(on.retyped(path))),
            (Hole::On(_) | Hole::Retyped(_), None) => Some(Part::Value(Value::Null)),
            _ => None,
        })
    }

    fn fill(&self, with: impl Fn(&Hole) -> Option<Part>) -> Self {
        let mut filled = Self::default();
        for part in &self.0 {
            let new = match part {
                Part::Hole(hole) => with(hole),
                _ => None,
            };
            filled.push(new.unwrap_or_else(|| part.clone()));
        }
        // Beside anything else a value is a text.
        if filled.0.len() > 1 && filled.0.iter().all(|part| matches!(part, Part::Text(_) | Part::Value(_))) {
            return Self::literal(filled.to_string());
        }
        filled
    }

    /// Adds a part; texts that follow each other are one.
    fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    /// As bytes: what was sent by a client as it was sent.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let bytes = |part: &Part| match part {
            Part::Bytes(bytes) => bytes.clone(),
            part => part.to_string().into_bytes(),
        };
        self.0.iter().flat_map(bytes).collect()
    }

    /// As JSON: what is nothing but one value is that value, everything else is a text.
    #[must_use]
    pub fn json(&self) -> Value {
        match self.0.as_slice() {
            [Part::Value(value)] => value.clone(),
            _ => Value::String(self.to_string()),
        }
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl From<String> for Template {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

/// Exactly this value, whatever it is.
impl From<Value> for Template {
    fn from(value: Value) -> Self {
        Self(vec![Part::Value(value)])
    }
}

/// Its text; what is still open reads as it is written in a spec.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part}"))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Value(Value::String(text)) => f.write_str(text),
            Self::Value(value) => write!(f, "{value}"),
            Self::Bytes(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
            Self::Hole(hole) => write!(f, "{hole}"),
        }
    }
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Round => f.write_str("{n}"),
            Self::Word(name) => write!(f, "{{word.{name}}}"),
            Self::Long(name) => write!(f, "{{long.{name}}}"),
            Self::Byte(byte) => write!(f, "{{byte.{byte:02x}}}"),
            Self::Named(name) => write!(f, "{{{name}}}"),
            Self::Log(part, number) => write!(f, "{{log.{}.{number}}}", part.name()),
            Self::On(path) => write!(f, "{{{}}}", [&["on".to_owned()], path.as_slice()].concat().join(".")),
            Self::Retyped(path) => write!(f, "{{retyped.{}}}", path.join(".")),
        }
    }
}

/// A hole in a text, or with none a brace that is escaped.
struct Found {
    at: Range<usize>,
    hole: Option<Hole>,
}

fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find('{').map(|at| from + at) {
        let escaped = text[start + 1..].starts_with('{');
        let name_from = start + 1 + usize::from(escaped);
        from = start + 1;
        let Some(name) = text[name_from..].split_once('}').map(|(name, _)| name).filter(|name| is_name(name)) else {
            continue;
        };
        from = name_from + name.len() + 1;
        found.push(Found { at: start..from, hole: (!escaped).then(|| hole(name)) });
    }
    found
}

/// Whether this can stand in a hole: a name in snake case, and after it keys.
fn is_name(text: &str) -> bool {
    let mut keys = text.split('.');
    let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let first =
        keys.next().is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(snake));
    let key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    first && keys.all(key)
}

fn hole(name: &str) -> Hole {
    let keys: Vec<&str> = name.split('.').collect();
    match keys.as_slice() {
        ["n"] => Hole::Round,
        ["word", name] => Hole::Word((*name).to_owned()),
        ["long", name] => Hole::Long((*name).to_owned()),
        ["byte", digits] if digits.len() == 2 => match u8::from_str_radix(digits, 16) {
            Ok(byte) => Hole::Byte(byte),
            Err(_) => Hole::Named(name.to_owned()),
        },
        ["log", part, number] => match (*part, number.parse()) {
            ("id", Ok(number)) => Hole::Log(LogPart::Id, number),
            ("text", Ok(number)) => Hole::Log(LogPart::Text, number),
            _ => Hole::Named(name.to_owned()),
        },
        ["on", path @ ..] => Hole::On(path.iter().map(|key| (*key).to_owned()).collect()),
        ["retyped", path @ ..] if !path.is_empty() => Hole::Retyped(path.iter().map(|key| (*key).to_owned()).collect()),
        _ => Hole::Named(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::{Log, LogSpec, Words};

    fn values() -> Values {
        Values {
            durations: [("idle".to_owned(), 1_500)].into(),
            counts: [("burst".to_owned(), 3)].into(),
            texts: [("room".to_owned(), "blue".to_owned())].into(),
            words: Words::of(1, "x"),
            log: Log::draw(&LogSpec { epochs: vec![2], same_text: vec![], message: None }, 1, "x"),
            ..Values::none()
        }
    }

    #[test]
    fn only_a_name_in_braces_is_a_hole() {
        for text in ["{}", "{ n }", "{\"a\":{\"b\":1}}", "{1}", "{N}", "{n", "n}", "{{}}", "{word.}", "{on..a}", "{é}"]
        {
            assert_eq!(Template::holes_of(text), [], "{text}");
            assert_eq!(Template::parse(text).to_string(), text);
        }
        let holes: Vec<_> = Template::holes_of("a{n}{word.A-1}{{n}{{{n}{idle}{on}{on.a.b-C}").into_iter().collect();
        let on = |path: &[&str]| Hole::On(path.iter().map(|key| (*key).to_owned()).collect());
        let names = [
            (Hole::Round, 1..4),
            (Hole::Word("A-1".into()), 4..14),
            (Hole::Named("idle".into()), 23..29),
            (on(&[]), 29..33),
            (on(&["a", "b-C"]), 33..43),
        ];
        assert_eq!(holes, names);
    }

    #[test]
    fn a_second_brace_makes_the_first_one_a_brace() {
        let text = Template::parse("{{n} {{{n}").numbered(7);
        assert_eq!(text.to_string(), "{n} {{n}");
        assert_eq!(text.holes().count(), 0);
    }

    #[test]
    fn each_kind_of_hole_is_filled_when_it_is_known() {
        let text = Template::parse("{idle} {burst} {room} {n} {on.id} {on}");
        let text = text.filled(&values()).numbered(2);
        assert_eq!(text.to_string(), "1500 3 blue 2 {on.id} {on}");
        let on = On::new(br#"{"id":"x"}"#);
        assert_eq!(text.following(Some(&on)).to_string(), r#"1500 3 blue 2 x {"id":"x"}"#);
        assert_eq!(text.following(None).to_string(), "1500 3 blue 2 null null");
    }

    #[test]
    fn one_hole_alone_keeps_its_type() {
        let json = |text: &str| Template::parse(text).filled(&values()).numbered(2);
        assert_eq!(json("{n}").json(), json!(2));
        assert_eq!(json("{idle}").json(), json!(1500));
        assert_eq!(json("{room}").json(), json!("blue"));
        assert_eq!(json("{n}.").json(), json!("2."));
        let on = On::new(br#"{"id":7,"data":{"list":[1]}}"#);
        let json = |text: &str| Template::parse(text).following(Some(&on)).json();
        assert_eq!(json("{on.id}"), json!(7));
        assert_eq!(json("{on.data}"), json!({"list": [1]}));
        assert_eq!(json("{on.data.list}"), json!([1]));
        assert_eq!(json("{on.data.list.0}"), json!(null));
        assert_eq!(json("{on}"), json!(r#"{"id":7,"data":{"list":[1]}}"#));
    }

    #[test]
    fn a_member_in_another_type_is_never_the_same() {
        let on = On::new(br#"{"a":7,"b":"7","c":"seven","d":[1],"e":{"f":"1e3"}}"#);
        let json = |text: &str| Template::parse(text).following(Some(&on)).json();
        assert_eq!(json("{retyped.a}"), json!("7"));
        assert_eq!(json("{retyped.b}"), json!(7));
        assert_eq!(json("{retyped.c}"), json!(["seven"]));
        assert_eq!(json("{retyped.d}"), json!([[1]]));
        assert_eq!(json("{retyped.e.f}"), json!(1e3));
        assert_eq!(json("{retyped.g}"), json!([null]));
        assert_eq!(Template::parse("{retyped.a}").following(None).json(), json!(null));
        assert_eq!(Template::parse("{retyped.e.f} {retyped}").to_string(), "{retyped.e.f} {retyped}");
    }

    #[test]
    fn entries_of_a_log_are_named_by_their_number_or_told_one_by_one() {
        let values = values();
        let entry = values.log.entry(2).expect("there are two");
        let named = Template::parse("{log.id.2} {log.text.2} {log.id.3}").filled(&values);
        assert_eq!(named.to_string(), format!("{} {} {{log.id.3}}", entry.id, entry.text));
        let json = |text: &str| Template::parse(text).telling(entry).json();
        assert_eq!((json("{seq}"), json("{epoch}")), (json!(2), json!(1)));
        assert_eq!(json("{id}: {text} {idle}"), json!(format!("{}: {} {{idle}}", entry.id, entry.text)));
    }

    #[test]
    fn a_payload_that_is_no_text_is_given_back_as_it_came() {
        assert_eq!(Template::parse("{on}").following(Some(&On::new(&[0, 255]))).bytes(), [0, 255]);
        let bytes = Template::parse("a{byte.e2}{byte.0A}{byte.f}{byte.fg}");
        assert_eq!(bytes.to_string(), "a{byte.e2}{byte.0a}{byte.f}{byte.fg}");
        assert_eq!(bytes.filled(&values()).bytes(), b"a\xe2\n{byte.f}{byte.fg}");
    }

    #[test]
    fn words_are_letters_and_depend_on_seed_scenario_and_name() {
        let mut drawn = std::collections::BTreeSet::new();
        for seed in 0..20 {
            for scenario in ["blip", "long"] {
                for name in ["one", "two"] {
                    let word = Words::of(seed, scenario).word(name);
                    assert!((4..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
                    drawn.insert(word);
                }
            }
        }
        assert_eq!(drawn.len(), 80);
        let long = |name| Template::parse(&format!("{{long.{name}}}")).filled(&values()).to_string();
        assert!(long("one").len() > 5_000 && long("one") == long("one") && long("one") != long("two"));
        assert_eq!(Words::of(3, "a").word("one"), Words::of(3, "a").word("one"));
    }
}
