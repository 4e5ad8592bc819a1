//! Gradescope's `results/results.json` (gradescope/autograder_samples, `docs/specs.md`).

use serde::Serialize;

use super::{
    Subject,
    entry::{Entry, Mark, OURS, cautions, entries, line, score},
};
use crate::{
    report::{json, summary},
    verdict::Verdict,
};

/// Everything is shown as it stands; the default of the whole output would be HTML.
const FORMAT: &str = "text";

#[derive(Serialize)]
struct Results {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u32>,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tests: Vec<Test>,
    extra_data: Extra,
}

#[derive(Serialize)]
struct Test {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_score: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    extra_data: Check,
}

#[derive(Serialize)]
struct Check {
    check: String,
    points: u32,
}

#[derive(Serialize)]
struct Extra {
    challenge: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<String>,
}

/// The report as Gradescope's results. What was not reached has 0 points and says so. If anything could not be judged, there is no score at
/// all, neither of the whole nor of a test: Gradescope then treats it as a failure of the grader.
#[must_use]
pub fn gradescope(subject: &Subject<'_>) -> String {
    json(&match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, entries(verdict, traces, *hints)),
        Subject::Unjudged(unjudged) => {
            let extra = Extra { challenge: unjudged.challenge(), seed: None, replay: None };
            results(None, unjudged.sentence(), Vec::new(), extra)
        }
    })
}

fn results(score: Option<u32>, output: String, tests: Vec<Test>, extra_data: Extra) -> Results {
    Results {
        score,
        output,
        output_format: FORMAT,
        test_output_format: FORMAT,
        test_name_format: FORMAT,
        tests,
        extra_data,
    }
}

fn judged(verdict: &Verdict, entries: Vec<Entry>) -> Results {
    let score = score(verdict);
    let mut output = summary::sentence(verdict);
    if score.is_none() {
        output = format!("{output}\nNo score is recorded, as some checks could not be judged. {OURS}");
    }
    let cautions = cautions(verdict);
    if !cautions.is_empty() {
        output = format!("{output}\n\n{}", cautions.trim_end());
    }
    let extra =
        Extra { challenge: line(&verdict.challenge), seed: Some(verdict.seed), replay: Some(line(&verdict.replay)) };
    let tests = entries.into_iter().map(|entry| test(entry, score.is_some())).collect();
    results(score, output, tests, extra)
}

fn test(entry: Entry, scored: bool) -> Test {
    Test {
        score: entry.earned().filter(|_| scored),
        max_score: scored.then_some(entry.points),
        status: match entry.mark {
            Mark::Passed => Some("passed"),
            Mark::Failed | Mark::Broken | Mark::NotReached => Some("failed"),
            Mark::Unjudged => None,
        },
        name: entry.title,
        output: entry.details,
        tags: Some(entry.scenario).filter(|scenario| !scenario.is_empty()).into_iter().collect(),
        extra_data: Check { check: entry.id, points: entry.points },
    }
}
