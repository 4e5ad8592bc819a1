//! What is marked on a timeline: where it was missed, and where it was expected.

use maud::{Markup, html as markup};

use super::{
    picture::{FLAG, Row},
    shapes::Axis,
};
use crate::{
    report::html::{
        marked::{Mark, Marked},
        words::{inline, short, span},
    },
    verdict::Lane,
};

/// How many misses have a flag with their name.
pub(super) const MOST_FLAGS: usize = 4;
/// The longest name on a flag, in characters.
const MOST_NAME: usize = 40;

/// What a mark stands for.
pub(super) fn kind(kind: Mark) -> &'static str {
    match kind {
        Mark::Broke => "end",
        Mark::Miss => "first miss",
        Mark::More => "evidence",
        Mark::Window => "expected here",
        Mark::Seen => "looked at",
    }
}

/// The bands in which something was expected on a lane, behind what happened there.
pub(super) fn windows(axis: Axis, marked: &[Marked], row: &Row, y: u32) -> Markup {
    let here = marked.iter().filter(|marked| marked.kind == Mark::Window && belongs(marked, row));
    markup! { @for marked in here { (frame(axis, marked, y, row.height)) } }
}

/// The places where it went wrong: the frame on its lane; for the first miss of each check, a line through all lanes and a flag.
pub(super) fn evidence(axis: Axis, marked: &[Marked], rows: &[(u32, &Row)], height: u32) -> Markup {
    let wrong = marked.iter().filter(|marked| marked.kind != Mark::Window);
    let misses: Vec<_> = marked.iter().filter(|marked| marked.is_first()).collect();
    markup! {
        @for marked in wrong {
            @for (y, row) in rows.iter().filter(|(_, row)| belongs(marked, row)) { (frame(axis, marked, *y, row.height)) }
        }
        @for (i, marked) in misses.iter().enumerate().take(MOST_FLAGS) {
            @let (from, y) = (marked.place.from, i as u32 * FLAG);
            rect class=(if i == 0 { "missline first" } else { "missline" })
                x=(axis.x(from)) y=(y) width="2" height=(height - y) data-f=(from) {}
            @let late = axis.share(from) > 60.0;
            text class=(if late { "flag late" } else { "flag" }) x=(axis.x(from)) y=(y + 13) data-f=(from) data-t=(marked.place.to) {
                @if marked.kind == Mark::Broke { "broke off" } @else { "missed: " (short(&marked.name, MOST_NAME)) }
            }
        }
    }
}

fn frame(axis: Axis, marked: &Marked, y: u32, height: u32) -> Markup {
    let place = &marked.place;
    let class = match marked.kind {
        Mark::Broke | Mark::Miss => "frame miss",
        Mark::More => "frame more",
        Mark::Window => "frame window",
        Mark::Seen => "frame seen",
    };
    let title = format!(
        "{} of {}: {} ({})",
        kind(marked.kind),
        inline(&marked.name),
        inline(&place.label),
        span(place.from, place.to)
    );
    markup! {
        rect class=(class) x=(axis.x(place.from)) y=(y + 1) width=(axis.width(place.from, place.to)) height=(height - 2)
            data-f=(place.from) data-t=(place.to) { title { (title) } }
    }
}

/// Whether a mark belongs on this lane. What is told of all clients belongs on the only lane of theirs.
fn belongs(marked: &Marked, row: &Row) -> bool {
    row.lane.is_some_and(|lane| lane == marked.place.lane || lane == Lane::Fleet)
}
