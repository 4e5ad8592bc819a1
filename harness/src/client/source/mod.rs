//! What in a submission's source simulated time cannot see, or what blocks it, found before it runs.
//!
//! The search is lexical: comments and strings are left out, `use` declarations are followed within a file, code under `#[cfg(test)]`
//! is skipped. It knows no types and expands no macros; what it finds is a warning, never a verdict.

mod lexer;
mod rules;
mod uses;

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use lexer::{Token, tokens};
use rules::Rule;
use uses::Uses;

use crate::verdict::Warning;

/// How many warnings one submission gets at most.
const MOST_WARNINGS: usize = 20;

/// How many files are read.
const MOST_FILES: usize = 500;

/// How large a file may be that is read, in bytes.
const MOST_SOURCE: u64 = 256 * 1024;

/// Looks at a submission: a `.rs` file, or all `.rs` files below `src` of a crate's folder. What cannot be read has no warnings:
/// the compiler says what is wrong with it. Sorted by file and line.
#[must_use]
pub fn warnings(path: &Path) -> Vec<Warning> {
    let mut files = Vec::new();
    if path.is_dir() {
        find_sources(&path.join("src"), &mut files);
    } else {
        files.push(path.to_owned());
    }
    files.sort();
    let base = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let read = |file: &PathBuf| {
        let small = fs::metadata(file).is_ok_and(|metadata| metadata.len() <= MOST_SOURCE);
        let text = fs::read_to_string(file).ok().filter(|_| small)?;
        Some(inspect(&file.strip_prefix(base).unwrap_or(file).display().to_string(), &text))
    };
    files.iter().filter_map(read).flatten().take(MOST_WARNINGS).collect()
}

fn find_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            find_sources(&entry.path(), files);
        } else if kind.is_file() && entry.path().extension() == Some(OsStr::new("rs")) && files.len() < MOST_FILES {
            files.push(entry.path());
        }
    }
}

/// Looks at the text of one file.
#[must_use]
pub fn inspect(file: &str, text: &str) -> Vec<Warning> {
    let tokens = without_tests(&tokens(text));
    let uses = Uses::of(&tokens);
    let mut found = BTreeSet::new();
    for import in &uses.imports {
        found.extend(rules::of_path(&import.path).map(|rule| (import.line, rule)));
    }
    for path in uses::paths(&tokens) {
        let full = if uses.is_told_at_import(&path) { None } else { uses.resolve(&path) };
        found.extend(full.and_then(|full| rules::of_path(&full)).map(|rule| (path.line, rule)));
    }
    found.extend(rules::of_state(&tokens));
    let warning = |(line, rule): (u32, &Rule)| Warning {
        file: file.to_owned(),
        line,
        what: rule.what.to_owned(),
        advice: rule.advice.to_owned(),
    };
    found.into_iter().map(warning).collect()
}

/// Leaves out every item under `#[cfg(test)]`: it is not part of what runs.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        if rest.len() > TEST.len() && rest.iter().zip(TEST).all(|(token, text)| token.text == text) {
            at += TEST.len() + item(&rest[TEST.len()..]);
        } else {
            kept.push(rest[0].clone());
            at += 1;
        }
    }
    kept
}

/// How many tokens an item has: up to its semicolon, or to the end of its braces.
fn item(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests;
