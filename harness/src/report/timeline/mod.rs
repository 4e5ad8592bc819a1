//! What happened around a miss, on one axis of time.
//!
//! For one client: lanes for the server, the connection, the tries and the status, the evidence marked under the lane where it is.
//! For a fleet as a whole: histograms of arrivals and waits.

mod axis;
mod canvas;
mod ends;
pub(super) mod fleet;
mod lanes;
mod legend;
mod marks;
pub(super) mod story;
#[cfg(test)]
mod tests;
pub(super) mod truth;

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
/// How many times as long as that the whole may be to show how far off it was where something was expected, to show all of that, and to show other
/// evidence.
const NEAR: Millis = 20;
const BAND: Millis = 5;
const OTHERS: Millis = 3;
/// How many places are marked at most.
const MARKED: usize = 3;
/// How far a timeline is indented.
const INDENT: usize = 2;

/// Draws what happened around the first piece of evidence, and where something else was expected; nothing if there is no evidence.
pub(super) fn draw(sheet: &mut Sheet, trace: &Trace, evidence: &[Evidence], windows: &[Evidence]) {
    let on_the_clock = |evidence: &Evidence| {
        let from = evidence.from.min(trace.end.at);
        Evidence { from, to: evidence.to.clamp(from, trace.end.at), ..evidence.clone() }
    };
    let evidence: Vec<_> = evidence.iter().map(on_the_clock).collect();
    let Some(first) = evidence.first() else { return };
    let bands: Vec<_> = windows.iter().filter(|window| window.client == first.client).take(MARKED).collect();
    if first.lane == Lane::Fleet && trace.header.clients > 1 {
        return fleet::draw(sheet, trace, first, &bands);
    }
    if trace.header.clients > 1 {
        let title = format!("Client {} of the {}, numbered from 0", first.client, trace.header.clients);
        sheet.text(INDENT, Paint::Strong, &title);
    }
    let story = Story::of(trace, first.client);
    let marked: Vec<_> = evidence.iter().filter(|e| e.client == first.client).take(MARKED).collect();
    let (from, to) = window(&story.landmarks(), (&bands, &marked), story.end);
    lanes(sheet, &story, (from, to), (&bands, &marked), false);
}

/// Draws all that one client went through, on every lane.
pub(super) fn whole(sheet: &mut Sheet, trace: &Trace, client: u32) {
    let story = Story::of(trace, client);
    lanes(sheet, &story, (0, story.end.max(1)), (&[], &[]), true);
}

/// Draws the lanes between two times: those that are needed to understand what is marked, or all of them.
fn lanes(
    sheet: &mut Sheet,
    story: &Story,
    (from, to): (Millis, Millis),
    (bands, marked): (&[&Evidence], &[&Evidence]),
    all: bool,
) {
    let scale = Scale { from, to, columns: sheet.style.columns() - INDENT - LABEL };
    let mut lanes = Lanes { story, scale, style: sheet.style, legend: Legend::default() };

    let (truths, lies) = (story.truths(), story.lies());
    // Where a judge has held the two against each other, its word counts.
    let is_judged = bands.iter().any(|band| band.lane == Lane::Truth);
    let judged: Vec<_> = marked.iter().copied().filter(|evidence| is_judged && evidence.lane == Lane::Status).collect();
    let is_told = is_judged || !story.statuses.is_empty();
    let about = |lane| bands.iter().chain(marked).any(|evidence| evidence.lane == lane);
    let (server, connection) = (lanes.server(), lanes.connection());
    let (pings, app_pings) = (lanes.pings(false), lanes.pings(true));
    let rows: [(_, _, _, &[Lane]); 10] = [
        ("server", server, true, &[Lane::Server]),
        ("connection", connection, true, &[Lane::Connection]),
        ("pings", pings, about(Lane::Pings) && app_pings.is_blank(), &[]),
        ("app pings", app_pings, false, &[Lane::Pings]),
        ("tries", lanes.tries(), true, &[Lane::Tries]),
        ("status", lanes.status(), true, &[]),
        ("truth", lanes.truth(if is_told { &truths } else { &[] }), false, &[]),
        ("", lanes.lies(&lies, &judged), false, &[Lane::Truth, Lane::Status]),
        ("shown", lanes.shown(), about(Lane::Shown), &[Lane::Shown]),
        ("user", lanes.user(), false, &[]),
    ];
    for (label, canvas, is_needed, marks) in &rows {
        if *is_needed || !canvas.is_blank() || (all && !label.is_empty()) {
            row(sheet, label, canvas);
        }
        marks::draw(sheet, &scale, (bands, marked), marks);
    }
    ruler(sheet, &scale, Some(story.end));
    let drawn: String = rows.iter().map(|(_, canvas, ..)| canvas.show(sheet.style)).collect();
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

/// The stretch of time to show: the evidence, what came before and after it, where something else was expected, and other evidence where that is
/// near.
fn window(landmarks: &[Millis], (bands, marked): (&[&Evidence], &[&Evidence]), end: Millis) -> (Millis, Millis) {
    let first = marked[0];
    let mut shown = around(landmarks, first.from, first.to);
    let span = (shown.1 - shown.0).max(SHORTEST);
    for band in bands.iter().filter(|band| band.from <= end) {
        let (from, to) = (band.from, band.to.min(end));
        let (near, far) = if to < shown.0 { (to, from) } else { (from, to) };
        if near > shown.1 || near < shown.0 {
            shown = reach(shown, (near, near), NEAR.saturating_mul(span));
        }
        for edge in [near, far] {
            shown = reach(shown, (edge, edge), BAND.saturating_mul(span).max(2 * (shown.1 - shown.0)));
        }
    }
    for other in &marked[1..] {
        shown = reach(shown, (other.from, other.to), OTHERS.saturating_mul(span));
    }
    let (start, stop) = shown;
    let span = stop - start;
    let (before, after) = (span / 10 + 20, span / 25 + 20);
    (start.saturating_sub(before), (stop + after).min(end.max(start + after)))
}

/// A stretch of time that shows another too, unless it gets longer than `most`.
fn reach((start, stop): (Millis, Millis), (from, to): (Millis, Millis), most: Millis) -> (Millis, Millis) {
    let (lower, upper) = (start.min(from), stop.max(to));
    if upper - lower <= most { (lower, upper) } else { (start, stop) }
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
