//! Annotations of GitHub Actions: workflow commands on the standard output of a step (GitHub Docs, "Workflow commands for GitHub Actions").

use std::fmt::Write as _;

use super::{
    Subject, Unjudged,
    entry::{Entry, Mark, OURS, entries, line},
    place::{self, Place},
};
use crate::{
    report::{
        style::Style,
        summary,
        text::{COMMANDS, compiler, count},
    },
    verdict::Verdict,
};

/// How many annotations of one kind a step may make; GitHub drops the rest.
const MOST: usize = 10;
/// The longest text of an annotation, in characters: it is shown beside a line of code.
const MOST_TEXT: usize = 4_000;

/// The report as annotations: the score as a notice, an error for each failed check, a warning for what could not be judged and for what the
/// source uses that simulated time cannot see. At most ten of each kind.
#[must_use]
pub fn github(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, &entries(verdict, traces, *hints)),
        Subject::Unjudged(unjudged) => nothing_judged(unjudged),
    }
}

fn judged(verdict: &Verdict, entries: &[Entry]) -> String {
    let mut notices =
        vec![Annotation { kind: "notice", title: line(&verdict.title), text: summary::sentence(verdict), at: None }];
    notices.extend(not_reached(entries));
    let of = |marks: &[Mark]| entries.iter().filter(|entry| marks.contains(&entry.mark)).collect::<Vec<_>>();
    let errors: Vec<_> = of(&[Mark::Failed, Mark::Broken]).into_iter().map(|entry| error(verdict, entry)).collect();
    let unjudged = of(&[Mark::Unjudged]).into_iter().map(|entry| Annotation {
        kind: "warning",
        title: format!("{} could not be judged", entry.id),
        text: format!("{}\n{OURS}", entry.remark),
        at: None,
    });
    let warnings: Vec<_> = unjudged.chain(in_the_source(verdict)).collect();
    [notices, warnings, errors].into_iter().flat_map(capped).map(|annotation| annotation.command()).collect()
}

fn nothing_judged(unjudged: &Unjudged) -> String {
    let title = format!("{} was not graded", unjudged.challenge());
    Annotation { kind: "error", title, text: unjudged.sentence(), at: None }.command()
}

/// What waits for something else, in one notice.
fn not_reached(entries: &[Entry]) -> Option<Annotation> {
    let unreached: Vec<_> = entries.iter().filter(|entry| entry.mark == Mark::NotReached).collect();
    let points: u32 = unreached.iter().map(|entry| entry.points).sum();
    let lines: Vec<_> = unreached.iter().map(|entry| format!("{}. {}", entry.name(), entry.remark)).collect();
    let title = format!("{} not reached: 0 of {points} points", count(unreached.len(), "check"));
    (!unreached.is_empty()).then(|| Annotation { kind: "notice", title, text: lines.join("\n"), at: None })
}

fn error(verdict: &Verdict, entry: &Entry) -> Annotation {
    let title = format!("{} (0 of {})", entry.name(), summary::points(entry.points));
    let (text, at) = match (entry.mark, verdict.compiler.as_deref()) {
        (Mark::Broken, Some(said)) => {
            let said = compiler(said, Style::default());
            (entry.details.clone(), place::compiler(&said).map(At::of))
        }
        (Mark::Broken, None) => {
            let run = verdict.runs.iter().find(|run| run.broken && line(&run.scenario) == entry.scenario);
            (entry.remark.clone(), run.and_then(|run| place::panic(&run.ended)).map(At::of))
        }
        _ => (format!("expected: {}\ngot: {}", entry.expected, entry.remark), None),
    };
    Annotation { kind: "error", title, text, at: at.filter(|at| is_of_the_student(verdict, &at.file)) }
}

/// The warnings about the submission's own lines.
fn in_the_source(verdict: &Verdict) -> impl Iterator<Item = Annotation> {
    let at = |written: &str| place::place(written).map(At::of).filter(|at| is_of_the_student(verdict, &at.file));
    let unseen = verdict.warnings.iter().map(move |warning| Annotation {
        kind: "warning",
        title: line(&warning.what),
        text: line(&warning.advice),
        at: at(&format!("{}/{}:{}:1", verdict.submission, warning.file, warning.line)),
    });
    let compiler = verdict.compiler_warnings.told.iter().map(move |warning| Annotation {
        kind: "warning",
        title: warning.lint.as_deref().map_or_else(|| "The compiler warns".to_owned(), line),
        text: line(&warning.what),
        at: at(&format!("{}:{}:1", warning.file, warning.line)),
    });
    unseen.chain(compiler)
}

/// Whether a file is one of the student's crate, which a pull request would show.
fn is_of_the_student(verdict: &Verdict, file: &str) -> bool {
    file.starts_with(&format!("challenges/{}/", verdict.challenge))
}

/// The annotations of one kind; the last of ten stands for all for which there is no room.
fn capped(mut annotations: Vec<Annotation>) -> Vec<Annotation> {
    if annotations.len() > MOST {
        let more = annotations.split_off(MOST - 1);
        let titles: Vec<_> = more.iter().map(|annotation| annotation.title.as_str()).collect();
        let (kind, title) = (more[0].kind, format!("{} more", more.len()));
        annotations.push(Annotation { kind, title, text: titles.join("\n"), at: None });
    }
    annotations
}

/// One workflow command.
struct Annotation {
    kind: &'static str,
    title: String,
    text: String,
    at: Option<At>,
}

/// Where it belongs.
struct At {
    file: String,
    line: u32,
    column: u32,
}

impl At {
    fn of(place: Place<'_>) -> Self {
        Self { file: place.file.to_owned(), line: place.line, column: place.column }
    }
}

impl Annotation {
    fn command(&self) -> String {
        let mut out = format!("::{} ", self.kind);
        if let Some(At { file, line, column }) = &self.at {
            let _ = write!(out, "file={},line={line},col={column},", property(file));
        }
        let text: String = self.text.trim_end().chars().take(MOST_TEXT).collect();
        let _ = writeln!(out, "title={}::{}", property(&self.title), data(&text));
        out
    }
}

/// Text behind the command. It is one line, and no service but GitHub sees a command in it.
fn data(text: &str) -> String {
    let mut text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    for mark in COMMANDS {
        text = text.replace(mark, &mark.replacen("##", "# #", 1));
    }
    text
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
