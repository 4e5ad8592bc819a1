//! The verdict as a student reads it in a terminal.

use super::{
    broken, failure,
    sheet::Sheet,
    style::{Paint, Style},
    summary::{self, Next},
    text::{compiler, count, list},
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
    tell(&mut sheet, verdict, traces, Next::Commands);
    sheet.finish()
}

/// The same without the lines that say what was graded. `keys` says which keys are for one who has passed.
#[must_use]
pub fn findings(verdict: &Verdict, traces: &[Trace], keys: &str, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    tell(&mut sheet, verdict, traces, Next::Keys(keys));
    sheet.finish()
}

/// What it comes to, in few words.
#[must_use]
pub fn outcome(verdict: &Verdict) -> String {
    summary::words(verdict)
}

fn tell(sheet: &mut Sheet, verdict: &Verdict, traces: &[Trace], next: Next<'_>) {
    cautions(sheet, verdict);
    if verdict.outcome == Overall::NotCompiled {
        return not_compiled(sheet, verdict);
    }
    broken::draw(sheet, verdict, traces);
    for (i, check) in summary::failed(verdict).into_iter().enumerate() {
        failure::draw(sheet, verdict, check, traces, i < IN_FULL);
    }
    inconclusive(sheet, verdict);
    looks_like(sheet, verdict);
    summary::draw(sheet, verdict, next);
}

fn head(sheet: &mut Sheet, verdict: &Verdict) {
    let Verdict { title, submission, seed, clock, speed, sandbox, .. } = verdict;
    let dot = sheet.style.pick("·", "-");
    let speed = if *speed > 1.0 { format!(", {speed} times as fast") } else { String::new() };
    sheet.text(0, Paint::Strong, &format!("{title} {dot} {submission}"));
    // What students have at home need not be said.
    let sandbox =
        if ["", "basic"].contains(&sandbox.as_str()) { String::new() } else { format!(", sandbox {sandbox}") };
    sheet.text(0, Paint::Faint, &format!("seed {seed}, {clock} clock{speed}{sandbox}"));
}

/// What is to be said of the source, whatever the client did; of what did not compile the compiler has no warnings.
pub(super) fn cautions(sheet: &mut Sheet, verdict: &Verdict) {
    warnings(sheet, verdict);
    compiler_warnings(sheet, verdict);
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

/// What the compiler warns of. What is only unfinished is counted: it must not bury the verdict.
fn compiler_warnings(sheet: &mut Sheet, verdict: &Verdict) {
    let warnings = &verdict.compiler_warnings;
    for warning in &warnings.told {
        sheet.blank();
        sheet.raw(compiler(&warning.rendered, sheet.style).trim_end());
    }
    if let Some(text) = not_told(verdict) {
        sheet.blank();
        sheet.text(0, Paint::Faint, &text);
    }
}

/// How many warnings of the compiler are not told, if any are not.
pub(super) fn not_told(verdict: &Verdict) -> Option<String> {
    let warnings = &verdict.compiler_warnings;
    let others = [(warnings.more, "of the same kind"), (warnings.unfinished, "about unused or unfinished code")];
    let others = others.iter().filter(|(n, _)| *n > 0).map(|(n, which)| (*n as usize, *which));
    let others: Vec<_> = others.map(|(n, which)| format!("{} {which}", count(n, "warning"))).collect();
    // The student's own crate can be asked by its name.
    let own = verdict.submission.strip_prefix("challenges/");
    let shows = own.map(|slug| format!(" `cargo check -p {slug}` shows all.")).unwrap_or_default();
    (!others.is_empty()).then(|| format!("Not shown: {}.{shows}", others.join(" and ")))
}

fn not_compiled(sheet: &mut Sheet, verdict: &Verdict) {
    sheet.blank();
    sheet.raw(&compiler(verdict.compiler.as_deref().unwrap_or_default(), sheet.style));
    sheet.blank();
    sheet.item(0, Paint::Worst, sheet.style.pick("✗", "x"), &errors(verdict));
}

/// How many errors there are, and what to do about them.
pub(super) fn errors(verdict: &Verdict) -> String {
    match verdict.compiler_errors {
        // Its manifest cannot be read, or there is no submission at all.
        0 => "There was nothing to compile, so nothing was run.".to_owned(),
        1 => "1 error: it does not compile, so nothing was run.".to_owned(),
        n => format!(
            "{n} errors: it does not compile, so nothing was run. Begin with the first, at the top: the others often \
             follow from it."
        ),
    }
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
