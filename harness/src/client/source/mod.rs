//! What in a submission's source simulated time cannot see, or what blocks it, found before it runs.
//!
//! The search is lexical: comments and strings are left out, `use` declarations are followed within a file, code under `#[cfg(test)]`
//! is skipped. It knows no types and expands no macros; what it finds is a warning, never a verdict.

mod lexer;
mod rules;
mod uses;

use std::collections::BTreeSet;

use lexer::{Token, tokens};
use rules::Rule;
use uses::Uses;

use crate::verdict::Warning;

/// How many warnings one submission gets at most.
const MOST_WARNINGS: usize = 20;

/// How large a file may be that is looked at, in bytes.
const MOST_SOURCE: usize = 256 * 1024;

/// Looks at a submission: at each file, by its name. What cannot be read has no warnings: the compiler says what is wrong with it.
#[must_use]
pub fn warnings<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> Vec<Warning> {
    let read = |(name, text): (String, &'a [u8])| {
        let text = str::from_utf8(text).ok().filter(|text| text.len() <= MOST_SOURCE)?;
        Some(inspect(&name, text))
    };
    files.filter_map(read).flatten().take(MOST_WARNINGS).collect()
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
