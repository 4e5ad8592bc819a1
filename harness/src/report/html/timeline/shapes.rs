//! What stands on a lane: stretches and moments, placed by shares of the width.

use maud::{Markup, PreEscaped, html as markup};

use crate::time::Millis;

/// The width of a timeline on a usual page, in pixels: what fits is decided for it where no script measures.
const USUAL: f64 = 900.0;
/// How wide a character is at most, in pixels.
const CHARACTER: f64 = 6.6;
/// The narrowest stretch, in per cent.
const NARROWEST: f64 = 0.12;

/// The axis of a timeline: where a time is, in per cent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) end: Millis,
}

impl Axis {
    pub(super) fn share(self, at: Millis) -> f64 {
        at.min(self.end) as f64 / self.end.max(1) as f64 * 100.0
    }

    pub(super) fn x(self, at: Millis) -> String {
        per_cent(self.share(at))
    }

    pub(super) fn width(self, from: Millis, to: Millis) -> String {
        per_cent((self.share(to) - self.share(from)).max(NARROWEST))
    }

    /// Whether a text fits into a stretch of the usual width.
    pub(super) fn fits(self, text: &str, from: Millis, to: Millis) -> bool {
        let pixels = (self.share(to) - self.share(from)) / 100.0 * USUAL;
        text.chars().count() as f64 * CHARACTER + 8.0 <= pixels
    }
}

fn per_cent(share: f64) -> String {
    let text = format!("{share:.3}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A stretch of time, with its name in it where there is room.
pub(super) struct Stretch<'a> {
    pub(super) from: Millis,
    pub(super) to: Millis,
    /// What it is: a class.
    pub(super) kind: &'a str,
    /// What is written in it.
    pub(super) name: &'a str,
    /// What it is, in a sentence.
    pub(super) title: String,
}

impl Stretch<'_> {
    pub(super) fn draw(&self, axis: Axis, y: u32, height: u32) -> Markup {
        let Self { from, to, kind, name, title } = self;
        let class = if axis.fits(name, *from, *to) { None } else { Some("tight") };
        markup! {
            svg class=(kind) x=(axis.x(*from)) y=(y) width=(axis.width(*from, *to)) height=(height) data-f=(from) data-t=(to) {
                title { (title) }
                // In SVG an element may close itself, which `maud` does not know; there are thousands of these on a page.
                (PreEscaped("<rect/>"))
                @if !name.is_empty() { text class=[class] x="4" y=(height / 2 + 4) { (name) } }
            }
        }
    }
}

/// A moment: a symbol.
pub(super) fn moment(axis: Axis, at: Millis, y: u32, symbol: &str, title: &str) -> Markup {
    markup! {
        use href={ "#s-" (symbol) } class=(symbol) x=(axis.x(at)) y=(y) data-f=(at) { title { (title) } }
    }
}

/// A text beside a moment, as long as there is room until the next.
pub(super) fn label(axis: Axis, at: Millis, until: Millis, y: u32, text: &str) -> Markup {
    let class = if axis.fits(text, at, until) { "beside" } else { "beside tight" };
    markup! { text class=(class) x=(axis.x(at)) y=(y) dx="9" data-f=(at) data-u=(until) { (text) } }
}
