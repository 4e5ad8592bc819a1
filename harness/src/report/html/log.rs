//! The log of the wire: what happened, one event a row, with the marked places between.

use maud::{Markup, html as markup};

use super::{
    marked::{Mark, Marked},
    room::Room,
    scene::Scene,
    timeline,
    words::{inline, seconds, short, span},
};
use crate::{
    report::text::count,
    time::Millis,
    trace::{Event, Trace, describe},
    verdict::Lane,
};

/// How many rows a scenario has at most.
const MOST_ROWS: usize = 2_000;
/// What a row costs besides its text.
const ROW: usize = 90;
/// The longest text of a row, in characters.
const MOST_TEXT: usize = 200;

/// The row at which a marked place stands.
pub(super) fn row_anchor(scene: &Scene<'_>, marked: &Marked) -> String {
    let kind = if marked.kind == Mark::Window { "window" } else { "place" };
    format!("{kind}-{}-{}", marked.number, scene.id(&marked.anchor))
}

pub(super) fn draw(scene: &Scene<'_>, trace: &Trace, room: &mut Room) -> Markup {
    let name = scene.id("log");
    let kept = excerpt(trace, &scene.marked, room.share(scene.is_trouble()));
    let fleet = trace.header.clients > 1;
    let rows = rows(scene, trace, &kept);
    room.take(kept.iter().map(|i| cost(&trace.events[*i])).sum());
    let left_out = trace.events.len() - kept.len();
    markup! {
        details.part.wire {
            summary { h4 id=(name) { "Wire log" } span.tally { (count(trace.events.len(), "event")) } }
            @if left_out > 0 {
                p.soft {
                    (count(left_out, "event")) " left out here, those farthest from what is marked; "
                    code { "check --trace FILE" } " keeps them all."
                }
            }
            div.scroll tabindex="0" role="region" aria-labelledby=(name) {
                table {
                    thead {
                        tr {
                            th scope="col" { "Seconds" }
                            @if fleet { th scope="col" { "Client" } }
                            th scope="col" { abbr title="Connection" { "Conn." } }
                            th scope="col" { "Who" }
                            th scope="col" { "What" }
                        }
                    }
                    tbody { @for row in &rows { (row.draw(scene, fleet)) } }
                }
            }
        }
    }
}

/// A row of the log.
enum Row<'a> {
    Event(&'a Event),
    Place(&'a Marked),
    Gap(usize),
}

/// The events that are kept, the marked places before what happened there, and how many are left out between them.
fn rows<'a>(scene: &'a Scene<'_>, trace: &'a Trace, kept: &[usize]) -> Vec<Row<'a>> {
    let mut places: Vec<_> = scene.marked.iter().filter(|marked| marked.kind != Mark::Window).collect();
    places.sort_by_key(|marked| marked.place.from);
    let mut places = places.into_iter().peekable();
    let (mut rows, mut next) = (Vec::new(), 0);
    for i in kept {
        let event = &trace.events[*i];
        // What lies between two rows may lie in the gap: then it stands after that.
        if *i > next {
            rows.push(Row::Gap(i - next));
        }
        while let Some(place) = places.next_if(|place| place.place.from <= event.at) {
            rows.push(Row::Place(place));
        }
        rows.push(Row::Event(event));
        next = i + 1;
    }
    if next < trace.events.len() {
        rows.push(Row::Gap(trace.events.len() - next));
    }
    rows.extend(places.map(Row::Place));
    rows
}

impl Row<'_> {
    fn draw(&self, scene: &Scene<'_>, fleet: bool) -> Markup {
        let columns = if fleet { "5" } else { "4" };
        match self {
            Self::Event(event) => {
                let (who, what) = describe(&event.what);
                markup! {
                    tr class=(who) {
                        td { (seconds(event.at)) }
                        @if fleet { td { (event.client) } }
                        td { @if let Some(conn) = event.conn { "#" (conn) } }
                        td { (who) }
                        td { (short(&what, MOST_TEXT)) }
                    }
                }
            }
            Self::Place(marked) => {
                let class = if marked.is_wrong() { "place bad" } else { "place" };
                markup! {
                    tr class=(class) id=(row_anchor(scene, marked)) {
                        td colspan=(columns) {
                            span.sign aria-hidden="true" { (if marked.is_wrong() { "▲ " } else { "△ " }) }
                            @match marked.kind {
                                Mark::Broke => strong { "broke off" },
                                Mark::Miss => strong { "first miss of " code { (inline(&marked.name)) } },
                                _ => code { (inline(&marked.name)) },
                            }
                            ": " (inline(&marked.place.label)) " (" (span(marked.place.from, marked.place.to)) ") "
                            (timeline::link(scene, marked, "on the timeline"))
                        }
                    }
                }
            }
            Self::Gap(n) => markup! { tr.gap { td colspan=(columns) { "… " (count(*n, "event")) " left out …" } } },
        }
    }
}

fn cost(event: &Event) -> usize {
    ROW + describe(&event.what).1.len().min(6 * MOST_TEXT)
}

/// The events that there is room for: those nearest to what is marked, its own client's before others'; from the beginning if nothing is.
fn excerpt(trace: &Trace, marked: &[Marked], room: usize) -> Vec<usize> {
    let wrong: Vec<_> = marked.iter().filter(|marked| marked.is_wrong()).map(|marked| &marked.place).collect();
    let far = |event: &Event| {
        let away = |from: Millis, to: Millis| from.saturating_sub(event.at).max(event.at.saturating_sub(to));
        let distance = wrong.iter().map(|place| {
            let other = place.client != event.client && place.lane != Lane::Fleet;
            (other, away(place.from, place.to))
        });
        distance.min().unwrap_or_default()
    };
    let mut order: Vec<_> = (0..trace.events.len()).collect();
    order.sort_by_key(|i| far(&trace.events[*i]));
    let mut left = room;
    let fits = |i: &usize| {
        let cost = cost(&trace.events[*i]);
        let fits = cost <= left;
        left = left.saturating_sub(cost);
        fits
    };
    let mut kept: Vec<_> = order.into_iter().take(MOST_ROWS).take_while(fits).collect();
    kept.sort_unstable();
    kept
}
