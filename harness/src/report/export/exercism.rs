//! Exercism's `results.json` (exercism/docs, "The Test Runner Interface"), versions 2 and 3.

use serde::Serialize;

use super::{
    Subject,
    entry::{Entry, Mark, OURS, boundary, entries},
};
use crate::{
    report::{
        json,
        style::Style,
        summary,
        text::{count, inert, safe},
    },
    verdict::{Overall, Verdict},
};

/// The longest message, in bytes.
const MOST_MESSAGE: usize = 65_535;
/// The longest output of a test, in characters.
const MOST_OUTPUT: usize = 500;
/// What the interface wants to be said where an output was cut.
const TRUNCATED: &str = "Output was truncated. Please limit to 500 chars";

/// Which version of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExercismVersion {
    /// Each test by itself.
    V2,
    /// Tests may also name the task that they belong to. Challenges have no numbered tasks, so none does.
    V3,
}

#[derive(Serialize)]
struct Results {
    version: u32,
    status: &'static str,
    message: Option<String>,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    test_code: String,
    status: &'static str,
    message: Option<String>,
    output: Option<String>,
}

/// The report as Exercism's results: `error` of the whole if it does not compile, or if it could not be judged though nothing failed. The points stand
/// in the name of each test, as the interface has no place for them; what was not reached has failed and says so.
#[must_use]
pub fn exercism(subject: &Subject<'_>, version: ExercismVersion) -> String {
    let (status, message, tests) = match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, entries(verdict, traces, *hints)),
        Subject::Unjudged(unjudged) => ("error", Some(unjudged.sentence()), Vec::new()),
    };
    let version = match version {
        ExercismVersion::V2 => 2,
        ExercismVersion::V3 => 3,
    };
    json(&Results { version, status, message: message.map(|text| cut(&text)), tests })
}

fn judged(verdict: &Verdict, mut entries: Vec<Entry>) -> (&'static str, Option<String>, Vec<Test>) {
    match verdict.outcome {
        Overall::NotCompiled => ("error", entries.pop().map(|entry| entry.details), Vec::new()),
        Overall::Inconclusive => {
            let message = format!("{}\n{OURS}", summary::sentence(verdict));
            ("error", Some(message), entries.iter().map(test).collect())
        }
        Overall::Passed => ("pass", None, entries.iter().map(test).collect()),
        Overall::Failed | Overall::Crashed | Overall::Hung | Overall::Flooded => {
            ("fail", None, entries.iter().map(test).collect())
        }
    }
}

fn test(entry: &Entry) -> Test {
    Test {
        name: format!("{} ({})", entry.title, count(entry.points as usize, "point")),
        test_code: format!("scenario {}: {}\nexpected: {}", entry.scenario, entry.about, entry.expected),
        status: match entry.mark {
            Mark::Passed => "pass",
            Mark::Failed | Mark::NotReached => "fail",
            Mark::Broken | Mark::Unjudged => "error",
        },
        message: Some(&entry.details).filter(|text| !text.is_empty()).map(|text| cut(text)),
        output: output(&entry.printed),
    }
}

/// What the student printed: all of it or, as the end is what explains most, its end.
fn output(printed: &str) -> Option<String> {
    let lines: Vec<_> =
        printed.lines().map(|line| inert(&safe(line, MOST_OUTPUT, Style::default())).into_owned()).collect();
    let text = lines.join("\n");
    let length = text.chars().count();
    if length <= MOST_OUTPUT {
        return Some(text).filter(|text| !text.trim().is_empty());
    }
    let room = MOST_OUTPUT - TRUNCATED.len() - 1;
    let end: String = text.chars().skip(length - room).collect();
    // A line that is cut at its front is no line that was printed.
    let whole = end.split_once('\n').map_or(end.as_str(), |(_, whole)| whole);
    Some(format!("{TRUNCATED}\n{}", inert(whole)))
}

fn cut(text: &str) -> String {
    text[..boundary(text, MOST_MESSAGE)].trim_end().to_owned()
}
