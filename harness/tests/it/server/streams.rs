//! Streams of events: what opens them, what they carry, how they end.

use harness::scenario::{Length, Step, StreamEvent};

use super::{
    raw::{Piece, Raw},
    scenarios::{always, any, once, scenario, wait},
    stage::{expect_lines, on_both},
};

const ASK: &str = "GET /events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nLast-Event-ID: 7\r\n\r\n";

fn sse() -> Step {
    Step::Sse { content_type: "text/event-stream".into(), headers: vec![("cache-control".into(), "no-cache".into())] }
}

fn event(data: &str) -> Step {
    Step::Event(StreamEvent { data: data.into(), ..StreamEvent::default() }.into())
}

/// Asks for the stream.
fn ask(raw: &mut Raw<'_>) -> usize {
    let line = raw.connect();
    raw.write(line, ASK);
    let head = raw.head(line);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
    assert!(head.contains("cache-control: no-cache\r\n"), "{head}");
    assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
    line
}

/// What chunks carry (RFC 9112 section 7.1), and whether the last one, which is empty, has come.
fn unchunked(mut bytes: &[u8]) -> (String, bool) {
    let mut text = String::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).expect("a size is text");
        let size = usize::from_str_radix(size, 16).expect("a size is hexadecimal");
        if size == 0 {
            return (text, true);
        }
        // What has come only in part is left.
        let (Some(chunk), Some(rest)) = (bytes.get(end + 2..end + 2 + size), bytes.get(end + size + 4..)) else {
            break;
        };
        text += std::str::from_utf8(chunk).expect("the stream is text");
        bytes = rest;
    }
    (text, false)
}

/// Reads until something has come of the stream.
fn first_event(raw: &mut Raw<'_>, line: usize) {
    while unchunked(raw.unread(line)).0.is_empty() {
        raw.more(line);
    }
}

#[test]
fn a_stream_carries_what_the_script_writes_and_ends_whole() {
    let full = Step::Event(StreamEvent { kind: Some("tick".into()), id: Some("8".into()), data: "a\nb".into() }.into());
    let steps = vec![
        sse(),
        event("hello"),
        wait(30),
        full,
        Step::Comment("alive".into()),
        Step::Retry(Length::literal(700)),
        Step::Bytes("data: raw\r\r".into()),
        Step::Fin,
    ];
    expect_lines(
        &always(steps),
        |raw| {
            let line = ask(raw);
            let (bytes, end) = raw.rest(line);
            let stream =
                "data: hello\n\nevent: tick\nid: 8\ndata: a\ndata: b\n\n: alive\n\nretry: 700\n\ndata: raw\r\r";
            assert_eq!((unchunked(&bytes), end), ((stream.to_owned(), true), Piece::Fin));
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /events field accept \"text/event-stream\" field last-event-id \"7\"",
            "#1 server answer 200",
            "#1 server stream",
            "#1 server event \"hello\"",
            "#1 server event \"a\\nb\" type \"tick\" id \"8\"",
            "#1 server bytes \": alive\\n\\n\"",
            "#1 server bytes \"retry: 700\\n\\n\"",
            "#1 server bytes \"data: raw\\r\\r\"",
            "#1 server fin",
        ],
    );
}

#[test]
fn an_event_leaves_at_once() {
    on_both(
        &always(vec![sse(), wait(100), event("late"), Step::Hold]),
        |raw| {
            let line = ask(raw);
            assert_eq!(raw.unread(line), b"", "the head is not held back until there is an event");
            let before = raw.now();
            first_event(raw, line);
            assert_eq!(unchunked(raw.unread(line)), ("data: late\n\n".to_owned(), false));
            assert!(raw.now() >= before + 90);
            raw.drop(line);
        },
        |outcome| assert_eq!(outcome.lines().last().expect("it is noted"), "#1 client drop"),
    );
}

#[test]
fn a_stream_can_be_reset_inside_an_event() {
    on_both(
        &always(vec![sse(), Step::Bytes("id: 9\ndata: ha".into()), wait(20), Step::Reset]),
        |raw| {
            let line = ask(raw);
            let (bytes, end) = raw.rest(line);
            assert_eq!((unchunked(&bytes), end), (("id: 9\ndata: ha".to_owned(), false), Piece::Reset));
        },
        |outcome| assert_eq!(outcome.lines().last().expect("it is noted"), "#1 server reset"),
    );
}

#[test]
fn a_stalled_stream_is_silent_until_it_is_resumed() {
    on_both(
        &always(vec![sse(), Step::Stall, event("held"), wait(50), Step::Resume, Step::Fin]),
        |raw| {
            let line = ask(raw);
            let (bytes, end) = raw.rest(line);
            assert_eq!((unchunked(&bytes), end), (("data: held\n\n".to_owned(), true), Piece::Fin));
        },
        |outcome| {
            let server = outcome.lines_of("server");
            assert_eq!(
                server[3..],
                ["#1 server stall", "#1 server resume", "#1 server event \"held\"", "#1 server fin"]
            );
        },
    );
}

#[test]
fn a_client_that_leaves_ends_the_play() {
    on_both(
        &scenario(vec![once(vec![sse(), event("1"), wait(10_000), event("2")]), any(vec![Step::Refuse])]),
        |raw| {
            let line = ask(raw);
            first_event(raw, line);
            raw.drop(line);
            let again = raw.connect();
            assert!(matches!(raw.end(again), Piece::Refused | Piece::Reset));
        },
        |outcome| assert!(!outcome.text().contains("event \"2\""), "{}", outcome.text()),
    );
}

#[test]
fn the_body_of_a_request_is_recorded() {
    on_both(
        &always(vec![Step::Http { status: 202, headers: vec![], body: "".into(), retry_after: None }]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhi");
            raw.sleep(20);
            raw.write(line, " you");
            assert!(raw.head(line).starts_with("HTTP/1.1 202 Accepted\r\n"));
        },
        |outcome| assert_eq!(outcome.lines()[2], "#1 client request POST /say body \"hi y\""),
    );
}
