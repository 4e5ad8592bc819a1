//! One timeline: its lanes on one axis, with what is marked on them.

use maud::{Markup, PreEscaped, html as markup};

use super::{axis, legend::Legend, overlay, shapes::Axis};
use crate::{
    report::html::{
        marked::{Mark, Marked},
        scene::Scene,
        words::{self, inline, span},
    },
    verdict::Lane,
};

/// How high the strip above the lanes is in which misses are named, for each of them.
pub(super) const FLAG: u32 = 18;
/// How wide the column of names is.
const NAMES: u32 = 84;
/// What the ruler's labels take.
const RULER: u32 = 20;

/// A timeline.
pub(super) struct Picture {
    pub(super) anchor: String,
    /// What it is of.
    pub(super) title: String,
    /// What is on it, in a sentence.
    pub(super) summary: String,
    pub(super) axis: Axis,
    pub(super) lanes: Vec<Row>,
    /// What is marked on it.
    pub(super) marked: Vec<Marked>,
    /// A strip of the whole run, to show which part of it is seen.
    pub(super) overview: Markup,
    pub(super) legend: Legend,
    /// What is not on it.
    pub(super) left_out: Vec<String>,
    /// The times that its bars count, for the script to draw finer ones.
    pub(super) times: Option<String>,
}

/// A lane.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Which evidence belongs on it.
    pub(super) lane: Option<Lane>,
    pub(super) height: u32,
    pub(super) items: Vec<Markup>,
}

impl Picture {
    pub(super) fn draw(&self, scene: &Scene<'_>) -> Markup {
        let misses = self.marked.iter().filter(|marked| marked.is_first()).count().min(overlay::MOST_FLAGS);
        let top = misses as u32 * FLAG;
        let mut y = top;
        let mut rows = Vec::new();
        for row in &self.lanes {
            rows.push((y, row));
            y += row.height;
        }
        let height = y;
        let label = format!("Timeline of {}: {}. {}", inline(&scene.run.scenario), self.title, self.summary);
        markup! {
            figure.timeline id=(self.anchor) data-end=(self.axis.end) data-times=[self.times.as_ref()] {
                figcaption { strong { (self.title) } " " span.soft { (self.summary) } }
                div.tools hidden {
                    div.buttons role="group" aria-label="Zoom" {
                        button type="button" data-do="out" aria-label="Zoom out" { "−" }
                        button type="button" data-do="in" aria-label="Zoom in" { "+" }
                        button type="button" data-do="left" aria-label="Earlier" { "←" }
                        button type="button" data-do="right" aria-label="Later" { "→" }
                        button type="button" data-do="whole" { "All" }
                        @if misses > 0 { button type="button" data-do="miss" { "First miss" } }
                    }
                    output.range {}
                }
                svg.overview width="100%" height="16" aria-hidden="true" {
                    (self.overview)
                    @for marked in &self.marked {
                        @if marked.is_wrong() { rect.tick x=(self.axis.x(marked.place.from)) width="2" height="16" {} }
                    }
                    rect.view width="100%" height="16" {}
                }
                div.stage {
                    svg.names width=(NAMES) height=(height + RULER) aria-hidden="true" {
                        @if top > 0 { text.bad x="0" y="13" { "missed" } }
                        @for (y, row) in &rows { text x="0" y=(y + row.height / 2 + 4) { (row.name) } }
                    }
                    div.field aria-label=(label) aria-describedby="keys" {
                        svg.lanes width="100%" height=(height + RULER) role="img" aria-label=(label) {
                            @for (i, (y, row)) in rows.iter().enumerate() {
                                rect class=(if i % 2 == 0 { "row even" } else { "row" }) y=(y) width="100%" height=(row.height) {}
                            }
                            (axis::ruler(self.axis, height))
                            @for (y, row) in &rows {
                                (overlay::windows(self.axis, &self.marked, row, *y))
                                g.lane data-y=(y) data-h=(row.height) transform={ "translate(0," (y) ")" } {
                                    @for item in &row.items { (PreEscaped(item.0.as_str())) }
                                }
                            }
                            (overlay::evidence(self.axis, &self.marked, &rows, height))
                        }
                        div.tip aria-hidden="true" hidden {}
                    }
                }
                p.vh role="status" aria-live="polite" {}
                (self.marks_in_words())
                (self.legend.draw(self.marked.iter().any(|marked| marked.kind == Mark::Window)))
                @for left_out in &self.left_out { p.soft { (left_out) } }
            }
        }
    }

    /// The marked places, for those who cannot see them.
    fn marks_in_words(&self) -> Markup {
        markup! {
            @if !self.marked.is_empty() {
                div.vh {
                    p { "Marked on this timeline:" }
                    ul {
                        @for marked in &self.marked {
                            li {
                                (overlay::kind(marked.kind)) " of " (inline(&marked.name)) ", " (words::lane(marked.place.lane)) ", "
                                (span(marked.place.from, marked.place.to)) ": " (inline(&marked.place.label))
                            }
                        }
                    }
                }
            }
        }
    }
}
