//! What the tables of the spec language are made of.
//!
//! The language is data: [`super::language`] lists every key and word once, [`super::shape`] holds a file against the list, and
//! [`super::schema`] writes the list down as a JSON Schema. So neither can know a word that the other does not.

use toml::{Spanned, de::DeValue};

/// A value of a file, with its place.
pub(super) type Node<'a> = &'a Spanned<DeValue<'a>>;

/// What a value must look like, apart from what it means.
pub(super) enum Shape {
    /// A text that is not empty.
    Text,
    /// A text that may be empty.
    Payload,
    /// A name in kebab case.
    Id,
    /// A duration: a text that [`super::length`] reads.
    Length,
    /// A whole number, or the name of one in `[client]`.
    Count,
    /// A whole number.
    Whole {
        /// The least.
        from: i64,
        /// The most.
        to: i64,
    },
    /// A number.
    Number {
        /// The least.
        from: f64,
        /// The most.
        to: f64,
    },
    /// `true`.
    Any,
    /// Whatever TOML can say.
    Free,
    /// The first of these that takes the value's TOML type.
    OneOf(&'static [Shape]),
    /// A list.
    List {
        /// Of what.
        of: &'static Shape,
        /// How many at least.
        least: usize,
        /// How many at most.
        most: usize,
    },
    /// One, or a list of one or more.
    OneOrMore(&'static Shape),
    /// A table whose keys are names of the file's own.
    Map(&'static Shape),
    /// A table with keys of the language.
    Table(&'static Table),
    /// A table with keys of the language and others of the file's own.
    Open(&'static Open),
    /// One of several words.
    Choice(&'static Choice),
}

/// A table with keys of the language and others of the file's own, in snake case.
pub(super) struct Open {
    /// The keys of the language.
    pub(super) table: Table,
    /// What the value of any other key looks like.
    pub(super) others: Shape,
}

/// A table with keys of the language.
pub(super) struct Table {
    /// What it is called in the schema.
    pub(super) name: &'static str,
    /// What it is called in a sentence: "the scenario".
    pub(super) noun: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// Its keys, in the order in which they are best written.
    pub(super) keys: &'static [Key],
}

/// One key of a table.
pub(super) struct Key {
    /// The key.
    pub(super) name: &'static str,
    /// Whether it must be there.
    pub(super) need: Need,
    /// What its value looks like.
    pub(super) shape: Shape,
    /// What it means, in a sentence: errors say it, too.
    pub(super) about: &'static str,
    /// What else is to be known of it, for the schema and the reference.
    pub(super) detail: &'static str,
}

/// Whether a key must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It must.
    Always,
    /// It may.
    Maybe,
    /// Exactly one of the table's keys with this need must.
    Either,
}

/// A set of words of which one is chosen: written bare, or as the key of a table.
pub(super) struct Choice {
    /// What it is called in the schema and, with a space, in a sentence: "step".
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// The words, in groups that other choices may share. Where a table holds two of them, the first one listed is meant.
    pub(super) words: &'static [&'static [Word]],
    /// Keys that may stand beside any of them.
    pub(super) with: &'static [Key],
}

/// One word of a choice.
pub(super) struct Word {
    /// The word.
    pub(super) name: &'static str,
    /// Whether it may stand alone.
    pub(super) bare: bool,
    /// What its value looks like; a word without one can only stand alone.
    pub(super) value: Option<Shape>,
    /// Keys that may stand beside it.
    pub(super) with: &'static [Key],
    /// What it means, in a sentence: errors say it, too.
    pub(super) about: &'static str,
    /// What else is to be known of it, for the schema and the reference.
    pub(super) detail: &'static str,
    /// How it is written.
    pub(super) example: &'static str,
    /// How else it is written.
    pub(super) further: &'static [&'static str],
}

impl Key {
    /// A key that must be there.
    pub(super) const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, need: Need::Always, shape, about, detail: "" }
    }

    /// A key that may be there.
    pub(super) const fn maybe(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, need: Need::Maybe, shape, about, detail: "" }
    }

    /// One of several keys of which exactly one must be there.
    pub(super) const fn either(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, need: Need::Either, shape, about, detail: "" }
    }

    /// All that is said of it.
    pub(super) fn said(&self) -> String {
        said(self.about, self.detail)
    }

    /// The same key, with more to be known of it.
    pub(super) const fn detail(mut self, detail: &'static str) -> Self {
        self.detail = detail;
        self
    }
}

impl Word {
    /// A word that stands alone.
    pub(super) const fn bare(name: &'static str, about: &'static str) -> Self {
        Self { name, bare: true, value: None, with: &[], about, detail: "", example: "", further: &[] }
    }

    /// A word with a value.
    pub(super) const fn valued(name: &'static str, value: Shape, example: &'static str, about: &'static str) -> Self {
        Self { name, bare: false, value: Some(value), with: &[], about, detail: "", example, further: &[] }
    }

