//! Tables of keys and words, in Markdown.

use std::collections::{BTreeMap, BTreeSet};

use super::things::{Thing, inside, inside_word};
use crate::spec::{
    grammar::{Choice, Key, Need, Shape, Word},
    language::{EXPECT, JUDGED, Judged, MOMENT, STEP},
};

/// What the groups of steps are about, in the order of the language.
const GROUPS: [&str; 7] = [
    "How a connection is met",
    "What is sent on a stream of events",
    "What is sent on a WebSocket",
    "What is done with the log",
    "When",
    "What goes wrong",
    "How it ends: nothing can follow these",
];

/// Writes parts of the page.
pub(super) struct Writer {
    /// What has a part of its own, and the anchor there.
    pub(super) anchors: BTreeMap<String, String>,
    /// The anchor of the part that is being written.
    pub(super) here: String,
    /// What has been told.
    pub(super) told: BTreeSet<&'static str>,
}

impl Writer {
    /// A whole part: a thing, and whatever in it has no part of its own.
    pub(super) fn part(&mut self, thing: Thing) -> String {
        self.told.insert(thing.name());
        let mut text = match thing {
            Thing::Choice(choice) if std::ptr::eq(choice, &EXPECT) => return self.kinds(),
            Thing::Choice(choice) => self.words(choice),
            Thing::Table(table) => paragraph(table.about),
            Thing::Open(open) => paragraph(open.table.about),
        };
        if !thing.keys().is_empty() {
            let others = if let Thing::Open(open) = thing { Some(&open.others) } else { None };
            text += &self.keys(thing.keys(), others);
        }
        if let Thing::Choice(choice) = thing {
            for group in choice.words.iter().filter(|group| !are_moments(choice, group)) {
                text += &self.beside(group);
                for word in *group {
                    text += &self.nested(word.name, |found| inside_word(word, found));
                }
            }
        }
        let keys = thing.keys().iter();
        text + &keys.map(|key| self.nested(key.name, |found| inside(&key.shape, found))).collect::<String>()
    }

    /// What has no part of its own and has not been told yet, of what stands in the key or word `of`.
    fn nested(&mut self, of: &str, inside: impl FnOnce(&mut Vec<Thing>)) -> String {
        let mut found = Vec::new();
        inside(&mut found);
        let mut text = String::new();
        for thing in found {
            if thing.is_plain() || self.anchors.contains_key(thing.name()) || self.told.contains(thing.name()) {
                continue;
            }
            let what = if matches!(thing, Thing::Choice(_)) { "words" } else { "keys" };
            text += &format!("The {what} of `{of}`. {}", self.part(thing));
            self.anchors.insert(thing.name().to_owned(), self.here.clone());
        }
        text
    }

    /// The words of a choice, in groups.
    fn words(&self, choice: &'static Choice) -> String {
        let mut text = paragraph(choice.about);
        for (number, group) in choice.words.iter().enumerate() {
            if are_moments(choice, group) {
                text += &paragraph(&format!(
                    "Its words are those of {}.",
                    self.linked(&MOMENT.noun(), MOMENT.name, "a moment")
                ));
                continue;
            }
            if std::ptr::eq(choice, &STEP) {
                text += &paragraph(&format!("**{}**", GROUPS[number]));
            }
            text +=
                &format!("| {} | value | written | what it is |\n|---|---|---|---|\n", choice.name.replace('-', " "));
            for word in *group {
                let value = word.value.as_ref().map(|shape| self.kind_of(shape, true)).unwrap_or_default();
                let written = written(word).iter().map(|example| format!("`{example}`")).collect::<Vec<_>>().join(", ");
                text +=
                    &format!("| `{}` | {} | {} | {} |\n", word.name, cell(&value), cell(&written), cell(&word.said()));
            }
            text.push('\n');
        }
        text
    }

