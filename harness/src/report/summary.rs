//! One line for each check, and the score.

use std::cmp::Reverse;

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, count, pad, safe, width},
};
use crate::{
    time::{Millis, show},
    verdict::{CheckResult, Outcome, Overall, Verdict},
};

/// The failed checks, those that most others wait for first.
pub(super) fn failed(verdict: &Verdict) -> Vec<&CheckResult> {
    let mut failed: Vec<_> = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fail).collect();
    failed.sort_by_key(|check| Reverse(waiting_for(verdict, check)));
    failed
}

/// `1 point`, `2 points`.
pub(super) fn points(n: u32) -> String {
    count(n as usize, "point")
}

/// Writes the list of all checks and, last, what it comes to and what to do next.
pub(super) fn draw(sheet: &mut Sheet, verdict: &Verdict) {
    sheet.blank();
    lines(sheet, verdict);
    sheet.blank();
    match verdict.outcome {
        Overall::Passed => passed(sheet, verdict),
        Overall::Inconclusive => {
            let text = format!("{} earned, the rest could not be judged.", score(verdict));
            sheet.item(0, Paint::Warn, "?", &text);
        }
        _ => fell_short(sheet, verdict),
    }
}

fn lines(sheet: &mut Sheet, verdict: &Verdict) {
    let style = sheet.style;
    let notes: Vec<_> = verdict.checks.iter().map(|check| note(verdict, check)).collect();
    let notes_width = notes.iter().map(|note| width(note)).max().unwrap_or(0).min(24);
    let points: Vec<_> = verdict.checks.iter().map(earned).collect();
    let points_width = points.iter().map(String::len).max().unwrap_or(0);
    let room = style.columns() - 4 - 2 - points_width - if notes_width > 0 { notes_width + 2 } else { 0 };
    let titles: Vec<_> =
        verdict.checks.iter().map(|check| clip(&safe(&check.title, 200, style), room, style)).collect();
    let titles_width = titles.iter().map(|title| width(title)).max().unwrap_or(0);
    for (i, check) in verdict.checks.iter().enumerate() {
        let (symbol, paint) = symbol(check.outcome, style);
        let title = if check.outcome == Outcome::NotReached { Paint::Faint } else { Paint::Plain };
        let pieces = [
            (paint, symbol),
            (Paint::Plain, " "),
            (title, &pad(&titles[i], titles_width)),
            (Paint::Plain, "  "),
            (title, &format!("{:>points_width$}", points[i])),
            (Paint::Plain, "  "),
            (Paint::Faint, &clip(&safe(&notes[i], 200, style), notes_width, style)),
        ];
        sheet.line(2, &pieces);
    }
}

/// The sign of an outcome.
pub(super) fn symbol(outcome: Outcome, style: Style) -> (&'static str, Paint) {
    match outcome {
        Outcome::Pass => (style.pick("✓", "+"), Paint::Good),
        Outcome::Fail => (style.pick("✗", "x"), Paint::Worst),
        Outcome::NotReached => (style.pick("·", "."), Paint::Faint),
        Outcome::Inconclusive => ("?", Paint::Warn),
    }
}

fn earned(check: &CheckResult) -> String {
    match check.outcome {
        Outcome::Pass => format!("{0}/{0}", check.points),
        Outcome::Inconclusive => format!("?/{}", check.points),
        Outcome::Fail | Outcome::NotReached => format!("0/{}", check.points),
    }
}

/// Which explanation above belongs to a check, or what it waits for.
fn note(verdict: &Verdict, check: &CheckResult) -> String {
    match check.outcome {
        Outcome::Pass | Outcome::Inconclusive => String::new(),
        Outcome::Fail => check.id.clone(),
        Outcome::NotReached => match root(verdict, check) {
            Some(root) => format!("needs {}", root.id),
            None => "broke off".to_owned(),
        },
    }
}

/// The failed check that a check which was not reached waits for.
fn root<'a>(verdict: &'a Verdict, check: &CheckResult) -> Option<&'a CheckResult> {
    let mut ids: Vec<&str> = check.requires.iter().map(String::as_str).collect();
    let mut seen = Vec::new();
    while let Some(id) = ids.pop().filter(|_| seen.len() < verdict.checks.len()) {
        let Some(required) = verdict.checks.iter().find(|other| other.id == id && !seen.contains(&other.id)) else {
            continue;
        };
        seen.push(required.id.clone());
        match required.outcome {
            Outcome::Fail => return Some(required),
            Outcome::NotReached => ids.extend(required.requires.iter().map(String::as_str)),
            Outcome::Pass | Outcome::Inconclusive => {}
        }
    }
    None
}

/// How many checks wait for this one.
fn waiting_for(verdict: &Verdict, check: &CheckResult) -> usize {
    let unreached = verdict.checks.iter().filter(|other| other.outcome == Outcome::NotReached);
    unreached.filter(|other| root(verdict, other).is_some_and(|root| root.id == check.id)).count()
}

fn score(verdict: &Verdict) -> String {
    format!("{} of {}", verdict.score, points(verdict.max_score))
}

fn passed(sheet: &mut Sheet, verdict: &Verdict) {
    let time: Millis = verdict.runs.iter().map(|run| run.ended_ms).sum();
    let kind = if verdict.clock == "virtual" { "simulated time" } else { "real time" };
    let (checks, scenarios) = (count(verdict.checks.len(), "check"), count(verdict.runs.len(), "scenario"));
    let text = format!("Passed: {}. {checks} in {scenarios}, {} of {kind}.", score(verdict), show(time));
    sheet.item(0, Paint::Good, sheet.style.pick("✓", "+"), &text);
    if verdict.submission.starts_with("challenges/") {
        let text = format!(
            "Now compare your code with solutions/{}, where others do it differently, and choose what comes next:",
            verdict.challenge
        );
        sheet.text(2, Paint::Plain, &text);
        sheet.text(2, Paint::Note, "cargo run -p harness -- list");
    }
}

fn fell_short(sheet: &mut Sheet, verdict: &Verdict) {
    let counts = [
        (Outcome::Pass, "passed"),
        (Outcome::Fail, "failed"),
        (Outcome::NotReached, "not reached"),
        (Outcome::Inconclusive, "could not be judged"),
    ]
    .map(|(outcome, words)| (verdict.checks.iter().filter(|check| check.outcome == outcome).count(), words));
    let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    let text =
        format!("Failed: {}. Of {}: {}.", score(verdict), count(verdict.checks.len(), "check"), counts.join(", "));
    sheet.item(0, Paint::Worst, sheet.style.pick("✗", "x"), &text);
    let failed = failed(verdict);
    if verdict.runs.iter().any(|run| run.broken) {
        sheet.text(2, Paint::Plain, "Begin with what broke off, at the top.");
    } else if let Some(first) = failed.first() {
        let waiting = waiting_for(verdict, first);
        let wait = if waiting == 1 { "check waits" } else { "checks wait" };
        let waiting = if waiting > 0 { format!(": {waiting} {wait} for it") } else { String::new() };
        if failed.len() > 1 || !waiting.is_empty() {
            sheet.text(2, Paint::Plain, &format!("Begin with `{}`, explained at the top{waiting}.", first.id));
        }
    }
}
