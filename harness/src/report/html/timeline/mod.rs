//! The timelines of a scenario: one of each client that is looked at, and of a fleet as a whole.
//!
//! They are drawn in shares of their width, so that they fit any page, and each thing on them carries its times (`data-f` from, `data-t`
//! to) and what it is (`title`): that is all the script reads when it zooms and shows what is under the pointer.

mod axis;
mod fleet;
mod lanes;
mod legend;
mod overlay;
mod picture;
mod shapes;
mod wire;

use maud::{Markup, html as markup};

pub(super) use self::legend::symbols;
use self::picture::Picture;
use super::{
    marked::{Mark, Marked},
    room::Room,
    scene::Scene,
};
use crate::{
    trace::Trace,
    verdict::{Evidence, Lane},
};

/// How many clients of a fleet are drawn one by one.
const MOST_CLIENTS: usize = 4;

/// How many things a lane shows at most, however much room there is, and how many at least.
const MOST: usize = 500;
const FEWEST: usize = 40;
/// How many lanes of a busy timeline are full; the others show little.
const FULL_LANES: usize = 4;

/// Draws the timelines of a scenario.
pub(super) fn draw(scene: &Scene<'_>, trace: &Trace, room: &mut Room) -> Markup {
    let clients = clients(scene, trace);
    let most = (room.share(scene.is_trouble()) / clients.len().max(1) / FULL_LANES).clamp(FEWEST, MOST);
    let mut pictures: Vec<Picture> = Vec::new();
    if trace.header.clients > 1 {
        pictures.push(fleet::arrivals(scene, trace));
        pictures.extend(fleet::waits(scene, trace));
    }
    pictures.extend(clients.into_iter().map(|client| lanes::picture(scene, trace, client, most)));
    room.take(pictures.iter().flat_map(|picture| &picture.lanes).map(|lane| lane.items.len()).sum());
    markup! {
        h4 { "Timeline" }
        @for picture in &pictures { (picture.draw(scene)) }
    }
}

/// How to use a timeline by key: once on a page, for all of them.
pub(super) fn keys() -> Markup {
    markup! {
        p.keys id="keys" hidden {
            "With a timeline in focus " kbd { "+" } " " kbd { "−" } " or the wheel zoom, "
            kbd { "←" } " " kbd { "→" } " or dragging move, "
            kbd { "n" } " " kbd { "p" } " step through what happened, "
            kbd { "m" } " goes to the next miss, "
            kbd { "0" } " shows everything."
        }
    }
}

/// A link that shows a place on its timeline. Without the script it leads there all the same.
pub(super) fn link(scene: &Scene<'_>, marked: &Marked, text: &str) -> Markup {
    let Evidence { client, from, to, lane, .. } = &marked.place;
    let picture = match scene.trace {
        Some(trace) if trace.header.clients > 1 => {
            let drawn = *lane != Lane::Fleet && clients(scene, trace).contains(client);
            drawn.then_some(*client)
        }
        _ => Some(0),
    };
    markup! { a.zoom href={ "#" (picture_anchor(scene, picture)) } data-f=(from) data-t=(to) { (text) } }
}

/// Where the timeline of one client is, or of all.
fn picture_anchor(scene: &Scene<'_>, client: Option<u32>) -> String {
    match client {
        Some(client) => scene.id(&format!("timeline-{client}")),
        None => scene.id("timeline"),
    }
}

/// The clients that are drawn one by one: those where something went wrong, or all if there are few, or the first.
fn clients(scene: &Scene<'_>, trace: &Trace) -> Vec<u32> {
    let of_one = scene.marked.iter().filter(|marked| marked.place.lane != Lane::Fleet && marked.kind != Mark::Window);
    let (wrong, other): (Vec<_>, Vec<_>) = of_one.partition(|marked| marked.is_wrong());
    let all = trace.header.clients;
    let others = match all as usize <= MOST_CLIENTS {
        true => 0..all,
        false => 0..u32::from(wrong.is_empty() && other.is_empty()),
    };
    let mut clients: Vec<u32> = Vec::new();
    for client in wrong.iter().chain(&other).map(|marked| marked.place.client).chain(others) {
        if clients.len() < MOST_CLIENTS && client < all && !clients.contains(&client) {
            clients.push(client);
        }
    }
    clients.sort_unstable();
    clients
}