    /// The keys that may stand beside words, those together that have the same.
    fn beside(&self, group: &'static [Word]) -> String {
        let mut told: Vec<(&'static [Key], Vec<&str>)> = Vec::new();
        for word in group.iter().filter(|word| !word.with.is_empty()) {
            let same = |keys: &[Key]| {
                keys.iter().map(|key| (key.name, key.about)).eq(word.with.iter().map(|key| (key.name, key.about)))
            };
            match told.iter_mut().find(|(keys, _)| same(keys)) {
                Some((_, words)) => words.push(word.name),
                None => told.push((word.with, vec![word.name])),
            }
        }
        let sections = told.into_iter().map(|(keys, words)| {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            paragraph(&format!("Beside {}:", words.join(", "))) + &self.keys(keys, None)
        });
        sections.collect()
    }

    /// A section for each kind of check.
    fn kinds(&mut self) -> String {
        EXPECT.all().map(|word| self.kind(word)).collect()
    }

    fn kind(&mut self, word: &'static Word) -> String {
        let judged =
            JUDGED.iter().find(|judged| judged.kind == word.name).expect("a test says that each has its entry");
        let mut text = format!("### `{}`\n\n", word.name);
        for example in written(word) {
            text += &format!("    {example}\n");
        }
        text += &format!("\n{}", paragraph(&word.said()));
        let value = match &word.value {
            Some(Shape::Table(table)) => {
                self.told.insert(table.name);
                table.keys
            }
            Some(shape) => {
                text += &paragraph(&format!("`{}` is {}.", word.name, self.kind_of(shape, true)));
                &[]
            }
            None => &[],
        };
        if value.len() + word.with.len() > 0 {
            text += &self.keys_of(value.iter().chain(word.with), None);
        }
        let keys = value.iter().chain(word.with);
        let nested = keys.map(|key| self.nested(key.name, |found| inside(&key.shape, found))).collect::<String>();
        let own = self.nested(word.name, |found| word.value.iter().for_each(|shape| inside(shape, found)));
        text + &own + &nested + &judgement(judged)
    }

    fn keys(&self, keys: &'static [Key], others: Option<&'static Shape>) -> String {
        self.keys_of(keys.iter(), others)
    }

    fn keys_of(&self, keys: impl Iterator<Item = &'static Key>, others: Option<&'static Shape>) -> String {
        let mut text = "| key | needed | value | what it is |\n|---|---|---|---|\n".to_owned();
        for key in keys {
            let needed = match key.need {
                Need::Always => "yes",
                Need::Maybe => "",
                Need::Either => "one of these",
            };
            let value = self.kind_of(&key.shape, true);
            text += &format!("| `{}` | {needed} | {} | {} |\n", key.name, cell(&value), cell(&key.said()));
        }
        if let Some(shape) = others {
            text += &format!(
                "| any other | | {} | Its own, by a name in snake case. |\n",
                cell(&self.kind_of(shape, false))
            );
        }
        text + "\n"
    }

    /// What a value is, in a few words; `explained` tells what plain words mean.
    fn kind_of(&self, shape: &Shape, explained: bool) -> String {
        match shape {
            Shape::Text => "a text".into(),
            Shape::Payload => "a text, also an empty one".into(),
            Shape::Id => "a name in kebab case".into(),
            Shape::Length => "a [duration](#durations-and-values)".into(),
            Shape::Count => "a whole number, or the name of one in `[client]`".into(),
            Shape::Whole { from, to } if from == to => format!("`{from}`"),
            Shape::Whole { from, to: i64::MAX } => format!("a whole number from {} on", number(*from)),
            Shape::Whole { from, to } => format!("a whole number, {} to {}", number(*from), number(*to)),
            Shape::Number { from, to } => format!("a number from {from} to {to}"),
            Shape::Any => "`true`".into(),
            Shape::Free => "any value".into(),
            Shape::OneOf(shapes) => {
                shapes.iter().map(|shape| self.kind_of(shape, false)).collect::<Vec<_>>().join("; or ")
            }
            Shape::List { of, least, most } if least == most => {
                format!("a list of {least}: each {}", self.kind_of(of, false))
            }
            Shape::List { of, .. } => format!("a list: each {}", self.kind_of(of, explained)),
            Shape::OneOrMore(of) => format!("{}; or a list of them", self.kind_of(of, explained)),
            Shape::Map(of) => format!("a table: by name {}", self.kind_of(of, false)),
            Shape::Table(table) => self.linked("a table", table.name, "a table, below"),
            Shape::Open(open) => self.linked("a table", open.table.name, "a table, below"),
            Shape::Choice(choice) if Thing::Choice(choice).is_plain() => plain(choice, explained),
            Shape::Choice(choice) => self.linked(&choice.noun(), choice.name, "one of the words below"),
        }
    }

    /// Words that lead to where a thing is told; `below` if that is not known yet. The article stays outside.
    fn linked(&self, words: &str, name: &str, below: &str) -> String {
        let (article, noun) = words.split_once(' ').unwrap_or(("", words));
        match self.anchors.get(name) {
            Some(anchor) => format!("{article} [{noun}](#{anchor})"),
            None => below.to_owned(),
        }
    }
}

/// Words that only stand alone.
fn plain(choice: &'static Choice, explained: bool) -> String {
    let word = |word: &Word| match explained {
        true => format!("`\"{}\"` ({})", word.name, word.said().trim_end_matches('.')),
        false => format!("`\"{}\"`", word.name),
    };
    choice.all().map(word).collect::<Vec<_>>().join(if explained { ", " } else { " or " })
}

/// A whole number, in groups of three digits.
fn number(number: i64) -> String {
    let digits = number.to_string();
    let digit = |(at, digit): (usize, char)| {
        let gap = (at > 0 && digits.len() > 4 && (digits.len() - at).is_multiple_of(3)).then_some(' ');
        gap.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(digit).collect()
}

/// The ways to write a word.
fn written(word: &Word) -> Vec<String> {
    let bare = word.bare.then(|| format!("\"{}\"", word.name));
    let valued = word.value.iter().flat_map(|_| [word.example].into_iter().chain(word.further.iter().copied()));
    bare.into_iter().chain(valued.map(str::to_owned)).collect()
}

/// Whether a group of another choice is the words for moments, which that one has from there.
fn are_moments(choice: &Choice, group: &[Word]) -> bool {
    !std::ptr::eq(choice, &MOMENT) && group.iter().all(|word| MOMENT.word(word.name).is_some())
}

fn judgement(judged: &Judged) -> String {
    let finding = |(name, meaning): &(&str, &str)| match *meaning {
        "" => format!("`{name}`"),
        meaning => format!("`{name}` ({meaning})"),
    };
    let findings: Vec<_> = judged.findings.iter().map(finding).collect();
    format!("*Tolerance*: {} *Findings*: {}. *Chance*: {}\n\n", judged.tolerance, findings.join(", "), judged.chance)
}

fn paragraph(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text}\n\n") }
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
