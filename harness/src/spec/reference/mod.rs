//! The language as a page for people: the generated parts of `challenges/README.md`, written from the same tables that files are held
//! against and that the schema is written from.
//!
//! The page says where a part stands, `<!-- reference: scenario -->` to `<!-- end -->`, and everything else in it is its authors'. What has
//! no part of its own is told where it is needed first.

mod tables;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use tables::Writer;
use things::things;

const BEGIN: &str = "<!-- reference: ";
const END: &str = "<!-- end -->";

/// The page with its generated parts as they must be.
///
/// # Errors
/// If the page has a part that the language does not have, a part without an end, or the same part twice; or if there is something in the
/// language that the page does not tell.
pub fn reference(page: &str) -> Result<String, String> {
    let mut writer = Writer { anchors: anchors(page)?, here: String::new(), told: BTreeSet::new() };
    let all = things();
    let (mut written, mut lines) = (String::new(), page.lines());
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        if let Some(name) = part(line) {
            let thing = all.iter().find(|thing| thing.name() == name).ok_or(format!("there is no `{name}` to tell"))?;
            lines.find(|line| *line == END).ok_or(format!("the part `{name}` has no end"))?;
            writer.here = writer.anchors.get(name).cloned().unwrap_or_default();
            written.push_str(&format!("\n{}\n{END}\n", writer.part(*thing).trim_end().to_owned() + "\n"));
        }
    }
    match all.iter().find(|thing| !thing.is_plain() && !writer.told.contains(thing.name())) {
        Some(thing) => Err(format!("the page does not tell `{0}`: give it a part, `{BEGIN}{0} -->`", thing.name())),
        None => Ok(written),
    }
}

/// The name of the part that begins in this line.
fn part(line: &str) -> Option<&str> {
    line.strip_prefix(BEGIN)?.strip_suffix(" -->")
}

/// The parts of a page, and the anchors of the headings under which they stand.
fn anchors(page: &str) -> Result<BTreeMap<String, String>, String> {
    let (mut anchors, mut heading) = (BTreeMap::new(), String::new());
    for line in page.lines() {
        if line.starts_with('#') {
            let kept =
                line.trim_start_matches('#').trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            heading = kept.collect::<String>().to_lowercase().replace(' ', "-");
        } else if let Some(name) = part(line)
            && anchors.insert(name.to_owned(), heading.clone()).is_some()
        {
            return Err(format!("the page tells `{name}` twice"));
        }
    }
    Ok(anchors)
}

#[cfg(test)]
mod tests {
    use super::{things::Thing, *};

    /// A page with a part for everything.
    fn whole() -> String {
        let part = |thing: &Thing| format!("## The {}\n{BEGIN}{} -->\nold\n{END}\nkept\n", thing.name(), thing.name());
        things().iter().filter(|thing| !thing.is_plain()).map(part).collect()
    }

    #[test]
    fn parts_are_replaced_and_the_rest_is_kept() {
        let page = reference(&whole()).unwrap_or_else(|why| panic!("{why}"));
        assert!(!page.contains("\nold\n"));
        assert_eq!(page.matches("\nkept\n").count(), whole().matches("\nkept\n").count());
        assert_eq!(reference(&page).as_ref(), Ok(&page), "it is the same the second time");
        assert!(page.contains("[moment](#the-moment)"), "{page}");
    }

    #[test]
    fn a_page_that_cannot_be_is_refused() {
        let without = |from: &str, to: &str| reference(&whole().replacen(from, to, 1));
        assert_eq!(
            without("reference: scenario -->", "reference: sczenario -->"),
            Err("there is no `sczenario` to tell".into())
        );
        assert_eq!(
            without("reference: challenge -->", "reference: scenario -->"),
            Err("the page tells `scenario` twice".into())
        );
        let page = format!("{BEGIN}scenario -->\n");
        assert_eq!(reference(&page), Err("the part `scenario` has no end".into()));
        let untold = reference("").expect_err("it tells nothing");
        assert!(untold.starts_with("the page does not tell `challenge`"), "{untold}");
    }
}
