//! The grades of a class: many submissions, judged alike.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FORMAT, Outcome, Overall, Verdict};

/// The grades of a class, or of a part of it. Nothing in it depends on when, where or how fast it was graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grades {
    /// The version of this record: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The challenges, in the order in which they were asked for.
    pub challenges: Vec<Assignment>,
    /// How many submissions the whole class has.
    pub class: usize,
    /// Which part of the class this is; none if it is the whole.
    pub shard: Option<Shard>,
    /// The submissions in the order of their names, for each its challenges in order.
    pub grades: Vec<Grade>,
    /// What lay among the submissions and is none.
    pub left_out: Vec<String>,
}

/// A challenge that a class is graded for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The seed from which the clients' values are drawn.
    pub seed: u64,
    /// Points that can be earned.
    pub max_score: u32,
    /// A fingerprint of all that decides a verdict besides the submission: spec, kit, manifests, seed, the harness's version.
    pub digest: String,
}

/// A part of a class: one of so many, that together are the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

impl Shard {
    /// One of so many parts, counted from 1; none if there is no such part.
    #[must_use]
    pub fn new(index: usize, of: usize) -> Option<Self> {
        (1..=of).contains(&index).then_some(Self { index, of })
    }

    /// Whether the submission at a place in the order of all is in it. Each is in exactly one of the parts.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place % self.of == self.index - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        let shard = numbers.and_then(|(index, of)| Self::new(index, of));
        shard.ok_or_else(|| format!("`{text}` is no part of a class: it is written i/n, from 1/n to n/n"))
    }
}

/// What one submission is worth in one challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// The submission's name.
    pub submission: String,
    /// The folder of its results, below `results`.
    pub folder: String,
    /// The challenge's slug.
    pub challenge: String,
    /// The fingerprint of its [`Assignment`].
    pub assignment: String,
    /// A fingerprint of its sources; empty if there are none.
    pub digest: String,
    /// What it came to.
    pub outcome: GradeResult,
    /// The points; none if they are not known, through no fault of the submission.
    pub score: Option<u32>,
    /// Points that could be earned.
    pub max_score: u32,
    /// How far it was shut in; empty if nothing was run.
    pub sandbox: String,
    /// The checks in the order of the spec; empty if none was judged.
    pub checks: Vec<Mark>,
    /// The known mistakes that it looks like.
    pub looks_like: Vec<String>,
    /// Why there is no verdict, or no points; empty otherwise.
    pub note: String,
}

/// What a submission came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GradeResult {
    /// Every check passed.
    Passed,
    /// Some check failed or was not reached.
    Failed,
    /// It does not compile.
    NotCompiled,
    /// Its process broke off.
    Crashed,
    /// It never came to wait, or blocked.
    Hung,
    /// It did something without end.
    Flooded,
    /// What was handed in holds no submission to the challenge: no points.
    Unusable,
    /// Some check could not be judged: our fault, the points are not known.
    Inconclusive,
    /// The harness or the machine failed: our fault, the points are not known.
    Unjudged,
}

impl GradeResult {
    /// All of them, the best first.
    pub const ALL: [Self; 9] = [
        Self::Passed,
        Self::Failed,
        Self::NotCompiled,
        Self::Crashed,
        Self::Hung,
        Self::Flooded,
        Self::Unusable,
        Self::Inconclusive,
        Self::Unjudged,
    ];

    /// Its name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotCompiled => "not-compiled",
            Self::Crashed => "crashed",
            Self::Hung => "hung",
            Self::Flooded => "flooded",
            Self::Unusable => "unusable",
            Self::Inconclusive => "inconclusive",
            Self::Unjudged => "unjudged",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotCompiled => "did not compile",
            Self::Flooded => "was stopped",
            Self::Unusable => "no submission",
            Self::Unjudged => "not judged",
            other => other.name(),
        }
    }
}

impl From<&Verdict> for GradeResult {
    fn from(verdict: &Verdict) -> Self {
        match verdict.outcome {
            Overall::Passed => Self::Passed,
            Overall::NotCompiled => Self::NotCompiled,
            // What could not be judged may be worth points: no score may be recorded without it.
            _ if !verdict.is_conclusive() => Self::Inconclusive,
            Overall::Failed => Self::Failed,
            Overall::Crashed => Self::Crashed,
            Overall::Hung => Self::Hung,
            Overall::Flooded => Self::Flooded,
            Overall::Inconclusive => Self::Inconclusive,
        }
    }
}

/// The outcome of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Its id.
    pub check: String,
    /// Its outcome.
    pub outcome: Outcome,
    /// What it is worth.
    pub points: u32,
}

impl Grade {
    /// What a verdict is worth.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        let outcome = GradeResult::from(verdict);
        let mark =
            |check: &super::CheckResult| Mark { check: check.id.clone(), outcome: check.outcome, points: check.points };
        Self {
            submission: verdict.submission.clone(),
            folder: String::new(),
            challenge: verdict.challenge.clone(),
            assignment: String::new(),
            digest: String::new(),
            outcome,
            score: (outcome != GradeResult::Inconclusive).then_some(verdict.score),
            max_score: verdict.max_score,
            sandbox: verdict.sandbox.clone(),
            checks: verdict.checks.iter().map(mark).collect(),
            looks_like: verdict.looks_like.iter().map(|mistake| mistake.mistake.clone()).collect(),
            note: match (outcome, verdict.runs.iter().find(|run| run.broken)) {
                (GradeResult::Inconclusive, _) => "some checks could not be judged".into(),
                (_, Some(run)) => format!("{}: {}", run.scenario, run.ended),
                (_, None) => String::new(),
            },
        }
    }

    /// Whether it stands: grading the same again would be of no use.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.score.is_some()
    }

    /// The first check that failed, if one did.
    #[must_use]
    pub fn failed_first(&self) -> Option<&str> {
        let failed = self.checks.iter().find(|mark| mark.outcome == Outcome::Fail);
        failed.map(|mark| mark.check.as_str())
    }
}

