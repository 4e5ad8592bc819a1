//! The spec language: every key and word of a `challenge.toml` and of `course.toml`, with its shape and meaning.
//!
//! `challenges/README.md` explains the same words with examples, and a test holds it to them.

mod expects;
mod file;
mod judged;
mod logs;
mod moments;
mod steps;
mod texts;

pub(super) use expects::{EXPECT, FIELD, HAPPENS};
pub(super) use file::{CHALLENGE, COURSE};
pub(super) use judged::{JUDGED, Judged};
pub(super) use moments::{ANY, MOMENT, STATUS};
pub(super) use steps::{AWAITED, DRAW, ENTRY, HEARD, RETRY_AFTER, STEP, UNTIL, USER};

#[cfg(test)]
mod tests {
    use toml::{
        Spanned,
        de::{DeTable, DeValue},
    };

    use super::*;
    use crate::spec::{
        grammar::{Shape, Word},
        shape, view,
    };

    /// The examples stand in errors and in the schema.
    #[test]
    fn every_example_is_right() {
        for choice in [
            &ANY,
            &AWAITED,
            &DRAW,
            &ENTRY,
            &EXPECT,
            &FIELD,
            &HAPPENS,
            &HEARD,
            &MOMENT,
            &RETRY_AFTER,
            &STATUS,
            &STEP,
            &UNTIL,
            &USER,
        ] {
            let examples = |word: &'static Word| [word.example].into_iter().chain(word.further.iter().copied());
            let valued = choice.all().filter(|word| word.value.is_some());
            for (word, example) in valued.flat_map(|word| examples(word).map(move |example| (word, example))) {
                let text = format!("example = {example}");
                let table = DeTable::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", word.name)).into_inner();
                let root = Spanned::new(0..0, DeValue::Table(table));
                let example = view::get(&root, "example").unwrap();
                let mut problems = Vec::new();
                shape::check(&Shape::Choice(choice), example, "the example", &mut problems);
                assert_eq!(problems, [], "{}", word.name);
                assert!(choice.pick(example).is_some_and(|(picked, _)| picked.name == word.name), "{}", word.name);
            }
        }
    }

    #[test]
    fn every_kind_of_check_says_how_it_is_judged() {
        let kinds: Vec<_> = EXPECT.all().map(|word| word.name).collect();
        let mut judged: Vec<_> = JUDGED.iter().map(|judged| judged.kind).collect();
        judged.sort_by_key(|kind| kinds.iter().position(|known| known == kind));
        assert_eq!(judged, kinds);
    }

    /// A key that stands beside a word is looked at as such, not taken for a second word.
    #[test]
    fn the_first_word_listed_is_the_one_that_is_meant() {
        for choice in
            [&AWAITED, &DRAW, &ENTRY, &EXPECT, &FIELD, &HAPPENS, &HEARD, &MOMENT, &RETRY_AFTER, &STEP, &UNTIL, &USER]
        {
            let words: Vec<_> = choice.all().collect();
            for (n, word) in words.iter().enumerate() {
                let beside = word.with.iter().chain(choice.with);
                for key in beside {
                    assert!(words[..n].iter().all(|earlier| earlier.name != key.name), "{} {}", word.name, key.name);
                }
            }
        }
    }
}
