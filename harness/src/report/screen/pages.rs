//! Small pages: a few sentences, a bar, the keys.

use super::super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{pad, width},
};

/// How wide a bar is.
const BAR: usize = 40;

/// Sentences, a paragraph for each line.
#[must_use]
pub fn prose(text: &str, style: Style) -> Vec<String> {
    let mut sheet = Sheet::new(style);
    for line in text.lines() {
        match line.trim() {
            "" => sheet.blank(),
            line => sheet.text(0, Paint::Plain, line),
        }
    }
    lines(sheet)
}

/// How much of something is done; no bar where nobody knows.
#[must_use]
pub fn bar(what: &str, done: usize, of: usize, style: Style) -> Vec<String> {
    let mut sheet = Sheet::new(style);
    sheet.text(0, Paint::Plain, what);
    if let Some(filled) = (BAR * done.min(of)).checked_div(of) {
        let (full, empty) = style.pick(("█", "░"), ("#", "."));
        let note = format!(" {done} of {of}");
        let (full, empty) = (full.repeat(filled), empty.repeat(BAR - filled));
        sheet.line(0, &[(Paint::Note, &full), (Paint::Faint, &empty), (Paint::Plain, &note)]);
    }
    lines(sheet)
}

/// Keys and what they do.
#[must_use]
pub fn keys(keys: &[(&str, &str)], style: Style) -> Vec<String> {
    let mut sheet = Sheet::new(style);
    let column = keys.iter().map(|(key, _)| width(key)).max().unwrap_or(0) + 2;
    for (key, what) in keys {
        for (i, line) in sheet.lines_of(what, 2 + column).iter().enumerate() {
            let key = if i == 0 { *key } else { "" };
            sheet.line(2, &[(Paint::Note, &pad(key, column)), (Paint::Plain, line)]);
        }
    }
    lines(sheet)
}

fn lines(sheet: Sheet) -> Vec<String> {
    sheet.finish().lines().map(str::to_owned).collect()
}
