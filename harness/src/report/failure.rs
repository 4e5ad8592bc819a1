//! One failed check, explained.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    summary::{failed, points},
    text::{clip, pad},
    timeline,
};
use crate::{
    time::show,
    trace::{Claim, ClientAct, How, Trace, What},
    verdict::{CheckResult, Verdict},
};

/// How many of the last lines that the submission printed are shown.
const LINES: usize = 5;
/// How many columns of the error that a client returned are shown.
const MOST_ERROR: usize = 200;

/// Explains a failed check. In short means without the timeline: the command that repeats it shows that.
pub(super) fn draw(sheet: &mut Sheet, verdict: &Verdict, check: &CheckResult, traces: &[Trace], in_full: bool) {
    sheet.blank();
    let symbol = sheet.style.pick("✗", "x");
    let note = format!("0 of {}", points(check.points));
    sheet.heading(Paint::Worst, symbol, &format!("{}: {}", check.id, check.title), &note);
    explain(sheet, verdict, check, traces, in_full);
}

/// What stands below the heading of a failed check.
pub(super) fn explain(sheet: &mut Sheet, verdict: &Verdict, check: &CheckResult, traces: &[Trace], in_full: bool) {
    if check.hidden {
        sheet.field("got", Paint::Plain, &check.got);
        return sheet.field("read", Paint::Note, &to_read(verdict, check));
    }
    let dash = sheet.style.pick("–", "-");
    let run = verdict.runs.iter().find(|run| run.scenario == check.scenario);
    if let Some(run) = run.filter(|_| in_full) {
        sheet.field("scenario", Paint::Plain, &format!("{} {dash} {}", run.scenario, run.about));
    }
    sheet.field("expected", Paint::Good, &check.expected);
    sheet.field("got", Paint::Bad, &check.got);
    if let Some(trace) = traces.iter().find(|trace| trace.header.scenario == check.scenario) {
        remark(sheet, trace);
    }
    if in_full {
        picture(sheet, check, traces);
        let output = run.map_or("", |run| run.output.as_str());
        printed(sheet, if is_first_of_scenario(verdict, check) { output } else { "" }, LINES);
        sheet.field("why", Paint::Plain, &check.why);
    }
    if tells_mistakes(verdict) {
        for mistake in &verdict.looks_like {
            sheet.field("looks like", Paint::Plain, &format!("{} {dash} {}", mistake.mistake, mistake.tells));
        }
    }
    sheet.field("read", Paint::Note, &to_read(verdict, check));
    hints(sheet, check);
    sheet.command("again", &again(verdict, &check.scenario));
}

/// The chapter of theory that a check reads.
fn to_read(verdict: &Verdict, check: &CheckResult) -> String {
    format!("challenges/{}/{}", verdict.challenge, check.read)
}

/// Whether the known mistakes are told with the failed check, because it is the only one.
pub(super) fn tells_mistakes(verdict: &Verdict) -> bool {
    failed(verdict).len() == 1
}

fn remark(sheet: &mut Sheet, trace: &Trace) {
    let remarks = remarks(trace, sheet.style);
    if !remarks.is_empty() {
        sheet.field("note", Paint::Warn, &remarks.join(" "));
    }
}

/// What explains many failures at once and stands in no picture: the client never tried, or it returned.
pub(super) fn remarks(trace: &Trace, style: Style) -> Vec<String> {
    let mut remarks = Vec::new();
    if !trace.events.iter().any(|event| event.what == What::Client(ClientAct::Attempt)) {
        remarks.push("The client never tried to connect.".to_owned());
    }
    let returned = trace.events.iter().rev().find_map(|event| match &event.what {
        What::Claim(Claim::Returned(error)) if trace.end.how == How::Returned => Some((event.at, error)),
        _ => None,
    });
    if let Some((at, error)) = returned {
        let whose = if trace.header.clients == 1 { "The client" } else { "The last client" };
        let error = error.as_ref().map(|error| format!(" with the error: {}", clip(error, MOST_ERROR, style)));
        let error = error.unwrap_or_default();
        remarks.push(format!("{whose} returned from `run` at {}{}.", show(at), error.trim_end_matches('.')));
    }
    remarks
}

/// The command that plays only this scenario again.
pub(super) fn again(verdict: &Verdict, scenario: &str) -> String {
    let replay = &verdict.replay;
    if replay.contains(" --scenario ") { replay.clone() } else { format!("{replay} --scenario {scenario}") }
}

/// The last lines that the submission printed.
pub(super) fn printed(sheet: &mut Sheet, output: &str, most: usize) {
    // The standard library's advice is of no use here: the harness, not the user, decides on the client's environment.
    let told = |line: &&str| !line.trim().is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE=1`");
    let lines: Vec<_> = output.lines().filter(told).collect();
    let last = &lines[lines.len().saturating_sub(most)..];
    sheet.quoted("printed", last);
    if !last.is_empty() {
        sheet.blank();
    }
}

fn picture(sheet: &mut Sheet, check: &CheckResult, traces: &[Trace]) {
    if let Some(trace) = traces.iter().find(|trace| trace.header.scenario == check.scenario) {
        sheet.blank();
        timeline::draw(sheet, trace, &check.evidence, &check.windows);
    }
    sheet.blank();
}

fn is_first_of_scenario(verdict: &Verdict, check: &CheckResult) -> bool {
    failed(verdict).iter().find(|other| other.scenario == check.scenario).is_some_and(|first| first.id == check.id)
}

fn hints(sheet: &mut Sheet, check: &CheckResult) {
    let shown = sheet.style.hints.min(check.hints.len());
    for (i, hint) in check.hints[..shown].iter().enumerate() {
        let last = i + 1 == shown && shown < check.hints.len();
        let more = if last { format!(" (for more: --hints {})", shown + 1) } else { String::new() };
        sheet.field(&pad(if i == 0 { "hint" } else { "" }, 4), Paint::Plain, &format!("{hint}{more}"));
    }
}
