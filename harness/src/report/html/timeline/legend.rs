//! The symbols of timelines: drawn once on the page, and explained under each timeline that uses them.

use maud::{Markup, html as markup};

/// A symbol: its id, its meaning, and the outline around the origin.
type Symbol = (&'static str, &'static str, &'static str);

const SYMBOLS: [Symbol; 18] = [
    ("accept", "accept", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"),
    ("refuse", "refuse", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M-3 3L3 -3"),
    ("answer", "answer", "M0 -5.5L5.5 0L0 5.5L-5.5 0z"),
    ("reset", "reset", "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5"),
    ("close", "close, or end of the stream", "M-4.5 -4.5H4.5V4.5H-4.5z"),
    ("pause", "stops or resumes", "M-2.5 -5V5M2.5 -5V5"),
    ("message", "message", "M-2.5 -4L2.5 0L-2.5 4"),
    ("unmet", "what the script expected did not come", "M0 -5.5V1M0 4V5.5"),
    ("request", "request", "M-4.5 4.5L0 -4.5L4.5 4.5z"),
    ("drop", "client drops", "M-4.5 -4.5H4.5V4.5H-4.5zM-2 -2L2 2M-2 2L2 -2"),
    ("attempt", "attempt", "M0 -8V8"),
    ("client-ping", "client's ping", "M0 -8V-1M-3 -4.5L0 -8L3 -4.5"),
    ("client-pong", "client's pong", "M0 -8V-6M0 -4V-1M-3 -4.5L0 -8L3 -4.5"),
    ("server-ping", "server's ping", "M0 1V8M-3 4.5L0 8L3 4.5"),
    ("server-pong", "server's pong", "M0 1V3M0 5V8M-3 4.5L0 8L3 4.5"),
    ("comment", "comment in the stream", "M-2 4H2M0 1V8"),
    ("shown", "shown", "M-3 -4.5L4 0L-3 4.5z"),
    ("user", "the user", "M-4.5 -4L4.5 -4L0 4z"),
];

/// The stretches of time: class and meaning.
const STRETCHES: [(&str, &str); 6] = [
    ("connecting", "connecting"),
    ("open", "open, nothing heard yet"),
    ("connected", "connected"),
    ("waiting", "waiting"),
    ("disconnected", "disconnected"),
    ("lie", "what the client says is not true"),
];

/// How stretches are filled: class, size of the pattern, lines on it.
const FILLINGS: [(&str, u32, &str); 5] = [
    ("connecting", 6, "M-1 7L7 -1"),
    ("open", 8, "M0 4H5"),
    ("waiting", 6, "M1 3H2.5"),
    ("disconnected", 5, "M0 0L5 5M0 5L5 0"),
    ("window", 7, "M-1 -1L8 8"),
];

/// All symbols and fillings, for the timelines to refer to.
pub(in crate::report::html) fn symbols() -> Markup {
    markup! {
        svg.symbols width="0" height="0" aria-hidden="true" {
            defs {
                @for (id, _, outline) in SYMBOLS { path id={ "s-" (id) } d=(outline) {} }
                // Each filling has its own pattern: colour is never the only sign.
                @for (id, size, outline) in FILLINGS {
                    pattern id={ "fill-" (id) } width=(size) height=(size) patternUnits="userSpaceOnUse" {
                        rect class=(id) width=(size) height=(size) {}
                        path d=(outline) {}
                    }
                }
            }
        }
    }
}

/// Which symbols and stretches a timeline has used.
#[derive(Debug, Default)]
pub(super) struct Legend(Vec<&'static str>);

impl Legend {
    /// Notes that something is used, and hands it back.
    pub(super) fn uses(&mut self, name: &'static str) -> &'static str {
        if !self.0.contains(&name) {
            self.0.push(name);
        }
        name
    }

    /// The explanations.
    pub(super) fn draw(&self, windows: bool) -> Markup {
        let stretches = STRETCHES.iter().filter(|(class, _)| self.0.contains(class));
        let symbols = SYMBOLS.iter().filter(|(id, ..)| self.0.contains(id));
        markup! {
            ul.legend aria-hidden="true" {
                @for (class, meaning) in stretches {
                    li { svg class=(class) width="22" height="12" { rect {} } (meaning) }
                }
                @if windows { li { svg width="22" height="12" { rect.frame.window width="22" height="12" {} } "expected here" } }
                @for (id, meaning, _) in symbols {
                    li { svg width="18" height="18" { use href={ "#s-" (id) } class=(id) x="9" y="9" {} } (meaning) }
                }
            }
        }
    }
}
