//! What submissions and circumstances can do to the harness: whatever it is, a verdict comes, nothing is left running, and the report says
//! in one sentence what happened.
#![cfg(target_os = "linux")]

mod circumstances;
pub(crate) mod command;
mod ends;
mod floods;
mod interrupts;
mod lies;
mod strays;
mod stuck;
mod submissions;
pub(crate) mod workspace;

use std::{path::Path, thread};

use harness::{
    report::{self, Style},
    trace,
    verdict::{Overall, Verdict},
};

use command::{Harness, Ran};

/// What the harness may need for one run, in MiB, whatever the client does.
const MOST_MEMORY: u64 = 128;

/// How a fault was graded.
struct Graded {
    ran: Ran,
    verdict: Verdict,
    /// The report, as a student reads it in a terminal without colours.
    report: String,
}

/// A fault, the outcome that it must have, and what the report must say.
type Case<'a> = (&'static str, Overall, &'a [&'a str]);

/// Grades these faults side by side.
fn each(cases: &[Case<'_>]) {
    workspace::root();
    thread::scope(|scope| {
        for (fault, outcome, words) in cases {
            scope.spawn(move || grade(fault).assert(*outcome, words));
        }
    });
}

/// Grades a fault by the real binary.
fn grade(fault: &str) -> Graded {
    let dir = tempfile::tempdir().expect("there is room");
    let file = dir.path().join("trace");
    let ran = Harness::new(["check", "faults", "--scenario", fault, "--format", "json", "--trace"])
        .with(|command| command.arg(&file))
        .within(workspace::root())
        .run();
    let verdict = ran.verdict();
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
    /// Asserts that it ended in this way, and that the report says so in these words.
    fn assert(&self, outcome: Overall, words: &[&str]) {
        let Self { ran, verdict, report } = self;
        let code = if outcome == Overall::Passed { 0 } else { 1 };
        assert_eq!((verdict.outcome, ran.code), (outcome, Some(code)), "{report}\n{}", ran.stderr);
        let flat = report.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in words {
            assert!(flat.contains(words), "{words:?} is not in\n{report}");
        }
        assert!(ran.peak < MOST_MEMORY, "{} MiB for\n{report}", ran.peak);
        assert_eq!(ran.stderr, "");
    }
}
