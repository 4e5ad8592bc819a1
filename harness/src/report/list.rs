//! The challenges that there are.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, pad, safe, width},
};
use crate::scenario::{Challenge, Channel};

/// A part of the course.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter<'a> {
    /// Its title; none for challenges that the course does not place.
    pub title: Option<&'a str>,
    /// Its challenges, in order.
    pub challenges: Vec<Listed<'a>>,
}

/// A challenge in the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed<'a> {
    /// One that can be practised.
    Challenge(&'a Challenge),
    /// One whose spec has mistakes.
    Broken {
        /// Its slug.
        slug: &'a str,
        /// What is wrong, in a sentence.
        problem: &'a str,
    },
}

/// Renders the list of challenges: slug, channel, minutes and title on a line, the summary below.
#[must_use]
pub fn list(chapters: &[Chapter<'_>], style: Style) -> String {
    let mut sheet = Sheet::new(style);
    let slugs = chapters.iter().flat_map(|chapter| &chapter.challenges).map(|listed| width(slug(listed)));
    let column = slugs.max().unwrap_or(0).min(30) + 2;
    for chapter in chapters.iter().filter(|chapter| !chapter.challenges.is_empty()) {
        sheet.blank();
        if let Some(title) = chapter.title {
            sheet.text(0, Paint::Strong, title);
        }
        for listed in &chapter.challenges {
            entry(&mut sheet, listed, column);
        }
    }
    sheet.blank();
    if chapters.iter().all(|chapter| chapter.challenges.is_empty()) {
        sheet.text(0, Paint::Plain, "There are no challenges here.");
    } else {
        sheet.line(0, &[(Paint::Plain, "Check one: "), (Paint::Note, "cargo run -p harness -- check SLUG")]);
    }
    sheet.finish()
}

fn slug<'a>(listed: &Listed<'a>) -> &'a str {
    match listed {
        Listed::Challenge(challenge) => &challenge.slug,
        Listed::Broken { slug, .. } => slug,
    }
}

fn entry(sheet: &mut Sheet, listed: &Listed<'_>, column: usize) {
    let style = sheet.style;
    let slug = pad(&clip(&safe(slug(listed), 200, style), column - 2, style), column);
    match listed {
        Listed::Challenge(challenge) => {
            let channel = match challenge.channel {
                Channel::WebSocket => "WebSocket",
                Channel::Sse => "SSE",
                Channel::Both => "either",
            };
            let minutes = format!("{:>4} min  ", challenge.minutes);
            let room = style.columns() - 2 - column - 11 - width(&minutes);
            let title = clip(&safe(&challenge.title, 200, style), room, style);
            let facts = format!("{channel:<9}{minutes}");
            sheet.line(2, &[(Paint::Note, &slug), (Paint::Faint, &facts), (Paint::Strong, &title)]);
            sheet.text(2 + column, Paint::Plain, &challenge.summary);
        }
        Listed::Broken { problem, .. } => {
            sheet.line(2, &[(Paint::Note, &slug), (Paint::Bad, "its spec has mistakes")]);
            sheet.text(2 + column, Paint::Plain, problem);
        }
    }
}
