//! What the language has names for.

use crate::spec::{
    grammar::{Choice, Key, Open, Shape, Table, Word},
    language::{CHALLENGE, COURSE},
};

/// Something that has keys or words.
#[derive(Clone, Copy)]
pub(super) enum Thing {
    Table(&'static Table),
    Open(&'static Open),
    Choice(&'static Choice),
}

impl Thing {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table(table) => table.name,
            Self::Open(open) => open.table.name,
            Self::Choice(choice) => choice.name,
        }
    }

    /// Whether it is only some words, which are told where they are needed.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Self::Choice(choice) if choice.all().all(|word| word.value.is_none()))
    }

    /// Its keys, in the order of the language.
    pub(super) fn keys(self) -> &'static [Key] {
        match self {
            Self::Table(table) => table.keys,
            Self::Open(open) => open.table.keys,
            Self::Choice(choice) => choice.with,
        }
    }

    /// What stands in it.
    pub(super) fn inner(self) -> Vec<Thing> {
        let mut found = Vec::new();
        if let Self::Choice(choice) = self {
            choice.all().for_each(|word| inside_word(word, &mut found));
        }
        if let Self::Open(open) = self {
            inside(&open.others, &mut found);
        }
        self.keys().iter().for_each(|key| inside(&key.shape, &mut found));
        found
    }
}

/// What stands in the value of a word, and in the keys beside it.
pub(super) fn inside_word(word: &'static Word, found: &mut Vec<Thing>) {
    word.value.iter().for_each(|shape| inside(shape, found));
    word.with.iter().for_each(|key| inside(&key.shape, found));
}

/// What a shape is made of.
pub(super) fn inside(shape: &'static Shape, found: &mut Vec<Thing>) {
    match shape {
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| inside(shape, found)),
        Shape::List { of, .. } | Shape::OneOrMore(of) | Shape::Map(of) => inside(of, found),
        Shape::Table(table) => found.push(Thing::Table(table)),
        Shape::Open(open) => found.push(Thing::Open(open)),
        Shape::Choice(choice) => found.push(Thing::Choice(choice)),
        _ => {}
    }
}

/// Everything that a file can hold, each once.
pub(super) fn things() -> Vec<Thing> {
    let mut all = vec![Thing::Table(&CHALLENGE), Thing::Table(&COURSE)];
    let mut next = 0;
    while let Some(thing) = all.get(next).copied() {
        for thing in thing.inner() {
            if all.iter().all(|known| known.name() != thing.name()) {
                all.push(thing);
            }
        }
        next += 1;
    }
    all
}
