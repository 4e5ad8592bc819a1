//! What was found about a machine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    json::json,
    sheet::Sheet,
    style::{Paint, Style},
    text::{count, pad},
};

/// The version of the JSON form of [`Examination`].
const FORMAT: u32 = 1;

/// What was found, in the order in which it matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Examination {
    /// The version of this record.
    pub format: u32,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do about it; empty if there is nothing to do.
    pub advice: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Something does without it, or works less well.
    Fair,
    /// Nothing can be graded like this.
    Bad,
}

impl Finding {
    /// Something that is as it should be.
    #[must_use]
    pub fn good(subject: &str, seen: impl Into<String>) -> Self {
        Self { subject: subject.into(), health: Health::Good, seen: seen.into(), advice: String::new() }
    }

    /// Something that is not, and what to do about it.
    #[must_use]
    pub fn poor(subject: &str, health: Health, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject: subject.into(), health, seen: seen.into(), advice: advice.into() }
    }
}

impl Examination {
    /// What was found.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self { format: FORMAT, findings }
    }

    /// Whether anything can be graded.
    #[must_use]
    pub fn is_fit(&self) -> bool {
        self.findings.iter().all(|finding| finding.health != Health::Bad)
    }
}

/// Renders an examination: a line for each finding and, below those that are not good, what to do.
#[must_use]
pub fn doctor(examination: &Examination, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    for finding in &examination.findings {
        let (sign, paint) = match finding.health {
            Health::Good => (style.pick("✓", "+"), Paint::Good),
            Health::Fair => ("!", Paint::Warn),
            Health::Bad => (style.pick("✗", "x"), Paint::Worst),
        };
        let subject = pad(&finding.subject, SUBJECT);
        for (i, line) in sheet.lines_of(&finding.seen, INDENT).into_iter().enumerate() {
            let (sign, subject) = if i == 0 { (sign, subject.as_str()) } else { (" ", "") };
            let subject = pad(subject, SUBJECT);
            sheet.line(0, &[(paint, sign), (Paint::Plain, " "), (Paint::Strong, &subject), (Paint::Plain, &line)]);
        }
        if !finding.advice.is_empty() {
            sheet.text(INDENT, Paint::Note, &finding.advice);
        }
    }
    sheet.blank();
    let number = |health| examination.findings.iter().filter(|finding| finding.health == health).count();
    let (bad, fair) = (number(Health::Bad), number(Health::Fair));
    match (bad, fair) {
        (0, 0) => sheet.text(0, Paint::Good, "All is well."),
        (0, fair) => {
            let text = format!("Everything can be graded here. {} could be better.", count(fair, "thing"));
            sheet.text(0, Paint::Good, &text);
        }
        (bad, _) => {
            let text = format!("Nothing can be graded like this: {} to mend.", count(bad, "thing"));
            sheet.text(0, Paint::Worst, &text);
        }
    }
    sheet.finish()
}

/// How wide the column of subjects is.
const SUBJECT: usize = 16;
/// Where the text begins.
const INDENT: usize = SUBJECT + 2;

/// The JSON Schema of an examination, as it is committed in `harness/schema/doctor.schema.json`.
#[must_use]
pub fn doctor_schema() -> String {
    json(&schemars::schema_for!(Examination))
}
