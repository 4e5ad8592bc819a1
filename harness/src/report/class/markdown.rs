//! The grades of a class in Markdown, for the summary of a step and for people.

use std::fmt::Write as _;

use super::{figures::Figures, is_ours, points, remark};
use crate::{
    report::{export::code, text::count},
    verdict::{Grade, GradeResult, Grades},
};

/// What is kept free for the lines that are always there, in bytes.
const RESERVED: usize = 4 * 1024;

/// The grades as Markdown, in at most so many bytes: what can be said of the whole, then a table as far as there is room.
#[must_use]
pub fn markdown(grades: &Grades, most: usize) -> String {
    let figures = Figures::of(grades);
    let part = grades.shard.map(|shard| format!(", part {shard} of {}", grades.class)).unwrap_or_default();
    let mut out = format!("## {}{part}\n\n", count(grades.submissions().count(), "submission"));
    for (outcome, n) in &figures.outcomes {
        let _ = writeln!(out, "- {} {n} {}", sign(*outcome), outcome.words());
    }
    out.push('\n');
    let mut say = |title: &str, names: &[(String, usize)]| {
        let names: Vec<_> = names.iter().map(|(name, n)| format!("{} ({n})", code(name))).collect();
        if !names.is_empty() {
            let _ = writeln!(out, "{title}: {}.\n", names.join(", "));
        }
    };
    say("Failed most often", &figures.failed);
    say("Mistakes seen most often", &figures.looks_like);
    for (slug, median, of) in figures.medians.iter().filter_map(|(slug, median, of)| Some((slug, (*median)?, of))) {
        let _ = writeln!(out, "{}: half have {median} of {of} points or more.\n", code(slug));
    }
    out.push_str("| | Submission | Challenge | Points | |\n| --- | --- | --- | ---: | --- |\n");
    let mut left_out = 0;
    for grade in &grades.grades {
        let row = row(grade);
        match left_out == 0 && out.len() + row.len() + RESERVED <= most {
            true => out.push_str(&row),
            false => left_out += 1,
        }
    }
    out.push('\n');
    if left_out > 0 {
        let _ = writeln!(out, "{left_out} more are left out here, as there is no room for them.\n");
    }
    if grades.grades.iter().any(|grade| is_ours(grade.outcome)) {
        out.push_str("What could not be judged is the grader's fault, and costs no points: run it again.\n\n");
    }
    if !grades.left_out.is_empty() {
        let names: Vec<_> = grades.left_out.iter().take(5).map(|name| code(name)).collect();
        let more = if grades.left_out.len() > names.len() { ", …" } else { "" };
        let _ = writeln!(out, "Left out, as they are no submissions: {}{more}.", names.join(", "));
    }
    out
}

fn sign(outcome: GradeResult) -> &'static str {
    match outcome {
        GradeResult::Passed => "✅",
        outcome if is_ours(outcome) => "❔",
        _ => "❌",
    }
}

fn row(grade: &Grade) -> String {
    // Also in code a bar would end the cell (GitHub Flavored Markdown, "Tables").
    let cell = |text: &str| code(text).replace('|', "\\|");
    let remark = match remark(grade) {
        remark if remark.is_empty() => grade.outcome.words().to_owned(),
        remark => format!("{}: {}", grade.outcome.words(), cell(&remark)),
    };
    format!(
        "| {} | {} | {} | {} | {remark} |\n",
        sign(grade.outcome),
        cell(&grade.submission),
        cell(&grade.challenge),
        points(grade)
    )
}
