//! What kinds of report there are, and how they are asked for: `[FORMAT=]FILE`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use crate::report::export::{self, Classroom, ExercismVersion, Subject};

/// A report that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Report {
    pub(super) format: ReportFormat,
    pub(super) target: Target,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output: `-`.
    Standard,
    /// A file.
    File(PathBuf),
}

/// What kind of report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportFormat {
    /// One page for a browser: timelines to zoom into, evidence, the log of the wire.
    Html,
    /// The whole record, by harness/schema/verdict.schema.json.
    Json,
    /// JUnit XML, for CI services.
    Junit,
    /// TAP 14, the Test Anything Protocol.
    Tap,
    /// A table and explanations.
    Markdown,
    /// Annotations for GitHub Actions (with `-`), and the summary of the step.
    Github,
    /// Gradescope's results.json.
    Gradescope,
    /// Exercism's results.json, version 3.
    Exercism,
    /// The same, version 2.
    ExercismV2,
    /// Classroom 50's result.json; reads the variables that its runner sets.
    Classroom50,
}

impl ReportFormat {
    /// How names of such files end.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Html => &["html", "htm"],
            Self::Json => &["json"],
            Self::Junit => &["xml"],
            Self::Tap => &["tap"],
            Self::Markdown => &["md", "markdown"],
            Self::Github | Self::Gradescope | Self::Exercism | Self::ExercismV2 | Self::Classroom50 => &[],
        }
    }

    pub(in crate::cli) fn name(self) -> String {
        self.to_possible_value().expect("no format is hidden").get_name().to_owned()
    }

    /// What its file is called in a folder of reports; none if it is not for a folder.
    pub(in crate::cli) fn file_name(self) -> Option<&'static str> {
        Some(match self {
            Self::Html => "report.html",
            Self::Json => "verdict.json",
            Self::Junit => "junit.xml",
            Self::Tap => "report.tap",
            Self::Markdown => "report.md",
            Self::Gradescope => "results.json",
            Self::Exercism => "exercism.json",
            Self::ExercismV2 => "exercism-v2.json",
            Self::Github | Self::Classroom50 => return None,
        })
    }

    fn named(name: &str) -> Option<Self> {
        Self::from_str(name, true).ok()
    }

    /// The format that a file's name tells.
    fn of(file: &Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?;
        let ends = |format: &&Self| format.endings().iter().any(|known| known.eq_ignore_ascii_case(ending));
        Self::value_variants().iter().find(ends).copied()
    }

    /// Its name and endings: `html (.html, .htm)`.
    fn title(self) -> String {
        match self.endings() {
            [] => self.name(),
            endings => format!("{} (.{})", self.name(), endings.join(", .")),
        }
    }

    /// All of them, for messages.
    fn all() -> String {
        Self::value_variants().iter().map(|format| format.title()).collect::<Vec<_>>().join(", ")
    }

    /// The names of all.
    pub(super) fn names() -> String {
        Self::value_variants().iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
    }

    /// All of them, each with what it is, for the help.
    pub(super) fn help() -> String {
        let one = |format: &Self| {
            let value = format.to_possible_value().expect("no format is hidden");
            let about = value.get_help().map(ToString::to_string).unwrap_or_default();
            format!("- {}: {about}", format.title())
        };
        Self::value_variants().iter().map(one).collect::<Vec<_>>().join("\n")
    }

    /// Whether the report may stand below the usual one. GitHub finds its commands in any log.
    pub(super) fn is_for_a_log(self) -> bool {
        self == Self::Github
    }

    /// The text of the report.
    pub(in crate::cli) fn render(self, subject: &Subject<'_>, classroom: Option<&Classroom>) -> String {
        match self {
            Self::Html => export::page(subject),
            Self::Json => export::record(subject),
            Self::Junit => export::junit(subject),
            Self::Tap => export::tap(subject),
            Self::Markdown => export::markdown(subject, export::MOST_SUMMARY),
            Self::Github => export::github(subject),
            Self::Gradescope => export::gradescope(subject),
            Self::Exercism => export::exercism(subject, ExercismVersion::V3),
            Self::ExercismV2 => export::exercism(subject, ExercismVersion::V2),
            Self::Classroom50 => classroom.map(|classroom| export::classroom50(subject, classroom)).unwrap_or_default(),
        }
    }
}

impl Report {
    pub(super) fn parse(argument: OsString) -> Result<Self, String> {
        // What stands before `=` is a format only if it could be the name of one: a file may have the sign in its name.
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let named = argument.to_str().and_then(|text| text.split_once('=')).filter(|(name, _)| is_name(name));
        let known = || format!("the formats are {}", ReportFormat::all());
        let (format, file) = match named {
            Some((name, file)) => (
                ReportFormat::named(name).ok_or_else(|| format!("there is no format `{name}`; {}", known()))?,
                file.into(),
            ),
            None => {
                let file = PathBuf::from(&argument);
                let untold = || format!("its name tells no format; {}, and `html=FILE` says it for any name", known());
                (ReportFormat::of(&file).ok_or_else(untold)?, file)
            }
        };
        match file.as_os_str() {
            name if name.is_empty() => Err("there is no name of a file".to_owned()),
            name if name == "-" => Ok(Self { format, target: Target::Standard }),
            _ => Ok(Self { format, target: Target::File(file) }),
        }
    }

    /// The file that it goes to, if it goes to one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.target {
            Target::Standard => None,
            Target::File(file) => Some(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(argument: &str, format: ReportFormat, file: &str) {
        assert_eq!(Report::parse(argument.into()), Ok(Report { format, target: Target::File(file.into()) }));
    }

    #[track_caller]
    fn refused(argument: &str, why: &str) {
        let error = Report::parse(argument.into()).expect_err(argument);
        assert!(error.contains(why) && (file_is_missing(why) || error.contains("html (.html, .htm)")), "{error}");
    }

    fn file_is_missing(why: &str) -> bool {
        why.contains("no name of a file")
    }

    #[test]
    fn a_format_is_told_by_the_ending_or_before_the_name() {
        use ReportFormat::{Classroom50, ExercismV2, Gradescope, Html, Json, Junit, Markdown, Tap};
        is("a.html", Html, "a.html");
        is("some where/A.HTM", Html, "some where/A.HTM");
        is("html=report", Html, "report");
        is("HTML=a=b.txt", Html, "a=b.txt");
        is("./a=b.html", Html, "./a=b.html");
        is("html=/dev/stdout", Html, "/dev/stdout");
        for (name, format) in [("results.json", Json), ("a.xml", Junit), ("a.tap", Tap), ("README.md", Markdown)] {
            is(name, format, name);
        }
        is("gradescope=results.json", Gradescope, "results.json");
        is("exercism-v2=results.json", ExercismV2, "results.json");
        is("classroom50=result.json", Classroom50, "result.json");
    }

    #[test]
    fn what_tells_no_format_is_answered_with_all() {
        refused("report", "its name tells no format");
        refused("report.txt", "its name tells no format");
        refused(".html", "its name tells no format");
        refused("-", "its name tells no format");
        refused("pdf=report.html", "there is no format `pdf`");
        refused("html=", "there is no name of a file");
    }

    #[test]
    fn a_dash_is_standard_output() {
        let standard = |format| Ok(Report { format, target: Target::Standard });
        assert_eq!(Report::parse("github=-".into()), standard(ReportFormat::Github));
        assert_eq!(Report::parse("junit=-".into()), standard(ReportFormat::Junit));
        is("junit=./-", ReportFormat::Junit, "./-");
    }
}
