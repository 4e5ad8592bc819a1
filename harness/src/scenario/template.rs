//! Texts with holes: `hello {word.name}`. What is written in a hole is known only in a run, so that no client can have it in its code.

use std::{fmt, ops::Range};

use serde_json::Value;

use super::Values;

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
    /// `{name}`: a value that the client is told.
    Named(String),
    /// `{on}`: the message that a step or an answer follows; `{on.key}`: one of its members, by the names that lead to it.
    On(Vec<String>),
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
            Hole::Named(name) => values.named(name).map(|value| match value {
                Value::String(text) => Part::Text(text),
                number => Part::Value(number),
            }),
            Hole::Round | Hole::On(_) => None,
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
            (Hole::On(_), None) => Some(Part::Value(Value::Null)),
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
            Self::Named(name) => write!(f, "{{{name}}}"),
            Self::On(path) => write!(f, "{{{}}}", [&["on".to_owned()], path.as_slice()].concat().join(".")),
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
        ["on", path @ ..] => Hole::On(path.iter().map(|key| (*key).to_owned()).collect()),
        _ => Hole::Named(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::Words;

    fn values() -> Values {
        Values {
            durations: [("idle".to_owned(), 1_500)].into(),
            counts: [("burst".to_owned(), 3)].into(),
            texts: [("room".to_owned(), "blue".to_owned())].into(),
            words: Words::of(1, "x"),
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
    fn a_payload_that_is_no_text_is_given_back_as_it_came() {
        assert_eq!(Template::parse("{on}").following(Some(&On::new(&[0, 255]))).bytes(), [0, 255]);
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
        assert_eq!(Words::of(3, "a").word("one"), Words::of(3, "a").word("one"));
    }
}