impl Grades {
    /// The grades of a class for these challenges, without any grade yet.
    #[must_use]
    pub fn new(challenges: Vec<Assignment>, class: usize, shard: Option<Shard>, left_out: Vec<String>) -> Self {
        Self { format: FORMAT, challenges, class, shard, grades: Vec::new(), left_out }
    }

    /// The grades of each submission, in the order of the challenges.
    pub fn submissions(&self) -> impl Iterator<Item = &[Grade]> {
        self.grades.chunk_by(|one, other| one.submission == other.submission)
    }

    /// The grades of the whole class from those of its parts.
    ///
    /// # Errors
    /// Why the parts do not make up a whole.
    pub fn merge(mut parts: Vec<Self>) -> Result<Self, String> {
        parts.sort_by_key(|part| part.shard);
        let first = parts.first().ok_or("there is no part")?;
        let of = first.shard.ok_or("one of them is a whole class already")?.of;
        for (place, part) in (1..).zip(&parts) {
            let shard = part.shard.ok_or("one of them is a whole class already")?;
            if shard != (Shard { index: place, of }) {
                return Err(match shard.of == of && shard.index < place {
                    true => format!("part {shard} is there twice"),
                    false if shard.of != of => format!("{shard} and 1/{of} are parts of different wholes"),
                    false => format!("part {place}/{of} is missing"),
                });
            }
            if (&part.challenges, part.class, &part.left_out) != (&first.challenges, first.class, &first.left_out) {
                let why = "other submissions, another challenge, seed, kit or harness";
                return Err(format!("part {shard} is not of the same grading as part {}/{of}: {why}", first.place()));
            }
        }
        if parts.len() < of {
            return Err(format!("part {}/{of} is missing", parts.len() + 1));
        }
        let mut whole = Self::new(first.challenges.clone(), first.class, None, first.left_out.clone());
        let rows: Vec<Vec<_>> = parts.iter().map(|part| part.submissions().collect()).collect();
        for place in 0..whole.class {
            let row = rows[place % of].get(place / of);
            whole.grades.extend_from_slice(row.ok_or_else(|| format!("part {}/{of} is not complete", place % of + 1))?);
        }
        Ok(whole)
    }

    /// Which part this is, from 1.
    fn place(&self) -> usize {
        self.shard.map_or(1, |shard| shard.index)
    }

    /// How many grades came to this.
    #[must_use]
    pub fn count(&self, outcome: GradeResult) -> usize {
        self.grades.iter().filter(|grade| grade.outcome == outcome).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(names: &[&str], class: usize, shard: &str) -> Grades {
        let mut part = Grades::new(Vec::new(), class, shard.parse().ok(), Vec::new());
        let grade = |name: &&str| Grade {
            submission: (*name).to_owned(),
            folder: (*name).to_owned(),
            challenge: "echo".into(),
            assignment: String::new(),
            digest: String::new(),
            outcome: GradeResult::Passed,
            score: Some(1),
            max_score: 1,
            sandbox: "strict".into(),
            checks: Vec::new(),
            looks_like: Vec::new(),
            note: String::new(),
        };
        part.grades = names.iter().map(grade).collect();
        part
    }

    #[test]
    fn parts_in_any_order_are_one_whole() {
        let whole = part(&["a", "b", "c", "d", "e"], 5, "");
        let parts = vec![part(&["b", "d"], 5, "2/2"), part(&["a", "c", "e"], 5, "1/2")];
        assert_eq!(Grades::merge(parts), Ok(whole));
        // More machines than submissions: the last has nothing to do.
        assert_eq!(Grades::merge(vec![part(&[], 1, "2/2"), part(&["a"], 1, "1/2")]), Ok(part(&["a"], 1, "")));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let refused = |parts: &[Grades], why: &str| {
            let told = Grades::merge(parts.to_vec()).expect_err(why);
            assert!(told.contains(why), "{why}: {told}");
        };
        let (one, two, three) = (part(&["a"], 3, "1/3"), part(&["b"], 3, "2/3"), part(&["c"], 3, "3/3"));
        refused(&[], "there is no part");
        refused(&[one.clone(), three.clone()], "part 2/3 is missing");
        refused(&[one.clone(), two.clone()], "part 3/3 is missing");
        refused(&[two.clone(), three.clone()], "part 1/3 is missing");
        refused(&[one.clone(), two.clone(), two.clone(), three.clone()], "part 2/3 is there twice");
        refused(&[one.clone(), part(&["b"], 3, "2/2")], "different wholes");
        refused(
            &[one.clone(), part(&["b"], 4, "2/3"), three.clone()],
            "part 2/3 is not of the same grading as part 1/3",
        );
        refused(&[one.clone(), part(&[], 3, "2/3"), three], "part 2/3 is not complete");
        refused(&[part(&["a"], 1, ""), one], "a whole class already");
    }

    #[test]
    fn the_parts_of_a_class_are_the_whole() {
        for of in 1..6 {
            for place in 0..20 {
                let shards = (1..=of).filter_map(|index| Shard::new(index, of));
                assert_eq!(shards.filter(|shard| shard.has(place)).count(), 1, "{place} of {of}");
            }
        }
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        for wrong in ["0/3", "4/3", "3", "a/b", "1/0", "-1/2", ""] {
            let error = wrong.parse::<Shard>().expect_err(wrong);
            assert!(error.contains("i/n"), "{error}");
        }
        assert_eq!(Shard { index: 2, of: 3 }.to_string(), "2/3");
    }
}
