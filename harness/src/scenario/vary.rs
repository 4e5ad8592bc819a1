//! How the raw bytes of a stream are varied: their line ends, and where they are cut.

use std::ops::Range;

use super::Length;

/// How raw bytes are varied. Each combination is one client.
#[derive(Debug, Clone, PartialEq)]
pub struct Vary {
    /// What each line feed is replaced by; empty to leave it as it is written.
    pub newlines: Vec<Newline>,
    /// How the bytes are split, at least one way.
    pub splits: Vec<Split>,
    /// How long the server waits between two pieces.
    pub gap: Length,
}

impl Vary {
    /// The line ends of the variants, at least one: none leaves them as they are written.
    #[must_use]
    pub fn newlines(&self) -> Vec<Option<Newline>> {
        if self.newlines.is_empty() { vec![None] } else { self.newlines.iter().copied().map(Some).collect() }
    }
}

/// What ends a line of a stream (WHATWG HTML section 9.2.5, `end-of-line`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// A line feed.
    Lf,
    /// A carriage return and a line feed.
    CrLf,
    /// A carriage return alone.
    Cr,
}

impl Newline {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Lf, Self::CrLf, Self::Cr];

    /// Its bytes.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }

    /// Its name in specs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Cr => "cr",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
        }
    }
}

/// A way to split bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Not at all.
    Whole,
    /// Byte by byte.
    Bytes,
    /// In two, at every offset: a client for each.
    Every,
}

impl Split {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Bytes, Self::Every];

    /// Its name in specs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Bytes => "bytes",
            Self::Every => "every",
        }
    }
}

/// Where the bytes that one client gets are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nowhere.
    Whole,
    /// After each byte.
    Bytes,
    /// Once, after so many bytes of each connection.
    At(usize),
}

impl Cut {
    /// The way to split that it comes from.
    #[must_use]
    pub fn split(self) -> Split {
        match self {
            Self::Whole => Split::Whole,
            Self::Bytes => Split::Bytes,
            Self::At(_) => Split::Every,
        }
    }

    /// The pieces of the next `length` bytes of a connection on which `before` have been sent.
    #[must_use]
    pub fn pieces(self, before: usize, length: usize) -> Vec<Range<usize>> {
        match self {
            Self::Bytes if length > 0 => (0..length).map(|at| at..at + 1).collect(),
            Self::At(offset) if (before + 1..before + length).contains(&offset) => {
                vec![0..offset - before, offset - before..length]
            }
            _ => std::iter::once(0..length).collect(),
        }
    }
}

/// What one client gets in place of the bytes that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// What each line feed is replaced by; none to leave it as it is written.
    pub newline: Option<Newline>,
    /// Where the bytes are cut.
    pub cut: Cut,
}

impl Variant {
    /// The bytes as they are written.
    pub const AS_WRITTEN: Self = Self { newline: None, cut: Cut::Whole };

    /// These bytes, with these line ends.
    #[must_use]
    pub fn bytes(self, written: &[u8]) -> Vec<u8> {
        match self.newline {
            None | Some(Newline::Lf) => written.to_vec(),
            Some(newline) => written.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(newline.text().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_the_bytes_of_the_connection() {
        let whole = |cut: Cut, before| assert_eq!(cut.pieces(before, 3), vec![Range { start: 0, end: 3 }]);
        whole(Cut::Whole, 0);
        assert_eq!(Cut::Bytes.pieces(7, 3), [0..1, 1..2, 2..3]);
        assert_eq!(Cut::At(2).pieces(0, 3), [0..2, 2..3]);
        assert_eq!(Cut::At(2).pieces(1, 3), [0..1, 1..3]);
        // A cut between two steps is there anyway.
        whole(Cut::At(3), 0);
        whole(Cut::At(3), 3);
        whole(Cut::At(9), 0);
        assert_eq!(Cut::Bytes.pieces(0, 0), vec![Range { start: 0, end: 0 }]);
    }

    #[test]
    fn line_feeds_are_replaced_and_nothing_else() {
        let bytes = |newline| Variant { newline, cut: Cut::Whole }.bytes("a\n\r\n\u{e9}".as_bytes());
        assert_eq!(bytes(None), "a\n\r\n\u{e9}".as_bytes());
        assert_eq!(bytes(Some(Newline::CrLf)), "a\r\n\r\r\n\u{e9}".as_bytes());
        assert_eq!(bytes(Some(Newline::Cr)), "a\r\r\r\u{e9}".as_bytes());
    }
}
