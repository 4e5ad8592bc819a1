//! A table for spreadsheets and course platforms: CSV by RFC 4180, a line for each submission.

use crate::verdict::{Grade, Grades};

/// What makes a spreadsheet take a text for a formula, in both widths. A submission's name is somebody else's.
const FORMULAS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The grades as CSV: submission, points in all (nothing if some are not known), points that can be earned; then for each challenge
/// its points, outcome, first failed check, the mistake that it looks like, and a note.
///
/// # Panics
/// Never: memory takes what is written.
#[must_use]
pub fn csv(grades: &Grades) -> String {
    // In quotes, a text is one cell also where others than commas separate cells.
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(Vec::new());
    let mut head: Vec<String> = ["submission", "score", "max_score"].map(str::to_owned).into();
    for challenge in &grades.challenges {
        let slug = &challenge.slug;
        head.push(slug.clone());
        head.extend(["outcome", "first failed", "looks like", "note"].map(|column| format!("{slug}: {column}")));
    }
    table.write_record(&head).expect("it is in memory");
    for submission in grades.submissions() {
        let score: Option<u32> = submission.iter().map(|grade| grade.score).sum();
        let max_score: u32 = submission.iter().map(|grade| grade.max_score).sum();
        let mut line = vec![text(&submission[0].submission), number(score), max_score.to_string()];
        line.extend(submission.iter().flat_map(cells));
        table.write_record(&line).expect("each has as many cells as there are columns");
    }
    String::from_utf8(table.into_inner().expect("it is in memory")).expect("only text was written")
}

fn cells(grade: &Grade) -> [String; 5] {
    [
        number(grade.score),
        grade.outcome.name().to_owned(),
        text(grade.failed_first().unwrap_or_default()),
        text(&grade.looks_like.join(", ")),
        text(&grade.note),
    ]
}

fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A text on one line that no spreadsheet computes.
fn text(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.starts_with(FORMULAS) { format!("'{line}") } else { line }
}
