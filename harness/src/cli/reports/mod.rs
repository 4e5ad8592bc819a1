//! Reports for other programs: `--report [FORMAT=]FILE`.

mod format;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::{
    Args,
    builder::{OsStringValueParser, TypedValueParser as _},
};

use super::{
    Exit,
    args::{Format, OutputArguments},
    files,
    terminal::Terminal,
};
use crate::{
    grade::{Error, Graded},
    report::export::{self, Classroom, Subject, Unjudged},
    verdict::Verdict,
};
pub(super) use format::ReportFormat;
use format::{Report, Target};

/// The file to which a step of GitHub Actions may append what its summary shows.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

#[derive(Debug, Clone, Args)]
pub(super) struct ReportArguments {
    /// Reports for people and other programs.
    #[arg(
        long = "report",
        value_name = "[FORMAT=]FILE",
        value_parser = OsStringValueParser::new().try_map(Report::parse),
        help = in_short(),
        long_help = about(),
    )]
    reports: Vec<Report>,
    /// Exits with 0 also if the submission fell short, for platforms that take anything else for a failure of the grader. What could not be
    /// judged still exits with 3.
    #[arg(long)]
    exit_zero: bool,
}

fn in_short() -> String {
    format!("Writes a report to this file; may be given several times [formats: {}]", ReportFormat::names())
}

fn about() -> String {
    let head = "Writes a report to this file; may be given several times. What kind of report is told by the name's ending, or before it: \
                `junit=FILE`. With `-` for the file it is printed in place of the usual report, or below it if it is for a log (github).";
    format!("{head}\n\nFormats:\n{}", ReportFormat::help())
}

/// The reports that are asked for, all of which can be written as far as can be known before the work.
pub(super) struct Reports<'a> {
    arguments: &'a ReportArguments,
    classroom: Option<Classroom>,
    hints: usize,
}

impl ReportArguments {
    /// Whether one of them shows the compiler's colours.
    pub(super) fn are_coloured(&self) -> bool {
        self.asks_for(ReportFormat::Html)
    }

    fn asks_for(&self, format: ReportFormat) -> bool {
        self.reports.iter().any(|report| report.format == format)
    }

    /// Says before the work what would spoil its end. The other files are those that will be written besides.
    pub(super) fn ready(&self, output: OutputArguments, others: &[&Path]) -> Result<Reports<'_>, Error> {
        let files: Vec<_> = others.iter().copied().chain(self.files()).collect();
        files::can_be_saved(&files)?;
        self.can_be_printed(output.format)?;
        let classroom = self.asks_for(ReportFormat::Classroom50).then(|| Classroom::of(|name| env::var(name).ok()));
        let classroom = classroom.transpose().map_err(Error::Usage)?;
        Ok(Reports { arguments: self, classroom, hints: output.hints })
    }

    /// The files to be written.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.reports.iter().filter_map(Report::file)
    }

    /// The reports that are to be printed.
    fn printed(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| report.target == Target::Standard)
    }

    /// Only one thing can be printed that another program reads.
    fn can_be_printed(&self, format: Format) -> Result<(), Error> {
        let record = (format == Format::Json).then(|| "--format json".to_owned());
        let mut printed =
            record.into_iter().chain(self.printed().map(|report| format!("--report {}=-", report.format.name())));
        match (printed.next(), printed.next()) {
            (Some(one), Some(other)) => {
                Err(Error::Usage(format!("`{one}` and `{other}` both go to standard output: give one of them a file")))
            }
            _ => Ok(()),
        }
    }
}

