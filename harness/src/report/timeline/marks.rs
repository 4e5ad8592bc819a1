//! Where to look: what was expected and what came instead, drawn under its lane as a compiler underlines code.

use std::ops::Range;

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

/// Draws what was expected on some lanes, and marks the evidence that is on them; the first of all stands out.
pub(super) fn draw(sheet: &mut Sheet, scale: &Scale, (bands, marked): (&[&Evidence], &[&Evidence]), lanes: &[Lane]) {
    for band in bands.iter().filter(|band| lanes.contains(&band.lane)) {
        self::band(sheet, scale, (band.from, band.to), &band.label);
    }
    for (i, evidence) in marked.iter().enumerate().filter(|(_, evidence)| lanes.contains(&evidence.lane)) {
        let span = (evidence.from, evidence.to);
        match i {
            0 if marked.len() > 1 => first(sheet, scale, span, &format!("first miss: {}", evidence.label)),
            0 => first(sheet, scale, span, &evidence.label),
            _ => mark(sheet, scale, span, &evidence.label, &LATER),
        }
    }
}

/// Marks the first miss.
pub(super) fn first(sheet: &mut Sheet, scale: &Scale, span: (Millis, Millis), label: &str) {
    mark(sheet, scale, span, label, &FIRST);
}

/// Shades the time in which something was expected, wherever that is.
pub(super) fn band(sheet: &mut Sheet, scale: &Scale, (from, to): (Millis, Millis), label: &str) {
    let mut row = Canvas::new(scale.columns);
    let label = format!("expected: {label}");
    if let Some(columns) = scale.columns_of(from, to.max(from)) {
        row.fill(columns.clone(), sheet.style.pick('▒', '~'), Paint::Good);
        labelled(sheet, columns, &row, &label, Paint::Good);
    } else {
        // An arrow says where it would be.
        let (column, arrow) = if to < scale.from {
            (0, sheet.style.pick('←', '<'))
        } else {
            (scale.columns - 1, sheet.style.pick('→', '>'))
        };
        row.set(column, arrow, Paint::Good);
        labelled(sheet, column..column + 1, &row, &label, Paint::Good);
    }
}

/// How evidence is marked: a moment; the ends of a span, and what is between them.
struct Mark {
    paint: Paint,
    unicode: [char; 4],
    ascii: [char; 4],
}

/// The first miss of all, which can be told from later ones without colour too.
const FIRST: Mark = Mark { paint: Paint::Worst, unicode: ['▲', '╘', '═', '╛'], ascii: ['^', '^', '^', '^'] };
const LATER: Mark = Mark { paint: Paint::Warn, unicode: ['△', '└', '─', '┘'], ascii: ['\'', '\'', '-', '\''] };

/// Marks a moment or a span.
fn mark(sheet: &mut Sheet, scale: &Scale, (from, to): (Millis, Millis), label: &str, mark: &Mark) {
    let Some(columns) = scale.columns_of(from, to.max(from)) else { return };
    let [point, left, line, right] = sheet.style.pick(mark.unicode, mark.ascii);
    let mut row = Canvas::new(scale.columns);
    if columns.len() == 1 {
        row.set(columns.start, point, mark.paint);
    } else {
        row.fill(columns.clone(), line, mark.paint);
        row.set(columns.start, if from < scale.from { line } else { left }, mark.paint);
        row.set(columns.end - 1, if to > scale.to { line } else { right }, mark.paint);
    }
    labelled(sheet, columns, &row, label, mark.paint);
}

/// A bar with its label beside it where there is room, otherwise below.
fn labelled(sheet: &mut Sheet, columns: Range<usize>, row: &Canvas, label: &str, paint: Paint) {
    let (style, all) = (sheet.style, row.columns());
    let label = safe(label, MOST_LABEL, style);
    let bar = row.show(style);
    let needed = width(&label) + 1;
    if columns.end + needed <= all {
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
        let lines = wrap(&label, all);
        let indent = if lines.len() == 1 { columns.start.min(all - width(&label)) } else { 0 };
        for line in lines {
            row_of(sheet, "", &[(paint, &format!("{}{line}", " ".repeat(indent)))]);
        }
    }
}
