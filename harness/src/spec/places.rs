//! Where in a `challenge.toml` its checks and mistakes stand, for advice about them.

use std::collections::BTreeMap;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{excerpt, view};

/// Where in a `challenge.toml` its checks and mistakes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    file: String,
    /// The lines of keys, by the table's name, its id and the key.
    lines: BTreeMap<(String, String, String), usize>,
}

impl Places {
    /// The places in the `text` of a file, which is called `file` in what is said of it.
    #[must_use]
    pub fn of(file: &str, text: &str) -> Self {
        let (tree, _) = DeTable::parse_recoverable(text);
        let root = Spanned::new(0..0, DeValue::Table(tree.into_inner()));
        let mut lines = BTreeMap::new();
        for name in ["check", "mistake"] {
            for table in view::get(&root, name).map(view::items).unwrap_or_default() {
                let Some(id) = view::get(table, "id").and_then(view::text) else { continue };
                for (key, _) in view::entries(table) {
                    let line = excerpt::place(text, key.span().start).0;
                    lines.insert((name.to_owned(), id.to_owned(), key.get_ref().to_string()), line);
                }
            }
        }
        Self { file: file.to_owned(), lines }
    }

    /// Where a check has this key: `challenges/echo/challenge.toml:12`. The file alone if it has none.
    #[must_use]
    pub fn check(&self, id: &str, key: &str) -> String {
        self.place("check", id, key)
    }

    /// Where a mistake has this key.
    #[must_use]
    pub fn mistake(&self, id: &str, key: &str) -> String {
        self.place("mistake", id, key)
    }

    fn place(&self, table: &str, id: &str, key: &str) -> String {
        match self.lines.get(&(table.to_owned(), id.to_owned(), key.to_owned())) {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_key_has_its_line_and_what_is_not_there_has_the_file() {
        let text =
            "[[check]]\nid = \"a\"\n\n[[check]]\nread = \"x\"\nid   = \"b\"\n[[mistake]]\nid = \"b\"\nfails = []\n";
        let places = Places::of("c.toml", text);
        assert_eq!(places.check("a", "id"), "c.toml:2");
        assert_eq!(places.check("b", "read"), "c.toml:5");
        assert_eq!(places.mistake("b", "fails"), "c.toml:9");
        assert_eq!(places.check("a", "read"), "c.toml");
        assert_eq!(Places::of("c.toml", "id = [").check("a", "id"), "c.toml");
    }
}
