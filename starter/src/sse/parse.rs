//! Bytes to events (WHATWG HTML, section 9.2.6, "Interpreting an event stream").

use std::{collections::VecDeque, time::Duration};

use super::Event;

/// The parser: takes pieces of any size, gives events.
#[derive(Default)]
pub(super) struct Parser {
    /// The bytes of a line that is not yet complete.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed that follows belongs to the same line end.
    after_return: bool,
    /// The first line has been seen, so a byte order mark has been dropped if there was one.
    begun: bool,
    name: String,
    data: String,
    id: String,
    retry: Option<Duration>,
    ready: VecDeque<Event>,
}

impl Parser {
    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => self.end_line(),
                _ => self.line.push(byte),
            }
        }
    }

    /// The next complete event.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// The reconnection time in force, if the server has set one.
    pub(super) fn retry(&self) -> Option<Duration> {
        self.retry
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        let mut line = bytes.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let text = String::from_utf8_lossy(line);
        let (field, value) = text.split_once(':').unwrap_or((&text, ""));
        self.field(field, value.strip_prefix(' ').unwrap_or(value));
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => self.name = value.into(),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.id = value.into(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            // A line that starts with a colon is a comment; unknown fields are ignored.
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        let name = std::mem::take(&mut self.name);
        let mut data = std::mem::take(&mut self.data);
        if data.pop().is_none() {
            return;
        }
        let name = if name.is_empty() { "message".into() } else { name };
        self.ready.push_back(Event { name, data, id: self.id.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that the parser makes of `pieces`, with the reconnection time in force at the end.
    fn parsed(pieces: &[&[u8]]) -> (Vec<Event>, Option<Duration>) {
        let mut parser = Parser::default();
        pieces.iter().for_each(|piece| parser.push(piece));
        (std::iter::from_fn(|| parser.next()).collect(), parser.retry())
    }

    fn event(name: &str, data: &str, id: &str) -> Event {
        Event { name: name.into(), data: data.into(), id: id.into() }
    }

    #[test]
    fn the_examples_of_the_standard() {
        let (events, _) = parsed(&[b"data: YHOO\ndata: +2\ndata: 10\n\n"]);
        assert_eq!(events, [event("message", "YHOO\n+2\n10", "")]);
        let (events, _) =
            parsed(&[b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"]);
        assert_eq!(
            events,
            [
                event("message", "first event", "1"),
                event("message", "second event", ""),
                event("message", " third event", "")
            ]
        );
        let (events, _) = parsed(&[b"data\n\ndata\ndata\n\ndata:"]);
        assert_eq!(events, [event("message", "", ""), event("message", "\n", "")]);
    }

    #[test]
    fn every_line_end_at_every_split_gives_the_same_events() {
        for end in ["\n", "\r", "\r\n"] {
            let text = "\u{feff}event: price\nid: 7\ndata: 1 €\ndata: 2\n\nretry: 2500\ndata: x\n\n".replace('\n', end);
            for split in 0..=text.len() {
                let (head, tail) = text.as_bytes().split_at(split);
                let (events, retry) = parsed(&[head, tail]);
                assert_eq!(
                    events,
                    [event("price", "1 €\n2", "7"), event("message", "x", "7")],
                    "{end:?} split at {split}"
                );
                assert_eq!(retry, Some(Duration::from_millis(2_500)));
            }
        }
    }

    #[test]
    fn what_the_standard_ignores_is_ignored() {
        let (events, retry) = parsed(&[b"id: a\0b\nretry: soon\nretry:\nnonsense: 1\nevent: empty\n\ndata: 1\n\n"]);
        assert_eq!((events, retry), (vec![event("message", "1", "")], None));
    }

    #[test]
    fn an_incomplete_event_is_not_dispatched() {
        assert_eq!(parsed(&[b"data: 1\n"]).0, []);
    }
}
