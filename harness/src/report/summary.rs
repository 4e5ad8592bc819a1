//! One line for each check, and the score.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, count, pad, safe, width},
};
use crate::{
    time::{Millis, show},
    verdict::{CheckResult, Outcome, Overall, Verdict},
};

/// The failed checks in the order of the spec, as hints are given in; the hidden ones last, as nothing can be said of them.
pub(super) fn failed(verdict: &Verdict) -> Vec<&CheckResult> {
    let failed = |hidden| verdict.checks.iter().filter(move |it| it.outcome == Outcome::Fail && it.hidden == hidden);
    failed(false).chain(failed(true)).collect()
}

/// `1 point`, `2 points`.
pub(super) fn points(n: u32) -> String {
    count(n as usize, "point")
}

/// Writes the list of all checks and, last, what it comes to and what to do next.
pub(super) fn draw(sheet: &mut Sheet, verdict: &Verdict, next: Next<'_>) {
    sheet.blank();
    lines(sheet, verdict);
    sheet.blank();
    match verdict.outcome {
        Overall::Passed => passed(sheet, verdict, next),
        Overall::Inconclusive => sheet.item(0, Paint::Warn, "?", &sentence(verdict)),
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

pub(super) fn earned(check: &CheckResult) -> String {
    match check.outcome {
        Outcome::Pass => format!("{0}/{0}", check.points),
        Outcome::Inconclusive => format!("?/{}", check.points),
        Outcome::Fail | Outcome::NotReached => format!("0/{}", check.points),
    }
}

/// Which explanation above belongs to a check, or what it waits for.
pub(super) fn note(verdict: &Verdict, check: &CheckResult) -> String {
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
pub(super) fn root<'a>(verdict: &'a Verdict, check: &CheckResult) -> Option<&'a CheckResult> {
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
pub(super) fn waiting_for(verdict: &Verdict, check: &CheckResult) -> usize {
    let unreached = verdict.checks.iter().filter(|other| other.outcome == Outcome::NotReached);
    unreached.filter(|other| root(verdict, other).is_some_and(|root| root.id == check.id)).count()
}

/// `Of 27 checks: 21 passed, 1 failed, 5 not reached.`
pub(super) fn counts(verdict: &Verdict) -> String {
    format!("Of {}: {}.", count(verdict.checks.len(), "check"), counts_of(verdict.checks.iter()))
}

/// `21 passed, 1 failed, 5 not reached`.
pub(super) fn counts_of<'a>(checks: impl Iterator<Item = &'a CheckResult> + Clone) -> String {
    let counts = [Outcome::Pass, Outcome::Fail, Outcome::NotReached, Outcome::Inconclusive]
        .map(|outcome| (checks.clone().filter(|check| check.outcome == outcome).count(), word(outcome)));
    let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    counts.join(", ")
}

/// An outcome in words.
pub(super) fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "passed",
        Outcome::Fail => "failed",
        Outcome::NotReached => "not reached",
        Outcome::Inconclusive => "could not be judged",
    }
}

/// `30 of 40 points`.
pub(super) fn score(verdict: &Verdict) -> String {
    format!("{} of {}", verdict.score, points(verdict.max_score))
}

/// `2 of 3 hidden checks passed; what they look at is not shown.`
pub(super) fn hidden(verdict: &Verdict) -> Option<String> {
    let hidden = verdict.checks.iter().filter(|check| check.hidden);
    let passed = hidden.clone().filter(|check| check.outcome == Outcome::Pass).count();
    match hidden.count() {
        0 => None,
        1 if passed == 1 => Some("The hidden check passed; what it looks at is not shown.".to_owned()),
        1 => Some("The hidden check did not pass; what it looks at is not shown.".to_owned()),
        of => Some(format!("{passed} of {of} hidden checks passed; what they look at is not shown.")),
    }
}

/// What it comes to, in a sentence, and in another what came of the hidden checks.
pub(super) fn sentence(verdict: &Verdict) -> String {
    let sentences = [Some(result(verdict)), hidden(verdict)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn result(verdict: &Verdict) -> String {
    match verdict.outcome {
        Overall::Passed => all_passed(verdict),
        Overall::Inconclusive => format!("{} earned, the rest could not be judged.", score(verdict)),
        Overall::NotCompiled => "It does not compile.".to_owned(),
        Overall::Failed | Overall::Crashed | Overall::Hung | Overall::Flooded => {
            format!("Failed: {}. {}", score(verdict), counts(verdict))
        }
    }
}

/// The same in few words.
pub(super) fn words(verdict: &Verdict) -> String {
    match verdict.outcome {
        Overall::Passed => format!("passed, {}", score(verdict)),
        Overall::Failed => format!("{}: {}", score(verdict), counts_of(verdict.checks.iter())),
        Overall::Crashed => format!("crashed, {}", score(verdict)),
        Overall::Hung => format!("hung, {}", score(verdict)),
        Overall::Flooded => format!("stopped, {}", score(verdict)),
        Overall::Inconclusive => format!("{}, the rest could not be judged", score(verdict)),
        Overall::NotCompiled => "does not compile".to_owned(),
    }
}

fn all_passed(verdict: &Verdict) -> String {
    let time: Millis = verdict.runs.iter().map(|run| run.ended_ms).sum();
    let kind = if verdict.clock == "virtual" { "simulated time" } else { "real time" };
    let (checks, scenarios) = (count(verdict.checks.len(), "check"), count(verdict.runs.len(), "scenario"));
    format!("Passed: {}. {checks} in {scenarios}, {} of {kind}.", score(verdict), show(time))
}

/// How a student goes on who has passed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next<'a> {
    /// With commands.
    Commands,
    /// With keys, as this says.
    Keys(&'a str),
}

fn passed(sheet: &mut Sheet, verdict: &Verdict, next: Next<'_>) {
    sheet.item(0, Paint::Good, sheet.style.pick("✓", "+"), &sentence(verdict));
    if let Next::Keys(keys) = next {
        sheet.text(2, Paint::Plain, keys);
    } else if verdict.submission.starts_with("challenges/") {
        sheet.text(2, Paint::Plain, "Now compare your code with the nearest solution, and choose what comes next:");
        sheet.text(2, Paint::Note, &format!("cargo run -p harness -- solution {}", verdict.challenge));
        sheet.text(2, Paint::Note, "cargo run -p harness -- list");
    }
}

fn fell_short(sheet: &mut Sheet, verdict: &Verdict) {
    sheet.item(0, Paint::Worst, sheet.style.pick("✗", "x"), &sentence(verdict));
    if let Some(text) = first_step(verdict) {
        sheet.text(2, Paint::Plain, &text);
    }
}

/// Where to begin, if that needs to be said.
pub(super) fn first_step(verdict: &Verdict) -> Option<String> {
    let failed = failed(verdict);
    if verdict.runs.iter().any(|run| run.broken) {
        return Some("Begin with what broke off, at the top.".to_owned());
    }
    let first = failed.first()?;
    let waiting = waiting_for(verdict, first);
    let wait = if waiting == 1 { "check waits" } else { "checks wait" };
    let waiting = if waiting > 0 { format!(": {waiting} {wait} for it") } else { String::new() };
    let is_obvious = first.hidden || failed.len() == 1 && waiting.is_empty();
    (!is_obvious).then(|| format!("Begin with `{}`, explained at the top{waiting}.", first.id))
}
