//! The verdict as one page for a browser.
//!
//! The page needs nothing but itself: styles and script are in it, and its policy (Content Security Policy Level 3) lets it ask for nothing
//! else. Without the script everything can be read; the script adds zoom, tooltips and filters. What a submission says is text on it and
//! never markup: `maud` escapes it, and characters that would hide or turn text round are spelt out.

mod check;
mod compiler;
mod head;
mod log;
mod marked;
mod room;
mod scene;
mod timeline;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use self::{
    room::Rooms,
    scene::Scene,
    words::{code, prose},
};
use super::{style::Style, terminal, text::count};
use crate::{
    trace::Trace,
    verdict::{Overall, Verdict},
};
pub(super) use words::inline;

pub(super) const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a page may do: run this script, by its SHA-256, and nothing else. A submission's text that got past the escaping would still not run.
/// The test in a real browser says the new value when the script has changed.
const SCRIPT_HASH: &str = "sha256-6peec8z65ClaAmaG5Rkl1Y7Sddf9pmk9+u6guE6o7m4=";

/// How text is written on a page: it can show any character.
const TEXT: Style = Style { colour: false, ascii: false, width: 80, hints: usize::MAX };

/// Renders a verdict as one HTML page: what failed first, each scenario with its timeline, checks, log and output.
#[must_use]
pub fn html(verdict: &Verdict, traces: &[Trace]) -> String {
    let scenes = Scene::all(verdict, traces);
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src '{SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"
    );
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (inline(&verdict.title)) " – " (head::headline(verdict.outcome)) }
                // Browsers ask for an icon if none is named, even for a file.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to what happened" }
                (timeline::symbols())
                (head::header(verdict))
                div class=(if verdict.checks.is_empty() { "page" } else { "page beside" }) {
                    @if !verdict.checks.is_empty() { (head::contents(verdict, &scenes)) }
                    main id="main" tabindex="-1" { (body(verdict, &scenes)) }
                }
                footer { (footer(verdict)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn body(verdict: &Verdict, scenes: &[Scene<'_>]) -> Markup {
    let (wrong, right): (Vec<_>, Vec<_>) = scenes.iter().partition(|scene| scene.is_trouble());
    let mut rooms = Rooms::for_all(scenes.len());
    markup! {
        (warnings(verdict))
        @if verdict.outcome == Overall::NotCompiled {
            section aria-labelledby="compiler" {
                h2 id="compiler" { "What the compiler says" }
                p { (terminal::errors(verdict)) }
                (compiler::output("compiler", verdict.compiler.as_deref().unwrap_or_default()))
            }
        }
        (compiler_warnings(verdict))
        (looks_like(verdict))
        @if !wrong.is_empty() {
            section aria-labelledby="wrong" {
                h2 id="wrong" { "Where it fell short" }
                @if wrong.len() > 1 {
                    p.soft { (count(wrong.len(), "scenario")) ", those first that most depends on." }
                }
                (timeline::keys())
                @for scene in &wrong { (scene.draw(verdict, &mut rooms)) }
            }
        }
        @if !right.is_empty() {
            section aria-labelledby="right" {
                h2 id="right" { @if wrong.is_empty() { "The scenarios" } @else { "Where nothing was wrong" } }
                p.soft { (count(right.len(), "scenario")) ". Open one to see what happened in it." }
                @if wrong.is_empty() { (timeline::keys()) }
                @for scene in &right { (scene.draw(verdict, &mut rooms)) }
            }
        }
    }
}

fn warnings(verdict: &Verdict) -> Markup {
    markup! {
        @if !verdict.warnings.is_empty() {
            section.notice aria-labelledby="warnings" {
                h2 id="warnings" { span.sign aria-hidden="true" { "!" } " Warnings" }
                ul {
                    @for warning in &verdict.warnings {
                        li {
                            strong { (prose(&warning.what)) }
                            " in " code { (inline(&warning.file)) } ", line " (warning.line) ". "
                            (prose(&warning.advice))
                        }
                    }
                }
            }
        }
    }
}

/// What the compiler warns of, where it compiled all the same.
fn compiler_warnings(verdict: &Verdict) -> Markup {
    let told: String = verdict.compiler_warnings.told.iter().map(|warning| format!("{}\n", warning.rendered)).collect();
    let not_told = terminal::not_told(verdict);
    markup! {
        @if !told.is_empty() || not_told.is_some() {
            section.notice aria-labelledby="compiler-warnings" {
                h2 id="compiler-warnings" { span.sign aria-hidden="true" { "!" } " What the compiler warns of" }
                @if !told.is_empty() { (compiler::output("compiler-warnings", told.trim_end())) }
                @if let Some(not_told) = not_told { p { (prose(&not_told)) } }
            }
        }
    }
}

fn looks_like(verdict: &Verdict) -> Markup {
    markup! {
        @if !verdict.looks_like.is_empty() {
            section.notice aria-labelledby="looks-like" {
                h2 id="looks-like" { "Looks like a mistake that others have made" }
                dl {
                    @for mistake in &verdict.looks_like {
                        dt { code { (inline(&mistake.mistake)) } }
                        dd { (prose(&mistake.tells)) }
                    }
                }
            }
        }
    }
}

fn footer(verdict: &Verdict) -> Markup {
    markup! {
        p { "To repeat this verdict:" }
        (code(&verdict.replay))
        p.soft { "This page is complete in itself: it asks for nothing from the network." }
    }
}
