//! Markdown, read by a parser of CommonMark with the tables of GitHub.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{EVIL, Unjudged, case};
use crate::{
    report::export::{self, Subject},
    verdict::{CheckResult, Verdict},
};

fn events(text: &str) -> Vec<Event<'_>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_MATH;
    Parser::new_ext(text, options).collect()
}

/// Nothing but the writer's own structure: one heading, one table, paragraphs, folded blocks of code.
fn is_plain(text: &str) {
    let (mut headings, mut tables, mut folds) = (0, 0, 0);
    for event in events(text) {
        match &event {
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::Table(_)) => tables += 1,
            Event::Html(html) => {
                let html = html.trim_end();
                let summary = html.strip_prefix("<summary>").and_then(|html| html.strip_suffix("</summary>"));
                let own = ["<details>", "<details open>", "</details>"].contains(&html);
                folds += usize::from(own);
                let summary = summary.map(|text| text.replace("<code>@</code>", ""));
                assert!(own || summary.is_some_and(|text| !text.contains(['<', '>', '@'])), "{html}");
            }
            Event::Start(
                Tag::Paragraph
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Emphasis
                | Tag::Strong
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock,
            )
            | Event::End(_)
            | Event::Code(_)
            | Event::SoftBreak => {}
            Event::Text(text) => {
                assert!(!text.contains("::error::") || text.contains(": :error::") || !text.starts_with("::"), "{text}")
            }
            other => panic!("{other:?} in {text}"),
        }
    }
    assert!(
        (headings, folds % 2) == (1, 0) && tables <= 1,
        "{headings} headings, {tables} tables, {folds} folds in {text}"
    );
}

/// The last cells of the table's rows.
pub(super) fn points(text: &str) -> Vec<(Option<u32>, u32)> {
    is_plain(text);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut in_table = false;
    for event in events(text) {
        match event {
            Event::Start(Tag::TableHead) => in_table = true,
            Event::End(TagEnd::Table) => in_table = false,
            Event::Start(Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.iter_mut().last().into_iter().for_each(|row| row.push(String::new())),
            Event::Text(text) if in_table => {
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.push_str(&text);
                }
            }
            _ => {}
        }
    }
    let points = |row: &Vec<String>| {
        assert_eq!(row.len(), 3, "{row:?}");
        let (earned, of) = row[2].split_once('/').expect("points");
        ((earned != "?").then(|| earned.parse().unwrap()), of.parse().unwrap())
    };
    rows.iter().map(points).collect()
}

#[test]
fn what_could_not_be_graded_has_no_markup_of_others() {
    is_plain(&export::markdown(&Subject::Unjudged(&Unjudged::new(EVIL, EVIL)), 1_000));
}

#[test]
fn a_summary_never_grows_too_large() {
    let check = |verdict: &Verdict, i: usize| CheckResult { id: format!("check-{i}"), ..verdict.checks[4].clone() };
    let case = case("failed");
    let mut verdict = case.verdict.clone();
    verdict.checks = (0..200).map(|i| check(&verdict, i)).collect();
    let subject = Subject::Judged { verdict: &verdict, traces: &case.traces, hints: 3 };
    for most in [export::MOST_SUMMARY, 100_000, 20_000, 2_000] {
        let text = export::markdown(&subject, most);
        is_plain(&text);
        assert!(text.len() <= most && text.contains("11 of 18 points"), "{} of {most} bytes", text.len());
        assert!(most != 100_000 || text.contains("more explanations are left out here"), "{most}");
    }
}
