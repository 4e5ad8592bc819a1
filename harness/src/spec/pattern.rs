//! The regular expressions of `status_sequence`: names of statuses with `( ) | * + ?`.

use std::ops::Range;

use super::names::{nearest, sayings};
use crate::scenario::StatusKind;

/// The most names in one pattern.
const MOST_NAMES: usize = 64;
/// How deep groups may stand in each other.
const DEEPEST: usize = 16;

/// Where in the pattern it goes wrong, and why.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// Where in the text.
    pub(super) at: Range<usize>,
    /// What is wrong there.
    pub(super) label: String,
    /// What to do.
    pub(super) help: String,
}

/// What stands before a place.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Nothing that could be repeated: the beginning of the pattern, a group or an alternative.
    Nothing,
    /// A name or a group.
    Atom,
    /// A name or a group with `*`, `+` or `?`.
    Repeated,
}

/// Everything that is wrong with `pattern`.
pub(super) fn faults(pattern: &str) -> Vec<Fault> {
    let names = || StatusKind::ALL.into_iter().map(StatusKind::name);
    let mut faults = Vec::new();
    let mut fault = |at: Range<usize>, label: String, help: String| faults.push(Fault { at, label, help });
    let mut before = Before::Nothing;
    let mut open = Vec::new();
    let mut at = 0;
    let mut names_seen = 0;
    while let Some(c) = pattern[at..].chars().next() {
        let word = c.is_alphanumeric() || c == '_' || c == '-';
        let length = match word {
            true => pattern[at..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')),
            false => Some(c.len_utf8()),
        };
        let place = at..length.map_or(pattern.len(), |length| at + length);
        at = place.end;
        let found = &pattern[place.clone()];
        before = match c {
            ' ' => continue,
            '(' => {
                if open.len() == DEEPEST {
                    fault(place.clone(), "too deep".into(), format!("at most {DEEPEST} groups stand in each other"));
                }
                open.push(place);
                Before::Nothing
            }
            ')' | '|' if before == Before::Nothing => {
                fault(place, format!("there is nothing before this `{c}`"), "write a name or a group before it".into());
                if c == ')' {
                    open.pop();
                }
                Before::Atom
            }
            ')' => {
                if open.pop().is_none() {
                    fault(place, "no group is open here".into(), "leave it out, or write `(` before it".into());
                }
                Before::Atom
            }
            '|' => Before::Nothing,
            '*' | '+' | '?' => {
                if before != Before::Atom {
                    fault(
                        place,
                        format!("there is nothing that `{c}` could repeat"),
                        "it follows a name or a group".into(),
                    );
                }
                Before::Repeated
            }
            _ => {
                names_seen += 1;
                if !names().any(|name| name == found) {
                    let near = nearest(found, names()).map(|near| format!("did you mean `{near}`? "));
                    let help =
                        format!("{}allowed: {}, ( ) | * + ? and spaces", near.unwrap_or_default(), sayings(names()));
                    fault(place, format!("`{found}` is no status"), help);
                }
                Before::Atom
            }
        };
    }
    if before == Before::Nothing {
        fault(at..at, "the pattern ends with nothing".into(), "write a name or a group here".into());
    }
    if names_seen > MOST_NAMES {
        fault(0..pattern.len(), format!("{names_seen} names"), format!("a pattern has at most {MOST_NAMES}"));
    }
    for group in open {
        fault(group, "this group is never closed".into(), "write `)` where it ends".into());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn patterns_over_statuses_are_right() {
        for pattern in ["connecting", "connecting connected (retrying connecting)+ connected", "(connecting|retrying)*"]
        {
            assert_eq!(faults(pattern), []);
        }
    }

    #[test]
    fn faults_have_their_place() {
        let at = |pattern| faults(pattern).into_iter().map(|fault| (fault.at.start, fault.at.end)).collect::<Vec<_>>();
        assert_eq!(at(""), [(0, 0)]);
        assert_eq!(at("* connected"), [(0, 1)]);
        assert_eq!(at("conected retryng"), [(0, 8), (9, 16)]);
        assert_eq!(at("(connected"), [(0, 1)]);
        assert_eq!(at("connected)"), [(9, 10)]);
        assert_eq!(at("connected+*"), [(10, 11)]);
        assert_eq!(at("()"), [(1, 2)]);
        assert_eq!(at("connected |"), [(11, 11)]);
        assert_eq!(at("connected . é"), [(10, 11), (12, 14)]);
    }

    #[test]
    fn patterns_have_an_end() {
        assert_eq!(faults(&"connected ".repeat(65)).len(), 1);
        assert_eq!(faults(&"connected ".repeat(64)), []);
        let deep = |n| format!("{}connected{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(faults(&deep(17)).len(), 1);
        assert_eq!(faults(&deep(16)), []);
    }
}
