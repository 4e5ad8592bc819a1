//! No check may demand what the README does not state: what it says to read is there, and names the values that it measures with.

use super::{Adviser, named};
use crate::{
    report,
    scenario::Check,
    verdict::{Advice, Fault},
};

/// The file that checks say to read.
const README: &str = "README.md";

/// What the README, if there is one, does not state.
pub(in crate::grade) fn unstated(adviser: &Adviser<'_>, readme: Option<&str>) -> Vec<Advice> {
    adviser.challenge.checks.iter().filter_map(|check| adviser.on_reading(check, readme)).collect()
}

impl Adviser<'_> {
    fn on_reading(&self, check: &Check, readme: Option<&str>) -> Option<Advice> {
        let (file, anchor) =
            check.read.split_once('#').map_or((check.read.as_str(), None), |(file, a)| (file, Some(a)));
        // What lies elsewhere is not ours to look at.
        if file != README {
            return None;
        }
        let path = format!("challenges/{}/{README}", self.challenge.slug);
        let Some(markdown) = readme else {
            let what = format!("It says to read {}, and there is no such file.", check.read);
            let change = format!("Write {path}: the theory, the task, and every tolerance.");
            return Some(self.unread(Fault::NoSuchSection, check, what, change));
        };
        let Some(code) = report::code_in(markdown, anchor) else {
            let what = format!("It says to read {}, and {README} has no heading of that name.", check.read);
            let sections = report::sections(markdown);
            let anchors: Vec<_> = sections.iter().map(|section| section.anchor.as_str()).collect();
            let near =
                anchors.iter().min_by_key(|other| strsim::damerau_levenshtein(other, anchor.unwrap_or_default()));
            let write = near.map(|near| format!("read = \"{README}#{near}\""));
            let change = format!("Write such a section into {path}, or name one that is there, such as the nearest.");
            return Some(Advice { write, ..self.unread(Fault::NoSuchSection, check, what, change) });
        };
        let unnamed: Vec<_> = check.values.iter().map(String::as_str).filter(|name| !names(&code, name)).collect();
        if unnamed.is_empty() {
            return None;
        }
        let what =
            format!("It measures with {}, which what it says to read ({}) does not name.", named(&unnamed), check.read);
        let change = format!("State there, in {path}, what it demands, in terms of {} (as code).", named(&unnamed));
        Some(self.unread(Fault::ValueNotStated, check, what, change))
    }

    fn unread(&self, fault: Fault, check: &Check, what: String, change: String) -> Advice {
        self.advice(fault, format!("check {}", check.id), what, change, self.places.check(&check.id, "read"))
    }
}

/// Whether a value is named in some piece of code.
fn names(code: &[String], name: &str) -> bool {
    let words = code.iter().flat_map(|piece| piece.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.into_iter().any(|word| word == name)
}
