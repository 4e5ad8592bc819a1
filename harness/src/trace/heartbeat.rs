//! Texts that say nothing but that their sender is alive.

use serde_json::Value;

/// What a heartbeat is: a sign of life, or the answer to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// A sign of life that may ask for an answer.
    Ping,
    /// The answer to one.
    Pong,
}

impl Heartbeat {
    /// What a text message is, if it is one of the heartbeats that applications send where they do not reach the control frames, as in a
    /// browser: the text `ping` or `pong`, or a JSON object whose `type` is one of these. Case does not matter.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        match text.trim_start().starts_with('{') {
            false => Self::named(text.trim()),
            true => Self::named(serde_json::from_str::<Value>(text).ok()?.get("type")?.as_str()?),
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            _ if name.eq_ignore_ascii_case("ping") => Some(Self::Ping),
            _ if name.eq_ignore_ascii_case("pong") => Some(Self::Pong),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_are_told_from_messages() {
        for (text, expected) in [
            ("ping", Some(Heartbeat::Ping)),
            ("Pong\n", Some(Heartbeat::Pong)),
            (r#"{"type":"ping"}"#, Some(Heartbeat::Ping)),
            (r#" {"id":7,"type":"PONG"}"#, Some(Heartbeat::Pong)),
            ("pinging", None),
            (r#"{"text":"ping"}"#, None),
            (r#"{"type":["ping"]}"#, None),
            (r#"{"type":"ping""#, None),
            (r#""ping""#, None),
            ("", None),
        ] {
            assert_eq!(Heartbeat::of_text(text), expected, "{text}");
        }
    }
}
