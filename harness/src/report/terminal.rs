//! The verdict as a student reads it in a terminal.

use super::{
    broken, failure,
    sheet::Sheet,
    style::{Paint, Style},
    summary,
    text::{compiler, list},
};
use crate::{
    trace::Trace,
    verdict::{Outcome, Overall, Verdict},
};

/// How many failed checks are explained with a timeline and all else; the rest is told in short.
const IN_FULL: usize = 3;

/// Renders a verdict: what failed and what to do about it first, one line for each check, the score last, where a terminal stops.
#[must_use]
pub fn terminal(verdict: &Verdict, traces: &[Trace], style: Style) -> String {
    let mut sheet = Sheet::new(style);
    head(&mut sheet, verdict);
    warnings(&mut sheet, verdict);
    if verdict.outcome == Overall::NotCompiled {
        not_compiled(&mut sheet, verdict);
        return sheet.finish();
    }
    broken::draw(&mut sheet, verdict, traces);
    for (i, check) in summary::failed(verdict).into_iter().enumerate() {
        failure::draw(&mut sheet, verdict, check, traces, i < IN_FULL);
    }
    inconclusive(&mut sheet, verdict);
    looks_like(&mut sheet, verdict);
    summary::draw(&mut sheet, verdict);
    sheet.finish()
}

fn head(sheet: &mut Sheet, verdict: &Verdict) {
    let Verdict { title, submission, seed, clock, speed, .. } = verdict;
    let dot = sheet.style.pick("·", "-");
    let speed = if *speed > 1.0 { format!(", {speed} times as fast") } else { String::new() };
    sheet.text(0, Paint::Strong, &format!("{title} {dot} {submission}"));
    sheet.text(0, Paint::Faint, &format!("seed {seed}, {clock} clock{speed}"));
}

fn warnings(sheet: &mut Sheet, verdict: &Verdict) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    for warning in &verdict.warnings {
        let kind = (warning.what.as_str(), warning.advice.as_str());
        if told.contains(&kind) {
            continue;
        }
        told.push(kind);
        let same = verdict.warnings.iter().filter(|other| (other.what.as_str(), other.advice.as_str()) == kind);
        let places: Vec<_> = same.map(|warning| format!("{}, line {}", warning.file, warning.line)).collect();
        sheet.blank();
        sheet.text(0, Paint::Warn, &format!("warning: {} in {}", warning.what, places.join("; ")));
        sheet.text(2, Paint::Plain, &warning.advice);
    }
}

fn not_compiled(sheet: &mut Sheet, verdict: &Verdict) {
    sheet.blank();
    sheet.raw(&compiler(verdict.compiler.as_deref().unwrap_or_default(), sheet.style));
    sheet.blank();
    let sentence =
        "It does not compile, so nothing was run. Begin with the first error: the others often follow from it.";
    sheet.item(0, Paint::Worst, sheet.style.pick("✗", "x"), sentence);
}

fn inconclusive(sheet: &mut Sheet, verdict: &Verdict) {
    let unjudged: Vec<_> = verdict.checks.iter().filter(|check| check.outcome == Outcome::Inconclusive).collect();
    let Some(first) = unjudged.first() else { return };
    sheet.blank();
    let ids: Vec<_> = unjudged.iter().map(|check| format!("`{}`", check.id)).collect();
    sheet.item(0, Paint::Warn, "?", &format!("{} could not be judged", list(&ids)));
    sheet.field("because", Paint::Plain, &first.got);
    let whose = "This is our fault, not yours, and costs no points. Run it again when the machine has less to do.";
    sheet.field("", Paint::Plain, whose);
    sheet.command("again", &verdict.replay);
}

/// The known mistakes that fail in the same way, where they have not been told with the one failure that there is.
fn looks_like(sheet: &mut Sheet, verdict: &Verdict) {
    if verdict.looks_like.is_empty() || failure::tells_mistakes(verdict) {
        return;
    }
    sheet.blank();
    sheet.text(0, Paint::Strong, "Together, these failures look like a mistake that others have made:");
    for mistake in &verdict.looks_like {
        sheet.field(&mistake.mistake, Paint::Plain, &mistake.tells);
    }
}
