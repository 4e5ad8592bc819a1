//! What a client may not do to the grader.

use harness::{
    scenario::Step,
    server::{MOST_ATTEMPTS, MOST_OPEN},
    trace::{Fault, How},
};

use super::{
    raw::{Piece, UPGRADE, frame},
    scenarios::always,
    stage::{On, on_both, play},
};

#[test]
fn a_request_head_without_end_is_refused() {
    on_both(
        &always(vec![Step::Accept]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "GET / HTTP/1.1\r\n");
            raw.write(line, format!("X: {}\r\n", "x".repeat(40_000)));
            assert!(raw.head(line).starts_with("HTTP/1.1 431 "));
        },
        |outcome| assert_eq!(outcome.lines()[2], "#1 server answer 431"),
    );
}

#[test]
fn a_message_that_is_too_long_ends_the_connection() {
    on_both(
        &always(vec![Step::Accept, Step::Hold]),
        |raw| {
            let line = raw.open();
            let head = &frame(0x1, &vec![b'x'; (1 << 20) + 1])[..1_000];
            raw.write(line, head);
            assert_eq!(raw.frame_of(line), "close 1009 ");
        },
        |outcome| assert_eq!(outcome.lines()[4..6], ["#1 server close 1009 \"\"", "#1 server fin"]),
    );
}

#[test]
fn frames_that_break_the_protocol_end_the_connection() {
    for (bytes, code) in
        [(b"\x81\x05hello".to_vec(), 1002), (frame(0x3, b"reserved"), 1002), (frame(0x1, b"\xff\xfe"), 1007)]
    {
        on_both(
            &always(vec![Step::Accept, Step::Hold]),
            |raw| {
                let line = raw.open();
                raw.write(line, &bytes);
                assert_eq!(raw.frame_of(line), format!("close {code} "));
                assert_eq!(raw.end(line), Piece::Fin);
            },
            |outcome| {
                assert_eq!(outcome.lines()[4..6], [format!("#1 server close {code} \"\""), "#1 server fin".into()])
            },
        );
    }
}

#[test]
fn what_a_silent_server_keeps_is_bounded_and_nothing_of_it_is_lost() {
    let mut request = UPGRADE.as_bytes().to_vec();
    for _ in 0..100 {
        request.extend(frame(0x1, &[b'x'; 125]));
    }
    on_both(
        &always(vec![Step::AcceptSilent, super::scenarios::wait(50), Step::Accept, Step::Hold]),
        |raw| {
            let line = raw.connect();
            raw.write(line, &request);
            raw.upgraded(line);
            raw.frame(line, 0x9, "the end");
            assert_eq!(raw.frame_of(line), "pong the end");
        },
        |outcome| assert_eq!(outcome.lines().iter().filter(|line| line.contains("client text")).count(), 100),
    );
}

#[test]
fn a_client_that_sends_without_end_is_stopped() {
    let many: Vec<u8> = std::iter::repeat_with(|| frame(0x2, b"")).take(1_000).flatten().collect();
    for on in [On::Tcp, On::Link] {
        let outcome = play(on, &always(vec![Step::Accept, Step::Hold]), |raw| {
            let line = raw.open();
            for _ in 0..101 {
                raw.write(line, &many);
            }
            raw.outlast();
        });
        assert!(
            matches!(&outcome.how, How::Broken(Fault::Flooded(what)) if what.contains("100000 messages or 16 MiB")),
            "{:?}",
            outcome.how
        );
    }
}

/// Only in simulated time: so many sockets take a while.
#[test]
fn a_client_that_connects_without_end_is_stopped() {
    let outcome = play(On::Link, &always(vec![Step::Refuse]), |raw| {
        for _ in 0..=MOST_ATTEMPTS {
            raw.connect();
        }
        raw.outlast();
    });
    assert_eq!(outcome.how, How::Broken(Fault::Stormed(MOST_ATTEMPTS + 1)));
}

/// Only in simulated time: a test has fewer file descriptors.
#[test]
fn a_client_that_keeps_every_connection_is_stopped() {
    let outcome = play(On::Link, &always(vec![Step::AcceptSilent, Step::Hold]), |raw| {
        for _ in 0..=MOST_OPEN {
            raw.connect();
        }
        raw.outlast();
    });
    assert_eq!(outcome.how, How::Broken(Fault::Flooded("it held 501 connections at once".into())));
}
