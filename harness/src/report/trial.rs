//! What happens in scenarios, all of it: for a teacher who writes them by looking.

use super::{
    failure::printed,
    live::Live,
    sheet::Sheet,
    style::{Paint, Style},
    summary::{counts, symbol},
    terminal::cautions,
    text::{count, safe},
    timeline,
};
use crate::{
    trace::Trace,
    verdict::{Run, Verdict},
};

/// How many events a wire log has at most: the first ones, and some of the last.
const FIRST: usize = 150;
const LAST: usize = 50;
/// How many lines of what the submission printed are shown.
const LINES: usize = 20;

/// Renders what happened to one client in each scenario, in full, and what the checks measured in it, a line each. `client` says which client of a
/// scenario, and what it is called.
#[must_use]
pub fn trial(verdict: &Verdict, traces: &[Trace], client: impl Fn(&Trace) -> (u32, String), style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let dot = style.pick("·", "-");
    let Verdict { title, submission, seed, .. } = verdict;
    sheet.text(0, Paint::Strong, &format!("{title} {dot} {submission} {dot} seed {seed}"));
    cautions(&mut sheet, verdict);
    for trace in traces {
        if let Some(run) = verdict.runs.iter().find(|run| run.scenario == trace.header.scenario) {
            scenario(&mut sheet, verdict, run, trace, client(trace));
        }
    }
    sheet.blank();
    sheet.text(0, Paint::Strong, &counts(verdict));
    sheet.finish()
}

fn scenario(sheet: &mut Sheet, verdict: &Verdict, run: &Run, trace: &Trace, (client, name): (u32, String)) {
    let dash = sheet.style.pick("–", "-");
    sheet.blank();
    sheet.text(0, Paint::Strong, &format!("{} {dash} {}", run.scenario, run.about));
    let told: Vec<_> = run.client.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !told.is_empty() {
        let told = format!("The client is told {} (durations in ms).", told.join(", "));
        sheet.text(2, Paint::Faint, &told);
    }
    if trace.header.clients > 1 {
        let of = count(trace.header.clients as usize, "client");
        sheet.text(
            2,
            Paint::Faint,
            &format!("Client {client} of {of}, numbered from 0{name}. The checks are about all of them."),
        );
    }
    sheet.blank();
    timeline::whole(sheet, trace, client);
    sheet.blank();
    wire(sheet, trace, client);
    sheet.blank();
    printed(sheet, &run.output, LINES);
    checks(sheet, verdict, run);
}

/// The wire log of one client. Of a long one, the middle is left out.
fn wire(sheet: &mut Sheet, trace: &Trace, client: u32) {
    let live = Live { style: sheet.style, user_acts: true };
    let events: Vec<_> = trace.events.iter().filter(|event| event.client == client).collect();
    let last = events.len().saturating_sub(LAST).max(FIRST.min(events.len()));
    for event in &events[..FIRST.min(events.len())] {
        sheet.raw(&live.event(event));
    }
    if last > FIRST {
        let left_out = count(last - FIRST, "event");
        sheet.text(0, Paint::Faint, &format!("{left_out} left out; `check --trace FILE` keeps them all."));
    }
    for event in &events[last..] {
        sheet.raw(&live.event(event));
    }
    sheet.raw(&live.is_over(trace.end.at, &trace.end.how, ""));
}

/// What each check that reads this scenario measured, a line each.
fn checks(sheet: &mut Sheet, verdict: &Verdict, run: &Run) {
    for check in verdict.checks.iter().filter(|check| check.scenario == run.scenario) {
        let (sign, paint) = symbol(check.outcome, sheet.style);
        let finding = check.finding.as_ref().map(|finding| format!("/{finding}")).unwrap_or_default();
        let got = safe(&check.got, 400, sheet.style);
        sheet.item(0, paint, sign, &format!("{}{finding}: {got}", check.id));
    }
}
