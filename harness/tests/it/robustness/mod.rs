//! What submissions and circumstances can do to the harness: whatever it is, a verdict comes, nothing is left running, and the report says
//! in one sentence what happened.
#![cfg(target_os = "linux")]

mod command;
mod ends;
mod workspace;

use std::path::Path;

use harness::{
    report::{self, Style},
    trace,
    verdict::{Overall, Verdict},
};

use command::{Harness, Ran};

/// How a fault was graded.
struct Graded {
    ran: Ran,
    verdict: Verdict,
    /// The report, as a student reads it in a terminal without colours.
    report: String,
}

/// Grades a fault by the real binary.
fn grade(fault: &str) -> Graded {
    grade_with(fault, &[])
}

/// The same, with more arguments.
fn grade_with(fault: &str, more: &[&str]) -> Graded {
    let dir = tempfile::tempdir().expect("there is room");
    let file = dir.path().join("trace");
    let ran = Harness::new(["check", "faults", "--scenario", fault, "--format", "json", "--trace"])
        .with(|command| command.arg(&file).args(more))
        .within(workspace::root())
        .run();
    let verdict: Verdict =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{fault}: {error} in {ran:?}"));
    // The whole client is warned of, whatever the scenario.
    let told = Verdict { warnings: Vec::new(), ..verdict.clone() };
    let report = report::terminal(&told, &traces(&file), Style::default());
    Graded { ran, verdict, report }
}

fn traces(file: &Path) -> Vec<trace::Trace> {
    let text = std::fs::read_to_string(file).expect("it was written");
    trace::parse(&text).expect("what is written reads back")
}

impl Graded {
    /// Asserts that it ended in this way, and that the report says so in a sentence with these words.
    fn assert(&self, outcome: Overall, words: &[&str]) -> &Self {
        let Self { ran, verdict, report } = self;
        let code = if outcome == Overall::Passed { 0 } else { 1 };
        assert_eq!((verdict.outcome, ran.code), (outcome, Some(code)), "{report}\n{}", ran.stderr);
        let flat = report.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in words {
            assert!(flat.contains(words), "{words:?} is not in\n{report}");
        }
        assert!(ran.peak < MOST_MEMORY, "{} MiB", ran.peak);
        assert_eq!(ran.stderr, "");
        self
    }
}

/// What the harness may need for one run, in MiB, whatever the client does.
const MOST_MEMORY: u64 = 256;
