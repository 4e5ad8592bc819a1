//! One check: its outcome, and all that explains it.

use maud::{Markup, html as markup};

use super::{
    marked::{MOST_PLACES, Mark, Marked},
    scene::{Scene, check_anchor},
    timeline,
    words::{self, code, inline, prose, span},
};
use crate::{
    report::{
        failure,
        summary::{self, points},
        text::{count, list},
    },
    verdict::{CheckResult, Lane, Outcome, Verdict},
};

/// How many places of evidence are seen at once.
const AT_ONCE: usize = 3;

/// Draws a check: in full where there is something to explain, folded where there is not.
pub(super) fn draw(verdict: &Verdict, scene: &Scene<'_>, check: &CheckResult, number: usize) -> Markup {
    let anchor = check_anchor(check, number);
    let name = format!("name-of-{anchor}");
    let heading = markup! {
        h5 id=(name) { (words::outcome(check.outcome)) " " span.title { (prose(&check.title)) } }
        span.points { (summary::earned(check)) span.vh { " points" } }
    };
    let class = words::class(check.outcome);
    markup! {
        @if matches!(check.outcome, Outcome::Fail | Outcome::Inconclusive) {
            article class={ "check " (class) } id=(anchor) aria-labelledby=(name) {
                div.heading { (heading) }
                (facts(verdict, scene, check, number))
            }
        } @else {
            details class={ "check " (class) } id=(anchor) {
                summary { (heading) }
                (facts(verdict, scene, check, number))
            }
        }
    }
}

fn facts(verdict: &Verdict, scene: &Scene<'_>, check: &CheckResult, number: usize) -> Markup {
    let fails = check.outcome == Outcome::Fail;
    let requires: Vec<_> = check.requires.iter().map(|id| format!("`{id}`")).collect();
    markup! {
        dl.facts-of-check {
            @if !check.hidden { div.expected { dt { "Expected" } dd { (prose(&check.expected)) } } }
            div.got {
                dt { @if check.outcome == Outcome::NotReached { "Why not" } @else { "Got" } }
                dd { (prose(&check.got)) }
            }
            (places(scene, check, number))
            @if !check.hidden { div { dt { "Why it matters" } dd { (prose(&check.why)) } } }
            div { dt { "Read" } dd { code { "challenges/" (inline(&verdict.challenge)) "/" (inline(&check.read)) } } }
            div {
                dt { "Check" }
                dd {
                    code { (inline(&check.id)) }
                    @if let Some(finding) = &check.finding { ", finding " code { (inline(finding)) } }
                    ", worth " (points(check.points))
                    @if !requires.is_empty() { ", judged only if " (prose(&list(&requires))) " passed" }
                }
            }
            @if fails && !check.hidden { div { dt { "Try again" } dd { (code(&failure::again(verdict, &check.scenario))) } } }
        }
        @if check.outcome != Outcome::Pass { (hints(&check.hints, 1, check.hints.len())) }
    }
}

/// Where to look, each place a link into the timeline.
fn places(scene: &Scene<'_>, check: &CheckResult, number: usize) -> Markup {
    let anchor = check_anchor(check, number);
    let of_check = |marked: &&Marked| marked.anchor == anchor;
    let evidence: Vec<_> = scene.marked.iter().filter(of_check).filter(|m| m.kind != Mark::Window).collect();
    let left_out = check.evidence.len().saturating_sub(MOST_PLACES);
    markup! {
        @if !evidence.is_empty() && scene.trace.is_some() {
            div {
                dt { "Where" }
                dd {
                    @let (first, more) = evidence.split_at(evidence.len().min(AT_ONCE));
                    (list_of(scene, first))
                    @if !more.is_empty() {
                        details {
                            summary { (count(more.len(), "more place")) }
                            (list_of(scene, more))
                            @if left_out > 0 { p.soft { (left_out) " more are left out." } }
                        }
                    }
                }
            }
        }
    }
}

fn list_of(scene: &Scene<'_>, places: &[&Marked]) -> Markup {
    markup! { ol.places { @for marked in places { li { (place(scene, marked)) } } } }
}

fn place(scene: &Scene<'_>, marked: &Marked) -> Markup {
    let place = &marked.place;
    let fleet = scene.trace.is_some_and(|trace| trace.header.clients > 1);
    markup! {
        @if marked.kind == Mark::Miss { strong.miss { span.sign aria-hidden="true" { "▲" } " first miss" } " " }
        (prose(&place.label)) " "
        span.soft {
            "(" (span(place.from, place.to)) ", " (words::lane(place.lane))
            @if fleet && place.lane != Lane::Fleet { ", client " (place.client) }
            ")"
        }
        span.links {
            (timeline::link(scene, marked, if marked.kind == Mark::Miss { "Zoom to the miss" } else { "Show it" }))
            " " a href={ "#" (super::log::row_anchor(scene, marked)) } { "In the log" }
        }
    }
}

/// Hints folded into one another: the next can be opened when the one before has been read.
fn hints(hints: &[String], number: usize, of: usize) -> Markup {
    markup! {
        @if let [first, rest @ ..] = hints {
            details.hint {
                summary { "Hint " (number) " of " (of) }
                p { (prose(first)) }
                (self::hints(rest, number + 1, of))
            }
        }
    }
}