impl Reports<'_> {
    /// Whether one of them is printed in place of the usual report.
    pub(super) fn take_standard_output(&self) -> bool {
        self.arguments.printed().any(|report| !report.format.is_for_a_log())
    }

    /// Writes the reports on a verdict.
    pub(super) fn save(&self, graded: &Graded, terminal: &Terminal) -> Result<(), Error> {
        let Graded { verdict, traces } = graded;
        self.write(&Subject::Judged { verdict, traces, hints: self.hints }, terminal)
    }

    /// Writes, where there is no verdict through no fault of the submission, that there is none: nobody may take a missing or an older report for
    /// one. What cannot be written is told besides.
    pub(super) fn save_failure(&self, challenge: &str, error: &Error, terminal: &Terminal) {
        if let Error::Harness(_) | Error::Spec(_) = error {
            let unjudged = Unjudged::new(challenge, &error.to_string());
            if let Err(error) = self.write(&Subject::Unjudged(&unjudged), terminal) {
                terminal.error(&error);
            }
        }
    }

    /// What the command exits with.
    pub(super) fn exit(&self, verdict: &Verdict) -> Exit {
        match Exit::from(verdict.outcome) {
            Exit::FellShort if self.arguments.exit_zero && verdict.is_conclusive() => Exit::Passed,
            // There is no score then: the platform must know that the grader is to blame.
            Exit::FellShort if self.arguments.exit_zero => Exit::Harness,
            exit => exit,
        }
    }

    /// Writes every report, whether or not another could be written, and says on a terminal where they are.
    fn write(&self, subject: &Subject<'_>, terminal: &Terminal) -> Result<(), Error> {
        let write = |report: &Report| {
            let text = report.format.render(subject, self.classroom.as_ref());
            match &report.target {
                Target::Standard => terminal.print(&text),
                Target::File(file) => files::save(file, &text).map(|()| {
                    terminal.remark(&format!("The {} report is in {}", report.format.name(), file.display()));
                }),
            }
        };
        let mut written: Vec<_> = self.arguments.reports.iter().map(write).collect();
        if self.arguments.asks_for(ReportFormat::Github) {
            written.push(summarise(subject));
        }
        written.into_iter().collect()
    }
}

/// Appends to the summary of a step of GitHub Actions, as far as there is room.
fn summarise(subject: &Subject<'_>) -> Result<(), Error> {
    summary_of_step(|most| export::markdown(subject, most))
}

/// The same for any text that can be made to fit into so many bytes.
pub(super) fn summary_of_step(text: impl Fn(usize) -> String) -> Result<(), Error> {
    let Some(file) = env::var_os(STEP_SUMMARY).filter(|file| !file.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let used = fs::metadata(&file).map_or(0, |there| usize::try_from(there.len()).unwrap_or(usize::MAX));
    files::add(&file, &text(export::MOST_SUMMARY.saturating_sub(used)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{CheckResult, CompilerWarnings, Outcome, Overall};

    fn verdict(outcome: Overall, check: Outcome) -> Verdict {
        let check = CheckResult {
            id: "grows".into(),
            title: String::new(),
            scenario: "long".into(),
            points: 1,
            requires: Vec::new(),
            outcome: check,
            finding: None,
            expected: String::new(),
            got: String::new(),
            why: String::new(),
            read: String::new(),
            hints: Vec::new(),
            evidence: Vec::new(),
            windows: Vec::new(),
            hidden: false,
        };
        Verdict {
            format: 1,
            challenge: "reconnect-backoff".into(),
            title: String::new(),
            submission: String::new(),
            seed: 1,
            clock: "wall".into(),
            speed: 10.0,
            sandbox: "basic".into(),
            outcome,
            score: 0,
            max_score: 1,
            compiler: None,
            compiler_errors: 0,
            compiler_warnings: CompilerWarnings::default(),
            warnings: Vec::new(),
            checks: vec![check],
            looks_like: Vec::new(),
            runs: Vec::new(),
            replay: String::new(),
        }
    }

    #[test]
    fn zero_is_for_what_was_judged() {
        let exits = |exit_zero| {
            let arguments = ReportArguments { reports: Vec::new(), exit_zero };
            let reports = Reports { arguments: &arguments, classroom: None, hints: 1 };
            [
                (Overall::Passed, Outcome::Pass),
                (Overall::Failed, Outcome::Fail),
                (Overall::Hung, Outcome::NotReached),
                (Overall::NotCompiled, Outcome::NotReached),
                (Overall::Inconclusive, Outcome::Inconclusive),
                (Overall::Failed, Outcome::Inconclusive),
            ]
            .map(|(outcome, check)| reports.exit(&verdict(outcome, check)) as u8)
        };
        assert_eq!(exits(false), [0, 1, 1, 1, 3, 1]);
        assert_eq!(exits(true), [0, 0, 0, 0, 3, 3]);
    }
}
