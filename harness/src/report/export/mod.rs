//! One record, many formats: what CI services, course platforms and test reporters read.
//!
//! All of them tell the same: one entry for each check, in the order of the spec, with the same whole points. What was *not reached* earns
//! nothing and is exported as skipped where the format can say that. What the harness could not judge has no points, and then the whole has
//! no score; where *nothing* could be judged, each format says in its own way that this is the grader's fault: it is never the student's zero.
//!
//! What a submission wrote may hold anything. It reaches a format only through `entry`, without anything that a terminal or the log of a CI
//! service acts upon, and is then escaped as the format demands.

mod classroom50;
mod entry;
mod exercism;
mod github;
mod gradescope;
mod junit;
mod markdown;
mod page;
mod place;
mod tap;

pub use classroom50::{Classroom, classroom50};
pub use exercism::{ExercismVersion, exercism};
pub use github::github;
pub use gradescope::gradescope;
pub use junit::junit;
pub(super) use markdown::code;
pub use markdown::{MOST_SUMMARY, markdown};
pub use page::page;
pub use tap::tap;

use serde::Serialize;

use super::{Style, json, text::compiler};
use crate::{
    trace::Trace,
    verdict::{FORMAT, Verdict},
};
use entry::{OURS, full_stop};

/// What there is to report.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A submission was judged.
    Judged {
        /// What it was judged to be.
        verdict: &'a Verdict,
        /// What happened, for the timelines.
        traces: &'a [Trace],
        /// How many hints are told for each failed check.
        hints: usize,
    },
    /// Nothing was judged.
    Unjudged(&'a Unjudged),
}

/// That a submission could not be graded at all, through no fault of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// The version of this record: that of the verdict's.
    format: u32,
    /// The challenge's slug.
    challenge: String,
    /// Why.
    not_graded: String,
}

impl Unjudged {
    /// What the harness says of its own failure.
    #[must_use]
    pub fn new(challenge: &str, why: &str) -> Self {
        Self { format: FORMAT, challenge: challenge.to_owned(), not_graded: why.to_owned() }
    }

    /// The challenge, safe to show.
    fn challenge(&self) -> String {
        entry::line(&self.challenge)
    }

    /// Why, on one line, safe to show.
    fn why(&self) -> String {
        entry::line(&self.not_graded)
    }

    /// Whose fault it is and why, on one line.
    fn sentence(&self) -> String {
        format!("Not graded: {} {OURS}", full_stop(self.why()))
    }
}

/// The whole record, or that there is none. The compiler's colours are for people only.
#[must_use]
pub fn record(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Judged { verdict, .. } => json(&uncoloured(verdict)),
        Subject::Unjudged(unjudged) => json(unjudged),
    }
}

/// A verdict in which the compiler's words have no colours.
fn uncoloured(verdict: &Verdict) -> Verdict {
    let mut verdict = verdict.clone();
    let rendered = verdict.compiler_warnings.told.iter_mut().map(|warning| &mut warning.rendered);
    for said in verdict.compiler.iter_mut().chain(rendered) {
        *said = compiler(said, Style::default());
    }
    verdict
}
