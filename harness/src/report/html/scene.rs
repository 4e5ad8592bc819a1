//! One scenario: how it went, its timeline, its checks, the log of the wire, what the submission printed.

use std::cmp::Reverse;

use maud::{Markup, html as markup};

use super::{
    TEXT, check, log,
    marked::Marked,
    room::Rooms,
    timeline,
    words::{anchor, code, ending, inline, prose},
};
use crate::{
    report::{
        broken, failure,
        summary::{self, counts_of},
        text::{compiler, count},
    },
    time::show,
    trace::{How, Trace},
    verdict::{CheckResult, Outcome, Run, Verdict},
};

/// How much of what a submission printed is shown, in bytes: the end of it.
const MOST_OUTPUT: usize = 24_000;

/// A scenario that was played.
pub(super) struct Scene<'a> {
    pub(super) run: &'a Run,
    pub(super) trace: Option<&'a Trace>,
    /// Its checks with their numbers in the verdict, those that failed first.
    pub(super) checks: Vec<(usize, &'a CheckResult)>,
    pub(super) marked: Vec<Marked>,
    /// Whether it broke off as another has that is told before it.
    repeats: bool,
    anchor: String,
}

/// Where a check is explained.
pub(super) fn check_anchor(check: &CheckResult, number: usize) -> String {
    anchor("check", &check.id, number)
}

/// Where a scenario is told.
pub(super) fn scene_anchor(run: &Run, number: usize) -> String {
    anchor("scenario", &run.scenario, number)
}

impl<'a> Scene<'a> {
    /// All scenarios: what broke off first, then those with the failures that most depends on, then the others as in the spec.
    pub(super) fn all(verdict: &'a Verdict, traces: &'a [Trace]) -> Vec<Self> {
        let failed = summary::failed(verdict);
        let mut scenes: Vec<_> =
            verdict.runs.iter().enumerate().map(|(i, run)| Self::of(verdict, traces, run, i)).collect();
        scenes.sort_by_key(|scene| {
            let first = failed.iter().position(|check| check.scenario == scene.run.scenario);
            (!scene.run.broken, first.unwrap_or(usize::MAX), !scene.is_trouble())
        });
        let mut told: Vec<&str> = Vec::new();
        for scene in scenes.iter_mut().filter(|scene| scene.run.broken) {
            scene.repeats = told.contains(&scene.run.ended.as_str());
            told.push(&scene.run.ended);
        }
        scenes
    }

    fn of(verdict: &'a Verdict, traces: &'a [Trace], run: &'a Run, number: usize) -> Self {
        let trace = traces.iter().find(|trace| trace.header.scenario == run.scenario);
        let all = verdict.checks.iter().enumerate();
        let mut checks: Vec<_> = all.filter(|(_, check)| check.scenario == run.scenario).collect();
        checks.sort_by_key(|(_, check)| match check.outcome {
            Outcome::Fail => (0, Reverse(summary::waiting_for(verdict, check))),
            Outcome::Inconclusive => (1, Reverse(0)),
            Outcome::NotReached => (2, Reverse(0)),
            Outcome::Pass => (3, Reverse(0)),
        });
        let marked = Marked::all(verdict, run, trace, number);
        Self { run, trace, checks, marked, repeats: false, anchor: scene_anchor(run, number) }
    }

    /// Whether there is something in it that a reader should look at.
    pub(super) fn is_trouble(&self) -> bool {
        let is_wrong = |check: &CheckResult| matches!(check.outcome, Outcome::Fail | Outcome::Inconclusive);
        self.run.broken || self.checks.iter().any(|(_, check)| is_wrong(check))
    }

    /// The `id` of a part of it.
    pub(super) fn id(&self, part: &str) -> String {
        format!("{part}-of-{}", self.anchor)
    }

