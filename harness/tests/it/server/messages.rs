//! What is said on a WebSocket.

use harness::scenario::{Expected, Step};

use super::{
    raw::Piece,
    scenarios::{always, expect, message, send, wait},
    stage::{On, expect_lines, on_both, play},
};

/// The lines after the handshake.
fn after_handshake(lines: &[String]) -> &[String] {
    &lines[4..]
}

#[test]
fn every_kind_of_message_is_sent() {
    on_both(
        &always(vec![
            Step::Accept,
            send("héllo"),
            Step::Binary(vec![0, 255]),
            Step::Ping("p".into()),
            Step::Pong("q".into()),
            Step::Reset,
        ]),
        |raw| {
            let line = raw.open();
            let frames: Vec<_> = (0..4).map(|_| raw.frame_of(line)).collect();
            assert_eq!(frames, ["text héllo", "binary 00ff", "ping p", "pong q"]);
        },
        |outcome| {
            let expected = [
                "#1 server text \"héllo\"",
                "#1 server binary 0x00ff",
                "#1 server ping \"p\"",
                "#1 server pong \"q\"",
                "#1 server reset",
            ];
            assert_eq!(after_handshake(&outcome.lines()), expected);
        },
    );
}

#[test]
fn what_the_client_says_is_noted_and_its_pings_are_answered() {
    on_both(
        &always(vec![Step::Accept, Step::Hold]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "hi");
            raw.frame(line, 0x2, [1, 2]);
            raw.frame(line, 0x9, "are you there?");
            assert_eq!(raw.frame_of(line), "pong are you there?");
            raw.frame(line, 0xa, "unasked");
            raw.close(line, 1000);
            assert_eq!(raw.frame_of(line), "close 1000 ");
            assert_eq!(raw.end(line), Piece::Fin);
        },
        |outcome| {
            let expected = [
                "#1 client text \"hi\"",
                "#1 client binary 0x0102",
                "#1 client ping \"are you there?\"",
                "#1 server pong \"are you there?\"",
                "#1 client pong \"unasked\"",
                "#1 client close 1000 \"\"",
                "#1 server close 1000 \"\"",
                "#1 server fin",
            ];
            assert_eq!(after_handshake(&outcome.lines()), expected);
        },
    );
}

#[test]
fn every_ping_of_many_has_its_pong() {
    on_both(
        &always(vec![Step::Accept, Step::Hold]),
        |raw| {
            let line = raw.open();
            for n in 0..50 {
                raw.frame(line, 0x9, n.to_string());
            }
            for n in 0..50 {
                assert_eq!(raw.frame_of(line), format!("pong {n}"));
            }
        },
        |outcome| assert_eq!(outcome.lines().iter().filter(|line| line.contains("server pong")).count(), 50),
    );
}

#[test]
fn fragments_make_one_message_with_a_ping_between_them() {
    on_both(
        &always(vec![Step::Accept, expect(message("hello"), 10_000), Step::Reset]),
        |raw| {
            let line = raw.open();
            let mut first = super::raw::frame(0x1, b"hel");
            first[0] &= 0x7f;
            raw.write(line, first);
            raw.frame(line, 0x9, "");
            raw.frame(line, 0x0, "lo");
            assert_eq!(raw.frame_of(line), "pong ");
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            assert_eq!(outcome.lines_of("client")[2..], ["#1 client ping \"\"", "#1 client text \"hello\""]);
            let expected = ["#1 server pong \"\"", "#1 server met \"message \\\"hello\\\"\"", "#1 server reset"];
            assert_eq!(outcome.lines_of("server")[2..], expected);
        },
    );
}

#[test]
fn a_stalled_server_reads_and_says_nothing_until_it_resumes() {
    on_both(
        &always(vec![
            Step::Accept,
            Step::Stall,
            send("late"),
            expect(Expected::Ping, 10_000),
            expect(message("go"), 10_000),
            Step::Resume,
            send("on time"),
            Step::Reset,
        ]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x9, "?");
            raw.sleep(30);
            raw.frame(line, 0x1, "go");
            assert_eq!(raw.frame_of(line), "text late");
            assert_eq!(raw.frame_of(line), "pong ?");
            assert_eq!(raw.frame_of(line), "text on time");
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            let expected = [
                "#1 server stall",
                "#1 client ping \"?\"",
                "#1 server met \"ping\"",
                "#1 client text \"go\"",
                "#1 server met \"message \\\"go\\\"\"",
                "#1 server resume",
                "#1 server text \"late\"",
                "#1 server pong \"?\"",
                "#1 server text \"on time\"",
                "#1 server reset",
            ];
            assert_eq!(after_handshake(&outcome.lines()), expected);
        },
    );
}

#[test]
fn a_stalled_server_does_not_answer_a_close_either() {
    on_both(
        &always(vec![Step::Accept, Step::Stall, Step::Hold]),
        |raw| {
            let line = raw.open();
            raw.close(line, 1000);
            raw.sleep(30);
            raw.drop(line);
        },
        |outcome| {
            let expected = ["#1 server stall", "#1 client close 1000 \"\"", "#1 client drop"];
            assert_eq!(after_handshake(&outcome.lines()), expected);
        },
    );
}

