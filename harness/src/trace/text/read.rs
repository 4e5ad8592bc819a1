//! From text to traces.

use std::fmt;

use super::{
    VERSION, event,
    line::{Line, mismatch},
};
use crate::{
    time::Millis,
    trace::{Clock, End, Event, Header, Trace},
};

/// The longest text that is read, in bytes: a million events of two hundred.
const MOST_BYTES: usize = 200 << 20;
/// The most events of all traces of a text.
const MOST_EVENTS: usize = 4_000_000;
/// The most clients of one trace: who reads a trace may hold a list of them.
const MOST_CLIENTS: u32 = 1_000_000;
/// The latest time: thirty years, so that sums of times never overflow.
const LATEST: Millis = 1_000_000_000_000;

/// Why a text is not a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads what [`write`](super::write()) wrote. What is read keeps the promises of [`Trace`]: times do not go back, no event is later
/// than the end, every client is one of the header's.
///
/// # Errors
/// The first line that is not of the form, or breaks a promise, or is beyond all measure.
pub fn parse(text: &str) -> Result<Vec<Trace>, ParseError> {
    if text.len() > MOST_BYTES {
        return Err(ParseError {
            line: 1,
            message: format!("expected at most {MOST_BYTES} bytes, found {}", text.len()),
        });
    }
    let mut lines = Lines { lines: text.lines(), number: 0, versioned: false };
    let mut traces = Vec::new();
    let mut room = MOST_EVENTS;
    while let Some(line) = lines.next()? {
        let header = read_header(&mut Line::new(line)).map_err(|message| lines.error(message))?;
        let trace = read_trace(header, &mut lines, room)?;
        room -= trace.events.len();
        traces.push(trace);
    }
    if !lines.versioned {
        return Err(lines.error(format!("expected `# trace {VERSION}`, found the end of the file")));
    }
    Ok(traces)
}

/// The lines that mean something.
struct Lines<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
    versioned: bool,
}

impl<'a> Lines<'a> {
    /// The next line that is neither blank nor a comment.
    fn next(&mut self) -> Result<Option<&'a str>, ParseError> {
        while let Some(line) = self.lines.next() {
            self.number += 1;
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                self.version(comment).map_err(|message| self.error(message))?;
            } else if !self.versioned && !line.is_empty() {
                return Err(self.error(mismatch(&format!("`# trace {VERSION}`"), line)));
            } else if !line.is_empty() {
                return Ok(Some(line));
            }
        }
        self.number += 1;
        Ok(None)
    }

    fn version(&mut self, comment: &str) -> Result<(), String> {
        let mut words = comment.split_whitespace();
        if words.next() == Some("trace") {
            let version = words.next().unwrap_or_default();
            if version.parse() != Ok(VERSION) {
                return Err(mismatch(&format!("version {VERSION} of the form"), version));
            }
            self.versioned = true;
        }
        Ok(())
    }

    fn error(&self, message: String) -> ParseError {
        ParseError { line: self.number.max(1), message }
    }
}

fn read_header(line: &mut Line<'_>) -> Result<Header, String> {
    line.keyword("challenge")?;
    let challenge = line.text("the challenge")?;
    line.keyword("scenario")?;
    let scenario = line.text("the scenario")?;
    line.keyword("seed")?;
    let seed = line.number("", "a seed")?;
    line.keyword("clients")?;
    let clients = at_most(MOST_CLIENTS, line.number("", "a number of clients")?, "clients")?;
    line.keyword("clock")?;
    let clock = read_clock(line)?;
    line.keyword("latency")?;
    let latency = at_most(LATEST, line.number("", "milliseconds")?, "milliseconds")?;
    line.keyword("slack")?;
    let slack = at_most(LATEST, line.number("", "milliseconds")?, "milliseconds")?;
    line.end()?;
    Ok(Header { challenge, scenario, seed, clients, clock, latency, slack })
}

fn read_clock(line: &mut Line<'_>) -> Result<Clock, String> {
    match line.word("`virtual` or `wall`")? {
        "virtual" => Ok(Clock::Virtual),
        "wall" => {
            let speed: f64 = line.number("speed=", "`speed=` and a number")?;
            let sensible = speed.is_finite() && speed > 0.0;
            sensible.then_some(Clock::Wall { speed }).ok_or_else(|| "expected a speed above 0".to_owned())
        }
        other => Err(mismatch("`virtual` or `wall`", other)),
    }
}

fn read_trace(header: Header, lines: &mut Lines<'_>, room: usize) -> Result<Trace, ParseError> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let Some(text) = lines.next()? else {
            return Err(lines.error("expected an event or `end`, found the end of the file".to_owned()));
        };
        let earliest = events.last().map_or(0, |event| event.at);
        if text == "end" || text.starts_with("end ") {
            let end = read_end(&mut Line::new(text), earliest).map_err(|message| lines.error(message))?;
            return Ok(Trace { header, events, end });
        }
        if events.len() == room {
            return Err(lines.error(format!("expected at most {MOST_EVENTS} events")));
        }
        let event = read_event(&mut Line::new(text), earliest, header.clients);
        events.push(event.map_err(|message| lines.error(message))?);
    }
}

fn read_event(line: &mut Line<'_>, earliest: Millis, clients: u32) -> Result<Event, String> {
    let at = read_time(line, earliest, "a time in milliseconds, or `end`")?;
    let client = line.number("c", "a client such as `c0`")?;
    if client >= clients {
        return Err(format!("expected a client below {clients}, found c{client}"));
    }
    let expected = "a connection such as `#1`, or `-`";
    let conn = match line.word(expected)? {
        "-" => None,
        word => Some(
            Line::new(word).number("#", expected).ok().filter(|n| *n > 0).ok_or_else(|| mismatch(expected, word))?,
        ),
    };
    let what = event::read_what(line)?;
    line.end()?;
    Ok(Event { at, client, conn, what })
}

fn read_end(line: &mut Line<'_>, earliest: Millis) -> Result<End, String> {
    line.keyword("end")?;
    let at = read_time(line, earliest, "a time in milliseconds")?;
    let how = event::read_how(line)?;
    line.end()?;
    Ok(End { at, how })
}

fn read_time(line: &mut Line<'_>, earliest: Millis, expected: &str) -> Result<Millis, String> {
    let at = at_most(LATEST, line.number("", expected)?, "milliseconds")?;
    if at < earliest {
        return Err(format!("expected a time not before {earliest}, that of the line above, found {at}"));
    }
    Ok(at)
}

fn at_most<N: PartialOrd + fmt::Display>(most: N, found: N, unit: &str) -> Result<N, String> {
    if found > most { Err(format!("expected at most {most} {unit}, found {found}")) } else { Ok(found) }
}
