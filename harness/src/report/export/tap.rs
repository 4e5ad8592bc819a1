//! TAP 14, the Test Anything Protocol (testanything.org, "TAP14").

use std::fmt::Write as _;

use super::{
    Subject,
    entry::{Entry, Mark, OURS, cautions, entries, line, score},
};
use crate::{report::summary, verdict::Verdict};

/// The report as TAP: what was not reached or could not be judged is skipped. Where anything could not be judged, the stream ends with `Bail out!`:
/// a run of which only the rest passed has not passed.
#[must_use]
pub fn tap(subject: &Subject<'_>) -> String {
    let mut out = "TAP version 14\n".to_owned();
    match subject {
        Subject::Judged { verdict, traces, hints } => judged(&mut out, verdict, &entries(verdict, traces, *hints)),
        Subject::Unjudged(unjudged) => bail_out(&mut out, &unjudged.sentence()),
    }
    out
}

fn judged(out: &mut String, verdict: &Verdict, entries: &[Entry]) {
    let _ = writeln!(out, "1..{}", entries.len());
    let _ = writeln!(out, "# {}, {}", line(&verdict.title), line(&verdict.submission));
    for line in cautions(verdict).lines() {
        let _ = writeln!(out, "{}", format!("# {line}").trim_end());
    }
    for (i, entry) in entries.iter().enumerate() {
        point(out, i + 1, entry);
    }
    let _ = writeln!(out, "# {}", summary::sentence(verdict));
    match score(verdict) {
        Some(score) => {
            let _ = writeln!(out, "# score {score} of {}", verdict.max_score);
        }
        None => bail_out(out, &format!("Some checks could not be judged. {OURS}")),
    }
}

fn point(out: &mut String, number: usize, entry: &Entry) {
    let (ok, directive) = match entry.mark {
        Mark::Passed => ("ok", String::new()),
        Mark::Failed | Mark::Broken => ("not ok", String::new()),
        Mark::NotReached | Mark::Unjudged => ("ok", format!(" # SKIP {}", escaped(&entry.remark))),
    };
    let _ = writeln!(out, "{ok} {number} - {}{directive}", escaped(&entry.name()));
    out.push_str("  ---\n");
    if let Some(earned) = entry.earned() {
        let _ = writeln!(out, "  score: {earned}");
    }
    let _ = writeln!(out, "  max_score: {}", entry.points);
    if matches!(entry.mark, Mark::Failed | Mark::Broken) {
        let _ = writeln!(out, "  type: {}", quoted(&entry.kind));
        let _ = writeln!(out, "  expected: {}", quoted(&entry.expected));
        let _ = writeln!(out, "  got: {}", quoted(&entry.remark));
        // A list of texts, as Perl's reader takes no block of text with an empty line in it.
        out.push_str("  details:\n");
        for line in entry.details.lines() {
            let _ = writeln!(out, "    - {}", quoted(line));
        }
    }
    out.push_str("  ...\n");
}

fn bail_out(out: &mut String, why: &str) {
    let _ = writeln!(out, "Bail out! {}", escaped(why));
}

/// A description or reason, in which only these two characters mean anything.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('#', r"\#")
}

/// A text as YAML: in double quotes, where YAML 1.2 reads all that JSON can write.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