#[test]
fn a_close_that_came_during_a_stall_is_answered_after_it() {
    on_both(
        &always(vec![Step::Accept, Step::Stall, expect(Expected::Close(None), 10_000), wait(20), Step::Resume]),
        |raw| {
            let line = raw.open();
            raw.close(line, 1000);
            assert_eq!(raw.frame_of(line), "close 1000 ");
            assert_eq!(raw.end(line), Piece::Fin);
        },
        |outcome| {
            let expected = [
                "#1 server stall",
                "#1 client close 1000 \"\"",
                "#1 server met \"close\"",
                "#1 server resume",
                "#1 server close 1000 \"\"",
                "#1 server fin",
            ];
            assert_eq!(after_handshake(&outcome.lines()), expected);
        },
    );
}

#[test]
fn a_stalled_http_answer_leaves_when_the_server_resumes() {
    let http = Step::Http { status: 200, headers: vec![], body: "late".into(), retry_after: None };
    expect_lines(
        &always(vec![Step::AcceptSilent, Step::Stall, http, wait(20), Step::Resume]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assert!(raw.head(line).starts_with("HTTP/1.1 200 OK\r\n"));
            assert_eq!(raw.rest(line), (b"late".to_vec(), Piece::Fin));
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 server stall",
            "#1 client request GET /",
            "#1 server resume",
            "#1 server answer 200",
            "#1 server fin",
        ],
    );
}

#[test]
fn a_server_that_stops_reading_hears_everything_later() {
    on_both(
        &always(vec![Step::Accept, Step::StopReading, send("deaf"), wait(40), Step::Resume, Step::Hold]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text deaf");
            raw.frame(line, 0x1, "a");
            raw.frame(line, 0x9, "b");
            assert_eq!(raw.frame_of(line), "pong b");
        },
        |outcome| {
            assert_eq!(
                outcome.lines_of("client")[2..],
                ["#1 client text \"a\"", "#1 client ping \"b\"", "#1 client drop"]
            );
            assert_eq!(
                outcome.lines_of("server")[2..],
                ["#1 server stop-reading", "#1 server text \"deaf\"", "#1 server resume", "#1 server pong \"b\""]
            );
        },
    );
}

#[test]
fn what_was_read_before_the_server_stopped_reading_is_heard_later_too() {
    on_both(
        &always(vec![
            Step::Accept,
            expect(message("one"), 10_000),
            Step::StopReading,
            wait(30),
            Step::Resume,
            expect(message("two"), 10_000),
            Step::Reset,
        ]),
        |raw| {
            let line = raw.open();
            raw.write(line, [super::raw::frame(1, b"one"), super::raw::frame(1, b"two")].concat());
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            assert_eq!(outcome.lines_of("client")[2..], ["#1 client text \"one\"", "#1 client text \"two\""]);
            assert_eq!(
                outcome.lines_of("server")[2..],
                [
                    "#1 server met \"message \\\"one\\\"\"",
                    "#1 server stop-reading",
                    "#1 server resume",
                    "#1 server met \"message \\\"two\\\"\"",
                    "#1 server reset"
                ]
            );
        },
    );
}

#[test]
fn steps_repeat_and_count() {
    let steps = vec![send("tick {n}"), Step::Ping("{n}".into()), wait(2)];
    on_both(
        &always(vec![Step::Accept, Step::Repeat { times: 3, steps }, Step::Reset]),
        |raw| {
            let line = raw.open();
            let frames: Vec<_> = (0..6).map(|_| raw.frame_of(line)).collect();
            assert_eq!(frames, ["text tick 1", "ping 1", "text tick 2", "ping 2", "text tick 3", "ping 3"]);
        },
        |_| {},
    );
}

#[test]
fn messages_longer_than_any_window_arrive_whole() {
    let long = "x".repeat(1 << 20);
    for on in [On::Tcp, On::Link] {
        let binary = Step::Binary(vec![7; 300_000]);
        let outcome =
            play(on, &always(vec![Step::Accept, binary, expect(message(&long), 60_000), Step::Reset]), |raw| {
                let line = raw.open();
                let bytes = raw.exactly(line, 10 + 300_000);
                assert_eq!(bytes[..10], [0x82, 127, 0, 0, 0, 0, 0, 4, 0x93, 0xe0]);
                assert!(bytes[10..].iter().all(|byte| *byte == 7));
                raw.frame(line, 0x1, &long);
                assert_eq!(raw.end(line), Piece::Reset);
            });
        assert!(outcome.lines_of("server")[3].starts_with("#1 server met"));
    }
}

#[test]
fn a_close_that_cannot_be_answered_at_once_is_answered_when_there_is_room() {
    // Only the link has a window of a known size.
    let outcome = play(On::Link, &always(vec![Step::Accept, Step::Hold]), |raw| {
        let line = raw.open();
        let pings = 70_000 / 127;
        for n in 0..pings {
            raw.frame(line, 0x9, [b'a' + (n % 26) as u8; 125]);
        }
        raw.close(line, 1000);
        raw.sleep(1_000);
        for _ in 0..pings {
            assert!(raw.frame_of(line).starts_with("pong "));
        }
        assert_eq!(raw.frame_of(line), "close 1000 ");
        assert_eq!(raw.end(line), Piece::Fin);
    });
    let lines = outcome.lines_of("server");
    assert_eq!(lines[lines.len() - 2..], ["#1 server close 1000 \"\"", "#1 server fin"]);
}
