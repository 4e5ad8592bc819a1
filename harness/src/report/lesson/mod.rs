//! A challenge's README on the terminal.
//!
//! Markdown (CommonMark with tables, strikethrough and task lists) in, lines that fit out. Nothing of the text is lost: what is too long
//! for a line is broken, with a mark where a break could be taken for one of the text's own. Without colour, *emphasis* is written
//! between underscores and **strong emphasis** between asterisks, as people do with a typewriter.

mod draw;
mod flow;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use read::Block;

use super::{sheet::Sheet, style::Style};

/// A text, laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// All of it.
    pub text: String,
    /// Where what is.
    pub sections: Vec<Section>,
}

/// A heading and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name in a link: `how-a-connection-ends`.
    pub anchor: String,
    /// Its heading: `How a connection ends`.
    pub heading: String,
    /// How deep it is, from 1.
    pub level: u8,
    /// The line at which it begins in a text that is laid out, from 0.
    pub line: usize,
}

/// Lays out a Markdown text.
#[must_use]
pub fn lesson(markdown: &str, style: Style) -> Lesson {
    let mut sections = sections(markdown);
    let names = sections.iter().map(|section| (section.anchor.clone(), section.heading.clone())).collect();
    let mut sheet = Sheet::new(style);
    let mut at = 0;
    for block in read::blocks(markdown, &names, style) {
        sheet.blank();
        if matches!(block, Block::Heading { .. }) {
            sections[at].line = sheet.height();
            at += 1;
        }
        for line in draw::block(&block, style.columns(), style) {
            let pieces: Vec<_> = line.iter().map(|(paint, text)| (*paint, text.as_str())).collect();
            match pieces.is_empty() {
                true => sheet.blank(),
                false => sheet.line(0, &pieces),
            }
        }
    }
    Lesson { text: sheet.finish(), sections }
}

/// The sections of a Markdown text, without laying it out: their lines are all 0.
#[must_use]
pub fn sections(markdown: &str) -> Vec<Section> {
    let mut taken = BTreeMap::new();
    let section =
        |(level, heading): (u8, String)| Section { anchor: anchor(&heading, &mut taken), heading, level, line: 0 };
    read::headings(markdown).into_iter().map(section).collect()
}

/// The pieces of code in a Markdown text: all of them, or those in the section of that anchor and the sections in it. Nothing if there is no such
/// section.
#[must_use]
pub fn code_in(markdown: &str, anchor: Option<&str>) -> Option<Vec<String>> {
    let within = match anchor {
        None => 0..usize::MAX,
        Some(anchor) => {
            let sections = sections(markdown);
            let at = sections.iter().position(|section| section.anchor == anchor)?;
            let behind = sections[at + 1..].iter().position(|other| other.level <= sections[at].level);
            // Before the first section none has begun.
            at + 1..behind.map_or(usize::MAX, |behind| at + 1 + behind + 1)
        }
    };
    let code = read::code(markdown).into_iter();
    Some(code.filter(|(begun, _)| within.contains(begun)).map(|(_, code)| code).collect())
}

/// The section that a name means: an anchor (`backoff`, `README.md#backoff`), or words of a heading, or their beginnings (`a connection
/// end`).
#[must_use]
pub fn find_section<'a>(sections: &'a [Section], name: &str) -> Option<&'a Section> {
    let name = name.rsplit_once('#').map_or(name, |(_, anchor)| anchor).to_lowercase();
    let exact = sections.iter().find(|section| section.anchor == name || section.heading.to_lowercase() == name);
    let split = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let wanted = split(&name);
    let has = |section: &&Section| {
        let words = split(&section.heading);
        !wanted.is_empty() && wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
    };
    exact.or_else(|| sections.iter().find(has))
}

impl Lesson {
    /// The lines of one section, and of the sections in it.
    #[must_use]
    pub fn only(&self, section: &Section) -> String {
        let behind = self.sections.iter().skip_while(|other| *other != section).skip(1);
        let end = behind.filter(|other| other.level <= section.level).map(|other| other.line).next();
        let count = end.map_or(usize::MAX, |end| end - section.line);
        let lines: Vec<_> = self.text.lines().skip(section.line).take(count).collect();
        lines.join("\n").trim_end().to_owned() + "\n"
    }
}

/// The name of a heading in links, by the rules of GitHub: in small letters, without punctuation, with hyphens for spaces, and numbered if
/// it is not the first of its name.
fn anchor(heading: &str, taken: &mut BTreeMap<String, usize>) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let name = kept.collect::<String>().to_lowercase().replace(' ', "-");
    let count = taken.entry(name.clone()).or_default();
    *count += 1;
    match *count {
        1 => name,
        n => format!("{name}-{}", n - 1),
    }
}
