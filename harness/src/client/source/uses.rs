//! `use` declarations and paths: which item a name stands for.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::Token;

/// How deep the braces of a declaration may nest, how long a path may be in bytes, and of how many modules everything may be imported.
/// What goes further is no student's code, and is not followed.
const DEEPEST: u32 = 16;
const LONGEST: usize = 500;
const MOST_GLOBS: usize = 32;

/// A path as it is written, `thread::sleep`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// Its names.
    pub(super) names: Vec<String>,
    /// The line of its first name.
    pub(super) line: u32,
}

/// One thing that a `use` declaration imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// The full path, `std::time::Instant`.
    pub(super) path: String,
    /// The line of its last name.
    pub(super) line: u32,
}

/// What the `use` declarations of a file bring in. Modules of one file are not told apart.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// What is imported.
    pub(super) imports: Vec<Import>,
    /// Names, and the paths that they stand for.
    names: BTreeMap<String, BTreeSet<String>>,
    /// Paths of which everything is imported.
    globs: BTreeSet<String>,
}

impl Uses {
    /// Reads the declarations of a file.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut uses = Self::default();
        for (at, token) in tokens.iter().enumerate() {
            if token.text == "use" && starts_item(tokens, at) {
                uses.tree(&tokens[at + 1..], &mut 0, "", 0);
            }
        }
        uses.follow();
        uses
    }

    /// Reads a tree, `a::{b, c::*, d as e}`, that stands below a path. It always takes at least one token, if there is one.
    fn tree(&mut self, tokens: &[Token], at: &mut usize, above: &str, depth: u32) {
        let (begin, mut path, mut line) = (*at, above.to_owned(), 0);
        while let Some(token) = tokens.get(*at) {
            *at += 1;
            match token.text.as_str() {
                _ if depth > DEEPEST || path.len() > LONGEST => return,
                "::" => {}
                "{" => return self.group(tokens, at, &path, depth),
                "*" => {
                    if self.globs.len() < MOST_GLOBS {
                        self.globs.insert(path);
                    }
                    return;
                }
                "self" if path == above && !above.is_empty() => line = token.line,
                "as" => {
                    let name = tokens.get(*at).map(|token| token.text.clone());
                    *at += 1;
                    return self.import(path, line, name);
                }
                name if token.is_name() && name != "use" => {
                    path = join(&path, name);
                    line = token.line;
                }
                _ => {
                    *at = (*at - 1).max(begin + 1);
                    break;
                }
            }
        }
        if line > 0 {
            self.import(path, line, None);
        }
    }

    /// Reads the trees between braces, the first of which has been read.
    fn group(&mut self, tokens: &[Token], at: &mut usize, above: &str, depth: u32) {
        let goes_on = |token: &Token| !matches!(token.text.as_str(), "}" | ";" | "use");
        while tokens.get(*at).is_some_and(goes_on) {
            if tokens[*at].text == "," {
                *at += 1;
            } else {
                self.tree(tokens, at, above, depth + 1);
            }
        }
        // The closing brace is this group's, a semicolon the declaration's.
        *at += usize::from(tokens.get(*at).is_some_and(|token| token.text == "}"));
    }

    fn import(&mut self, path: String, line: u32, name: Option<String>) {
        let name = name.unwrap_or_else(|| path.rsplit("::").next().unwrap_or_default().to_owned());
        self.names.entry(name).or_default().insert(path.clone());
        self.imports.push(Import { path, line });
    }

    /// Follows imports through other imports: `use std::thread; use thread::sleep;`.
    fn follow(&mut self) {
        let imports = std::mem::take(&mut self.imports);
        self.imports = imports
            .into_iter()
            .map(|import| match self.full(&import.path) {
                Some(path) => Import { path, ..import },
                None => import,
            })
            .collect();
        let longer: Vec<_> = self
            .names
            .iter()
            .flat_map(|(name, paths)| paths.iter().map(move |path| (name, path)))
            .filter_map(|(name, path)| Some((name.clone(), path.clone(), self.full(path)?)))
            .collect();
        for (name, short, full) in longer {
            let paths = self.names.entry(name).or_default();
            paths.remove(&short);
            paths.insert(full);
        }
    }

    /// The path with its first name replaced by what that stands for.
    fn full(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_once("::")?;
        if is_root(first) {
            return None;
        }
        let paths = self.names.get(first)?;
        // Two modules of the file may use one name for two things; only a name that is clear is followed.
        let path = paths.first().filter(|_| paths.len() == 1)?;
        Some(join(path, rest))
    }

    /// The full path of a path as it is written. `None` if it is clearly none of another crate's, or if that cannot be told.
    pub(super) fn resolve(&self, written: &Written) -> Option<String> {
        let first = written.names.first()?;
        let rest = written.names[1..].join("::");
        if is_root(first) {
            return Some(written.names.join("::"));
        }
        if let Some(paths) = self.names.get(first) {
            let path = paths.first().filter(|_| paths.len() == 1)?;
            return Some(join(path, &rest));
        }
        let through_glob = self.globs.iter().map(|glob| join(glob, &written.names.join("::")));
        through_glob.into_iter().find(|path| super::rules::of_path(path).is_some())
    }

    /// Whether this path goes through an import that falls under a rule by itself: there it is to be changed.
    pub(super) fn is_told_at_import(&self, written: &Written) -> bool {
        let paths = written.names.first().and_then(|first| self.names.get(first));
        paths.into_iter().flatten().any(|path| super::rules::of_path(path).is_some())
    }
}

/// Whether a name is that of a crate whose items have rules.
fn is_root(name: &str) -> bool {
    matches!(name, "std" | "tokio" | "tokio_tungstenite")
}

fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", one) | (one, "") => one.to_owned(),
        _ => format!("{path}::{name}"),
    }
}

/// Whether a `use` at this place begins a declaration, rather than the bounds `use<'a>` of a type.
fn starts_item(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|next| next.text != "<")
}

/// All paths that are written in a file, besides those in `use` declarations. A name after a dot is a field or a method, one after
/// `fn`, `struct`, `mod` or the like is a definition: neither is a path.
pub(super) fn paths(tokens: &[Token]) -> Vec<Written> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.text == "use" && starts_item(tokens, at) {
            at += tokens[at..].iter().take_while(|token| token.text != ";").count();
        } else if token.is_name() {
            let names = path_from(&tokens[at..]);
            let before = at.checked_sub(1).map(|before| tokens[before].text.as_str());
            let length = names.len();
            if !before.is_some_and(|before| NO_PATH_AFTER.contains(&before)) {
                found.push(Written { names, line: token.line });
            }
            at += 2 * length - 1;
        } else {
            at += 1;
        }
    }
    found
}

/// What stands before a name that is no path.
const NO_PATH_AFTER: [&str; 11] =
    [".", "fn", "struct", "enum", "trait", "mod", "type", "const", "static", "union", "macro_rules"];

/// How many names of a path are looked at: no rule is about longer ones.
const MOST_NAMES: usize = 16;

/// The names of a path that begins here.
fn path_from(tokens: &[Token]) -> Vec<String> {
    let mut names = vec![tokens[0].text.clone()];
    let mut rest = &tokens[1..];
    while let [colons, name, ..] = rest
        && colons.text == "::"
        && name.is_name()
        && names.len() < MOST_NAMES
    {
        names.push(name.text.clone());
        rest = &rest[2..];
    }
    names
}
