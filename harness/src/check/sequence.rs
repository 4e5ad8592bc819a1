//! Regular expressions over statuses: `connecting connected (retrying connecting)+ connected`.

use crate::scenario::StatusKind;

/// The most names in one expression.
const MOST_NAMES: usize = 64;
/// How deep parentheses may stand in each other.
const DEEPEST: u32 = 16;

/// A regular expression whose letters are the names of statuses, with `( ) | * + ?`.
///
/// It is kept as its position automaton (Glushkov 1961): each name in the expression is a state, and a state knows which names may come
/// next. So it can say not only whether a sequence matches, but where it first leaves the expression and what could have come there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sequence {
    names: Vec<StatusKind>,
    /// Which names may come first, then those after each name.
    next: Vec<Set>,
    /// Whether a sequence may end before the first name, then after each name.
    last: Vec<bool>,
}

/// A set of positions, one bit each.
type Set = u64;

/// How far a sequence follows an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// To the end of both.
    Whole,
    /// The sequence ended where the expression cannot: these could have followed.
    CutShort(Vec<StatusKind>),
    /// The element of that index cannot stand there: these could have, or, if none, only the end.
    Leaves(usize, Vec<StatusKind>),
}

impl Sequence {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text, names: Vec::new(), follow: Vec::new(), depth: 0 };
        let whole = parser.alternatives()?;
        if let Some(token) = parser.peek() {
            return Err(format!("`{token}` has no beginning"));
        }
        let next = std::iter::once(whole.first).chain(parser.follow).collect();
        let last = (0..parser.names.len()).map(|position| whole.last & bit(position) != 0);
        let last = std::iter::once(whole.empty).chain(last).collect();
        Ok(Self { names: parser.names, next, last })
    }

    /// Follows a sequence through the expression.
    pub(super) fn follow(&self, sequence: impl IntoIterator<Item = StatusKind>) -> Match {
        // State 0 is the beginning; state n + 1 is behind the n-th name.
        let mut states = vec![0];
        for (index, status) in sequence.into_iter().enumerate() {
            let allowed = self.after(&states);
            states = positions(allowed).filter(|n| self.names[*n] == status).map(|n| n + 1).collect();
            if states.is_empty() {
                return Match::Leaves(index, self.kinds(allowed));
            }
        }
        if states.iter().any(|state| self.last[*state]) {
            return Match::Whole;
        }
        Match::CutShort(self.kinds(self.after(&states)))
    }

    fn after(&self, states: &[usize]) -> Set {
        states.iter().fold(0, |set, state| set | self.next[*state])
    }

    fn kinds(&self, set: Set) -> Vec<StatusKind> {
        let is_in = |kind: &StatusKind| positions(set).any(|position| self.names[position] == *kind);
        StatusKind::ALL.into_iter().filter(is_in).collect()
    }
}

fn bit(position: usize) -> Set {
    1 << position
}

fn positions(set: Set) -> impl Iterator<Item = usize> {
    (0..MOST_NAMES).filter(move |position| set & bit(*position) != 0)
}

/// What the automaton needs to know of a part of the expression.
#[derive(Clone, Copy)]
struct Part {
    /// Whether it can be empty.
    empty: bool,
    /// The positions it can begin with.
    first: Set,
    /// The positions it can end with.
    last: Set,
}

struct Parser<'a> {
    rest: &'a str,
    names: Vec<StatusKind>,
    /// Which positions may follow each position.
    follow: Vec<Set>,
    depth: u32,
}

impl<'a> Parser<'a> {
    /// Parts separated by `|`.
    fn alternatives(&mut self) -> Result<Part, String> {
        let mut all = self.row()?;
        while self.peek() == Some("|") {
            self.take();
            let one = self.row()?;
            all = Part { empty: all.empty || one.empty, first: all.first | one.first, last: all.last | one.last };
        }
        Ok(all)
    }

    /// Parts one after the other.
    fn row(&mut self) -> Result<Part, String> {
        let mut all = Part { empty: true, first: 0, last: 0 };
        while self.peek().is_some_and(|token| token != "|" && token != ")") {
            let one = self.repeated()?;
            self.link(all.last, one.first);
            all = Part {
                empty: all.empty && one.empty,
                first: if all.empty { all.first | one.first } else { all.first },
                last: if one.empty { all.last | one.last } else { one.last },
            };
        }
        Ok(all)
    }

