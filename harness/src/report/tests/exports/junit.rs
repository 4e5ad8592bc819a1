//! JUnit XML: read by the reader of `cargo nextest`, and held to the rules of the strict schema of Jenkins' xUnit plugin.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use regex_lite::Regex;

use super::{Points, case};
use crate::report::export;

/// What may stand in an element, and its attributes, those that it must have first.
const SCHEMA: [(&str, &[&str], usize, &[&str]); 9] = [
    ("testsuites", &["name", "time", "tests", "failures", "errors"], 0, &["testsuite"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"],
        4,
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], 0, &["property"]),
    ("property", &["name", "value"], 2, &[]),
    (
        "testcase",
        &["name", "classname", "time", "group"],
        1,
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], 0, &[]),
    ("error", &["type", "message"], 0, &[]),
    ("skipped", &["type", "message"], 0, &[]),
    ("system-err", &[], 0, &[]),
];

/// Holds a document to [`SCHEMA`] and to what XML allows.
fn is_valid(xml: &str) {
    let legal =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(legal), "{xml:?}");
    let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let tag = Regex::new(r#"^<(/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(/?)>"#).unwrap();
    let (attribute, entity) =
        (Regex::new(r#" ([a-z]+)="([^"]*)""#).unwrap(), Regex::new("&(amp|lt|gt|quot);").unwrap());
    assert_eq!(xml.matches('&').count(), entity.find_iter(xml).count(), "{xml}");
    let mut open: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let text = &rest[..rest.find('<').unwrap_or(rest.len())];
        let may_hold_text =
            open.last().is_some_and(|name| ["failure", "error", "skipped", "system-err"].contains(name));
        assert!(may_hold_text || text.trim().is_empty(), "text in {open:?}: {text}");
        rest = &rest[text.len()..];
        let Some(found) = tag.captures(rest) else {
            assert!(rest.is_empty(), "no tag: {rest}");
            break;
        };
        let name = found.get(2).unwrap().as_str();
        if &found[1] == "/" {
            assert_eq!(open.pop(), Some(name));
        } else {
            let (_, known, required, _) = SCHEMA.into_iter().find(|(element, ..)| *element == name).expect(name);
            let names: Vec<_> = attribute.captures_iter(&found[3]).map(|found| found[1].to_owned()).collect();
            assert!(names.iter().all(|name| known.contains(&name.as_str())), "{}", &found[0]);
            assert!(known[..required].iter().all(|name| names.iter().any(|other| other == name)), "{}", &found[0]);
            let within =
                open.last().map(|parent| SCHEMA.into_iter().find(|(element, ..)| element == parent).unwrap().3);
            assert!(within.map_or(name == "testsuites", |within| within.contains(&name)), "{name} in {open:?}");
            if &found[4] != "/" {
                open.push(name);
            }
        }
        rest = &rest[found[0].len()..];
    }
    assert!(open.is_empty(), "{open:?}");
}

fn read(xml: &str) -> Report {
    is_valid(xml);
    let report = Report::deserialize_from_str(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let [suite] = &report.test_suites[..] else { panic!("{report:?}") };
    let count =
        |wanted: fn(&TestCaseStatus) -> bool| suite.test_cases.iter().filter(|case| wanted(&case.status)).count();
    let is =
        |status: &TestCaseStatus, wanted| matches!(status, TestCaseStatus::NonSuccess { kind, .. } if *kind == wanted);
    let _ = is;
    let counted = (
        suite.test_cases.len(),
        count(|status| matches!(status, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. })),
        count(|status| matches!(status, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. })),
        count(|status| matches!(status, TestCaseStatus::Skipped { .. })),
    );
    assert_eq!((suite.tests, suite.failures, suite.errors, suite.skipped), counted, "{xml}");
    assert_eq!((report.tests, report.failures, report.errors), (counted.0, counted.1, counted.2), "{xml}");
    report
}

pub(super) fn points(xml: &str) -> Points {
    let report = read(xml);
    let suite = &report.test_suites[0];
    let property = |name: &str| {
        suite.properties.iter().find(|property| property.name.as_str() == name).map(|property| property.value.as_str())
    };
    let number = |text: &str| text.parse::<u32>().unwrap();
    let score = property("score").map(|score| (number(score), number(property("max_score").expect("a maximum"))));
    let of_checks: Vec<_> =
        suite.properties.iter().filter(|property| property.name.as_str().starts_with("points.")).collect();
    let checks = suite.test_cases.iter().zip(&of_checks).map(|(case, property)| {
        let (earned, of) = property.value.as_str().split_once('/').expect("points");
        let id = property.name.as_str().trim_start_matches("points.");
        assert!(case.name.as_str().starts_with(&format!("{id}: ")), "{:?} is not of {id}", case.name);
        let earned = (earned != "?").then(|| number(earned));
        match (&case.status, earned) {
            (TestCaseStatus::Success { .. }, Some(earned)) => assert_eq!(earned, number(of)),
            (TestCaseStatus::NonSuccess { ty, .. }, None) => assert_eq!(ty.as_ref().unwrap().as_str(), "inconclusive"),
            (_, earned) => assert_eq!(earned, Some(0)),
        }
        (earned, number(of))
    });
    assert_eq!(of_checks.len(), suite.test_cases.len());
    Points { score, checks: checks.collect() }
}

pub(super) fn is_a_fault_of_the_harness(xml: &str) {
    let report = read(xml);
    let case = &report.test_suites[0].test_cases[0];
    let TestCaseStatus::NonSuccess { kind, ty, .. } = &case.status else { panic!("{report:?}") };
    assert_eq!((*kind, ty.as_ref().unwrap().as_str()), (NonSuccessKind::Error, "harness"));
    assert!(report.test_suites[0].properties.is_empty(), "no score");
}

#[test]
fn the_rules_see_what_breaks_them() {
    let right = export::junit(&case("failed").subject());
    is_valid(&right);
    let wrongs = [
        right.replacen("<failure", "<failing", 1).replacen("</failure", "</failing", 1),
        right.replacen("</testcase>", "", 1),
        right.replacen(" tests=", " test=", 2),
        right.replacen("classname=", "class=", 1),
        right.replacen("expected ", "a & b", 1),
        right.replacen("expected ", "a < b", 1),
        right.replacen("expected ", "\u{1b}", 1),
        right.replacen("<properties>", "<properties>text", 1),
    ];
    for wrong in wrongs {
        assert_ne!(wrong, right);
        assert!(std::panic::catch_unwind(|| is_valid(&wrong)).is_err(), "{wrong}");
    }
}