    pub(super) fn draw(&self, verdict: &Verdict, rooms: &mut Rooms) -> Markup {
        let name = self.id("name");
        let heading = markup! { h3 id=(name) { code { (inline(&self.run.scenario)) } } };
        markup! {
            @if self.is_trouble() && !self.repeats {
                section.scenario id=(self.anchor) aria-labelledby=(name) {
                    (heading)
                    p.about { (prose(&self.run.about)) }
                    (self.contents(verdict, rooms))
                }
            } @else {
                details.scenario id=(self.anchor) {
                    summary { (heading) (self.tally()) span.about { (prose(&self.run.about)) } }
                    (self.contents(verdict, rooms))
                }
            }
        }
    }

    /// How its checks came out, in a few words.
    fn tally(&self) -> Markup {
        let worst = self.checks.first().map_or(Outcome::Pass, |(_, check)| check.outcome);
        markup! {
            span.tally {
                @if self.repeats { span.sign.bad aria-hidden="true" { "✗" } " broke off in the same way, at " (show(self.run.ended_ms)) }
                @else if self.checks.is_empty() { "no check reads it" }
                @else {
                    span class={ "sign " (super::words::class(worst)) } aria-hidden="true" { (summary::symbol(worst, TEXT).0) }
                    " " (counts_of(self.checks.iter().map(|(_, check)| *check)))
                }
            }
        }
    }

    fn contents(&self, verdict: &Verdict, rooms: &mut Rooms) -> Markup {
        markup! {
            p.end { (self.end()) }
            @if self.run.broken { (self.fault(verdict)) }
            @if let Some(trace) = self.trace { (timeline::draw(self, trace, &mut rooms.timelines)) }
            @if !self.checks.is_empty() {
                h4 { "Checks" }
                @for (number, result) in &self.checks { (check::draw(verdict, self, result, *number)) }
            }
            (self.output())
            @if let Some(trace) = self.trace { (log::draw(self, trace, &mut rooms.logs)) }
            (self.told())
        }
    }

    /// How it ended, and what explains much at once.
    fn end(&self) -> Markup {
        let remarks = self.trace.map(|trace| failure::remarks(trace, TEXT)).unwrap_or_default();
        markup! {
            @if !self.run.broken && !self.run.hidden { "Ended at " (show(self.run.ended_ms)) ": " (prose(&self.run.ended)) ". " }
            @for remark in &remarks { strong { (prose(remark)) } " " }
        }
    }

    fn fault(&self, verdict: &Verdict) -> Markup {
        markup! {
            div.fault {
                p {
                    strong { span.sign aria-hidden="true" { "✗" } " " (prose(&broken::sentence(&self.run.ended))) }
                    @if !self.run.hidden { " That was " (show(self.run.ended_ms)) " into the scenario." }
                }
                @if let Some(How::Broken(fault)) = self.trace.map(|trace| &trace.end.how) {
                    p { (prose(broken::advice(fault))) }
                }
                @if !self.run.hidden {
                    p { "To play it again:" }
                    (code(&failure::again(verdict, &self.run.scenario)))
                }
            }
        }
    }

    fn output(&self) -> Markup {
        let name = self.id("output");
        let text = compiler(&self.run.output, TEXT);
        let shown = ending(&text, MOST_OUTPUT);
        let lines = shown.lines().count();
        markup! {
            @if !text.trim().is_empty() {
                details.part open[self.is_trouble() && !self.repeats] {
                    summary { h4 id=(name) { "What the submission printed" } span.tally { (count(lines, "line")) } }
                    @if shown.len() < text.len() { p.soft { "The beginning is left out." } }
                    pre.output tabindex="0" role="region" aria-labelledby=(name) { (shown) }
                }
            }
        }
    }

    /// What the client was told.
    fn told(&self) -> Markup {
        markup! {
            @if !self.run.client.is_empty() {
                details.part {
                    summary { h4 { "What the client was told" } span.tally { (count(self.run.client.len(), "value")) } }
                    p.soft { "Drawn from the seed. Durations are in milliseconds." }
                    dl.values {
                        @for (name, value) in &self.run.client {
                            div { dt { code { (inline(name)) } } dd { (inline(&value.to_string())) } }
                        }
                    }
                }
            }
        }
    }
}
