//! `harness lesson`.

use clap::Args;

use super::{
    Exit,
    pager::{self, PagerArguments},
    terminal::Terminal,
};
use crate::{
    grade::{self, Catalog, Error},
    report::{self, Section, Style},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness lesson reconnect-backoff              all of it, page by page
  harness lesson reconnect-backoff backoff      begins at this section
  harness lesson reconnect-backoff giving up    a section by words of its heading
  harness lesson reconnect-backoff --no-pager   all of it at once

Keys: space and b turn pages, j and k move by a line, g and G go to the ends, / searches, n and N
go on searching, q leaves. What fits on the screen is printed, as is everything in a pipe: then
only the section that was asked for.")]
pub(super) struct LessonArguments {
    /// The challenge, as `harness list` names it.
    pub(super) challenge: String,
    /// A section of its README.md: the anchor that a report names, or words of the heading.
    pub(super) section: Vec<String>,
    #[command(flatten)]
    pub(super) pager: PagerArguments,
}

pub(super) fn run(catalog: &Catalog, arguments: &LessonArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let markdown = catalog.readme(&arguments.challenge)?;
    let name = arguments.section.join(" ");
    let section = match name.is_empty() {
        true => None,
        false => Some(find(&markdown, &name)?),
    };
    // Sections are found again by their anchors: where they begin depends on the width.
    let at = |sections: &[Section]| sections.iter().position(|other| Some(&other.anchor) == section.as_ref());
    let lesson = report::lesson(&markdown, terminal.style);
    let plain = at(&lesson.sections).map(|at| lesson.only(&lesson.sections[at])).unwrap_or_else(|| lesson.text.clone());
    let lay_out = |columns: usize| {
        let style = Style { width: columns.min(terminal.style.width.max(80)), ..terminal.style };
        let lesson = report::lesson(&markdown, style);
        let line = at(&lesson.sections).map_or(0, |at| lesson.sections[at].line);
        (lesson.text, line)
    };
    pager::show(terminal, arguments.pager, &plain, lay_out)?;
    Ok(Exit::Passed)
}

/// The anchor of the section that is meant.
fn find(markdown: &str, name: &str) -> Result<String, Error> {
    let sections = report::sections(markdown);
    match report::find_section(&sections, name) {
        Some(section) => Ok(section.anchor.clone()),
        None => {
            let known: Vec<_> = sections.into_iter().map(|section| section.anchor).collect();
            Err(Error::Usage(grade::unknown("section", name, &known)))
        }
    }
}
