//! What was made of a new challenge, and what to do next.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
};

/// A challenge that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The challenge.
    pub slug: String,
    /// The files that were written, from the workspace's root on.
    pub files: Vec<String>,
    /// The chapter that it stands in, if there is a course.
    pub chapter: Option<String>,
}

/// Renders what was made, and the commands that follow.
#[must_use]
pub fn created(created: &Created, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let slug = &created.slug;
    sheet.text(0, Paint::Good, &format!("{slug} is there. It verifies as it is: change it from there."));
    for (n, file) in created.files.iter().enumerate() {
        sheet.field(if n == 0 { "made" } else { "" }, Paint::Plain, file);
    }
    if let Some(chapter) = &created.chapter {
        sheet.field("course", Paint::Plain, &format!("at the end of \"{chapter}\" in challenges/course.toml"));
    }
    sheet.field("lock file", Paint::Plain, "Cargo.lock names the new crate");
    sheet.blank();
    let run = |command: &str| format!("cargo run -p harness -- {command} {slug}");
    sheet.command("prove it", &run("verify"));
    sheet.command("see it", &run("check"));
    sheet.field("read", Paint::Plain, "challenges/README.md: a challenge in an hour");
    sheet.finish()
}
