//! What happened around a miss, on one axis of time.
//!
//! For one client: lanes for the server, the connection, the tries and the status, the evidence marked under the lane where it is.
//! For a fleet as a whole: histograms of arrivals and waits.

mod axis;
mod canvas;
mod fleet;
mod lanes;
mod legend;
mod marks;
mod story;
#[cfg(test)]
mod tests;

use canvas::{Canvas, Scale};
use lanes::Lanes;
use legend::Legend;
use story::Story;

use super::{
    sheet::{LABEL, Sheet},
    style::Paint,
    text::pad,
};
use crate::{
    time::Millis,
    trace::Trace,
    verdict::{Evidence, Lane},
};

/// How many landmarks are shown before and after the evidence at most.
const CONTEXT: usize = 4;
/// How many times as long as the evidence with its cause the whole may be.
const WIDEST: Millis = 4;
/// What counts as long for that purpose: landmarks of one handshake are a latency apart, which is too near to show anything else.
const SHORTEST: Millis = 250;
/// How many places are marked at most.
const MARKED: usize = 3;
/// How far a timeline is indented.
const INDENT: usize = 2;

/// Draws what happened around the first piece of evidence; nothing if there is none.
pub(super) fn draw(sheet: &mut Sheet, trace: &Trace, evidence: &[Evidence]) {
    let on_the_clock = |evidence: &Evidence| {
        let from = evidence.from.min(trace.end.at);
        Evidence { from, to: evidence.to.clamp(from, trace.end.at), ..evidence.clone() }
    };
    let evidence: Vec<_> = evidence.iter().map(on_the_clock).collect();
    let Some(first) = evidence.first() else { return };
    if first.lane == Lane::Fleet && trace.header.clients > 1 {
        return fleet::draw(sheet, trace, first);
    }
    if trace.header.clients > 1 {
        let title = format!("Client {} of the {}, numbered from 0", first.client, trace.header.clients);
        sheet.text(INDENT, Paint::Strong, &title);
    }
    let story = Story::of(trace, first.client);
    let marked: Vec<_> = evidence.iter().filter(|e| e.client == first.client).take(MARKED).collect();
    let (from, to) = window(&story.landmarks(), &marked, story.end);
    let scale = Scale { from, to, columns: sheet.style.columns() - INDENT - LABEL };
    let mut lanes = Lanes { story: &story, scale, style: sheet.style, legend: Legend::default() };

    let rows = [
        ("server", lanes.server(), Some(Lane::Server)),
        ("connection", lanes.connection(), Some(Lane::Connection)),
        ("tries", lanes.tries(), Some(Lane::Tries)),
        ("status", lanes.status(), Some(Lane::Status)),
        ("shown", lanes.shown(), Some(Lane::Shown)),
        ("user", lanes.user(), None),
    ];
    for (label, canvas, lane) in &rows {
        let is_always = lane.is_some_and(|lane| lane != Lane::Shown);
        if is_always || !canvas.is_blank() || marked.iter().any(|evidence| Some(evidence.lane) == *lane) {
            row(sheet, label, canvas);
        }
        if let Some(lane) = lane {
            marks::draw(sheet, &scale, &marked, *lane);
        }
    }
    ruler(sheet, &scale, Some(story.end));
    let drawn: String = rows.iter().map(|(_, canvas, _)| canvas.show(sheet.style)).collect();
    for line in lanes.legend.lines(&drawn, scale.columns) {
        row_of(sheet, "", &[(Paint::Faint, &line)]);
    }
}

fn ruler(sheet: &mut Sheet, scale: &Scale, end: Option<Millis>) {
    let [labels, line] = axis::rows(scale, end, sheet.style);
    row(sheet, "", &line);
    row(sheet, "seconds", &labels);
}

fn row(sheet: &mut Sheet, label: &str, canvas: &Canvas) {
    let shown = canvas.show(sheet.style);
    row_of(sheet, label, &[(Paint::Plain, &shown)]);
}

fn row_of(sheet: &mut Sheet, label: &str, pieces: &[(Paint, &str)]) {
    let label = pad(label, LABEL);
    let pieces: Vec<_> = [(Paint::Faint, label.as_str())].into_iter().chain(pieces.iter().copied()).collect();
    sheet.line(INDENT, &pieces);
}

/// The stretch of time to show: the evidence, what came before and after it, and other evidence where that is near.
fn window(landmarks: &[Millis], marked: &[&Evidence], end: Millis) -> (Millis, Millis) {
    let first = marked[0];
    let (mut start, mut stop) = around(landmarks, first.from, first.to);
    let most = 3 * (stop - start);
    for other in &marked[1..] {
        let (lower, upper) = (start.min(other.from), stop.max(other.to));
        if upper - lower <= most {
            (start, stop) = (lower, upper);
        }
    }
    let span = stop - start;
    let (before, after) = (span / 10 + 20, span / 25 + 20);
    (start.saturating_sub(before), (stop + after).min(end.max(start + after)))
}

/// The evidence from its cause on, which is the last landmark before it, and then the nearest landmarks on both sides, as long as
/// the evidence does not get too short to see.
fn around(landmarks: &[Millis], from: Millis, to: Millis) -> (Millis, Millis) {
    // A moment is often a landmark itself: its cause lies before it. What lasts often begins with its cause.
    let mut before = landmarks.partition_point(|at| *at < from || (*at == from && from < to));
    let mut after = landmarks.partition_point(|at| *at <= to);
    let mut start = from;
    if before > 0 {
        before -= 1;
        start = landmarks[before];
    }
    let mut stop = if from == to { landmarks.get(after).copied().unwrap_or(to) } else { to };
    let most = WIDEST * (stop - start).max(SHORTEST);
    let (first, last) = (before.saturating_sub(CONTEXT), (after + CONTEXT).min(landmarks.len()));
    loop {
        let earlier = (before > first).then(|| landmarks[before - 1]).filter(|at| stop - at <= most);
        let later = (after < last).then(|| landmarks[after]).filter(|at| at - start <= most);
        match (earlier, later) {
            (Some(earlier), later) if later.is_none_or(|later| from - earlier <= later - to) => {
                before -= 1;
                start = earlier;
            }
            (_, Some(later)) => {
                after += 1;
                stop = later;
            }
            _ => return (start, stop),
        }
    }
}
