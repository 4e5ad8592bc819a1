//! What every export tells of a verdict: one entry for each check, in the order of the spec.

use crate::{
    report::{
        broken, failure,
        sheet::Sheet,
        style::{Paint, Style},
        summary, terminal, text,
    },
    trace::{Fault, How, Trace},
    verdict::{CheckResult, Outcome, Overall, Run, Verdict},
};

/// The longest text on one line, in characters.
const MOST_LINE: usize = 700;
/// The longest explanation, in bytes: a compiler can write without end.
const MOST_DETAILS: usize = 60_000;
/// What stands where an explanation is cut.
const CUT: &str = "(The rest is left out here.)\n";

/// How an entry came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// The submission did not compile, or its process broke off while this was looked at.
    Broken,
    /// Something else has to pass first: no points.
    NotReached,
    /// The harness could not tell: nobody's points.
    Unjudged,
}

/// A check, or what stands for all of them where none was judged. All its texts are safe to show; only the explanation has more than one line.
#[derive(Debug)]
pub(super) struct Entry {
    /// The check's id.
    pub(super) id: String,
    /// What a correct client does.
    pub(super) title: String,
    /// The scenario it was judged in and what happens there; empty if there is none.
    pub(super) scenario: String,
    /// See above.
    pub(super) about: String,
    /// How it came out.
    pub(super) mark: Mark,
    /// What it is worth.
    pub(super) points: u32,
    /// In which way it did not pass, in one word.
    pub(super) kind: String,
    /// What was expected.
    pub(super) expected: String,
    /// What happened instead, or why it was not judged; empty if it passed.
    pub(super) remark: String,
    /// Everything that helps, laid out in 80 columns; empty if it passed.
    pub(super) details: String,
    /// The end of what the submission printed in that scenario, as it came.
    pub(super) printed: String,
}

impl Entry {
    /// The points earned; none if that is not known.
    pub(super) fn earned(&self) -> Option<u32> {
        match self.mark {
            Mark::Passed => Some(self.points),
            Mark::Failed | Mark::Broken | Mark::NotReached => Some(0),
            Mark::Unjudged => None,
        }
    }

    /// A name that is the same from one time to the next.
    pub(super) fn name(&self) -> String {
        format!("{}: {}", self.id, self.title)
    }
}

/// The points to be entered in a gradebook: none if the harness could not judge everything, as that must cost nobody anything.
pub(super) fn score(verdict: &Verdict) -> Option<u32> {
    verdict.is_conclusive().then_some(verdict.score)
}

/// Text on one line, safe to show.
pub(super) fn line(text: &str) -> String {
    let line = text::safe(text, MOST_LINE, Style::default());
    text::inert(line.trim()).into_owned()
}

/// The entries of a verdict, with so many hints for each failure.
pub(super) fn entries(verdict: &Verdict, traces: &[Trace], hints: usize) -> Vec<Entry> {
    if verdict.outcome == Overall::NotCompiled {
        return vec![compiles(verdict)];
    }
    let told = Teller { verdict, traces, style: Style { hints, ..Style::default() } };
    verdict.checks.iter().map(|check| told.entry(check)).collect()
}

/// What is to be said of the source, on several lines; empty if there is nothing.
pub(super) fn cautions(verdict: &Verdict) -> String {
    let mut sheet = Sheet::new(Style::default());
    terminal::cautions(&mut sheet, verdict);
    cut(sheet.finish())
}

/// The one entry of a submission that does not compile: it stands for all points that there are.
fn compiles(verdict: &Verdict) -> Entry {
    let said = verdict.compiler.as_deref().unwrap_or_default();
    let compiler = text::compiler(&said[..boundary(said, 2 * MOST_DETAILS)], Style::default());
    let compiler: Vec<_> = compiler.trim_end().lines().map(text::inert).collect();
    Entry {
        id: "compiles".to_owned(),
        title: "The client compiles".to_owned(),
        scenario: String::new(),
        about: String::new(),
        mark: Mark::Broken,
        points: verdict.max_score,
        kind: "not-compiled".to_owned(),
        expected: "a client that compiles".to_owned(),
        remark: "It does not compile, so nothing was run and no check was judged.".to_owned(),
        details: cut(format!("{}\n", compiler.join("\n"))),
        printed: String::new(),
    }
}

/// Writes the explanations.
struct Teller<'a> {
    verdict: &'a Verdict,
    traces: &'a [Trace],
    style: Style,
}