    /// A part and what says how often it comes.
    fn repeated(&mut self) -> Result<Part, String> {
        let mut part = self.single()?;
        while let Some(sign @ ("*" | "+" | "?")) = self.peek() {
            self.take();
            if sign != "?" {
                self.link(part.last, part.first);
            }
            part.empty |= sign != "+";
        }
        Ok(part)
    }

    /// A name, or an expression in parentheses.
    fn single(&mut self) -> Result<Part, String> {
        let token = self.take();
        if token == "(" {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(format!("more than {DEEPEST} parentheses stand in each other"));
            }
            let inside = self.alternatives()?;
            self.depth -= 1;
            return if self.take() == ")" { Ok(inside) } else { Err("`(` is not closed".to_owned()) };
        }
        let Some(kind) = StatusKind::ALL.into_iter().find(|kind| kind.name() == token) else {
            return Err(format!("`{token}` is not a status"));
        };
        let position = self.names.len();
        if position == MOST_NAMES {
            return Err(format!("it has more than {MOST_NAMES} names"));
        }
        self.names.push(kind);
        self.follow.push(0);
        Ok(Part { empty: false, first: bit(position), last: bit(position) })
    }

    fn link(&mut self, from: Set, to: Set) {
        for position in positions(from) {
            self.follow[position] |= to;
        }
    }

    fn peek(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let length = match self.rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-') {
            Some(0) => self.rest.chars().next().map_or(0, char::len_utf8),
            Some(length) => length,
            None => self.rest.len(),
        };
        (length > 0).then(|| &self.rest[..length])
    }

    fn take(&mut self) -> &'a str {
        let token = self.peek().unwrap_or_default();
        self.rest = &self.rest[token.len()..];
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StatusKind::{Connected, Connecting, Disconnected, Retrying};

    fn follow(expression: &str, sequence: &[StatusKind]) -> Match {
        Sequence::parse(expression).expect("a good expression").follow(sequence.iter().copied())
    }

    #[test]
    fn a_sequence_matches_whole_or_says_where_it_does_not() {
        let outage = "connecting connected (retrying connecting)+ connected";
        let good = [Connecting, Connected, Retrying, Connecting, Retrying, Connecting, Connected];
        assert_eq!(follow(outage, &good), Match::Whole);
        assert_eq!(follow(outage, &good[..6]), Match::CutShort(vec![Connected, Retrying]));
        assert_eq!(follow(outage, &good[..2]), Match::CutShort(vec![Retrying]));
        assert_eq!(follow(outage, &[Connecting, Connected, Connecting]), Match::Leaves(2, vec![Retrying]));
        assert_eq!(follow(outage, &[&good[..], &[Retrying]].concat()), Match::Leaves(7, vec![]));
        assert_eq!(follow(outage, &[]), Match::CutShort(vec![Connecting]));
    }

    #[test]
    fn every_sign_means_what_it_means_elsewhere() {
        let whole = |expression, sequence: &[StatusKind]| follow(expression, sequence) == Match::Whole;
        assert!(whole("(connecting|retrying)* disconnected?", &[]));
        assert!(whole("(connecting|retrying)* disconnected?", &[Retrying, Connecting, Disconnected]));
        assert!(!whole("(connecting|retrying)* disconnected?", &[Disconnected, Disconnected]));
        assert!(whole("connecting (| connected)", &[Connecting]));
        assert!(whole("(connecting connected?)+", &[Connecting, Connecting, Connected]));
        assert!(!whole("(connecting connected?)+", &[]));
        assert!(whole("((connecting)*)+ connected", &[Connecting, Connecting, Connected]));
    }

    #[test]
    fn a_bad_expression_says_what_is_wrong() {
        let error = |expression: &str| Sequence::parse(expression).unwrap_err();
        assert_eq!(error("connecting online"), "`online` is not a status");
        assert_eq!(error("(connecting"), "`(` is not closed");
        assert_eq!(error("connecting)"), "`)` has no beginning");
        assert_eq!(error("*"), "`*` is not a status");
        assert_eq!(error("connecting . connected"), "`.` is not a status");
        assert_eq!(error(&"connecting ".repeat(65)), "it has more than 64 names");
        assert_eq!(error(&"(".repeat(100)), "more than 16 parentheses stand in each other");
    }
}
