//! What a reset did, and the way back.

use super::{
    sheet::{LABEL, Sheet},
    style::{Paint, Style},
    text::{pad, safe},
};

/// What a reset did, in texts: paths as the user can type them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// The challenge.
    pub slug: String,
    /// From where the starter is known.
    pub starter: String,
    /// The files that are the starter's again.
    pub restored: Vec<String>,
    /// The files that are gone, because the starter has none of that name.
    pub removed: Vec<String>,
    /// Where everything is as it was, and the command that brings it back; none if nothing was changed.
    pub backup: Option<(String, String)>,
}

/// Renders what a reset did.
#[must_use]
pub fn reset(reset: &Reset, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let slug = &reset.slug;
    let Some((backup, undo)) = &reset.backup else {
        sheet.text(0, Paint::Plain, &format!("{slug} is the starter already. Nothing was changed."));
        sheet.field("starter", Paint::Plain, &reset.starter);
        return sheet.finish();
    };
    sheet.text(0, Paint::Good, &format!("{slug} is the starter again. What you have passed stays passed."));
    let mut files = |label: &str, files: &[String], why: &str| {
        for (n, file) in files.iter().enumerate() {
            sheet.field(if n == 0 { label } else { "" }, Paint::Plain, &format!("{file}{why}"));
        }
    };
    files("restored", &reset.restored, "");
    files("removed", &reset.removed, " (the starter has none; it is in the backup)");
    sheet.field("starter", Paint::Plain, &reset.starter);
    // What is to be pasted is one line, however long.
    for (label, text) in [("backup", backup), ("to undo", undo)] {
        sheet.line(2, &[(Paint::Faint, &pad(label, LABEL)), (Paint::Note, &safe(text, usize::MAX, style))]);
    }
    sheet.finish()
}
