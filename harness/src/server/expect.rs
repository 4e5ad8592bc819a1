//! What a server can expect of a client: whether a message is it, and how it reads in a trace.

use http::HeaderMap;

use crate::{
    scenario::{Content, Expected},
    trace::Message,
};

/// Whether this message is what is expected.
pub(super) fn is_met_by(expected: &Expected, message: &Message) -> bool {
    match (expected, message) {
        (Expected::Message(wanted), Message::Text(text)) => wanted.as_ref().is_none_or(|wanted| wanted.is(text)),
        (Expected::Ping, Message::Ping(_)) => true,
        (Expected::Pong(wanted), Message::Pong(payload)) => {
            wanted.as_ref().is_none_or(|wanted| wanted.bytes() == *payload)
        }
        (Expected::Close(wanted), Message::Close { code, .. }) => wanted.is_none() || wanted == code,
        _ => false,
    }
}

/// Whether a request's header has the field.
pub(super) fn has_field(headers: &HeaderMap, name: &str, wanted: Option<&[u8]>) -> bool {
    headers.get_all(name).iter().any(|value| wanted.is_none_or(|wanted| wanted == value.as_bytes()))
}

/// How an expectation reads in a trace: `message "hello"`, `pong`, `close 1000`, `header last-event-id: 41`.
pub(super) fn name(expected: &Expected) -> String {
    match expected {
        Expected::Message(None) => "message".into(),
        Expected::Message(Some(Content::Text(text))) => format!("message {:?}", text.to_string()),
        Expected::Message(Some(Content::Json(json))) => format!("message {json}"),
        Expected::Ping => "ping".into(),
        Expected::Pong(None) => "pong".into(),
        Expected::Pong(Some(payload)) => format!("pong {:?}", payload.to_string()),
        Expected::Close(None) => "close".into(),
        Expected::Close(Some(code)) => format!("close {code}"),
        Expected::Header { name, value: None } => format!("header {name}"),
        Expected::Header { name, value: Some(value) } => format!("header {name}: {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_matched_by_kind_and_content() {
        let text = |text: &str| Message::Text(text.into());
        let close = |code| Message::Close { code, reason: String::new() };
        assert!(is_met_by(&Expected::Message(None), &text("a")));
        assert!(is_met_by(&Expected::Message(Some("a".into())), &text("a")));
        assert!(!is_met_by(&Expected::Message(Some("b".into())), &text("a")));
        assert!(!is_met_by(&Expected::Message(None), &Message::Binary(b"a".to_vec())));
        assert!(is_met_by(&Expected::Pong(Some("a".into())), &Message::Pong(b"a".to_vec())));
        assert!(!is_met_by(&Expected::Pong(Some("a".into())), &Message::Pong(b"b".to_vec())));
        assert!(!is_met_by(&Expected::Ping, &Message::Pong(b"a".to_vec())));
        assert!(
            is_met_by(&Expected::Close(None), &close(None)) && is_met_by(&Expected::Close(None), &close(Some(1000)))
        );
        assert!(is_met_by(&Expected::Close(Some(1000)), &close(Some(1000))));
        assert!(!is_met_by(&Expected::Close(Some(1000)), &close(None)));
    }

    #[test]
    fn a_header_field_is_matched_among_several_of_its_name() {
        let mut headers = HeaderMap::new();
        headers.append("accept", "a".parse().expect("a value"));
        headers.append("accept", "b".parse().expect("a value"));
        assert!(has_field(&headers, "accept", None) && has_field(&headers, "accept", Some(b"b")));
        assert!(!has_field(&headers, "accept", Some(b"a, b")) && !has_field(&headers, "cookie", None));
    }
}
