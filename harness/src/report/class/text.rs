//! The grades of a class in the terminal.

use super::{figures::Figures, is_ours, points, remark};
use crate::{
    report::{
        sheet::Sheet,
        style::{Paint, Style},
        text::{clip, count, inert, list, pad, safe, width},
    },
    verdict::{Grade, GradeResult, Grades},
};

/// The longest line of a log, in characters.
const MOST_LINE: usize = 300;

/// The widest column of names.
const WIDEST: usize = 28;

/// The grades: a line for each submission and challenge, and what can be said of the whole.
#[must_use]
pub fn text(grades: &Grades, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let several = grades.challenges.len() > 1;
    let column = |texts: &mut dyn Iterator<Item = &str>| {
        texts.map(|text| width(&safe(text, 200, style))).max().unwrap_or(0).min(WIDEST) + 2
    };
    let names = column(&mut grades.grades.iter().map(|grade| grade.submission.as_str()));
    let slugs = column(&mut grades.grades.iter().map(|grade| grade.challenge.as_str()));
    for submission in grades.submissions() {
        for (i, grade) in submission.iter().enumerate() {
            let name = if i == 0 { grade.submission.as_str() } else { "" };
            let mut head = cell(name, names, style);
            if several {
                head += &cell(&grade.challenge, slugs, style);
            }
            row(&mut sheet, &head, grade);
        }
    }
    sheet.blank();
    whole(&mut sheet, grades);
    sheet.finish()
}

/// One grade, on one line, for a log.
#[must_use]
pub fn graded(done: usize, of: usize, grade: &Grade, style: Style) -> String {
    let place = format!("[{done:>width$}/{of}]", width = of.to_string().len());
    let mut line =
        format!("{place} {}, {}: {}, {}", grade.submission, grade.challenge, points(grade), grade.outcome.words());
    let remark = remark(grade);
    if !remark.is_empty() {
        line += &format!(": {remark}");
    }
    inert(&safe(&line, MOST_LINE, style)).into_owned() + "\n"
}

fn cell(text: &str, columns: usize, style: Style) -> String {
    pad(&clip(&safe(text, 200, style), columns - 2, style), columns)
}

fn row(sheet: &mut Sheet, head: &str, grade: &Grade) {
    let style = sheet.style;
    let (paint, sign) = match grade.outcome {
        GradeResult::Passed => (Paint::Good, style.pick("✓", "+")),
        outcome if is_ours(outcome) => (Paint::Warn, "?"),
        _ => (Paint::Bad, style.pick("✗", "x")),
    };
    let points = format!("{:>7}  ", safe(&points(grade), 20, style));
    let outcome = format!("{sign} {}", pad(grade.outcome.words(), 16));
    let room = style.columns().saturating_sub(width(head) + width(&points) + width(&outcome));
    let remark = clip(&safe(&remark(grade), 200, style), room, style);
    sheet.line(0, &[(Paint::Strong, head), (Paint::Plain, &points), (paint, &outcome), (Paint::Faint, &remark)]);
}

fn whole(sheet: &mut Sheet, grades: &Grades) {
    let figures = Figures::of(grades);
    let submissions = count(grades.submissions().count(), "submission");
    let part = grades.shard.map(|shard| format!(" (part {shard} of {})", grades.class)).unwrap_or_default();
    let outcomes: Vec<_> = figures.outcomes.iter().map(|(outcome, n)| format!("{n} {}", outcome.words())).collect();
    sheet.text(0, Paint::Strong, &format!("{submissions}{part}: {}.", list(&outcomes)));
    for (slug, median, of) in figures.medians.iter().filter_map(|(slug, median, of)| Some((slug, (*median)?, of))) {
        sheet.text(0, Paint::Plain, &format!("{slug}: half have {median} of {of} points or more."));
    }
    let named = |names: &[(String, usize)]| names.iter().map(|(name, n)| format!("{name} ({n})")).collect::<Vec<_>>();
    if !figures.failed.is_empty() {
        sheet.text(0, Paint::Plain, &format!("Failed most often: {}.", list(&named(&figures.failed))));
    }
    if !figures.looks_like.is_empty() {
        sheet.text(0, Paint::Plain, &format!("Mistakes seen most often: {}.", list(&named(&figures.looks_like))));
    }
    let ours = grades.grades.iter().filter(|grade| is_ours(grade.outcome)).count();
    if ours > 0 {
        let text = format!("{} could not be judged, through no fault of theirs: run the same command again.", ours);
        sheet.text(0, Paint::Warn, &text);
    }
    if !grades.left_out.is_empty() {
        let text = format!("Left out, as they are no submissions: {}.", list(&shown(&grades.left_out)));
        sheet.text(0, Paint::Warn, &text);
    }
}

/// The first names, and how many more there are.
fn shown(names: &[String]) -> Vec<String> {
    const MOST: usize = 5;
    let mut shown: Vec<_> = names.iter().take(MOST).cloned().collect();
    if names.len() > MOST {
        shown.push(format!("{} more", names.len() - MOST));
    }
    shown
}
