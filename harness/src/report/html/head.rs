//! The top of the page: what it comes to; and the list of all checks beside it.

use maud::{Markup, html as markup};

use super::{
    TEXT,
    scene::{Scene, check_anchor},
    words::{class, inline, prose},
};
use crate::{
    report::{
        summary,
        text::{count, list},
    },
    time::{Millis, show},
    verdict::{Outcome, Overall, Verdict},
};

/// The outcome of the whole, in words.
pub(super) fn headline(outcome: Overall) -> &'static str {
    match outcome {
        Overall::Passed => "Passed",
        Overall::Failed => "Failed",
        Overall::NotCompiled => "It does not compile",
        Overall::Crashed => "It crashed",
        Overall::Hung => "It hung",
        Overall::Flooded => "It was stopped",
        Overall::Inconclusive => "It could not be judged",
    }
}

fn sign(outcome: Overall) -> (&'static str, &'static str) {
    match outcome {
        Overall::Passed => ("✓", "good"),
        Overall::Inconclusive => ("?", "warn"),
        _ => ("✗", "bad"),
    }
}

pub(super) fn header(verdict: &Verdict) -> Markup {
    let (sign, class) = sign(verdict.outcome);
    markup! {
        header {
            p.challenge { (inline(&verdict.title)) }
            h1 class=(class) { span.sign aria-hidden="true" { (sign) } " " (headline(verdict.outcome)) }
            p.score {
                strong { (verdict.score) } " of " (summary::points(verdict.max_score))
            }
            (meter(verdict))
            @for sentence in sentences(verdict) { p { (prose(&sentence)) } }
            dl.facts {
                div { dt { "Submission" } dd { code { (inline(&verdict.submission)) } } }
                div { dt { "Seed" } dd { (verdict.seed) } }
                div { dt { "Clock" } dd { (clock(verdict)) } }
                @if !verdict.sandbox.is_empty() { div { dt { "Sandbox" } dd { (inline(&verdict.sandbox)) } } }
                @if !verdict.runs.is_empty() { div { dt { "Played" } dd { (played(verdict)) } } }
            }
        }
    }
}

/// The score as a bar, a piece for each outcome. The words beside it say the same.
fn meter(verdict: &Verdict) -> Markup {
    let points = |outcome| verdict.checks.iter().filter(|c| c.outcome == outcome).map(|c| c.points).sum::<u32>();
    let all = f64::from(verdict.max_score.max(1));
    let mut from = 0.0;
    let pieces = [Outcome::Pass, Outcome::Inconclusive, Outcome::Fail, Outcome::NotReached].map(|outcome| {
        let (start, width) = (from, f64::from(points(outcome)) / all * 100.0);
        from += width;
        (class(outcome), start, width)
    });
    markup! {
        svg.meter width="100%" height="10" aria-hidden="true" {
            rect.rest width="100%" height="10" rx="5" {}
            @for (class, start, width) in pieces.iter().filter(|(_, _, width)| *width > 0.0) {
                rect class=(class) x=(format!("{start:.2}%")) width=(format!("{width:.2}%")) height="10" {}
            }
        }
    }
}

/// What a reader should know before anything else.
fn sentences(verdict: &Verdict) -> Vec<String> {
    let mut sentences = Vec::new();
    if !verdict.checks.is_empty() {
        sentences.push(summary::counts(verdict));
        sentences.extend(summary::hidden(verdict));
    }
    match verdict.outcome {
        Overall::Passed => {}
        Overall::Inconclusive => {
            let unjudged = verdict.checks.iter().filter(|check| check.outcome == Outcome::Inconclusive);
            let ids: Vec<_> = unjudged.map(|check| format!("`{}`", check.id)).collect();
            sentences.push(format!(
                "{} could not be judged. This is our fault, not yours, and costs no points. Run it again when the machine has less to do.",
                list(&ids)
            ));
        }
        _ => sentences.extend(summary::first_step(verdict)),
    }
    sentences
}

fn clock(verdict: &Verdict) -> String {
    match verdict.clock.as_str() {
        "virtual" => "virtual: time is simulated".to_owned(),
        clock if verdict.speed > 1.0 => format!("{}, {} times as fast", inline(clock), verdict.speed),
        clock => inline(clock),
    }
}

fn played(verdict: &Verdict) -> String {
    let time: Millis = verdict.runs.iter().map(|run| run.ended_ms).fold(0, Millis::saturating_add);
    format!("{}, {}", count(verdict.runs.len(), "scenario"), show(time))
}

/// All checks, each a link to its explanation.
pub(super) fn contents(verdict: &Verdict, scenes: &[Scene<'_>]) -> Markup {
    markup! {
        nav aria-labelledby="contents" {
            details open {
                summary { h2 id="contents" { "Checks" } }
                ol {
                    @for (i, check) in verdict.checks.iter().enumerate() {
                        @let known = scenes.iter().any(|scene| scene.run.scenario == check.scenario);
                        li class=(class(check.outcome)) {
                            span.sign aria-hidden="true" { (summary::symbol(check.outcome, TEXT).0) }
                            span {
                                @if known { a href={ "#" (check_anchor(check, i)) } { (inline(&check.title)) } }
                                @else { (inline(&check.title)) }
                                span.vh { ", " (summary::word(check.outcome)) }
                                @let note = summary::note(verdict, check);
                                @if check.outcome == Outcome::NotReached { span.soft { " " (inline(&note)) } }
                            }
                            span.points { (summary::earned(check)) span.vh { " points" } }
                        }
                    }
                }
            }
        }
    }
}
