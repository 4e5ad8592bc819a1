//! What a challenge asks and how it is graded: the data that [`crate::spec`] makes from a `challenge.toml`.
//!
//! Valid by construction: every name in a [`Length`] is defined, every check's scenario and required check exist, no list of entries
//! can run out. So nothing that reads this data has an error to report. It does no I/O and knows nothing of TOML.

mod cast;
mod content;
mod course;
mod expect;
mod fill;
mod frame;
mod length;
mod log;
mod step;
mod template;
mod vary;

pub use cast::{Case, Cast, Role, Variants};
pub use content::{Content, Json};
pub use course::{Chapter, Course};
pub use expect::{Expect, Field, Quantity, Repeats};
pub use frame::{ControlFrame, Side};
pub use length::{Count, Length, Term, Unit, Values, Words};
pub use log::{Log, LogEntry, LogSpec, LogStep, Since};
pub use step::{
    Answer, Entry, EventText, Expected, Moment, Nth, Opening, Play, Quiet, RetryAfter, StatusKind, Step, StreamEvent,
    Times, Until, UserStep,
};
pub use template::{Hole, LogPart, On, Template};
pub use vary::{Cut, Newline, Split, Variant, Vary};

use std::collections::BTreeSet;

use serde_json::Value;

use crate::time::Millis;

/// One exercise: what the student reads about it, the scenarios that are played and the checks that judge them.
#[derive(Debug, Clone, PartialEq)]
pub struct Challenge {
    /// The folder's name below `challenges/`, which is also the name of the student's package.
    pub slug: String,
    /// The exercise's name in a report.
    pub title: String,
    /// Which kind of connection it practises.
    pub channel: Channel,
    /// One sentence for `list`.
    pub summary: String,
    /// How long a student may need, in minutes.
    pub minutes: u32,
    /// The seed that `check` uses when none is given.
    pub seed: u64,
    /// The simulated one-way latency of the link, at least 1.
    pub latency: Millis,
    /// Parts of the kit that a client may not use, because writing them is the exercise.
    pub without: Vec<KitPart>,
    /// What the client is told, in the order of definition: a later value may name an earlier one.
    pub client: Vec<(String, Draw)>,
    /// The scenarios, in the order of the file.
    pub scenarios: Vec<Scenario>,
    /// The checks, in the order of the file; a check comes after those it requires.
    pub checks: Vec<Check>,
    /// The known mistakes, in the order of the file.
    pub mistakes: Vec<Mistake>,
}

impl Challenge {
    /// The scenario of that id.
    #[must_use]
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|s| s.id == id)
    }

    /// Whether students are shown no more of a check than its outcome: because it is hidden, or all of its scenario is.
    #[must_use]
    pub fn hides(&self, check: &Check) -> bool {
        check.hidden || self.scenario(&check.scenario).is_some_and(|scenario| scenario.hidden)
    }

    /// The checks that students may know.
    pub fn open_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !self.hides(check))
    }

    /// The scenarios that students may know.
    pub fn open_scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.scenarios.iter().filter(|scenario| !scenario.hidden)
    }

    /// The values that a run of `scenario` has for `seed`, with every duration divided by `speed`.
    #[must_use]
    pub fn values(&self, scenario: &Scenario, seed: u64, speed: f64) -> Values {
        let values = Values::draw(&self.client, &scenario.client, seed, &scenario.id, speed);
        let log = scenario.log.as_ref().map(|log| Log::draw(&log.filled(&values), seed, &scenario.id));
        Values { log: log.unwrap_or_default(), ..values }
    }
}

/// Which kind of connection a challenge practises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// RFC 6455.
    WebSocket,
    /// Server-Sent Events, WHATWG HTML section 9.2.
    Sse,
    /// The student chooses.
    Both,
}

/// A part of the kit that a challenge can withhold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitPart {
    /// `starter::sse`, the parser of event streams.
    Sse,
}

impl KitPart {
    /// Its name in specs, and what the kit is told.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sse => "sse",
        }
    }
}

/// How a value of the `[client]` table comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Draw {
    /// A duration, computed from literals and earlier values.
    Length(Length),
    /// A duration drawn uniformly between two, both included, per seed and scenario.
    LengthBetween(Length, Length),
    /// A whole number.
    Count(u64),
    /// A whole number drawn uniformly between two, both included, per seed and scenario.
    CountBetween(u64, u64),
    /// A text, told as it stands.
    Text(String),
    /// A table or a list, told as it stands.
    Told(Value),
    /// One of these texts, tables or lists, drawn uniformly per seed and scenario; there is at least one.
    OneOf(Vec<Value>),
}

/// One story that is played to the client, on a clock of its own that starts at 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name, unique in the challenge.
    pub id: String,
    /// One sentence: what happens.
    pub about: String,
    /// When it ends at the latest.
    pub lasts: Length,
    /// How many copies of the client run at once: more than one is a fleet. Where there are cases, each has one.
    pub clients: u32,
    /// Values of the `[client]` table that this scenario replaces.
    pub client: Vec<(String, Draw)>,
    /// What its server serves, if it serves from a log. Each client goes through it by itself.
    pub log: Option<LogSpec>,
    /// Which play a connection gets: the first entry not yet used up. Each client of a fleet has the list to itself. Where there are
    /// cases, each has its own, and this is empty.
    pub server: Vec<Entry>,
    /// What the user does, in every client of a fleet. Where there are cases, each has its own, and this is empty.
    pub user: Vec<UserStep>,
    /// Stories of the same kind that are played side by side, each to a client of its own; if any, the clients are all of them.
    pub cases: Vec<Case>,
    /// Why it makes no sense in real time, if so.
    pub virtual_only: Option<String>,
    /// Whether students are shown nothing of it but how its checks came out.
    pub hidden: bool,
}

/// One thing that is graded, in one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name, unique in the challenge and stable: reports of all formats show it.
    pub id: String,
    /// The scenario whose trace it reads.
    pub scenario: String,
    /// What it is worth.
    pub points: u32,
    /// Checks that must pass before this one is judged.
    pub requires: Vec<String>,
    /// What a correct client does, in words.
    pub title: String,
    /// All of these must hold. Empty if it is about cases.
    pub expect: Vec<Expect>,
    /// What must hold in each of the cases that it is about; empty if its scenario has none.
    pub cases: Vec<CaseCheck>,
    /// The values of the `[client]` table that its assertions name.
    pub values: BTreeSet<String>,
    /// Why it matters in production.
    pub why: String,
    /// What to read, as a link relative to the challenge's folder.
    pub read: String,
    /// A question, a concept, the line to write.
    pub hints: Vec<String>,
    /// Whether students are shown no more of it than its outcome, though its scenario may be open.
    pub hidden: bool,
}

/// What a check asserts about one case of its scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseCheck {
    /// The index of the case in [`Scenario::cases`].
    pub case: usize,
    /// Which of its variants, by how their bytes are split; at least one of them is played.
    pub cuts: Vec<Split>,
    /// All of these must hold.
    pub expect: Vec<Expect>,
}

/// A submission that is known to be wrong, and the checks that must catch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Its name, and that of its file in `mistakes/`.
    pub id: String,
    /// Exactly the checks that fail: `(check, finding)`, the finding where one check can fail in different ways. Of a check about
    /// several cases, the finding is the id of the first of them that fails.
    pub fails: Vec<(String, Option<String>)>,
    /// One sentence for a student whose submission fails in the same way.
    pub tells: String,
    /// Why it cannot be told apart in real time, if so.
    pub virtual_only: Option<String>,
}
