//! Where to look: the evidence, drawn under its lane as a compiler underlines code.

use super::{
    canvas::{Canvas, Scale},
    row_of,
};
use crate::{
    report::{
        sheet::Sheet,
        style::Paint,
        text::{safe, width, wrap},
    },
    time::Millis,
    verdict::{Evidence, Lane},
};

/// The longest label that is shown, in characters.
const MOST_LABEL: usize = 160;

/// Marks the evidence that is on one lane; the first of all stands out.
pub(super) fn draw(sheet: &mut Sheet, scale: &Scale, marked: &[&Evidence], lane: Lane) {
    for (i, evidence) in marked.iter().enumerate().filter(|(_, evidence)| evidence.lane == lane) {
        let paint = if i == 0 { Paint::Worst } else { Paint::Warn };
        mark(sheet, scale, (evidence.from, evidence.to), &evidence.label, paint);
    }
}

/// Marks a moment or a span, its label beside it where there is room, otherwise below.
pub(super) fn mark(sheet: &mut Sheet, scale: &Scale, (from, to): (Millis, Millis), label: &str, paint: Paint) {
    let Some(columns) = scale.columns_of(from, to.max(from)) else { return };
    let (style, label) = (sheet.style, safe(label, MOST_LABEL, sheet.style));
    let mut row = Canvas::new(scale.columns);
    if columns.len() == 1 {
        row.set(columns.start, style.pick('▲', '^'), paint);
    } else {
        row.fill(columns.clone(), style.pick('─', '-'), paint);
        row.set(columns.start, if from < scale.from { style.pick('─', '-') } else { style.pick('└', '^') }, paint);
        row.set(columns.end - 1, if to > scale.to { style.pick('─', '-') } else { style.pick('┘', '^') }, paint);
    }
    let bar = row.show(style);
    let needed = width(&label) + 1;
    if columns.end + needed <= scale.columns {
        row_of(sheet, "", &[(Paint::Plain, &bar), (paint, &format!(" {label}"))]);
    } else if needed <= columns.start {
        let gap = " ".repeat(columns.start - needed);
        row_of(
            sheet,
            "",
            &[(Paint::Plain, &gap), (paint, &label), (Paint::Plain, " "), (Paint::Plain, bar.trim_start())],
        );
    } else {
        row_of(sheet, "", &[(Paint::Plain, &bar)]);
        let lines = wrap(&label, scale.columns);
        let indent = if lines.len() == 1 { columns.start.min(scale.columns - width(&label)) } else { 0 };
        for line in lines {
            row_of(sheet, "", &[(paint, &format!("{}{line}", " ".repeat(indent)))]);
        }
    }
}
