//! The grades of a class as a page for a browser, from which each submission's own page is one click away.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::{figures::Figures, is_ours, points, remark};
use crate::{
    report::{
        html::{STYLE, inline},
        text::count,
    },
    verdict::{Grade, GradeResult, Grades},
};

/// What this page has besides the style of a verdict's page.
const OWN_STYLE: &str = include_str!("page.css");

/// What the page may do: nothing but look as it does.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The grades as one HTML page; `report` is the file name of each submission's own page in the folder of its results, if it has one.
#[must_use]
pub fn page(grades: &Grades, report: Option<&str>) -> String {
    let figures = Figures::of(grades);
    let title = grades.challenges.iter().map(|one| one.title.as_str()).collect::<Vec<_>>().join(", ");
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Grades – " (inline(&title)) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.class {
                header {
                    h1 { "Grades" }
                    p.soft {
                        (count(grades.submissions().count(), "submission"))
                        @if let Some(shard) = grades.shard { ", part " (shard) " of " (grades.class) }
                    }
                }
                main {
                    (whole(grades, &figures))
                    section aria-labelledby="all" {
                        h2 id="all" { "All submissions" }
                        (table(grades, report))
                    }
                    (left_out(grades))
                }
                footer {
                    @for one in &grades.challenges {
                        p.soft { code { (inline(&one.slug)) } ", seed " (one.seed) ", graded with " code { (&one.digest[..12.min(one.digest.len())]) } }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn whole(grades: &Grades, figures: &Figures) -> Markup {
    let named = |names: &[(String, usize)]| {
        markup! {
            ol { @for (name, n) in names { li { code { (inline(name)) } " " span.soft { (n) } } } }
        }
    };
    markup! {
        section.figures aria-labelledby="whole" {
            h2 id="whole" { "The class" }
            ul.outcomes {
                @for (outcome, n) in &figures.outcomes {
                    li class=(class(*outcome)) { strong { (n) } " " (outcome.words()) }
                }
            }
            @for (slug, median, of) in &figures.medians {
                @if let Some(median) = median {
                    p { code { (inline(slug)) } ": half have " strong { (median) } " of " (of) " points or more." }
                }
            }
            @if grades.grades.iter().any(|grade| is_ours(grade.outcome)) {
                p { "What could not be judged is the grader's fault and costs no points: run the same command again." }
            }
            @if !figures.failed.is_empty() { h3 { "Failed most often" } (named(&figures.failed)) }
            @if !figures.looks_like.is_empty() { h3 { "Mistakes seen most often" } (named(&figures.looks_like)) }
        }
    }
}

fn table(grades: &Grades, report: Option<&str>) -> Markup {
    let columns = ["Submission", "Challenge", "Points", "Outcome", "First failed"];
    markup! {
        // It may be wider than the screen, and then it is scrolled with the keys, too.
        div.wide tabindex="0" role="region" aria-labelledby="all" {
            table {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { @for grade in &grades.grades { (row(grade, report)) } }
            }
        }
    }
}

fn row(grade: &Grade, report: Option<&str>) -> Markup {
    markup! {
        tr {
            th scope="row" { (name(grade, report)) }
            td { (inline(&grade.challenge)) }
            td.points { (points(grade)) }
            td class=(class(grade.outcome)) { (grade.outcome.words()) }
            td { (inline(&remark(grade))) }
        }
    }
}

/// The name of a submission, as a link to its page if there is one.
fn name(grade: &Grade, report: Option<&str>) -> Markup {
    let report = report.filter(|_| grade.outcome != GradeResult::Unjudged);
    markup! {
        @match report {
            Some(report) => {
                a href=(format!("results/{}/{}/{report}", encoded(&grade.folder), encoded(&grade.challenge))) { (inline(&grade.submission)) }
            }
            None => (inline(&grade.submission)),
        }
    }
}

/// A name as a part of an address (RFC 3986, section 2.1).
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn left_out(grades: &Grades) -> Markup {
    markup! {
        @if !grades.left_out.is_empty() {
            section aria-labelledby="left-out" {
                h2 id="left-out" { "Left out" }
                p { "These are neither folders, nor " code { ".rs" } " files, nor archives:" }
                ul { @for name in &grades.left_out { li { (inline(name)) } } }
            }
        }
    }
}

fn class(outcome: GradeResult) -> &'static str {
    match outcome {
        GradeResult::Passed => "good",
        outcome if is_ours(outcome) => "warn",
        _ => "bad",
    }
}
