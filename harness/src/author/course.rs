//! A challenge's place in `course.toml`, whose comments and layout stay as they are.

use toml_edit::{Array, DocumentMut, Value};

use super::read;
use crate::{
    grade::{Catalog, Error, unknown},
    spec,
};

/// The course with this challenge at the end of a chapter, the last one if none is named: the chapter's title, and the text of the file.
/// Nothing if the workspace has no course.
pub(super) fn with(catalog: &Catalog, slug: &str, chapter: Option<&str>) -> Result<Option<(String, String)>, Error> {
    let file = catalog.workspace.root.join("challenges/course.toml");
    let known = catalog.slugs()?;
    if !file.is_file() {
        let refuse = |_| Err(Error::Usage("there are no chapters: the workspace has no challenges/course.toml".into()));
        return chapter.map_or(Ok(None), refuse);
    }
    let text = read(&file)?;
    let course = catalog.course()?;
    let titles: Vec<_> =
        course.chapters.into_iter().map(|chapter| chapter.title).filter(|title| !title.is_empty()).collect();
    let at = match chapter {
        None => titles.len() - 1,
        Some(named) => titles
            .iter()
            .position(|title| title.to_lowercase() == named.trim().to_lowercase())
            .ok_or_else(|| Error::Usage(unknown("chapter", named, &titles)))?,
    };
    let text = insert(&text, at, slug)
        .map_err(|why| Error::Harness(format!("cannot write into {}: {why}", file.display())))?;
    let known: Vec<_> = known.into_iter().chain([slug.to_owned()]).collect();
    spec::parse_course("challenges/course.toml", &text, &known).map_err(Error::Spec)?;
    Ok(Some((titles[at].clone(), text)))
}

/// The text with `slug` at the end of a chapter.
fn insert(text: &str, chapter: usize, slug: &str) -> Result<String, String> {
    let mut course: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let chapters = course.get_mut("chapter").and_then(|chapters| match chapters {
        toml_edit::Item::ArrayOfTables(tables) => tables.get_mut(chapter)?.get_mut("challenges")?.as_array_mut(),
        toml_edit::Item::Value(Value::Array(tables)) => {
            tables.get_mut(chapter)?.as_inline_table_mut()?.get_mut("challenges")?.as_array_mut()
        }
        _ => None,
    });
    push(chapters.ok_or("the chapter has no list of challenges")?, slug);
    Ok(course.to_string())
}

/// Adds a text to a list, in the way in which its last one is written.
fn push(list: &mut Array, text: &str) {
    let mut value = Value::from(text);
    // A comment behind the last one's comma belongs to that one, and what follows the comma is the new one's.
    let behind = list.trailing().as_str().unwrap_or_default().to_owned();
    let (comment, rest) =
        if behind.contains('#') { (behind.trim_end().to_owned(), "\n".to_owned()) } else { (String::new(), behind) };
    if let Some(last) = list.iter_mut().last() {
        let before = last.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
        let indent = before.rfind('\n').map_or(" ", |line| &before[line..]);
        let after = last.decor().suffix().cloned().unwrap_or_default();
        *value.decor_mut() = toml_edit::Decor::new(comment + indent, after);
        last.decor_mut().set_suffix("");
    }
    list.set_trailing(rest);
    list.push_formatted(value);
}

#[cfg(test)]
mod tests {
    use super::insert;

    /// The file before and after.
    #[track_caller]
    fn becomes(before: &str, after: &str) {
        assert_eq!(insert(before, 1, "new").expect("it is a course"), after);
    }

    #[test]
    fn comments_and_layout_stay() {
        let head = "# The order.\nformat = 1\n\n[[chapter]]\ntitle      = \"A\" # first\nchallenges = [\"x\"]\n\n[[chapter]]\ntitle      = \"B\"\n";
        let tail = "\n# What goes before.\n[requires]\ny = [\"x\"]\n";
        for (before, after) in [
            ("[\"y\"]", "[\"y\", \"new\"]"),
            ("[\"y\", \"z\"] # both", "[\"y\", \"z\", \"new\"] # both"),
            ("[\n  \"y\",\n  \"z\",\n]", "[\n  \"y\",\n  \"z\",\n  \"new\",\n]"),
            ("[\n  \"y\"\n]", "[\n  \"y\",\n  \"new\"\n]"),
            ("[\n  \"y\", # why\n]", "[\n  \"y\", # why\n  \"new\",\n]"),
            ("[\n  # why\n  \"y\",\n  \"z\", # last\n]", "[\n  # why\n  \"y\",\n  \"z\", # last\n  \"new\",\n]"),
        ] {
            let course = |list: &str| format!("{head}challenges = {list}\n{tail}");
            becomes(&course(before), &course(after));
        }
    }

    #[test]
    fn chapters_may_be_written_in_a_line() {
        becomes(
            "chapter = [{ title = \"A\", challenges = [\"x\"] }, { title = \"B\", challenges = [ \"y\" ] }]\n",
            "chapter = [{ title = \"A\", challenges = [\"x\"] }, { title = \"B\", challenges = [ \"y\", \"new\" ] }]\n",
        );
    }
}
