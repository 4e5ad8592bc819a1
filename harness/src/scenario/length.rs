//! Durations and counts that are computed from the values a client is told.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Draw, Log};
use crate::time::Millis;

/// A duration of the spec: a sum such as `1.1 * connect_timeout + 9 * base_delay + 50ms`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Length {
    /// What is added up.
    pub terms: Vec<Term>,
}

/// One part of a [`Length`].
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What the unit is multiplied with, not negative.
    pub factor: f64,
    /// What is multiplied.
    pub unit: Unit,
}

/// What a [`Term`] multiplies.
#[derive(Debug, Clone, PartialEq)]
pub enum Unit {
    /// A duration written out.
    Literal(Millis),
    /// A value of the `[client]` table.
    Name(String),
}

impl Length {
    /// A duration written out.
    #[must_use]
    pub fn literal(ms: Millis) -> Self {
        Self { terms: vec![Term { factor: 1.0, unit: Unit::Literal(ms) }] }
    }
}

/// A whole number of the spec: written out, or a value of the `[client]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// Written out.
    Literal(u64),
    /// A value of the `[client]` table.
    Name(String),
}

/// The values that one run has: what the client is told, and what the lengths of its scenario and checks come to.
///
/// On the wall clock every duration is divided by the run's speed, so that one comparison serves both clocks.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// Durations by name, already divided by the speed.
    pub durations: BTreeMap<String, Millis>,
    /// Whole numbers by name.
    pub counts: BTreeMap<String, u64>,
    /// Texts by name.
    pub texts: BTreeMap<String, String>,
    /// The scenario's log; empty if it has none.
    pub log: Log,
    /// Tables and lists by name, as JSON.
    pub told: BTreeMap<String, Value>,
    /// The words that texts of the scenario name.
    pub words: Words,
    /// What every duration has been divided by; 1 on the virtual clock.
    pub speed: f64,
}

impl Values {
    /// Draws the values of `scenario` for `seed`: those of `table`, replaced where `overrides` has the same name.
    pub(super) fn draw(
        table: &[(String, Draw)],
        overrides: &[(String, Draw)],
        seed: u64,
        scenario: &str,
        speed: f64,
    ) -> Self {
        let mut unscaled = Self { words: Words::of(seed, scenario), ..Self::none() };
        let new = overrides.iter().filter(|(name, _)| table.iter().all(|(known, _)| known != name));
        for (name, draw) in table.iter().chain(new) {
            let draw = overrides.iter().find(|(other, _)| other == name).map_or(draw, |(_, draw)| draw);
            let chance = chance(seed, scenario, name);
            match draw {
                Draw::Length(length) => {
                    let ms = unscaled.ms(length);
                    unscaled.durations.insert(name.clone(), ms);
                }
                Draw::LengthBetween(low, high) => {
                    let ms = between(unscaled.ms(low), unscaled.ms(high), chance);
                    unscaled.durations.insert(name.clone(), ms);
                }
                Draw::Count(n) => {
                    unscaled.counts.insert(name.clone(), *n);
                }
                Draw::CountBetween(low, high) => {
                    unscaled.counts.insert(name.clone(), between(*low, *high, chance));
                }
                Draw::Text(text) => {
                    unscaled.texts.insert(name.clone(), text.clone());
                }
                Draw::Told(value) => unscaled.tell(name, value),
                Draw::OneOf(values) => {
                    let nth = between(0, values.len() as u64 - 1, chance);
                    unscaled.tell(name, &values[nth as usize]);
                }
            }
        }
        let durations = unscaled.durations.into_iter().map(|(name, ms)| (name, scale(ms as f64, speed))).collect();
        Self { durations, speed, ..unscaled }
    }

    /// Keeps a value that is told as it stands.
    fn tell(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => drop(self.texts.insert(name.to_owned(), text.clone())),
            other => drop(self.told.insert(name.to_owned(), other.clone())),
        }
    }

    /// No values at all.
    #[must_use]
    pub fn none() -> Self {
        Self {
            durations: BTreeMap::new(),
            counts: BTreeMap::new(),
            texts: BTreeMap::new(),
            log: Log::default(),
            told: BTreeMap::new(),
            words: Words::of(0, ""),
            speed: 1.0,
        }
    }

    /// The value of that name as the client is told it: a duration in milliseconds, a whole number, a text.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<serde_json::Value> {
        let number = self.durations.get(name).or_else(|| self.counts.get(name));
        number.map(|n| (*n).into()).or_else(|| self.texts.get(name).map(|text| text.clone().into()))
    }

    /// What `length` comes to, in whole milliseconds.
    ///
    /// # Panics
    /// If it names a value that is not there, which a parsed spec never does.
    #[must_use]
    pub fn ms(&self, length: &Length) -> Millis {
        let sum: f64 = length
            .terms
            .iter()
            .map(|term| match &term.unit {
                Unit::Literal(ms) => term.factor * *ms as f64 / self.speed,
                Unit::Name(name) => term.factor * self.durations[name] as f64,
            })
            .sum();
        sum.round() as Millis
    }

    /// What `count` comes to.
    ///
    /// # Panics
    /// If it names a value that is not there, which a parsed spec never does.
    #[must_use]
    pub fn count(&self, count: &Count) -> u64 {
        match count {
            Count::Literal(n) => *n,
            Count::Name(name) => self.counts[name],
        }
    }
}

