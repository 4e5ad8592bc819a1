//! What a script expects of a client.

use harness::{
    scenario::{Expected, Length, Step},
    trace::How,
};

use super::{
    raw::{Piece, UPGRADE},
    scenarios::{always, expect, message, send, wait},
    stage::{Outcome, on_both},
};

fn judged(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.lines().into_iter();
    lines.filter(|line| line.contains("server met") || line.contains("server missed")).collect()
}

#[test]
fn every_kind_is_met_by_its_message() {
    let kinds = vec![
        expect(Expected::Message(None), 10_000),
        expect(message("two"), 10_000),
        expect(Expected::Ping, 10_000),
        expect(Expected::Pong(None), 10_000),
        expect(Expected::Pong(Some("x".into())), 10_000),
        expect(Expected::Close(Some(4000)), 10_000),
    ];
    on_both(
        &always([vec![Step::Accept], kinds].concat()),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "one");
            raw.frame(line, 0x1, "not it");
            raw.frame(line, 0x1, "two");
            raw.frame(line, 0x9, "");
            raw.frame(line, 0xa, "");
            raw.frame(line, 0xa, "x");
            raw.close(line, 4000);
            assert_eq!(raw.frame_of(line), "pong ");
            assert_eq!(raw.frame_of(line), "close 4000 ");
        },
        |outcome| {
            let expected = [
                "#1 server met \"message\"",
                "#1 server met \"message \\\"two\\\"\"",
                "#1 server met \"ping\"",
                "#1 server met \"pong\"",
                "#1 server met \"pong \\\"x\\\"\"",
                "#1 server met \"close 4000\"",
            ];
            assert_eq!(judged(outcome), expected);
        },
    );
}

#[test]
fn an_expectation_that_is_not_met_in_time_is_noted_and_the_play_goes_on() {
    on_both(
        &always(vec![Step::Accept, expect(Expected::Ping, 20), send("anyway"), Step::Reset]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text anyway");
        },
        |outcome| assert_eq!(judged(outcome), ["#1 server missed \"ping\""]),
    );
}

#[test]
fn otherwise_takes_the_place_of_the_rest() {
    let otherwise = vec![Step::Close { code: Some(4408), reason: "idle {n}".into() }];
    let strict = Step::Expect { what: Expected::Ping, within: Some(Length::literal(1_000)), otherwise };
    on_both(
        &always(vec![Step::Accept, Step::Repeat { times: 5, steps: vec![strict] }, send("never")]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x9, "a");
            assert_eq!(raw.frame_of(line), "pong a");
            assert_eq!(raw.frame_of(line), "close 4408 idle 2");
            raw.close(line, 4408);
            assert_eq!(raw.end(line), Piece::Fin);
        },
        |outcome| assert_eq!(judged(outcome), ["#1 server met \"ping\"", "#1 server missed \"ping\""]),
    );
}

#[test]
fn a_close_that_is_expected_does_not_end_the_play() {
    on_both(
        &always(vec![Step::Accept, expect(Expected::Close(None), 10_000), wait(10), Step::End]),
        |raw| {
            let line = raw.open();
            raw.close(line, 1000);
            assert_eq!(raw.frame_of(line), "close 1000 ");
            assert_eq!(raw.end(line), Piece::Fin);
            raw.drop(line);
            raw.outlast();
        },
        |outcome| assert_eq!(outcome.how, How::Script),
    );
}

#[test]
fn a_client_that_goes_away_misses_what_was_expected() {
    let strict = Step::Expect { what: Expected::Ping, within: None, otherwise: vec![Step::End] };
    on_both(
        &always(vec![Step::Accept, strict]),
        |raw| {
            let line = raw.open();
            raw.drop(line);
        },
        |outcome| {
            assert_eq!(judged(outcome), ["#1 server missed \"ping\""]);
            assert_eq!(outcome.how, How::Returned);
        },
    );
}

#[test]
fn header_fields_are_looked_at_when_the_step_is_reached() {
    let header = |name: &str, value: Option<&str>| {
        expect(Expected::Header { name: name.into(), value: value.map(Into::into) }, 0)
    };
    on_both(
        &always(vec![
            header("host", None),
            Step::Accept,
            wait(5),
            header("sec-websocket-version", Some("13")),
            header("last-event-id", Some("41")),
            Step::Reset,
        ]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            raw.upgraded(line);
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            let expected = [
                "#1 server met \"header host\"",
                "#1 server met \"header sec-websocket-version: 13\"",
                "#1 server missed \"header last-event-id: 41\"",
            ];
            assert_eq!(judged(outcome), expected);
        },
    );
}
