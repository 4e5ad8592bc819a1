//! What `verify` advises, under the matrix.

use super::{sheet::Sheet, style::Paint, text::count};
use crate::verdict::Matrix;

/// How many pieces of advice are told; the rest is in the record.
const TOLD: usize = 10;

/// Tells what is wrong with a challenge, what to change and where: what matters most first.
pub(super) fn draw(sheet: &mut Sheet, matrix: &Matrix) {
    for advice in matrix.advice.iter().take(TOLD) {
        let (symbol, paint) = match advice.fault.is_problem() {
            true => (sheet.style.pick("✗", "x"), Paint::Worst),
            false => (sheet.style.pick("•", "*"), Paint::Strong),
        };
        sheet.blank();
        sheet.item(0, paint, symbol, &advice.about);
        sheet.field(if advice.fault.is_problem() { "wrong" } else { "note" }, Paint::Bad, &advice.what);
        sheet.field("change", Paint::Plain, &advice.change);
        sheet.field("where", Paint::Note, &advice.place);
        if let Some(line) = &advice.write {
            sheet.field("line", Paint::Good, line);
        }
        if let Some(command) = &advice.shows {
            sheet.command("see", command);
        }
    }
    if matrix.advice.len() > TOLD {
        let more = count(matrix.advice.len() - TOLD, "more piece");
        sheet.blank();
        sheet.text(0, Paint::Faint, &format!("And {more} of advice: `--format json` has all of it."));
    }
}
