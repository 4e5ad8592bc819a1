//! The contract's lines (`starter/CONTRACT.md`): what a client of any language says on its standard output, and is told on its
//! standard input.

use serde_json::{Map, Value, json};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::Exit;
use crate::{
    link::Act,
    time::Millis,
    trace::{Claim, Fault, Status},
};

/// The longest line of the contract, in bytes: a message of 1 MiB and what stands around it.
pub const MOST_LINE: usize = (1 << 20) + 64;

/// How many claims one client may make in one run. A client that reports each of its states and messages stays far below.
pub const MOST_CLAIMS: usize = 100_000;

/// The longest wait that is taken as one, in milliseconds: about thirty years.
const MOST_WAIT: f64 = 1e12;

/// The line of the contract that tells a client what the user does, with its end.
pub(super) fn line(act: &Act) -> String {
    let object = match act {
        Act::Close => json!({ "user": "close" }),
        Act::Send(text) => json!({ "user": "send", "text": text }),
        Act::Online => json!({ "user": "online" }),
        Act::Do(name) => json!({ "user": "do", "name": name }),
    };
    format!("{object}\n")
}

/// The listening end of one client's contract.
pub(super) struct Listener {
    client: u32,
    claims: UnboundedSender<(u32, Claim)>,
    ended: Option<oneshot::Sender<Exit>>,
    lines: Lines,
    count: usize,
}

impl Listener {
    pub(super) fn new(client: u32, claims: UnboundedSender<(u32, Claim)>, ended: oneshot::Sender<Exit>) -> Self {
        Self { client, claims, ended: Some(ended), lines: Lines::default(), count: 0 }
    }

    /// Takes bytes of standard output. Sends the claims on, answers with the rest, which is debugging output.
    ///
    /// # Errors
    ///
    /// If the client breaks the contract.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut debugging = Vec::new();
        for line in self.lines.split(bytes) {
            self.take(line, &mut debugging)?;
        }
        Ok(debugging)
    }

    /// Takes the last line, which need not have an end.
    pub(super) fn hear_rest(&mut self) -> Result<Vec<u8>, Fault> {
        let mut debugging = Vec::new();
        let line = self.lines.rest();
        self.take(line, &mut debugging)?;
        Ok(debugging)
    }

    fn take(&mut self, line: Line, debugging: &mut Vec<u8>) -> Result<(), Fault> {
        match claim(&line).map_err(Fault::Violated)? {
            Some(claim) => {
                self.count += 1;
                if self.count > MOST_CLAIMS {
                    return Err(Fault::Flooded(format!("it reported more than {MOST_CLAIMS} states and messages")));
                }
                // Nobody listens any more when the run is over.
                let _ = self.claims.send((self.client, claim));
            }
            // The kit begins each of its lines with a line end, so empty lines mean nothing.
            None if line.bytes.is_empty() && line.whole => {}
            None => {
                debugging.extend(line.bytes);
                if line.whole {
                    debugging.push(b'\n');
                }
            }
        }
        Ok(())
    }

    /// Tells that the process has ended: statuses 0 and 1 mean that the client returned by itself. `errors` is the end of its
    /// standard error.
    pub(super) fn end(&mut self, exit: Exit, errors: &str) {
        let returned = match exit {
            Exit::Status(0) => Some(None),
            Exit::Status(1) => Some(Some(last_line(errors))),
            _ => None,
        };
        if let Some(error) = returned {
            let _ = self.claims.send((self.client, Claim::Returned(error)));
        }
        if let Some(ended) = self.ended.take() {
            let _ = ended.send(exit);
        }
    }
}

/// The last line that is not empty.
fn last_line(errors: &str) -> String {
    let line = errors.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or("it exited with status 1 and did not say why").to_owned()
}

/// A line of output, or a part of one that is too long.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line {
    bytes: Vec<u8>,
    /// Whether it is a whole line. A part is never a line of the contract.
    whole: bool,
    /// Whether it begins a line.
    begins: bool,
}

/// Cuts a stream into lines, and lines that are too long into parts.
#[derive(Debug, Default)]
struct Lines {
    open: Vec<u8>,
    inside: bool,
}

