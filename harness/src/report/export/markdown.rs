//! Markdown as GitHub and GitLab show it: for the summary of a step, a comment, a page.
//!
//! What a submission wrote stands only in code (spans and fenced blocks), where nothing is a heading, a link, an image, a mention or HTML; of all other
//! texts, each character that could mean anything is escaped.

use std::fmt::Write as _;

use super::{
    Subject, Unjudged,
    entry::{Entry, Mark, OURS, cautions, entries, line, score},
};
use crate::{report::summary, verdict::Verdict};

/// How large the summary of a step may be, in bytes; GitHub shows none that is larger.
pub const MOST_SUMMARY: usize = 1 << 20;
/// What is kept free for the last line.
const LAST_LINE: usize = 200;

/// The report as Markdown, in at most so many bytes: the table of all checks, then explanations as far as there is room.
#[must_use]
pub fn markdown(subject: &Subject<'_>, most: usize) -> String {
    match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, &entries(verdict, traces, *hints), most),
        Subject::Unjudged(unjudged) => nothing_judged(unjudged),
    }
}

fn judged(verdict: &Verdict, entries: &[Entry], most: usize) -> String {
    let mut out = head(verdict);
    table(&mut out, entries);
    let explained: Vec<_> = entries.iter().filter(|entry| is_explained(entry)).collect();
    let mut sections: Vec<_> = explained.iter().enumerate().map(|(i, entry)| explanation(entry, i == 0)).collect();
    let cautions = cautions(verdict);
    if !cautions.is_empty() {
        sections.push(section("Warnings about the source", &cautions, false));
    }
    let mut left_out = 0;
    for section in sections {
        if left_out == 0 && out.len() + section.len() + LAST_LINE <= most {
            out.push_str(&section);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "{left_out} more explanations are left out here, as there is no room for them.\n");
    }
    let _ = writeln!(out, "To see it again: {}", code(&verdict.replay));
    // A table that alone is too large: better the score than nothing.
    if out.len() > most { head(verdict) } else { out }
}

fn head(verdict: &Verdict) -> String {
    let symbol = match (verdict.is_conclusive(), verdict.score == verdict.max_score) {
        (false, _) => "❔",
        (true, true) => "✅",
        (true, false) => "❌",
    };
    let mut out =
        format!("## {symbol} {}\n\n{}\n\n", escaped(&line(&verdict.title)), escaped(&summary::sentence(verdict)));
    if score(verdict).is_none() {
        let _ = writeln!(out, "**No score is recorded**, as some checks could not be judged. {OURS}\n");
    }
    let (clock, seed) = (escaped(&line(&verdict.clock)), verdict.seed);
    let sandbox = match verdict.sandbox.as_str() {
        "" => String::new(),
        sandbox => format!(", sandbox {}", escaped(&line(sandbox))),
    };
    let _ = writeln!(out, "Submission {}, seed {seed}, {clock} clock{sandbox}.\n", code(&verdict.submission));
    out
}

fn table(out: &mut String, entries: &[Entry]) {
    out.push_str("| | Check | Points |\n| --- | --- | ---: |\n");
    for entry in entries {
        let earned = entry.earned().map_or_else(|| "?".to_owned(), |earned| earned.to_string());
        let note = match entry.mark {
            Mark::Passed | Mark::Failed => "",
            Mark::Broken => " — *broke off*",
            Mark::NotReached => " — *not reached*",
            Mark::Unjudged => " — *could not be judged*",
        };
        let note = if entry.kind == "not-compiled" { " — *does not compile*" } else { note };
        let (symbol, title) = (symbol(entry.mark), escaped(&entry.title));
        let _ = writeln!(out, "| {symbol} | {title}{note} | {earned}/{} |", entry.points);
    }
    out.push('\n');
}

fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::Passed => "✅",
        Mark::Failed | Mark::Broken => "❌",
        Mark::NotReached => "⬜",
        Mark::Unjudged => "❔",
    }
}

/// Whether there is more to say of it than its line in the table.
fn is_explained(entry: &Entry) -> bool {
    matches!(entry.mark, Mark::Failed | Mark::Broken | Mark::Unjudged)
}

fn explanation(entry: &Entry, open: bool) -> String {
    section(&format!("{} {}", symbol(entry.mark), html(&entry.name())), &entry.details, open)
}

/// A text that can be folded, under a heading that is HTML.
fn section(heading: &str, text: &str, open: bool) -> String {
    let open = if open { " open" } else { "" };
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let text = text.trim_end();
    format!("<details{open}>\n<summary>{heading}</summary>\n\n{fence}text\n{text}\n{fence}\n\n</details>\n\n")
}

fn nothing_judged(unjudged: &Unjudged) -> String {
    format!("## ❔ {} was not graded\n\n{OURS}\n\n{}\n", escaped(&unjudged.challenge()), code(&unjudged.why()))
}

/// Text in which nothing is markup: any punctuation of ASCII may be escaped (CommonMark, "Backslash escapes"). An at sign would still make a
/// mention or an address of what follows, except in code; a slash and `www.` would make a link of an address that is written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '@' => out.push_str("`@`"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '$' | '&' | '!' | '/' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.replace("www.", "www\\.")
}

/// The same within HTML, which Markdown leaves alone.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    text.replace('@', "<code>@</code>")
}

/// A span of code; not for tables, where a bar would end its cell.
pub(in crate::report) fn code(text: &str) -> String {
    let text = line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    // One blank at each end is taken away again (CommonMark, "Code spans").
    if text.is_empty() { String::new() } else { format!("{fence} {text} {fence}") }
}

/// How many backticks stand in a row at most.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
