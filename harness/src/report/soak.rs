//! What `soak` prints.

use std::collections::BTreeMap;

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::count,
};
use crate::verdict::{Outcome, Soak};

/// How many changes are listed.
const LISTED: usize = 10;

/// Renders the findings of a soak: whether the verdict ever changed, then whether the traces did.
#[must_use]
pub fn soak(soak: &Soak, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let (good, bad) = (style.pick("✓", "+"), style.pick("✗", "x"));
    let runs = format!("graded {} with seed {}", count(soak.runs as usize, "time"), soak.seed);
    sheet.text(0, Paint::Strong, &format!("{}, {}: {runs}", soak.challenge, soak.submission));
    sheet.blank();
    if soak.changed.is_empty() {
        sheet.item(0, Paint::Good, good, &format!("The verdict never changed: {}.", scores(soak)));
    } else {
        let runs = soak.changed.iter().map(|change| change.run).collect::<std::collections::BTreeSet<_>>().len();
        let text = format!("The verdict changed in {}: {}.", count(runs, "run"), scores(soak));
        sheet.item(0, Paint::Worst, bad, &text);
        changes(&mut sheet, soak);
    }
    match soak.digests.len() {
        0 => {}
        1 => sheet.item(0, Paint::Good, good, "Every trace was the same, byte for byte."),
        n => {
            sheet.item(
                0,
                Paint::Warn,
                "?",
                &format!("The traces came in {n} versions: is all chance drawn from `net.rng()`?"),
            );
        }
    }
    for (digest, times) in soak.digests.iter().take(LISTED) {
        sheet.field("digest", Paint::Plain, &format!("{digest}  {}", count(*times as usize, "time")));
    }
    if soak.inconclusive > 0 {
        let runs = count(soak.inconclusive as usize, "run");
        sheet.item(0, Paint::Warn, "?", &format!("Inconclusive in {runs}: the machine could not keep real time."));
    }
    sheet.finish()
}

fn scores(soak: &Soak) -> String {
    match soak.scores.len() {
        1 => format!("{} of {} points", soak.scores.keys().next().unwrap_or(&0), soak.max_score),
        _ => {
            let each =
                soak.scores.iter().map(|(score, times)| format!("{score} points {}", count(*times as usize, "time")));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// The checks that changed, the most fickle first, with the first run in which they did.
fn changes(sheet: &mut Sheet, soak: &Soak) {
    let mut by_check: BTreeMap<(&str, &str, &str), Vec<u32>> = BTreeMap::new();
    for change in &soak.changed {
        by_check.entry((&change.check, word(change.before), word(change.after))).or_default().push(change.run);
    }
    let mut rows: Vec<_> = by_check.into_iter().collect();
    rows.sort_by_key(|(_, runs)| std::cmp::Reverse(runs.len()));
    for ((check, before, after), runs) in rows.iter().take(LISTED) {
        let runs = format!("{}, first in run {}", count(runs.len(), "time"), runs[0]);
        sheet.text(2, Paint::Plain, &format!("{check}: {before} at first, then {after} ({runs})"));
    }
    if rows.len() > LISTED {
        sheet.text(2, Paint::Faint, &format!("and {}", count(rows.len() - LISTED, "other change")));
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::NotReached => "not reached",
        Outcome::Inconclusive => "inconclusive",
    }
}
