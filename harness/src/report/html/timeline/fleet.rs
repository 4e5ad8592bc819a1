//! All clients together: how many came when, and how long they had waited.

use maud::{Markup, html as markup};

use super::{
    legend::Legend,
    picture::{Picture, Row},
    picture_anchor,
    shapes::Axis,
};
use crate::{
    report::{
        html::{
            marked::{Mark, Marked},
            scene::Scene,
        },
        text::count,
        timeline::fleet::Waits,
    },
    time::{Millis, show},
    trace::{ClientAct, Trace, What},
    verdict::Lane,
};

/// How many bars there are over the whole run; the script draws finer ones when it zooms.
const BARS: usize = 150;
/// How wide a bar is, with a gap to the next.
const WIDTH: &str = "0.57%";
/// How high the highest bar is.
const HEIGHT: u32 = 90;
/// What stands above the bars: how high the highest is.
const ABOVE: u32 = 14;
/// How many times the page keeps for finer bars.
const MOST_TIMES: usize = 20_000;
/// Of how many misses the waits are drawn.
const MOST_WAITS: usize = 3;

/// When all clients came.
pub(super) fn arrivals(scene: &Scene<'_>, trace: &Trace) -> Picture {
    let is_attempt = |what: &What| *what == What::Client(ClientAct::Attempt);
    let arrivals: Vec<Millis> = trace.events.iter().filter(|event| is_attempt(&event.what)).map(|e| e.at).collect();
    // What is expected of waits holds for arrivals only where all of them begin together.
    let in_step = |marked: &&Marked| match marked.kind {
        Mark::Window => waits_of(scene, trace, &marked.anchor).is_some_and(|waits| waits.together),
        _ => true,
    };
    let marked = scene.marked.iter().filter(|marked| marked.place.lane == Lane::Fleet).filter(in_step).cloned();
    Picture {
        anchor: picture_anchor(scene, None),
        title: format!("Attempts of all {}", count(trace.header.clients as usize, "client")),
        summary: format!("{}: {}.", show(trace.end.at), count(arrivals.len(), "attempt")),
        marked: marked.collect(),
        ..histogram("attempts", "attempt", trace.end.at, &arrivals)
    }
}

/// How long they waited, for each miss that is about waits of all of them.
pub(super) fn waits(scene: &Scene<'_>, trace: &Trace) -> Vec<Picture> {
    let misses = scene.marked.iter().filter(|marked| marked.kind == Mark::Miss && marked.place.lane == Lane::Fleet);
    let mut pictures: Vec<Picture> = Vec::new();
    for (i, miss) in misses.enumerate().take(MOST_WAITS) {
        let Some(waits) = Waits::about(trace, &miss.place) else { continue };
        if pictures.iter().any(|picture| picture.title == waits.title) {
            continue;
        }
        let longest = waits.lengths.iter().max().copied().unwrap_or(0);
        let windows = scene.marked.iter().filter(|m| m.anchor == miss.anchor && m.kind == Mark::Window);
        let marked = windows.map(|window| window.moved(|at| at.saturating_sub(miss.place.from)));
        pictures.push(Picture {
            anchor: scene.id(&format!("waits-{i}")),
            summary: format!("The longest was {}.", show(longest)),
            marked: marked.collect(),
            title: waits.title,
            ..histogram("waits", "wait", longest.saturating_add(longest / 10), &waits.lengths)
        });
    }
    pictures
}

/// The waits that a check's first miss is about.
fn waits_of(scene: &Scene<'_>, trace: &Trace, check: &str) -> Option<Waits> {
    let miss = scene.marked.iter().find(|marked| marked.kind == Mark::Miss && marked.anchor == check)?;
    Waits::about(trace, &miss.place)
}

/// A picture of nothing but bars.
fn histogram(name: &'static str, what: &'static str, end: Millis, times: &[Millis]) -> Picture {
    let axis = Axis { end };
    let kept = times.len() <= MOST_TIMES;
    let items = vec![bars(axis, times, what)];
    Picture {
        anchor: String::new(),
        title: String::new(),
        summary: String::new(),
        axis,
        lanes: vec![Row { name, lane: Some(Lane::Fleet), height: HEIGHT + ABOVE, items }],
        marked: Vec::new(),
        overview: markup! {
            @for (bar, height) in heights(&counts(axis, times), 16) {
                rect.bar x=(left(bar)) y=(16 - height) width=(WIDTH) height=(height) {}
            }
        },
        legend: Legend::default(),
        left_out: (!kept).then(|| format!("These are too many {what}s to draw finer bars of.")).into_iter().collect(),
        times: kept.then(|| times.iter().map(Millis::to_string).collect::<Vec<_>>().join(" ")),
    }
}

/// How many fall into each bar.
fn counts(axis: Axis, times: &[Millis]) -> [u32; BARS] {
    let mut counts = [0; BARS];
    for at in times {
        let bar = u128::from((*at).min(axis.end)) * BARS as u128 / (u128::from(axis.end) + 1);
        counts[bar as usize] += 1;
    }
    counts
}

/// The bars that are not empty, each with its height, the highest as high as it may be.
fn heights(counts: &[u32; BARS], high: u32) -> impl Iterator<Item = (usize, u32)> {
    let most = counts.iter().max().copied().unwrap_or(0).max(1);
    counts.iter().enumerate().filter(|(_, n)| **n > 0).map(move |(bar, n)| (bar, (n * high).div_ceil(most)))
}

fn left(bar: usize) -> String {
    format!("{:.2}%", bar as f64 / BARS as f64 * 100.0)
}

fn bars(axis: Axis, times: &[Millis], what: &str) -> Markup {
    let counts = counts(axis, times);
    let most = counts.iter().max().copied().unwrap_or(0);
    let begins = |bar: usize| axis.end / BARS as Millis * bar as Millis;
    markup! {
        g.bars {
            text x="4" y="11" { "at most " (most) " within " (show(begins(1))) }
            @for (bar, height) in heights(&counts, HEIGHT) {
                @let n = counts[bar];
                rect class=[(n == most).then_some("most")] x=(left(bar)) y=(ABOVE + HEIGHT - height) width=(WIDTH) height=(height) {
                    title { (count(n as usize, what)) " from " (show(begins(bar))) }
                }
            }
        }
    }
}