/// The words of a scenario: each is drawn by its name, so that a client cannot know them before it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    seed: u64,
    scenario: String,
}

/// How many words a long text has: even of the shortest ones they are more than 5,000 characters.
const LONG: u32 = 900;

impl Words {
    /// Those of `scenario` for `seed`.
    #[must_use]
    pub fn of(seed: u64, scenario: &str) -> Self {
        Self { seed, scenario: scenario.to_owned() }
    }

    /// The long text of that name: more than 5,000 characters of words, so that whatever has a limit for a line of chat shows it.
    #[must_use]
    pub fn long(&self, name: &str) -> String {
        let words: Vec<_> = (0..LONG).map(|n| self.word(&format!("{name}.{n}"))).collect();
        words.join(" ")
    }

    /// The word of that name: five to eight lower-case letters, consonants and vowels in turn, so that it can be read aloud.
    #[must_use]
    pub fn word(&self, name: &str) -> String {
        let mut chance = chance(self.seed, &self.scenario, &format!("word.{name}"));
        let mut draw = |most: u64| {
            let drawn = chance % most;
            chance = splitmix(chance);
            drawn as usize
        };
        let length = 5 + draw(4);
        let letters = [&b"bcdfghjklmnprstvwz"[..], b"aeiou"];
        (0..length).map(|n| letters[n % 2]).map(|letters| char::from(letters[draw(letters.len() as u64)])).collect()
    }
}

fn scale(ms: f64, speed: f64) -> Millis {
    (ms / speed).round() as Millis
}

fn between(low: u64, high: u64, chance: u64) -> u64 {
    low + chance % (high.saturating_sub(low) + 1)
}

/// A number that is the same on every machine and for every version of every crate: FNV-1a over the names, then splitmix64.
pub(super) fn chance(seed: u64, scenario: &str, name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in scenario.bytes().chain([0]).chain(name.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    splitmix(hash)
}

/// One step of splitmix64.
pub(super) fn splitmix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> Vec<(String, Draw)> {
        let name = |factor, name: &str| Length { terms: vec![Term { factor, unit: Unit::Name(name.into()) }] };
        vec![
            ("base_delay".into(), Draw::LengthBetween(Length::literal(400), Length::literal(900))),
            ("max_delay".into(), Draw::Length(name(16.0, "base_delay"))),
            ("max_retries".into(), Draw::Count(100)),
        ]
    }

    #[test]
    fn values_depend_on_seed_and_scenario_and_stay_in_range() {
        let base = |seed, scenario: &str| Values::draw(&table(), &[], seed, scenario, 1.0).durations["base_delay"];
        assert_eq!(base(1, "blip"), base(1, "blip"));
        let drawn: std::collections::BTreeSet<_> = (0..50).flat_map(|s| [base(s, "blip"), base(s, "long")]).collect();
        assert!(drawn.len() > 50 && drawn.iter().all(|ms| (400..=900).contains(ms)), "{drawn:?}");
    }

    #[test]
    fn a_value_computed_from_another_follows_it() {
        let values = Values::draw(&table(), &[], 7, "blip", 1.0);
        assert_eq!(values.durations["max_delay"], 16 * values.durations["base_delay"]);
    }

    #[test]
    fn one_of_several_is_drawn_by_seed_and_scenario_and_each_of_them_sometimes() {
        let pool = vec![json!("a"), json!("b"), json!({ "up": ["rare"], "binary": true })];
        let table = [("brief".to_owned(), Draw::OneOf(pool))];
        let brief = |seed, scenario: &str| {
            let values = Values::draw(&table, &[], seed, scenario, 4.0);
            values.texts.get("brief").map(|text| json!(text)).or_else(|| values.told.get("brief").cloned()).unwrap()
        };
        assert_eq!(brief(1, "feed"), brief(1, "feed"));
        assert!((0..20).any(|seed| brief(seed, "feed") != brief(seed, "talk")));
        let drawn: std::collections::BTreeSet<_> = (0..20).map(|seed| brief(seed, "feed").to_string()).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), ["\"a\"", "\"b\"", "{\"binary\":true,\"up\":[\"rare\"]}"]);
    }

    #[test]
    fn a_scenario_replaces_values() {
        let values = Values::draw(&table(), &[("max_retries".into(), Draw::Count(5))], 7, "blip", 1.0);
        assert_eq!(values.counts["max_retries"], 5);
    }

    #[test]
    fn speed_divides_names_and_literals() {
        let values = Values::draw(&table(), &[("base_delay".into(), Draw::Length(Length::literal(800)))], 7, "x", 4.0);
        assert_eq!((values.durations["base_delay"], values.durations["max_delay"]), (200, 3_200));
        assert_eq!(values.ms(&Length::literal(1_000)), 250);
    }
}
