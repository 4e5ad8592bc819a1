//! What frames carry besides bytes of connections: what the client is told, what it reports, what the user does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Kind, Malformed, VERSION};

/// All that a client is told: the body of the harness's first frame, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// How many copies of the client run.
    pub clients: u32,
    /// The challenge's `[client]` table; durations in whole milliseconds.
    pub config: Map<String, Value>,
    /// What some of the clients are told in place of that or beside it, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<u32, Map<String, Value>>,
    /// What the clients' random streams are made from. A decimal text on the link: not every language's numbers hold 64 bits.
    #[serde(with = "decimal")]
    pub seed: u64,
    /// The one-way latency of the link in milliseconds, at least 1.
    pub latency: u64,
    /// When the run ends at the latest, in milliseconds.
    pub lasts: u64,
}

impl Start {
    /// The body of the frame.
    ///
    /// # Panics
    /// Never: all of its parts have a form in JSON.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts, numbers and a JSON table have a form in JSON")
    }

    /// Reads the frame.
    ///
    /// # Errors
    /// If the version is another one, or the body is not of this form.
    pub fn decode(version: u32, body: &[u8]) -> Result<Self, Malformed> {
        if version != VERSION {
            return Err(Malformed(format!("version {version} of the link, of which only {VERSION} is known")));
        }
        let start: Self = serde_json::from_slice(body).map_err(|error| Malformed(error.to_string()))?;
        if start.latency == 0 { Err(Malformed("a latency of 0".into())) } else { Ok(start) }
    }
}

mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(seed: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(seed)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// What a client reports about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The status: an attempt is under way.
    Connecting,
    /// The status: connected.
    Connected,
    /// The status: waiting before the next attempt.
    Retrying {
        /// The number of that attempt.
        attempt: u32,
        /// The wait, in milliseconds.
        wait: u64,
    },
    /// The status: over for good.
    Disconnected {
        /// Why.
        reason: String,
    },
    /// A message is shown; as JSON.
    Show(String),
    /// `run` has returned; with the error if it returned one.
    Returned(Option<String>),
}

impl Report {
    /// The kind and body of the frame.
    #[must_use]
    pub fn encode(&self) -> (Kind, Vec<u8>) {
        match self {
            Self::Connecting => (Kind::Status, vec![1]),
            Self::Connected => (Kind::Status, vec![2]),
            Self::Retrying { attempt, wait } => {
                (Kind::Status, [&[3][..], &attempt.to_le_bytes(), &wait.to_le_bytes()].concat())
            }
            Self::Disconnected { reason } => (Kind::Status, tagged(4, reason)),
            Self::Show(json) => (Kind::Show, json.clone().into_bytes()),
            Self::Returned(None) => (Kind::Returned, vec![0]),
            Self::Returned(Some(error)) => (Kind::Returned, tagged(1, error)),
        }
    }

    /// Reads a frame of one of these kinds.
    ///
    /// # Errors
    /// If the body is not of its kind's form.
    pub fn decode(kind: Kind, body: &[u8]) -> Result<Self, Malformed> {
        Ok(match (kind, body) {
            (Kind::Status, [1]) => Self::Connecting,
            (Kind::Status, [2]) => Self::Connected,
            (Kind::Status, &[3, a0, a1, a2, a3, ref wait @ ..]) => {
                let wait = wait.try_into().map_err(|_| Malformed("a status of the wrong length".into()))?;
                Self::Retrying { attempt: u32::from_le_bytes([a0, a1, a2, a3]), wait: u64::from_le_bytes(wait) }
            }
            (Kind::Status, [4, reason @ ..]) => Self::Disconnected { reason: text(reason)? },
            (Kind::Show, json) => {
                let json = text(json)?;
                serde_json::from_str::<serde::de::IgnoredAny>(&json)
                    .map_err(|error| Malformed(format!("a message that is not JSON: {error}")))?;
                Self::Show(json)
            }
            (Kind::Returned, [0]) => Self::Returned(None),
            (Kind::Returned, [1, error @ ..]) => Self::Returned(Some(text(error)?)),
            _ => return Err(Malformed("a report that is of no known form".into())),
        })
    }
}

