//! What is wrong with a challenge, what to change, and where: made of what `verify` has seen.

mod crates;
mod mistakes;
mod stated;
#[cfg(test)]
mod tests;

pub(super) use crates::Offer;
pub(super) use mistakes::cell;
pub(super) use stated::unstated;

use crate::{
    scenario::Challenge,
    spec::Places,
    verdict::{Advice, CheckResult, Fault, Kind, Outcome, Row},
};

/// How many checks are named one by one.
const NAMED: usize = 3;

/// Who advises on a challenge.
pub(super) struct Adviser<'a> {
    pub(super) challenge: &'a Challenge,
    pub(super) places: &'a Places,
}

impl Adviser<'_> {
    /// What is to be said of a submission by what the checks say of it.
    pub(super) fn on_row(&self, row: &Row, results: &[CheckResult]) -> Option<Advice> {
        match row.kind {
            Kind::Solution => self.solution(row, results),
            Kind::Starter => self.starter(row, results),
            Kind::Mistake => self.mistake(row, results),
        }
    }

    /// It does not compile; what the compiler `said` begins with its errors.
    pub(super) fn not_compiled(&self, row: &Row, said: &str) -> Advice {
        let first = said.lines().find(|line| line.starts_with("error")).or_else(|| said.lines().next());
        let what = format!("It does not compile: {}", first.unwrap_or_default());
        let change = "Mend it: what a student begins with must compile, and fail.";
        let shows = format!("cargo check -p {}", self.challenge.slug);
        Advice { shows: Some(shows), ..self.advice(Fault::NotCompiled, row.label(), what, change, self.source(row)) }
    }

    fn solution(&self, row: &Row, results: &[CheckResult]) -> Option<Advice> {
        let mut missed = results.iter().filter(|result| matches!(result.outcome, Outcome::Fail | Outcome::NotReached));
        let first = missed.next()?;
        let others: Vec<_> = missed.map(|result| result.id.as_str()).collect();
        let more = if others.is_empty() { String::new() } else { format!(" Nor do {} pass.", named(&others)) };
        let what = format!("{}{more}", told(first));
        let change = format!("Mend {}; or the check, if it asks for more than the README states.", self.source(row));
        let place = self.places.check(&first.id, "expect");
        let advice = self.advice(Fault::SolutionFails, row.label(), what, change, place);
        Some(Advice { shows: Some(self.command(row)), ..advice })
    }

    fn starter(&self, row: &Row, results: &[CheckResult]) -> Option<Advice> {
        let passed: Vec<_> = results.iter().filter(|result| result.outcome == Outcome::Pass).collect();
        let ids: Vec<_> = passed.iter().map(|result| result.id.as_str()).collect();
        if passed.is_empty() {
            return None;
        }
        if passed.len() == results.len() {
            let what = "It passes every check: nothing is left to do.";
            let change = format!("Take out of {} what the student is to write.", self.source(row));
            let advice = self.advice(Fault::StarterPasses, row.label(), what, change, self.source(row));
            return Some(Advice { shows: Some(self.command(row)), ..advice });
        }
        let got: u32 = passed.iter().map(|result| result.points).sum();
        let of: u32 = results.iter().map(|result| result.points).sum();
        let what = format!("It passes {}, and so has {got} of {of} points before anything is written.", named(&ids));
        let change =
            "Right for checks that only guard against doing too much. Let others require a check that it fails.";
        let place = self.places.check(ids[0], "id");
        Some(self.advice(Fault::StarterScores, row.label(), what, change, place))
    }

    /// Under another latency, checks do not pass a solution that passes them under the challenge's own.
    pub(super) fn on_latency(&self, row: &Row, latency: u64, results: &[CheckResult]) -> Option<Advice> {
        let first = results.iter().find(|result| matches!(result.outcome, Outcome::Fail | Outcome::NotReached))?;
        let what =
            format!("Under a latency of {latency} ms in place of {} ms: {}", self.challenge.latency, told(first));
        let change = "Let the check tolerate a few milliseconds more: no verdict may hang on which of two things comes \
                      first within one instant.";
        Some(self.advice(Fault::VerdictChanges, row.label(), what, change, self.places.check(&first.id, "expect")))
    }

    /// In these scenarios, something else happened when it ran again. `results` are the verdicts on both runs.
    pub(super) fn on_repeat(&self, row: &Row, changed: &[&str], results: [&[CheckResult]; 2]) -> Option<Advice> {
        if changed.is_empty() {
            return None;
        }
        let other = results[0].iter().zip(results[1]).find(|(one, other)| one.outcome != other.outcome);
        let Some((one, other)) = other else {
            let what =
                format!("What happens in {} is not the same when it runs again. Its verdict is.", named(changed));
            let change = "Leave it so if it has chance of its own, as `tokio::select!` has without `biased;`. What comes from \
                          `net.rng()` is the same every time.";
            return Some(self.advice(Fault::TraceChanges, row.label(), what, change, self.source(row)));
        };
        let [before, after] = [one, other].map(|result| outcome(result.outcome));
        let what = format!("It runs twice, and `{}` {before} once and {after} once.", one.id);
        let change = "Look whether the check allows for all that chance may bring. If it does, the client has a race.";
        let place = self.places.check(&one.id, "expect");
        let shows = format!("{} {}{}", COMMAND[1], self.challenge.slug, options(row));
        let advice = self.advice(Fault::VerdictChanges, row.label(), what, change, place);
        Some(Advice { shows: Some(shows), ..advice })
    }

    fn advice(
        &self,
        fault: Fault,
        about: String,
        what: impl Into<String>,
        change: impl Into<String>,
        place: String,
    ) -> Advice {
        Advice { fault, about, what: what.into(), change: change.into(), place, write: None, shows: None }
    }

    /// The command that shows how a submission fares.
    fn command(&self, row: &Row) -> String {
        format!("{} {}{}", COMMAND[0], self.challenge.slug, options(row))
    }

    /// The file of a submission.
    fn source(&self, row: &Row) -> String {
        let slug = &self.challenge.slug;
        match row.kind {
            Kind::Solution => format!("solutions/{slug}/{}.rs", row.name),
            Kind::Starter => format!("challenges/{slug}/src/lib.rs"),
            Kind::Mistake => format!("challenges/{slug}/mistakes/{}.rs", row.name),
        }
    }
}

/// The commands that show one run, and many.
const COMMAND: [&str; 2] = ["cargo run -p harness -- check", "cargo run -p harness -- soak"];

/// The options that name a submission.
fn options(row: &Row) -> String {
    match row.kind {
        Kind::Solution => format!(" --solution {}", row.name),
        Kind::Starter => String::new(),
        Kind::Mistake => format!(" --mistake {}", row.name),
    }
}

/// What a check says, as a sentence.
fn told(result: &CheckResult) -> String {
    let finding = result.finding.as_ref().map(|finding| format!(" with `{finding}`")).unwrap_or_default();
    let got = result.got.trim_end_matches('.');
    format!("`{}` {}{finding}: {got}.", result.id, outcome(result.outcome))
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "passes",
        Outcome::Fail => "fails",
        Outcome::NotReached => "is not reached",
        Outcome::Inconclusive => "cannot be judged",
    }
}

/// Names as people list them, the first few of them.
fn named(ids: &[&str]) -> String {
    let shown: Vec<_> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    match (shown.split_last(), ids.len().saturating_sub(NAMED)) {
        (None, _) => String::new(),
        (Some(_), more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        (Some((last, [])), _) => last.clone(),
        (Some((last, init)), _) => format!("{} and {last}", init.join(", ")),
    }
}
