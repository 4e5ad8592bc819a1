//! The grades of a class in a real browser.

use std::fs;

use harness::{
    report::class,
    verdict::{Assignment, Grade, GradeResult, Grades},
};
use tempfile::TempDir;

use super::chromium::with_page;

/// A class whose names are what people and attackers write.
fn grades() -> Grades {
    let slug = "reconnect-backoff".to_owned();
    let assignment =
        Assignment { slug: slug.clone(), title: "Reconnect".into(), seed: 1, max_score: 40, digest: "0".repeat(64) };
    let mut grades = Grades::new(vec![assignment], 4, None, vec!["<img src=x onerror=alert(1)>".into()]);
    let names = ["anna.zip", "</table><script>alert(1)</script>", &"long-".repeat(60), "../../etc/passwd"];
    let outcomes = [GradeResult::Passed, GradeResult::Failed, GradeResult::Hung, GradeResult::Unjudged];
    for (name, outcome) in names.into_iter().zip(outcomes) {
        grades.grades.push(Grade {
            submission: name.to_owned(),
            folder: format!("folder of {}", grades.grades.len()),
            challenge: slug.clone(),
            assignment: String::new(),
            digest: String::new(),
            outcome,
            score: (outcome != GradeResult::Unjudged).then_some(40),
            max_score: 40,
            sandbox: "strict".into(),
            checks: Vec::new(),
            looks_like: vec!["<b>constant</b>".into()],
            note: "a note with `code` & <i>markup</i>".into(),
        });
    }
    grades
}

#[test]
fn the_grades_of_a_class_are_only_text() {
    let dir = TempDir::new().expect("there is room");
    let file = dir.path().join("summary.html");
    fs::write(&file, class::page(&grades(), Some("report.html"))).expect("it is writable");
    with_page(async |page| {
        for (width, scheme) in [(1400, "light"), (400, "dark")] {
            page.resize(width, 1000).await;
            page.prefer(scheme).await;
            let url = page.load_without_script(&file).await;
            page.picture(&format!("class-{width}-{scheme}")).await;
            assert_eq!(page.text_of("h1").await, "Grades");
            assert_eq!(page.count("script, img, b, i").await, 0, "names are text");
            assert_eq!(page.count("tbody tr").await, 4);
            assert_eq!(
                page.count("tbody a[href^='results/folder%20of%20'][href$='/reconnect-backoff/report.html']").await,
                3
            );
            let wider = page.evaluate("document.documentElement.scrollWidth - innerWidth").await;
            assert!(wider.as_i64().is_some_and(|wider| wider <= 0), "it is {wider} wider than {width}");
            assert_eq!(page.complaints(), Vec::<&serde_json::Value>::new());
            assert_eq!(page.requests(), [url]);
        }
    });
}
