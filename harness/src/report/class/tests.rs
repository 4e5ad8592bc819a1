//! The grades of a class, as people and programs read them.

use insta::assert_snapshot;

use super::*;
use crate::{
    report::Style,
    verdict::{Assignment, Mark, Outcome, Shard},
};

/// A grade whose checks of two points each came to this.
fn grade(submission: &str, challenge: &str, outcome: GradeResult, checks: &[(&str, Outcome)]) -> Grade {
    let mark = |(check, outcome): &(&str, Outcome)| Mark { check: (*check).to_owned(), outcome: *outcome, points: 2 };
    let passed = checks.iter().filter(|(_, outcome)| *outcome == Outcome::Pass).count();
    Grade {
        submission: submission.to_owned(),
        folder: submission.replace(['/', ' '], "_"),
        challenge: challenge.to_owned(),
        assignment: "0123456789abcdef".into(),
        digest: "fedcba9876543210".into(),
        outcome,
        score: (!is_ours(outcome)).then(|| u32::try_from(2 * passed).expect("it is small")),
        max_score: 6,
        sandbox: "strict".into(),
        checks: checks.iter().map(mark).collect(),
        looks_like: Vec::new(),
        note: String::new(),
    }
}

fn class(slugs: &[&str]) -> Grades {
    let assignment = |slug: &&str| Assignment {
        slug: (*slug).to_owned(),
        title: format!("The {slug}"),
        seed: 1,
        max_score: 6,
        digest: "0123456789abcdef0123456789abcdef".into(),
    };
    Grades::new(slugs.iter().map(assignment).collect(), 6, None, vec!["notes.txt".into(), "a.rar".into()])
}

/// One of each kind; names and messages are what people and attackers write.
fn mixed() -> Grades {
    use GradeResult::{Crashed, Failed, NotCompiled, Passed, Unjudged, Unusable};
    use Outcome::{Fail, NotReached, Pass};
    let all = [("waits", Pass), ("grows", Pass), ("spread", Pass)];
    let mut grades = class(&["backoff"]);
    grades.grades = vec![
        grade("anna.zip", "backoff", Passed, &all),
        Grade {
            looks_like: vec!["constant".into()],
            ..grade("ben", "backoff", Failed, &[("waits", Pass), ("grows", Fail), ("spread", Fail)])
        },
        grade("=cmd|'/c calc'!A1", "backoff", NotCompiled, &[]),
        Grade {
            note: "there is no `src/lib.rs` in it | <b>\n::error::x".into(),
            ..grade("dora, \"D\"", "backoff", Unusable, &[])
        },
        grade("emil", "backoff", Crashed, &[("waits", Pass), ("grows", Fail), ("spread", NotReached)]),
        Grade { note: "no space left on device".into(), ..grade("frida", "backoff", Unjudged, &[]) },
    ];
    grades
}

/// Two challenges, of which one student did only one.
fn two() -> Grades {
    use GradeResult::{Failed, Inconclusive, Passed};
    let mut grades = class(&["backoff", "heartbeat"]);
    grades.shard = Shard::new(1, 3);
    grades.left_out.clear();
    grades.grades = vec![
        grade("anna", "backoff", Passed, &[("waits", Outcome::Pass)]),
        grade("anna", "heartbeat", Failed, &[("pings", Outcome::Fail)]),
        grade("ben", "backoff", Failed, &[("waits", Outcome::Fail)]),
        grade("ben", "heartbeat", Inconclusive, &[("pings", Outcome::Inconclusive)]),
    ];
    grades
}

#[test]
fn a_class_in_the_terminal() {
    assert_snapshot!(text(&mixed(), Style::default()));
    assert_snapshot!("two_in_ascii", text(&two(), Style { ascii: true, ..Style::default() }));
}

#[test]
fn a_class_in_markdown() {
    assert_snapshot!(markdown(&mixed(), 1 << 20));
    let mut many = class(&["backoff"]);
    many.grades = (0..1_000).map(|n| grade(&format!("student-{n}"), "backoff", GradeResult::Passed, &[])).collect();
    let cut = markdown(&many, 20_000);
    assert!(cut.len() <= 20_000 && cut.contains(" more are left out here"), "{cut}");
}

#[test]
fn a_class_as_a_table() {
    assert_snapshot!(csv(&mixed()));
    assert_snapshot!("two_challenges", csv(&two()));
}

#[test]
fn a_class_as_a_page() {
    let page = page(&mixed(), Some("report.html"));
    let body = page.split_once("<body").expect("there is a body").1;
    assert_snapshot!(body.replace("><", ">\n<"));
}

#[test]
fn a_line_of_a_log_steers_nothing() {
    let lines: String =
        mixed().grades.iter().enumerate().map(|(i, one)| graded(i + 9, 14, one, Style::default())).collect();
    assert_snapshot!(lines);
}
