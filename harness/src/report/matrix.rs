//! The matrix of submissions by checks that `verify` prints.

use super::{
    advice,
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, count, pad, safe, width},
};
use crate::verdict::{Cell, Fit, Kind, Matrix, Outcome, Row};

/// The keys of the columns.
const KEYS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The widest that the column of names gets.
const NAMES: usize = 30;

/// Renders a matrix: a row for each submission, a column for each check, then what is wrong and what to do about it.
#[must_use]
pub fn matrix(matrix: &Matrix, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let judged = format!("{} by {}", count(matrix.rows.len(), "submission"), count(matrix.checks.len(), "check"));
    sheet.text(0, Paint::Strong, &format!("{}: {judged}", matrix.challenge));
    let names = matrix.rows.iter().map(|row| width(&row.name)).max().unwrap_or(0).min(NAMES) + 2;
    let room = style.columns() - 2 - names;
    let panel = if 2 * matrix.checks.len() <= room { room / 2 } else { room }.min(KEYS.len());
    let spaced = 2 * matrix.checks.len() <= room;
    for first in (0..matrix.checks.len()).step_by(panel.max(1)) {
        let columns = first..(first + panel).min(matrix.checks.len());
        draw_panel(&mut sheet, matrix, columns, names, spaced);
    }
    advice::draw(&mut sheet, matrix);
    conclusion(&mut sheet, matrix);
    sheet.finish()
}

fn draw_panel(sheet: &mut Sheet, matrix: &Matrix, columns: std::ops::Range<usize>, names: usize, spaced: bool) {
    let gap = if spaced { " " } else { "" };
    let keys: Vec<_> = KEYS.iter().take(columns.len()).map(|key| char::from(*key).to_string()).collect();
    sheet.blank();
    sheet.line(2, &[(Paint::Plain, &" ".repeat(names)), (Paint::Faint, &keys.join(gap))]);
    for (i, row) in matrix.rows.iter().enumerate() {
        if i > 0 && matrix.rows[i - 1].kind != row.kind {
            sheet.blank();
        }
        draw_row(sheet, matrix, row, columns.clone(), names, gap);
    }
    sheet.blank();
    let unknown = matrix.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.outcome == Outcome::Inconclusive);
    legend(sheet, &matrix.checks[columns], &keys, unknown);
}

fn draw_row(sheet: &mut Sheet, matrix: &Matrix, row: &Row, columns: std::ops::Range<usize>, names: usize, gap: &str) {
    let style = sheet.style;
    let name = pad(&clip(&safe(&row.name, 200, style), names - 2, style), names);
    let mut pieces = vec![(if matrix.is_wrong(row) { Paint::Worst } else { Paint::Plain }, name)];
    if let Some(why) = &row.skipped {
        pieces.push((Paint::Faint, clip(&safe(why, 200, style), style.columns() - 2 - names, style)));
    }
    for column in columns {
        if let Some(cell) = row.cells.get(column) {
            let (symbol, paint) = mark(row.fit(&matrix.checks[column], cell), cell, row.kind, style);
            pieces.push((paint, format!("{symbol}{gap}")));
        }
    }
    let pieces: Vec<_> = pieces.iter().map(|(paint, text)| (*paint, text.as_str())).collect();
    sheet.line(2, &pieces);
}

fn mark(fit: Fit, cell: &Cell, kind: Kind, style: Style) -> (&'static str, Paint) {
    match (fit, cell.outcome) {
        (Fit::Unknown, _) => ("?", Paint::Warn),
        (Fit::Wrong, _) => (style.pick("‼", "!"), Paint::Worst),
        (Fit::Right, Outcome::Fail) if kind == Kind::Starter => (style.pick("✗", "x"), Paint::Plain),
        (Fit::Right, Outcome::Fail) => (style.pick("✗", "x"), Paint::Good),
        (Fit::Right, Outcome::NotReached) => (style.pick("·", "."), Paint::Faint),
        (Fit::Right, _) => (" ", Paint::Plain),
    }
}

/// The keys of the columns, in columns themselves, and the symbols.
fn legend(sheet: &mut Sheet, checks: &[String], keys: &[String], unknown: bool) {
    let style = sheet.style;
    let widest = checks.iter().map(|check| width(check)).max().unwrap_or(0).min(NAMES);
    let per_line = ((style.columns() - 2) / (widest + 4)).max(1);
    let lines = checks.len().div_ceil(per_line);
    for line in 0..lines {
        let entries = (line..checks.len()).step_by(lines.max(1)).map(|i| {
            let check = pad(&clip(&safe(&checks[i], 200, style), widest, style), widest + 2);
            [(Paint::Faint, format!("{} ", keys[i])), (Paint::Plain, check)]
        });
        let entries: Vec<_> = entries.flatten().collect();
        let pieces: Vec<_> = entries.iter().map(|(paint, text)| (*paint, text.as_str())).collect();
        sheet.line(2, &pieces);
    }
    let symbols = style.pick(
        "✗ fails, as it must   · not reached   blank: passes   ‼ wrong",
        "x fails, as it must   . not reached   blank: passes   ! wrong",
    );
    sheet.line(2, &[(Paint::Faint, symbols), (Paint::Faint, if unknown { "   ? no verdict" } else { "" })]);
}

fn conclusion(sheet: &mut Sheet, matrix: &Matrix) {
    if matrix.is_unjudged() {
        sheet.blank();
        let unjudged = |row: &&Row| row.cells.iter().any(|cell| cell.outcome == Outcome::Inconclusive);
        let rows = count(matrix.rows.iter().filter(unjudged).count(), "submission");
        let text =
            format!("No verdict on {rows}: the machine could not keep real time. Run it again when it has less to do.");
        sheet.item(0, Paint::Warn, "?", &text);
    } else if matrix.is_sound() {
        sheet.blank();
        let of = |kind| matrix.rows.iter().filter(|row| row.kind == kind && row.skipped.is_none()).count();
        let (solutions, mistakes) = (count(of(Kind::Solution), "solution"), count(of(Kind::Mistake), "mistake"));
        let skipped = matrix.rows.iter().filter(|row| row.skipped.is_some()).count();
        let skipped = if skipped > 0 {
            format!(" {} skipped on this clock.", count(skipped, "submission"))
        } else {
            String::new()
        };
        let text = format!("Sound: {solutions} right, {mistakes} caught by the checks that must catch them.{skipped}");
        sheet.item(0, Paint::Good, sheet.style.pick("✓", "+"), &text);
    }
}
