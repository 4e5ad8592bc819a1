//! Classroom 50's `result.json`, `classroom50/result/v1` (foundation50/classroom50, wiki "Advanced Autograding").

use serde::Serialize;

use super::{
    Subject,
    entry::{Entry, Mark, entries, line, score},
};
use crate::{report::json, verdict::Verdict};

/// The longest explanation of a test, in characters: what the platform keeps of a test's output elsewhere.
const MOST_OUTPUT: usize = 2_000;

/// What only the platform knows. Its runner sets all of it in the environment of an autograder, and replaces some of it afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Classroom {
    classroom: String,
    assignment: String,
    assignment_type: String,
    owner: String,
    submission: String,
    commit: String,
    release: String,
    review: String,
    datetime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_by: Option<Actor>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Actor {
    username: String,
    id: Option<u64>,
}

impl Classroom {
    /// Reads what the runner of Classroom 50 sets.
    ///
    /// # Errors
    /// A sentence that names every variable that is missing or wrong.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut missing = Vec::new();
        let mut take = |names: &[&str]| {
            names.iter().find_map(|name| set(name)).unwrap_or_else(|| {
                missing.push(names.join(" or "));
                String::new()
            })
        };
        let classroom = Self {
            classroom: take(&["CLASSROOM"]),
            assignment: take(&["ASSIGNMENT"]),
            assignment_type: take(&["ASSIGNMENT_TYPE"]),
            owner: take(&["OWNER", "USERNAME"]),
            submission: take(&["SUBMISSION_TAG"]),
            commit: take(&["COMMIT_URL"]),
            release: take(&["RELEASE_URL"]),
            // The same as the commit where there is nothing to compare it with.
            review: take(&["REVIEW_URL", "COMMIT_URL"]),
            datetime: String::new(),
            submitted_by: set("GITHUB_ACTOR")
                .map(|username| Actor { username, id: set("GITHUB_ACTOR_ID").and_then(|id| id.parse().ok()) }),
        };
        if missing.is_empty() { classroom.checked() } else { Err(lacks(&missing)) }
    }

    fn checked(mut self) -> Result<Self, String> {
        if !["individual", "group", "team"].contains(&self.assignment_type.as_str()) {
            return Err(format!(
                "ASSIGNMENT_TYPE is `{}`: it must be individual, group or team",
                line(&self.assignment_type)
            ));
        }
        let tag = self.submission.strip_prefix("submit/");
        self.datetime = tag.and_then(instant).ok_or_else(|| {
            format!(
                "SUBMISSION_TAG is `{}`: it must be like submit/2026-06-01T14-32-05Z-a1b2c3d",
                line(&self.submission)
            )
        })?;
        Ok(self)
    }
}

fn lacks(missing: &[String]) -> String {
    format!(
        "a classroom50 report says whose submission it is, and that is not known: {} not set (Classroom 50 sets them for an autograder)",
        match missing {
            [one] => format!("{one} is"),
            more => format!("{} are", more.join(", ")),
        }
    )
}

/// The time in the tag of a submission, as a result writes it: `2026-06-01T14-32-05Z-a1b2c3d` is of `2026-06-01T14:32:05Z`.
fn instant(tag: &str) -> Option<String> {
    const SHAPE: &str = "0000-00-00T00-00-00Z";
    let text = tag.get(..SHAPE.len())?;
    let fits =
        text.chars().zip(SHAPE.chars()).all(|(c, shape)| if shape == '0' { c.is_ascii_digit() } else { c == shape });
    let (date, time) = text.split_once('T')?;
    let part = |at: usize| time[at..at + 2].parse::<u32>().ok();
    let real = fits && part(0)? < 24 && part(3)? < 60 && part(6)? < 60;
    real.then(|| format!("{date}T{}", time.replace('-', ":")))
}

#[derive(Serialize)]
struct Outcome<'a> {
    schema: &'static str,
    #[serde(flatten)]
    classroom: &'a Classroom,
    score: u32,
    #[serde(rename = "max-score")]
    max_score: u32,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    #[serde(rename = "test-name")]
    name: String,
    passed: bool,
    score: u32,
    #[serde(rename = "max-score")]
    max_score: u32,
    check: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
}

/// The report as Classroom 50's result. What was not reached has 0 points and says so. The format demands a score: where not everything could be judged, it
/// is 0 of 0 without a test, which is how the platform itself records that grading failed; the exit code tells it so.
#[must_use]
pub fn classroom50(subject: &Subject<'_>, classroom: &Classroom) -> String {
    let (score, max_score, tests) = match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, &entries(verdict, traces, *hints)),
        Subject::Unjudged(_) => (0, 0, Vec::new()),
    };
    json(&Outcome { schema: "classroom50/result/v1", classroom, score, max_score, tests })
}

fn judged(verdict: &Verdict, entries: &[Entry]) -> (u32, u32, Vec<Test>) {
    match score(verdict) {
        Some(score) => (score, verdict.max_score, entries.iter().filter_map(test).collect()),
        None => (0, 0, Vec::new()),
    }
}

/// The result of one check; none if it could not be judged.
fn test(entry: &Entry) -> Option<Test> {
    Some(Test {
        // A name must not be empty.
        name: if entry.title.is_empty() { entry.id.clone() } else { entry.title.clone() },
        passed: entry.mark == Mark::Passed,
        score: entry.earned()?,
        max_score: entry.points,
        check: entry.id.clone(),
        outcome: match entry.mark {
            Mark::Passed => "passed",
            Mark::Failed => "failed",
            Mark::Broken => "broken",
            Mark::NotReached => "not-reached",
            Mark::Unjudged => return None,
        },
        output: entry.details.chars().take(MOST_OUTPUT).collect(),
    })
}