    /// The same word, with keys beside it.
    pub(super) const fn with(mut self, with: &'static [Key]) -> Self {
        self.with = with;
        self
    }

    /// All that is said of it.
    pub(super) fn said(&self) -> String {
        said(self.about, self.detail)
    }

    /// The same word, with more to be known of it.
    pub(super) const fn detail(mut self, detail: &'static str) -> Self {
        self.detail = detail;
        self
    }

    /// The same word, with further examples.
    pub(super) const fn also(mut self, further: &'static [&'static str]) -> Self {
        self.further = further;
        self
    }

    /// The same word, which may also stand alone.
    pub(super) const fn or_bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

fn said(about: &str, detail: &str) -> String {
    format!("{about} {detail}").trim_end().to_owned()
}

impl Choice {
    /// What one is called, with its article.
    pub(super) fn noun(&self) -> String {
        let article =
            if self.name.starts_with(['a', 'e', 'i', 'o', 'u']) && self.name != "user-step" { "an" } else { "a" };
        format!("{article} {}", self.name.replace('-', " "))
    }

    /// Every word, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Word> {
        self.words.iter().flat_map(|group| group.iter())
    }

    /// The word of that name.
    pub(super) fn word(&self, name: &str) -> Option<&'static Word> {
        self.all().find(|word| word.name == name)
    }

    /// Which word `node` means, and the value written with it.
    pub(super) fn pick<'a>(&self, node: Node<'a>) -> Option<(&'static Word, Option<Node<'a>>)> {
        match node.get_ref() {
            DeValue::String(text) => Some((self.word(text)?, None)),
            DeValue::Table(table) => self.all().find_map(|word| table.get(word.name).map(|value| (word, Some(value)))),
            _ => None,
        }
    }
}

impl Shape {
    /// Whether a value of this TOML type can have this shape at all.
    pub(super) fn takes(&self, value: &DeValue<'_>) -> bool {
        match self {
            Self::Text | Self::Payload | Self::Id | Self::Length => value.is_str(),
            Self::Count => value.is_integer() || value.is_str(),
            Self::Whole { .. } => value.is_integer(),
            Self::Number { .. } => value.is_integer() || value.is_float(),
            Self::Any => value.is_bool(),
            Self::Free => true,
            Self::OneOf(shapes) => shapes.iter().any(|shape| shape.takes(value)),
            Self::List { .. } => value.is_array(),
            Self::OneOrMore(shape) => value.is_array() || shape.takes(value),
            Self::Map(_) | Self::Table(_) | Self::Open(_) => value.is_table(),
            Self::Choice(choice) => value.is_str() || value.is_table() && choice.all().any(|word| word.value.is_some()),
        }
    }

    /// What a value of this shape is, after "must be".
    pub(super) fn says(&self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::Payload => "a text, which may be empty".into(),
            Self::Id => "a name in kebab case, such as `long-outage`".into(),
            Self::Length => "a duration, such as \"1500ms\" or \"2 * base_delay + 1s\"".into(),
            Self::Count => "a whole number, or the name of one in [client]".into(),
            Self::Whole { from, to } if from == to => format!("the number {from}"),
            Self::Whole { from, to: i64::MAX } => format!("a whole number from {from} on"),
            Self::Whole { from, to } => format!("a whole number from {from} to {to}"),
            Self::Number { from, to } => format!("a number from {from} to {to}"),
            Self::Any => "`true`".into(),
            Self::Free => "anything".into(),
            Self::OneOf(shapes) => shapes.iter().map(Self::says).collect::<Vec<_>>().join(", or "),
            Self::List { of, least: 2, most: 2 } => format!("a list of two: each {}", of.says()),
            Self::List { of, .. } => format!("a list: each {}", of.says()),
            Self::OneOrMore(of) => format!("{}, or a list of them", of.says()),
            Self::Map(of) => format!("a table of names: each {}", of.says()),
            Self::Table(table) => {
                let keys: Vec<_> = table.keys.iter().map(|key| key.name).collect();
                format!("a table with the keys {}", keys.join(", "))
            }
            Self::Open(open) => {
                let keys: Vec<_> = open.table.keys.iter().map(|key| key.name).collect();
                format!("a table with the keys {} and others of its own", keys.join(", "))
            }
            Self::Choice(choice) => match (choice.all().any(|w| w.bare), choice.all().any(|w| w.value.is_some())) {
                (true, false) => {
                    let words: Vec<_> = choice.all().map(|word| format!("\"{}\"", word.name)).collect();
                    words.join(", ")
                }
                (true, true) => format!("{}: a word, or a table of one word and its value", choice.noun()),
                _ => format!("{}: a table of one word and its value", choice.noun()),
            },
        }
    }
}
