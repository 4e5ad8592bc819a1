//! The little language of durations: sums of `[number *] (literal | name)`.

use std::ops::Range;

use super::{names::sayings, scope::LONGEST};
use crate::time::Millis;

/// The units of a literal, in milliseconds.
const UNITS: [(&str, f64); 4] = [("ms", 1.0), ("s", 1_000.0), ("m", 60_000.0), ("h", 3_600_000.0)];

/// One part of a sum, as it is written.
#[derive(Debug, PartialEq)]
pub(super) struct Part<'t> {
    /// What the unit is multiplied with.
    pub(super) factor: f64,
    /// What is multiplied.
    pub(super) what: What<'t>,
}

/// What a [`Part`] multiplies.
#[derive(Debug, PartialEq)]
pub(super) enum What<'t> {
    /// A duration written out.
    Literal(Millis),
    /// A name, and where in the text it is.
    Name(&'t str, Range<usize>),
}

/// Where in the text a duration stops making sense, and why.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// Where in the text.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) title: String,
    /// What stands there instead of what should.
    pub(super) label: String,
    /// What to write.
    pub(super) help: String,
}

/// Whether a name can be told from a unit.
pub(super) fn is_unit(name: &str) -> bool {
    UNITS.iter().any(|(unit, _)| *unit == name)
}

/// The parts of the sum that `text` is.
pub(super) fn parse(text: &str) -> Result<Vec<Part<'_>>, Fault> {
    let mut reader = Reader { text, at: 0 };
    let mut parts = vec![reader.part()?];
    loop {
        match reader.token()? {
            (Token::End, _) => return Ok(parts),
            (Token::Plus, _) => parts.push(reader.part()?),
            (_, at) => {
                let label = format!("found `{}`, expected `+` or the end", &text[at.clone()]);
                return Err(fault(at, "a duration is a sum", label, "the number comes first: \"2 * base_delay + 1s\""));
            }
        }
    }
}

fn fault(at: Range<usize>, title: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault { at, title: title.into(), label: label.into(), help: help.into() }
}

/// A word of the language.
#[derive(PartialEq)]
enum Token<'t> {
    Plus,
    Times,
    Number(f64),
    Literal(Millis),
    Name(&'t str),
    End,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    /// Reads `[number *] (literal | name)`.
    fn part(&mut self) -> Result<Part<'t>, Fault> {
        let (token, at) = self.token()?;
        let Token::Number(factor) = token else { return self.unit(token, at, 1.0) };
        let (times, _) = self.token()?;
        if times != Token::Times {
            let written = &self.text[at.clone()];
            let help =
                format!("units are {}; a number without one stands before `*`", sayings(UNITS.iter().map(|u| u.0)));
            return Err(fault(at, format!("`{written}` has no unit"), "is it milliseconds, or seconds?", help));
        }
        let (token, at) = self.token()?;
        self.unit(token, at, factor)
    }

    fn unit(&self, token: Token<'t>, at: Range<usize>, factor: f64) -> Result<Part<'t>, Fault> {
        let what = match token {
            Token::Literal(ms) => What::Literal(ms),
            Token::Name(name) => What::Name(name, at),
            token => {
                let found =
                    if token == Token::End { "the end".into() } else { format!("`{}`", &self.text[at.clone()]) };
                let label = format!("found {found}, expected a duration or a name");
                return Err(fault(at, "a duration is missing", label, "such as \"1500ms\" or \"2 * base_delay + 1s\""));
            }
        };
        Ok(Part { factor, what })
    }

    /// The next token and its place.
    fn token(&mut self) -> Result<(Token<'t>, Range<usize>), Fault> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        let rest = &self.text[start..];
        let length = |ok: fn(char) -> bool| rest.find(|c| !ok(c)).unwrap_or(rest.len());
        let (token, length) = match rest.chars().next() {
            None => (Token::End, 0),
            Some('+') => (Token::Plus, 1),
            Some('*') => (Token::Times, 1),
            Some('0'..='9') => {
                let length = length(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
                (number(&rest[..length], start)?, length)
            }
            Some('a'..='z' | 'A'..='Z' | '_') => {
                let length = length(|c| c.is_ascii_alphanumeric() || c == '_');
                (Token::Name(&rest[..length]), length)
            }
            Some(c) => {
                let label = format!("`{c}` means nothing here");
                let help =
                    "a duration is a sum of [number *] (literal or name); it knows no `-`, no `/` and no brackets";
                return Err(fault(start..start + c.len_utf8(), "a duration is a sum", label, help));
            }
        };
        self.at = start + length;
        Ok((token, start..self.at))
    }
}

/// A number, or a literal if a unit follows it at once.
fn number<'t>(written: &str, start: usize) -> Result<Token<'t>, Fault> {
    let at = start..start + written.len();
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    let (number, unit) = written.split_at(digits);
    let value: f64 = match number.parse() {
        Ok(value) if !number.ends_with('.') => value,
        _ => return Err(fault(at, "this is no number", format!("found `{number}`"), "such as 2 or 0.5")),
    };
    if unit.is_empty() {
        if value > 1e9 {
            return Err(fault(at, "a factor is at most 1000000000", "too large", "no duration is longer than 24h"));
        }
        return Ok(Token::Number(value));
    }
    let Some((_, ms)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let help = format!("units are {}", sayings(UNITS.iter().map(|u| u.0)));
        return Err(fault(start + digits..at.end, format!("unknown unit `{unit}`"), "no unit is called so", help));
    };
    let ms = value * ms;
    if ms > LONGEST as f64 {
        return Err(fault(at, "the duration does not fit", "longer than 24 hours", "no duration is longer than 24h"));
    }
    if (ms - ms.round()).abs() > 1e-6 {
        return Err(fault(at, "a duration is a whole number of milliseconds", "found a fraction of one", "round it"));
    }
    Ok(Token::Literal(ms.round() as Millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_products_are_read() {
        let parts = parse("1.1 * connect_timeout+9*base_delay + 1.5s + 2m").unwrap();
        let part = |factor, what| Part { factor, what };
        assert_eq!(
            parts,
            [
                part(1.1, What::Name("connect_timeout", 6..21)),
                part(9.0, What::Name("base_delay", 24..34)),
                part(1.0, What::Literal(1_500)),
                part(1.0, What::Literal(120_000)),
            ]
        );
    }

    #[test]
    fn faults_have_their_place() {
        let at = |text| parse(text).unwrap_err().at;
        assert_eq!(at(""), 0..0);
        assert_eq!(at("5"), 0..1);
        assert_eq!(at("1s + 5x"), 6..7);
        assert_eq!(at("2 * "), 4..4);
        assert_eq!(at("base_delay * 2"), 11..12);
        assert_eq!(at("1s - 2s"), 3..4);
        assert_eq!(at("1s é"), 3..5);
        assert_eq!(at("0.5ms"), 0..5);
        assert_eq!(at("25h"), 0..3);
        assert_eq!(at("1..5s"), 0..5);
    }
}