impl Teller<'_> {
    fn entry(&self, check: &CheckResult) -> Entry {
        let run = self.verdict.runs.iter().find(|run| run.scenario == check.scenario);
        let mark = self.mark(check, run);
        let remark = match mark {
            Mark::Passed => String::new(),
            Mark::Failed | Mark::Broken | Mark::Unjudged => line(&check.got),
            Mark::NotReached => line(&format!("Not reached. {}", check.got)),
        };
        Entry {
            id: line(&check.id),
            title: line(&check.title),
            scenario: line(&check.scenario),
            about: run.map(|run| line(&run.about)).unwrap_or_default(),
            mark,
            points: check.points,
            kind: self.kind(check, mark),
            expected: line(&check.expected),
            details: cut(self.details(check, mark, run, &remark)),
            remark,
            printed: run.map(|run| run.output.clone()).unwrap_or_default(),
        }
    }

    fn mark(&self, check: &CheckResult, run: Option<&Run>) -> Mark {
        match check.outcome {
            Outcome::Pass => Mark::Passed,
            Outcome::Fail => Mark::Failed,
            Outcome::Inconclusive => Mark::Unjudged,
            // Where what it requires did not pass either, the fault is told there.
            Outcome::NotReached if run.is_some_and(|run| run.broken) && !self.waits(check) => Mark::Broken,
            Outcome::NotReached => Mark::NotReached,
        }
    }

    /// Whether a check that it requires did not pass.
    fn waits(&self, check: &CheckResult) -> bool {
        let others = self.verdict.checks.iter().filter(|other| check.requires.contains(&other.id));
        others.into_iter().any(|other| matches!(other.outcome, Outcome::Fail | Outcome::NotReached))
    }

    fn kind(&self, check: &CheckResult, mark: Mark) -> String {
        match mark {
            Mark::Passed => "passed".to_owned(),
            Mark::Failed => check
                .finding
                .as_ref()
                .map_or_else(|| line(&check.id), |finding| line(&format!("{}/{finding}", check.id))),
            Mark::Broken => self.fault(check).to_owned(),
            Mark::NotReached => "not-reached".to_owned(),
            Mark::Unjudged => "inconclusive".to_owned(),
        }
    }

    /// How the client broke off in the scenario of a check, in one word.
    fn fault(&self, check: &CheckResult) -> &'static str {
        let trace = self.traces.iter().find(|trace| trace.header.scenario == check.scenario);
        match trace.map(|trace| &trace.end.how) {
            _ if check.hidden => "broke-off",
            Some(How::Broken(Fault::Spinning(_) | Fault::Blocked(_))) => "hung",
            Some(How::Broken(Fault::Flooded(_) | Fault::Stormed(_))) => "flooded",
            _ => "crashed",
        }
    }

    fn details(&self, check: &CheckResult, mark: Mark, run: Option<&Run>, remark: &str) -> String {
        let mut sheet = Sheet::new(self.style);
        match (mark, run) {
            (Mark::Passed, _) => {}
            (Mark::Failed, _) => failure::explain(&mut sheet, self.verdict, check, self.traces, true),
            (Mark::Broken, Some(run)) => broken::explain(&mut sheet, self.verdict, run, &[], self.traces),
            (Mark::Broken | Mark::NotReached, _) => {
                let first = summary::root(self.verdict, check).map(|root| format!(" Begin with `{}`.", root.id));
                let text =
                    format!("{} No points until then.{}", full_stop(remark.to_owned()), first.unwrap_or_default());
                sheet.text(0, Paint::Plain, &text);
            }
            (Mark::Unjudged, _) => {
                sheet.text(0, Paint::Plain, remark);
                sheet.text(0, Paint::Plain, OURS);
                sheet.command("again", &self.verdict.replay);
            }
        }
        sheet.finish()
    }
}

/// What is said of everything that the harness could not do.
pub(super) const OURS: &str = "That is the grader's fault, not the student's, and costs no points.";

/// A text as a sentence.
pub(super) fn full_stop(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

/// The beginning of a text that is too long, in whole lines.
fn cut(mut text: String) -> String {
    if text.len() > MOST_DETAILS {
        let end = boundary(&text, MOST_DETAILS);
        text.truncate(text[..end].rfind('\n').map_or(end, |end| end + 1));
        text.push_str(CUT);
    }
    text
}

/// How many of a text's first bytes are whole characters and not more than so many.
pub(super) fn boundary(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
