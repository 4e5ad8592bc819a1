//! What happened around a miss, on one axis of time.
//!
//! For one client: lanes for the server, the connection, the tries and the status, the evidence marked under the lane where it is.
//! For a fleet: histograms of arrivals and waits.

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

/// How many landmarks are shown before and after the evidence.
const CONTEXT: usize = 4;
/// How many places are marked at most.
const MARKED: usize = 3;
/// How far a timeline is indented.
const INDENT: usize = 2;

/// Draws what happened around the first piece of evidence; nothing if there is none.
pub(super) fn draw(sheet: &mut Sheet, trace: &Trace, evidence: &[Evidence]) {
    let Some(first) = evidence.first() else { return };
    if trace.header.clients > 1 {
        return fleet::draw(sheet, trace, first);
    }
    let story = Story::of(trace, first.client);
    let marked: Vec<_> = evidence.iter().filter(|e| e.client == first.client).take(MARKED).collect();
    let (from, to) = window(&story.landmarks(), &marked, story.end);
    let scale = Scale { from, to, columns: sheet.style.columns() - INDENT - LABEL };
    let mut lanes = Lanes { story: &story, scale, style: sheet.style, legend: Legend::default() };

    row(sheet, "server", &lanes.server());
    marks::draw(sheet, &scale, &marked, Lane::Server);
    row(sheet, "connection", &lanes.connection());
    marks::draw(sheet, &scale, &marked, Lane::Connection);
    row(sheet, "tries", &lanes.tries());
    marks::draw(sheet, &scale, &marked, Lane::Tries);
    row(sheet, "status", &lanes.status());
    marks::draw(sheet, &scale, &marked, Lane::Status);
    let user = lanes.user();
    if !user.is_blank() {
        row(sheet, "user", &user);
    }
    ruler(sheet, &scale, Some(story.end));
    for line in lanes.legend.lines(scale.columns) {
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

/// The stretch of time to show: the evidence with some landmarks before and after it, but never so much that a piece of evidence
/// that lasts gets too short to see.
fn window(landmarks: &[Millis], marked: &[&Evidence], end: Millis) -> (Millis, Millis) {
    let first = marked[0];
    let (from, to) = (first.from.min(end), first.to.min(end).max(first.from.min(end)));
    let (mut start, mut stop) = around(landmarks, from, to);
    let wide = 3 * (stop - start).max(to - from);
    for other in &marked[1..] {
        let (lower, upper) = (start.min(other.from), stop.max(other.to.min(end)));
        if upper - lower <= wide {
            (start, stop) = (lower, upper);
        }
    }
    let margin = (stop - start) / 25 + 20;
    (start.saturating_sub(margin), (stop + margin).min(end.max(start + margin)))
}

fn around(landmarks: &[Millis], from: Millis, to: Millis) -> (Millis, Millis) {
    let before = landmarks.partition_point(|at| *at < from);
    let after = landmarks.partition_point(|at| *at <= to);
    let start = landmarks[before.saturating_sub(CONTEXT)..before].first().map_or(from, |at| *at);
    let stop = landmarks[after..].iter().take(CONTEXT).last().map_or(to, |at| *at);
    let reach = if to > from { 5 * (to - from) } else { Millis::MAX };
    // The last landmark before the evidence is its cause: it is shown however far away it is.
    let cause = before.checked_sub(1).map_or(from, |i| landmarks[i]);
    (start.max(from.saturating_sub(reach)).min(cause), stop.min(to.saturating_add(reach)))
}