impl Lines {
    fn split(&mut self, bytes: &[u8]) -> Vec<Line> {
        let mut found = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            for chunk in text.chunks(MOST_LINE) {
                if self.open.len() + chunk.len() > MOST_LINE {
                    found.push(self.part());
                }
                self.open.extend_from_slice(chunk);
            }
            if ends {
                let bytes = std::mem::take(&mut self.open);
                found.push(Line { bytes, whole: true, begins: !std::mem::take(&mut self.inside) });
            }
        }
        found
    }

    /// What has come of a line that is longer than any of the contract.
    fn part(&mut self) -> Line {
        Line { bytes: std::mem::take(&mut self.open), whole: false, begins: !std::mem::replace(&mut self.inside, true) }
    }

    /// What is left at the end of the stream.
    fn rest(&mut self) -> Line {
        let begins = !std::mem::take(&mut self.inside);
        Line { bytes: std::mem::take(&mut self.open), whole: begins, begins }
    }
}

/// The claim that a line makes. `None` if it is none of the contract's.
///
/// # Errors
///
/// What is wrong with a line that can only be meant as one of the contract's.
fn claim(line: &Line) -> Result<Option<Claim>, String> {
    let text = line.bytes.trim_ascii();
    if !text.starts_with(b"{") || !line.begins {
        return Ok(None);
    }
    if !line.whole {
        let meant = [b"{\"show\":".as_slice(), b"{\"status\":"].iter().any(|start| text.starts_with(start));
        let wrong = || format!("The client reported a line longer than {MOST_LINE} bytes");
        return if meant { Err(wrong()) } else { Ok(None) };
    }
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(text) else { return Ok(None) };
    if let (1, Some(shown)) = (object.len(), object.get("show")) {
        return Ok(Some(Claim::Show(shown.to_string())));
    }
    match object.get("status") {
        Some(Value::String(name)) => status(name, &object).map(|status| Some(Claim::Status(status))),
        _ => Ok(None),
    }
}

/// A status by its name and particulars.
fn status(name: &str, object: &Map<String, Value>) -> Result<Status, String> {
    let allowed: &[&str] = match name {
        "connecting" | "connected" => &["status"],
        "retrying" => &["status", "attempt", "wait"],
        "disconnected" => &["status", "reason"],
        _ => {
            return Err(format!(
                "The client reported the status {name:?}, which is none of connecting, connected, retrying and disconnected"
            ));
        }
    };
    if let Some(key) = object.keys().find(|key| !allowed.contains(&key.as_str())) {
        return Err(format!("The client reported the status {name} with the key {key:?}, which that has not"));
    }
    let wrong = |key: &str, what: &str| format!("The client reported the status {name} without {key:?}: {what}");
    Ok(match name {
        "connecting" => Status::Connecting,
        "connected" => Status::Connected,
        "retrying" => Status::Retrying {
            attempt: attempt(object)
                .ok_or_else(|| wrong("attempt", "the number of the next attempt, a whole number from 0"))?,
            wait: wait(object).ok_or_else(|| wrong("wait", "the milliseconds until then, a number from 0"))?,
        },
        _ => Status::Disconnected {
            reason: object.get("reason").and_then(Value::as_str).ok_or_else(|| wrong("reason", "a text"))?.to_owned(),
        },
    })
}

fn attempt(object: &Map<String, Value>) -> Option<u32> {
    object.get("attempt")?.as_u64()?.try_into().ok()
}

