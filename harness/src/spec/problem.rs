//! What is wrong with a file, and how it is shown: in the style of rustc, with the place underlined.

use std::fmt::{self, Write as _};
use std::ops::Range;

use super::excerpt::{self, Excerpt, Mark, Paint};

/// How many problems of a file are told: who has mended so many can look again.
pub(super) const MOST: usize = 100;

/// Everything that is wrong with one file, as far as it helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors {
    file: String,
    text: String,
    problems: Vec<Problem>,
    /// Whether there are more.
    more: bool,
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in a few words.
    pub title: String,
    /// Where, as bytes of the file; nowhere if it is about what is not in the file.
    pub span: Option<Range<usize>>,
    /// What stands there instead of what should.
    pub label: String,
    /// Other places that matter, and why.
    pub notes: Vec<(Range<usize>, String)>,
    /// What is allowed there and what to do.
    pub help: Vec<String>,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn at(span: Range<usize>, title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { title: title.into(), span: Some(span), label: label.into(), notes: Vec::new(), help: Vec::new() }
    }

    /// A problem with what is not in the file.
    pub(super) fn nowhere(title: impl Into<String>) -> Self {
        Self { title: title.into(), span: None, label: String::new(), notes: Vec::new(), help: Vec::new() }
    }

    /// The same problem, with advice.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same problem, with advice if there is any.
    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help.extend(help);
        self
    }

    /// The same problem, with another place.
    pub(super) fn note(mut self, span: Range<usize>, note: impl Into<String>) -> Self {
        self.notes.push((span, note.into()));
        self
    }
}

impl Errors {
    /// The problems of the file of that name and text, in the order of their places: the first of them, if there are very many.
    pub(super) fn new(file: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.as_ref().map_or(usize::MAX, |span| span.start));
        let more = problems.len() > MOST;
        problems.truncate(MOST);
        Self { file: file.into(), text: text.into(), problems, more }
    }

    /// The file's name, as it was given.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The problems, in the order of their places, as far as they are told.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The line and column, from 1 and in characters, at which `problem` is.
    #[must_use]
    pub fn place(&self, problem: &Problem) -> Option<(usize, usize)> {
        problem.span.as_ref().map(|span| excerpt::place(&self.text, span.start))
    }

    /// All problems as text for a terminal of 80 columns, with ANSI colours if `colour`.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let paint = Paint { colour };
        let mut out = String::new();
        for problem in &self.problems {
            self.render_one(&mut out, problem, paint);
            out.push('\n');
        }
        let mistakes = match self.problems.len() {
            1 => "1 mistake".to_owned(),
            n if self.more => format!("the first {n} of the mistakes"),
            n => format!("{n} mistakes"),
        };
        let _ = writeln!(out, "{}: {mistakes} in {}", paint.red("error"), self.file);
        out
    }

    fn render_one(&self, out: &mut String, problem: &Problem, paint: Paint) {
        excerpt::paragraph(out, &paint.red("error"), "error".len(), &problem.title, |line| paint.bold(line));
        let gutter = self.gutter(problem);
        let excerpt = Excerpt { file: &self.file, text: &self.text, gutter, paint };
        match &problem.span {
            Some(span) => excerpt.write(out, span, &problem.label, Mark::Here),
            None => {
                let _ = writeln!(out, "{:gutter$}{} {}", "", paint.blue("-->"), self.file);
            }
        }
        for (span, note) in &problem.notes {
            excerpt.write(out, span, note, Mark::There);
        }
        if !problem.help.is_empty() {
            let _ = writeln!(out, "{:gutter$} {}", "", paint.blue("|"));
        }
        for help in &problem.help {
            let head = format!("{:gutter$} {} help", "", paint.blue("="));
            excerpt::paragraph(out, &head, gutter + " = help".len(), help, str::to_owned);
        }
    }

    /// How wide the largest line number of `problem` is.
    fn gutter(&self, problem: &Problem) -> usize {
        let spans = problem.span.iter().chain(problem.notes.iter().map(|(span, _)| span));
        let last = spans.map(|span| excerpt::place(&self.text, span.start).0).max().unwrap_or(1);
        last.to_string().len()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Errors {}
