//! Mistakes and the checks that are to catch them.

use super::{Adviser, named};
use crate::{
    check,
    scenario::Check,
    verdict::{Advice, CheckResult, Expectation, Fault, Fit, Kind, Outcome, Row},
};

impl Adviser<'_> {
    pub(super) fn mistake(&self, row: &Row, results: &[CheckResult]) -> Option<Advice> {
        let wrong: Vec<_> = results.iter().filter(|result| is_wrong(row, result)).collect();
        if wrong.is_empty() {
            return None;
        }
        let failed: Vec<_> = results.iter().filter(|result| result.outcome == Outcome::Fail).collect();
        let place = self.places.mistake(&row.name, "fails");
        let shows = Some(self.command(row));
        if failed.is_empty() {
            let ids: Vec<_> = row.expected.iter().map(|expectation| expectation.check.as_str()).collect();
            let seen = results.iter().find(|result| Some(&result.id.as_str()) == ids.first());
            let seen = seen.map(|result| format!(" `{}` says: {}.", result.id, result.got.trim_end_matches('.')));
            let what = format!(
                "All checks pass it, though its entry says that it fails {}.{}",
                named(&ids),
                seen.unwrap_or_default()
            );
            let does = self.check(ids.first()?).map_or("does it", does);
            let change = format!(
                "Make {} a client that {does}. If it is one, play a scenario in which that shows, or let the check \
                 look more closely.",
                self.source(row)
            );
            return Some(Advice { shows, ..self.advice(Fault::NotCaught, row.label(), what, change, place) });
        }
        let mut parts: Vec<_> = wrong.iter().take(super::NAMED).map(|result| self.part(row, result)).collect();
        if wrong.len() > super::NAMED {
            let more = match wrong.len() - super::NAMED {
                1 => "1 more check says".to_owned(),
                more => format!("{more} more checks say"),
            };
            parts.push(format!("And {more} something else."));
        }
        let change = format!(
            "If this is what the mistake is meant to show, its entry says so with the line below. If not, let {} make \
             that one mistake and no other.",
            self.source(row)
        );
        let write =
            format!("fails = [{}]", failed.iter().map(|result| entry(row, result)).collect::<Vec<_>>().join(", "));
        let advice = self.advice(Fault::CaughtOtherwise, row.label(), parts.join(" "), change, place);
        Some(Advice { write: Some(write), shows, ..advice })
    }

    /// How what one check says differs from the mistake's entry.
    fn part(&self, row: &Row, result: &CheckResult) -> String {
        let id = &result.id;
        let finding = result.finding.as_deref().unwrap_or_default();
        let got = result.got.trim_end_matches('.');
        match (result.outcome, expected(row, id)) {
            (Outcome::Fail, Some(Expectation { finding: Some(meant), .. })) => {
                format!("`{id}` fails with `{finding}`, not with `{meant}`: {got}.")
            }
            (Outcome::Fail, _) => format!("`{id}` fails, which its entry does not say: {got}."),
            (Outcome::NotReached, _) => format!("`{id}` is not reached, though its entry says that it fails: {got}."),
            _ => format!("`{id}` passes, though its entry says that it fails: {got}."),
        }
    }

    /// The checks that no mistake fails: nothing shows that they can fail.
    pub(in crate::grade) fn on_dead_checks(&self, rows: &[Row]) -> Vec<Advice> {
        let fails = |index: usize| {
            let mistakes = rows.iter().filter(|row| row.kind == Kind::Mistake);
            mistakes.filter_map(|row| row.cells.get(index)).any(|cell| cell.outcome == Outcome::Fail)
        };
        let checks = self.challenge.checks.iter().enumerate();
        checks.filter(|(index, _)| !fails(*index)).map(|(_, check)| self.dead(check, rows)).collect()
    }

    fn dead(&self, check: &Check, rows: &[Row]) -> Advice {
        let Check { id, requires, .. } = check;
        let what = "No mistake fails it, so nothing shows that it can fail.";
        let findings = self.findings(check);
        let claims = rows.iter().find(|row| expected(row, id).is_some());
        let (change, write) = match claims {
            Some(row) => (format!("See to the {} first: its entry says that it fails this check.", row.label()), None),
            None => {
                let required: Vec<_> = requires.iter().map(String::as_str).collect();
                let reached = match required.is_empty() {
                    true => String::new(),
                    false => format!(", but passes {} (which this check requires)", named(&required)),
                };
                let ways: Vec<_> = findings.iter().map(|finding| format!("{id}/{finding}")).collect();
                let ways: Vec<_> = ways.iter().map(String::as_str).collect();
                let ways = if ways.is_empty() { String::new() } else { format!(" It can fail as {}.", named(&ways)) };
                let change = format!(
                    "Write challenges/{}/mistakes/NAME.rs, a client that {}{reached}. Then add a [[mistake]] with the \
                     line below at the end of the spec.{ways}",
                    self.challenge.slug,
                    does(check),
                );
                let first = findings.first().map(|finding| format!("/{finding}")).unwrap_or_default();
                (change, Some(format!("fails = [\"{id}{first}\"]")))
            }
        };
        let advice = self.advice(Fault::DeadCheck, format!("check {id}"), what, change, self.places.check(id, "id"));
        Advice { write, ..advice }
    }

    /// In which ways a check can fail. One about several cases fails in one of them.
    fn findings(&self, check: &Check) -> Vec<String> {
        let cases = self.challenge.scenario(&check.scenario).map(|scenario| &scenario.cases);
        match check.cases.as_slice() {
            [] => check.expect.iter().flat_map(|expect| expect.findings()).map(ToString::to_string).collect(),
            [one] => one.expect.iter().flat_map(|expect| expect.findings()).map(ToString::to_string).collect(),
            several => several.iter().filter_map(|case| Some(cases?.get(case.case)?.id.clone())).collect(),
        }
    }

    fn check(&self, id: &str) -> Option<&Check> {
        self.challenge.checks.iter().find(|check| check.id == id)
    }
}

/// What a client does that fails a check.
fn does(check: &Check) -> &'static str {
    let first = check.expect.first().or_else(|| check.cases.first().and_then(|case| case.expect.first()));
    first.map_or("gets it wrong", check::fails)
}

fn expected<'r>(row: &'r Row, check: &str) -> Option<&'r Expectation> {
    row.expected.iter().find(|expectation| expectation.check == check)
}

fn is_wrong(row: &Row, result: &CheckResult) -> bool {
    row.fit(&result.id, &cell(result)) == Fit::Wrong
}

/// The cell of the matrix for what a check says.
pub(in crate::grade) fn cell(result: &CheckResult) -> crate::verdict::Cell {
    crate::verdict::Cell { outcome: result.outcome, finding: result.finding.clone() }
}

/// The entry that says that a check fails as it does. Where the teacher has named no finding, none is named.
fn entry(row: &Row, result: &CheckResult) -> String {
    let is_named = expected(row, &result.id).is_none_or(|expectation| expectation.finding.is_some());
    let finding = result.finding.as_ref().filter(|_| is_named).map(|finding| format!("/{finding}"));
    format!("\"{}{}\"", result.id, finding.unwrap_or_default())
}
