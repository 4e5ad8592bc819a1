//! Course platforms: the results of Gradescope, Exercism and Classroom 50, by the rules that each publishes. A key that it does not know is an error.

use regex_lite::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Classroom, ExercismVersion, Points, case, classroom, hostile};
use crate::{
    report::export,
    trace::Fault,
    verdict::{Outcome, Overall, Verdict},
};

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Passed {
    Passed,
    Failed,
}

/// gradescope/autograder_samples, `docs/specs.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Results {
    score: Option<u32>,
    output: Option<String>,
    output_format: Option<String>,
    test_output_format: Option<String>,
    test_name_format: Option<String>,
    #[serde(default)]
    tests: Vec<Test>,
    #[serde(rename = "extra_data")]
    _extra_data: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    score: Option<u32>,
    max_score: Option<u32>,
    status: Option<Passed>,
    name: String,
    output: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(rename = "extra_data")]
    _extra_data: Option<Map<String, Value>>,
}

pub(super) fn gradescope(text: &str) -> Points {
    let results: Results = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    // Anything else would render what a student wrote.
    for format in [&results.output_format, &results.test_output_format, &results.test_name_format] {
        assert_eq!(format.as_deref(), Some("text"));
    }
    assert!(results.output.is_some_and(|output| !output.is_empty()));
    let scored = results.tests.iter().filter(|test| test.score.is_some()).count();
    assert_eq!(scored, if results.score.is_some() { results.tests.len() } else { 0 }, "{text}");
    for test in &results.tests {
        assert!(
            !test.name.is_empty()
                && test.tags.len() <= 1
                && test.score.is_none_or(|score| Some(score) <= test.max_score)
        );
        assert_eq!(test.output.is_none(), test.status == Some(Passed::Passed), "{test:?}");
        assert!(
            test.score.is_none() || (test.score == test.max_score) == (test.status == Some(Passed::Passed)),
            "{test:?}"
        );
    }
    let sum = |of: fn(&Test) -> Option<u32>| results.tests.iter().filter_map(of).sum::<u32>();
    // The score of the whole is the sum that Gradescope would make of the tests.
    assert_eq!(results.score.unwrap_or(0), sum(|test| test.score));
    Points {
        score: results.score.map(|score| (score, sum(|test| test.max_score))),
        checks: results.tests.iter().map(|test| (test.score, test.max_score.unwrap_or(0))).collect(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Pass,
    Fail,
    Error,
}

/// exercism/docs, "The Test Runner Interface".
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercise {
    version: u32,
    status: Status,
    message: Option<String>,
    tests: Vec<Exercised>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercised {
    name: String,
    test_code: String,
    status: Status,
    message: Option<String>,
    output: Option<String>,
}

fn exercise(text: &str) -> Exercise {
    let exercise: Exercise = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(exercise.message.is_some(), exercise.status == Status::Error, "{text}");
    for test in &exercise.tests {
        assert!(!test.name.is_empty() && !test.test_code.is_empty(), "{test:?}");
        assert!(test.output.as_ref().is_none_or(|output| output.chars().count() <= 500), "{test:?}");
        assert_eq!(test.message.is_none(), test.status == Status::Pass, "{test:?}");
    }
    let messages = exercise.tests.iter().map(|test| &test.message).chain([&exercise.message]);
    assert!(messages.flatten().all(|message| message.len() <= 65_535));
    exercise
}

pub(super) fn exercism(text: &str, version: ExercismVersion, verdict: &Verdict, points: &Points) {
    let exercise = exercise(text);
    assert_eq!(exercise.version, if version == ExercismVersion::V2 { 2 } else { 3 });
    let status = match verdict.outcome {
        Overall::Passed => Status::Pass,
        Overall::NotCompiled | Overall::Inconclusive => Status::Error,
        _ => Status::Fail,
    };
    assert_eq!(exercise.status, status);
    if verdict.outcome == Overall::NotCompiled {
        assert!(exercise.tests.is_empty() && exercise.message.unwrap().contains("mismatched types"));
        return;
    }
    assert_eq!(exercise.tests.len(), points.checks.len());
    for ((test, check), (earned, of)) in exercise.tests.iter().zip(&verdict.checks).zip(&points.checks) {
        let worth = format!("({of} point{})", if *of == 1 { "" } else { "s" });
        assert!(test.name.ends_with(&worth), "{test:?}");
        assert_eq!(test.status == Status::Pass, *earned == Some(*of), "{test:?}");
        assert_eq!(
            check.outcome == Outcome::Inconclusive,
            test.status == Status::Error && earned.is_none(),
            "{test:?}"
        );
    }
}

pub(super) fn exercism_error(text: &str, why: &str) {
    let exercise = exercise(text);
    assert_eq!((exercise.status, exercise.tests.len()), (Status::Error, 0));
    assert!(exercise.message.unwrap().contains(why));
}

#[test]
fn what_a_student_printed_is_shown_as_exercism_wants_it() {
    let printed = |output: &str| {
        let mut verdict = case("crashed").verdict;
        verdict.runs.iter_mut().for_each(|run| run.output = output.into());
        let subject = export::Subject::Judged { verdict: &verdict, traces: &[], hints: 1 };
        exercise(&export::exercism(&subject, ExercismVersion::V3)).tests[1].output.clone()
    };
    assert_eq!(printed(""), None);
    assert_eq!(printed("one\ntwo\n").as_deref(), Some("one\ntwo"));
    let numbers: String = (1..=500).map(|n| format!("{n}\n")).collect();
    let cut = printed(&numbers).unwrap();
    assert!(
        cut.starts_with("Output was truncated. Please limit to 500 chars\n") && cut.ends_with("\n499\n500"),
        "{cut}"
    );
    assert!(cut.lines().nth(1).unwrap().parse::<u32>().is_ok());
    let one_line = printed(&"é".repeat(700)).unwrap();
    assert!(one_line.contains("é") && one_line.contains("truncated"), "{one_line}");
}

/// foundation50/classroom50, wiki "Advanced Autograding", with the rules that its runner holds a result to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submitted {
    schema: String,
    classroom: String,
    assignment: String,
    assignment_type: String,
    owner: String,
    submission: String,
    commit: String,
    release: String,
    review: String,
    datetime: String,
    graded_at: Option<String>,
    score: u32,
    #[serde(rename = "max-score")]
    max_score: u32,
    tests: Vec<Graded>,
    submitted_by: Option<Actor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Actor {
    username: String,
    #[serde(rename = "id")]
    _id: Option<u64>,
}

/// More keys are kept as they are.
#[derive(Debug, Deserialize)]
struct Graded {
    #[serde(rename = "test-name")]
    name: String,
    passed: bool,
    score: u32,
    #[serde(rename = "max-score")]
    max_score: u32,
    output: Option<String>,
}

pub(super) fn classroom50(text: &str) -> Points {
    let result: Submitted = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let instant = Regex::new(r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$").unwrap();
    assert_eq!(result.schema, "classroom50/result/v1");
    assert!(
        ["individual", "group"].contains(&result.assignment_type.as_str()) && result.submission.starts_with("submit/")
    );
    assert!(instant.is_match(&result.datetime) && result.graded_at.is_none_or(|at| instant.is_match(&at)));
    let texts = [result.classroom, result.assignment, result.owner, result.commit, result.release, result.review];
    assert!(texts.iter().all(|text| !text.is_empty()) && result.submitted_by.is_none_or(|by| !by.username.is_empty()));
    assert!(result.score <= result.max_score);
    for test in &result.tests {
        assert!(
            !test.name.is_empty() && test.score <= test.max_score && test.passed == (test.score == test.max_score),
            "{test:?}"
        );
        assert!(test.output.as_ref().is_none_or(|output| output.chars().count() <= 2_000), "{test:?}");
    }
    let sums = result.tests.iter().fold((0, 0), |sums, test| (sums.0 + test.score, sums.1 + test.max_score));
    assert_eq!(sums, (result.score, result.max_score));
    let checks = result.tests.iter().map(|test| (Some(test.score), test.max_score)).collect();
    Points { score: Some((result.score, result.max_score)), checks }
}

#[test]
fn who_submitted_is_read_from_what_the_platform_sets() {
    let without = |names: &'static [&str]| {
        Classroom::of(move |name| classroom(name).filter(|_| !names.contains(&name))).map(|_| ())
    };
    assert_eq!(without(&["GITHUB_ACTOR", "GITHUB_ACTOR_ID", "REVIEW_URL"]), Ok(()));
    let one = without(&["ASSIGNMENT"]).unwrap_err();
    assert!(one.contains("not known: ASSIGNMENT is not set"), "{one}");
    let several = without(&["CLASSROOM", "OWNER", "COMMIT_URL"]).unwrap_err();
    assert!(
        several.contains("CLASSROOM, OWNER or USERNAME, COMMIT_URL, REVIEW_URL or COMMIT_URL are not set"),
        "{several}"
    );
    let with = |name: &'static str, value: &'static str| {
        Classroom::of(move |other| if other == name { Some(value.to_owned()) } else { classroom(other) }).map(|_| ())
    };
    assert_eq!(with("USERNAME", "alice"), Ok(()));
    assert!(with("CLASSROOM", "  ").unwrap_err().contains("CLASSROOM is not set"));
    assert!(with("ASSIGNMENT_TYPE", "solo").unwrap_err().contains("individual, group or team"));
    for tag in [
        "2026-06-01T14-32-05Z-a1b2c3d",
        "submit/x",
        "submit/2026-06-01T24-32-05Z-a",
        "submit/2026-06-01T14:32:05Z",
        "submit/é",
    ] {
        assert!(with("SUBMISSION_TAG", tag).unwrap_err().contains("it must be like submit/"), "{tag}");
    }
}

#[test]
fn a_message_is_bounded_whatever_a_client_says() {
    let mut verdict = hostile();
    let fault = Fault::Panicked("é".repeat(200_000)).sentence();
    verdict.runs.iter_mut().for_each(|run| run.ended.clone_from(&fault));
    let compiler = Verdict { compiler: Some("é\n".repeat(100_000)), ..case("not compiled").verdict };
    for verdict in [verdict, compiler] {
        let subject = export::Subject::Judged { verdict: &verdict, traces: &[], hints: 1 };
        exercise(&export::exercism(&subject, ExercismVersion::V3));
        classroom50(&export::classroom50(&subject, &Classroom::of(classroom).unwrap()));
    }
}
