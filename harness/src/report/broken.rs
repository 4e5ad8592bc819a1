//! Runs in which the client's process broke off: a crash, a hang, a flood, a violation.

use super::{
    failure::{again, printed},
    sheet::Sheet,
    style::Paint,
    text::count,
    timeline,
};
use crate::{
    time::show,
    trace::{Fault, How, Trace},
    verdict::{Evidence, Lane, Run, Verdict},
};

/// How many of the last lines that the submission printed are shown.
const LINES: usize = 10;
/// How many other scenarios are named that ended in the same way.
const NAMED: usize = 4;

/// Explains each way in which the client broke off, once.
pub(super) fn draw(sheet: &mut Sheet, verdict: &Verdict, traces: &[Trace]) {
    let mut told: Vec<&str> = Vec::new();
    for run in verdict.runs.iter().filter(|run| run.broken) {
        if !told.contains(&run.ended.as_str()) {
            told.push(&run.ended);
            let others = verdict.runs.iter().filter(|other| other.broken && other.ended == run.ended).skip(1);
            explain(sheet, verdict, run, &others.collect::<Vec<_>>(), traces);
        }
    }
}

/// Explains how one run broke off; the others ended in the same way.
pub(super) fn explain(sheet: &mut Sheet, verdict: &Verdict, run: &Run, others: &[&Run], traces: &[Trace]) {
    sheet.blank();
    sheet.item(0, Paint::Worst, sheet.style.pick("✗", "x"), &sentence(&run.ended));
    if run.hidden {
        return sheet.text(2, Paint::Plain, &run.about);
    }
    let dash = sheet.style.pick("–", "-");
    sheet.field(
        "when",
        Paint::Plain,
        &format!("{} into scenario {} {dash} {}", show(run.ended_ms), run.scenario, run.about),
    );
    if !others.is_empty() {
        let named: Vec<_> = others.iter().take(NAMED).map(|other| other.scenario.as_str()).collect();
        let more = others.len() - named.len();
        let more = if more > 0 { format!(" and {}", count(more, "other")) } else { String::new() };
        sheet.field("also in", Paint::Plain, &format!("{}{more}", named.join(", ")));
    }
    let trace = traces.iter().find(|trace| trace.header.scenario == run.scenario);
    if let Some(trace) = trace.filter(|trace| trace.header.clients == 1) {
        let here = Evidence {
            client: 0,
            from: run.ended_ms,
            to: run.ended_ms,
            lane: Lane::Status,
            label: "broke off here".to_owned(),
        };
        sheet.blank();
        timeline::draw(sheet, trace, &[here], &[]);
    }
    sheet.blank();
    printed(sheet, &run.output, LINES);
    if let Some(How::Broken(fault)) = trace.map(|trace| &trace.end.how) {
        sheet.field("next", Paint::Plain, advice(fault));
    }
    sheet.command("again", &again(verdict, &run.scenario));
}

/// Where to look for the cause.
pub(super) fn advice(fault: &Fault) -> &'static str {
    match fault {
        Fault::Panicked(_) => "Look at the line that the message names, and at what leads there.",
        Fault::Exited(how) if how.starts_with("status ") => {
            "A client ends by returning from `run`. Look for what ends the process at that moment, such as `std::process::exit`."
        }
        Fault::Exited(_) => {
            "Look at what runs at that moment. If the last line printed does not tell where that is, print more on the way there."
        }
        Fault::Spinning(_) => {
            "Look for a loop without `.await`, or whose `.await` never has to wait, in what runs at that moment."
        }
        Fault::Blocked(_) => {
            "Look for a call that blocks the thread in what runs at that moment, and use the one of `tokio` that is awaited: \
             `tokio::time::sleep(…).await`, `tokio::sync::Mutex`, `tokio::spawn`."
        }
        Fault::Flooded(_) => "Look for a loop that does this all the time: it must wait for something in each round.",
        Fault::Stormed(_) => {
            "Look for the loop that connects: it must wait before each new attempt, also when the last one was accepted."
        }
        Fault::Violated(_) => {
            "Nothing in the kit does this by itself: look for code that moves the clock, or that reads or writes what is not its own."
        }
    }
}

/// Words made a sentence.
pub(super) fn sentence(words: &str) -> String {
    let mut chars = words.trim_end_matches('.').chars();
    chars.next().map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str())).unwrap_or_default()
}