/// What the user does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Closes the client.
    Close,
    /// Sends a text.
    Send(String),
    /// The device is back online.
    Online,
    /// Something else, by name.
    Do(String),
}

impl Act {
    /// The body of the frame.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Close => vec![1],
            Self::Send(text) => tagged(2, text),
            Self::Online => vec![3],
            Self::Do(name) => tagged(4, name),
        }
    }

    /// Reads the frame.
    ///
    /// # Errors
    /// If the body is not of this form.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        Ok(match body {
            [1] => Self::Close,
            [2, words @ ..] => Self::Send(text(words)?),
            [3] => Self::Online,
            [4, name @ ..] => Self::Do(text(name)?),
            _ => return Err(Malformed("an act of the user that is of no known form".into())),
        })
    }
}

fn tagged(tag: u8, text: &str) -> Vec<u8> {
    let mut body = Vec::with_capacity(1 + text.len());
    body.push(tag);
    body.extend_from_slice(cut(text).as_bytes());
    body
}

/// A reason or an error longer than 64 KiB is nothing that anybody reads: its end is left out.
fn cut(text: &str) -> &str {
    let end = (0..=64 * 1024).rev().find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or(0)).unwrap_or(text)
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed("a text that is not UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_survive() {
        let reports = [
            Report::Connecting,
            Report::Connected,
            Report::Retrying { attempt: 3, wait: u64::MAX },
            Report::Disconnected { reason: "closed by user".into() },
            Report::Show("{\"a\":[1,\"ü\"]}".into()),
            Report::Returned(None),
            Report::Returned(Some(String::new())),
        ];
        for report in reports {
            let (kind, body) = report.encode();
            assert_eq!(Report::decode(kind, &body), Ok(report));
        }
    }

    #[test]
    fn acts_survive() {
        for act in [Act::Close, Act::Send("hé".into()), Act::Online, Act::Do("refresh".into())] {
            assert_eq!(Act::decode(&act.encode()), Ok(act));
        }
    }

    #[test]
    fn what_is_no_report_is_named() {
        let cases: [(Kind, &[u8]); 8] = [
            (Kind::Status, &[]),
            (Kind::Status, &[1, 0]),
            (Kind::Status, &[3, 1, 0, 0, 0, 9]),
            (Kind::Status, &[4, 0xff]),
            (Kind::Status, &[9]),
            (Kind::Show, b"{"),
            (Kind::Returned, &[]),
            (Kind::Data, b"x"),
        ];
        for (kind, body) in cases {
            assert!(Report::decode(kind, body).is_err(), "{kind:?} {body:?}");
        }
        assert!(Act::decode(&[5]).is_err());
    }

    #[test]
    fn a_start_survives_with_its_seed_whole() {
        let config = serde_json::json!({"base_delay": 512}).as_object().unwrap().clone();
        let start = Start { clients: 3, config, own: BTreeMap::default(), seed: u64::MAX, latency: 10, lasts: 600_000 };
        let body = start.encode();
        assert!(String::from_utf8_lossy(&body).contains("\"seed\":\"18446744073709551615\""));
        assert_eq!(Start::decode(VERSION, &body), Ok(start.clone()));
        assert!(Start::decode(VERSION + 1, &body).is_err());
        assert!(Start::decode(VERSION, &Start { latency: 0, ..start }.encode()).is_err());
    }

    #[test]
    fn an_endless_reason_is_cut_between_characters() {
        let (_, body) = Report::Disconnected { reason: "€".repeat(100_000) }.encode();
        assert_eq!(body.len(), 1 + 65_535);
        assert!(Report::decode(Kind::Status, &body).is_ok());
    }
}