/// A wait in milliseconds. Languages whose only number is floating point may report fractions; they are rounded.
fn wait(object: &Map<String, Value>) -> Option<Millis> {
    let wait = object.get("wait")?.as_f64().filter(|wait| (0.0..=MOST_WAIT).contains(wait))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range has just been checked")]
    Some(wait.round() as Millis)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn parse(line: &str) -> Result<Option<Claim>, String> {
        claim(&Line { bytes: line.into(), whole: true, begins: true })
    }

    #[test]
    fn every_line_of_the_contract_is_understood() {
        let status = |status| Ok(Some(Claim::Status(status)));
        assert_eq!(parse(r#"{"status":"connecting"}"#), status(Status::Connecting));
        assert_eq!(parse(" {\"status\": \"connected\"}\r"), status(Status::Connected));
        let retrying = |attempt, wait| status(Status::Retrying { attempt, wait });
        assert_eq!(parse(r#"{"status":"retrying","attempt":1,"wait":512}"#), retrying(1, 512));
        assert_eq!(parse(r#"{"wait":437.6,"attempt":3,"status":"retrying"}"#), retrying(3, 438));
        let reason = "closed by user".to_owned();
        assert_eq!(
            parse(r#"{"status":"disconnected","reason":"closed by user"}"#),
            status(Status::Disconnected { reason })
        );
        assert_eq!(parse(r#"{"show":{"b":1,"a":[null]}}"#), Ok(Some(Claim::Show(r#"{"a":[null],"b":1}"#.into()))));
    }

    #[test]
    fn other_lines_are_debugging_output() {
        for line in [
            "",
            "hello",
            "{",
            "{}",
            "[1]",
            r#"{"status":200}"#,
            r#"{"show":1,"more":2}"#,
            "{\"status\":\"connected\"",
            "\u{0}",
        ] {
            assert_eq!(parse(line), Ok(None), "{line}");
        }
        assert_eq!(parse(&"[".repeat(10_000)), Ok(None));
        assert_eq!(parse(&format!("{{\"show\":{}", "[".repeat(10_000))), Ok(None));
    }

    #[test]
    fn a_line_that_is_meant_but_wrong_says_what_is_wrong() {
        for (line, says) in [
            (r#"{"status":"Connected"}"#, "none of connecting, connected, retrying and disconnected"),
            (r#"{"status":"retrying"}"#, "without \"attempt\""),
            (r#"{"status":"retrying","attempt":-1,"wait":1}"#, "without \"attempt\""),
            (r#"{"status":"retrying","attempt":1,"wait":"1s"}"#, "without \"wait\""),
            (r#"{"status":"retrying","attempt":1,"wait":-0.6}"#, "without \"wait\""),
            (r#"{"status":"retrying","attempt":1,"wait":1e300}"#, "without \"wait\""),
            (r#"{"status":"disconnected"}"#, "without \"reason\""),
            (r#"{"status":"connected","at":5}"#, "with the key \"at\""),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn lines_are_found_however_the_stream_is_cut() {
        let stream = b"a\n\n{\"show\":1}\ndebug{\"show\":2}\n{\"show\":3}";
        for size in 1..=stream.len() {
            let (sender, mut claims) = mpsc::unbounded_channel();
            let mut listener = Listener::new(7, sender, oneshot::channel().0);
            let mut debugging = Vec::new();
            for chunk in stream.chunks(size) {
                debugging.extend(listener.hear(chunk).expect("nothing is wrong"));
            }
            debugging.extend(listener.hear_rest().expect("nothing is wrong"));
            listener.end(Exit::Status(1), "one\n two \n\n");
            assert_eq!(String::from_utf8_lossy(&debugging), "a\ndebug{\"show\":2}\n", "cut into {size}");
            drop(listener);
            let heard: Vec<_> = std::iter::from_fn(|| claims.try_recv().ok()).collect();
            let expected = [Claim::Show("1".into()), Claim::Show("3".into()), Claim::Returned(Some("two".into()))];
            assert_eq!(heard, expected.map(|claim| (7, claim)));
        }
    }

    #[test]
    fn long_lines_and_many_claims_are_bounded() {
        let (sender, mut claims) = mpsc::unbounded_channel();
        let mut listener = Listener::new(0, sender, oneshot::channel().0);
        let long = [vec![b'x'; 3 * MOST_LINE + 5], b"{\"show\":1}\n{\"show\":2}\n".to_vec()].concat();
        assert_eq!(listener.hear(&long).expect("it is debugging output").len(), 3 * MOST_LINE + 5 + 11);
        assert_eq!(claims.try_recv(), Ok((0, Claim::Show("2".into()))));
        assert!(claims.try_recv().is_err(), "the end of a long line is not a line");

        let shown = format!("{{\"show\":\"{}\"}}\n", "x".repeat(MOST_LINE));
        assert!(
            matches!(listener.hear(shown.as_bytes()), Err(Fault::Violated(what)) if what.contains("longer than 1048640"))
        );

        let mut listener = Listener::new(0, mpsc::unbounded_channel().0, oneshot::channel().0);
        let outcome = (0..=MOST_CLAIMS).try_for_each(|_| listener.hear(b"{\"show\":1}\n").map(drop));
        assert!(matches!(outcome, Err(Fault::Flooded(what)) if what.contains("more than 100000")));
    }

    #[test]
    fn acts_are_one_object_a_line() {
        assert_eq!(line(&Act::Close), "{\"user\":\"close\"}\n");
        assert_eq!(line(&Act::Online), "{\"user\":\"online\"}\n");
        assert_eq!(line(&Act::Send("a\nb".into())), "{\"text\":\"a\\nb\",\"user\":\"send\"}\n");
        assert_eq!(line(&Act::Do("seek".into())), "{\"name\":\"seek\",\"user\":\"do\"}\n");
    }
}
