//! The text form of a trace, both ways.

use super::Trace;

/// Why a text is not a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Writes traces as text, one event a line.
#[must_use]
pub fn write(traces: &[Trace]) -> String {
    let _ = traces;
    todo!()
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// The first line that is not of the form.
pub fn parse(text: &str) -> Result<Vec<Trace>, ParseError> {
    let _ = text;
    todo!()
}
