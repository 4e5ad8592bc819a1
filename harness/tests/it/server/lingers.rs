//! Streams that stay open after a closing handshake.

use harness::scenario::{Length, Step};

use super::{
    raw::Piece,
    scenarios::{any, once, scenario, send, wait},
    stage::{expect_lines, on_both},
};

/// So long that a client connects again meanwhile, on either clock.
const LINGER: u64 = 500;

fn lingering(rest: Vec<Step>) -> Vec<Step> {
    [vec![Step::Accept, Step::Linger(Length::literal(LINGER))], rest].concat()
}

fn close() -> Step {
    Step::Close { code: Some(1012), reason: "".into() }
}

#[test]
fn the_stream_of_a_close_ends_after_the_next_connection_has_begun() {
    let server = vec![once(lingering(vec![close()])), any(vec![Step::Accept, send("hello")])];
    expect_lines(
        &scenario(server),
        |raw| {
            let old = raw.open();
            assert_eq!(raw.frame_of(old), "close 1012 ");
            raw.close(old, 1012);
            let new = raw.open();
            assert_eq!(raw.frame_of(new), "text hello");
            assert_eq!(raw.end(old), Piece::Fin);
            raw.drop(new);
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /chat",
            "#1 server answer 101",
            "#1 server close 1012 \"\"",
            "#1 client close 1012 \"\"",
            "#2 client attempt",
            "#2 server accept",
            "#2 client request GET /chat",
            "#2 server answer 101",
            "#2 server text \"hello\"",
            "#1 server fin",
            "#2 client drop",
        ],
    );
}

#[test]
fn a_stream_that_the_client_closes_lingers_too() {
    let server = vec![once(lingering(vec![Step::Hold])), any(vec![Step::Accept, send("hello")])];
    on_both(
        &scenario(server),
        |raw| {
            let old = raw.open();
            raw.close(old, 1000);
            assert_eq!(raw.frame_of(old), "close 1000 ");
            let new = raw.open();
            assert_eq!(raw.frame_of(new), "text hello");
            assert_eq!(raw.end(old), Piece::Fin);
        },
        |outcome| {
            let lines = outcome.lines();
            let place = |wanted: &str| lines.iter().position(|line| line == wanted).expect(wanted);
            assert!(place("#2 server text \"hello\"") < place("#1 server fin"), "{lines:?}");
        },
    );
}

#[test]
fn a_client_that_leaves_is_not_waited_for() {
    let steps = lingering(vec![close(), wait(1), Step::End]);
    on_both(
        &scenario(vec![any(steps)]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "close 1012 ");
            raw.close(line, 1012);
            raw.drop(line);
            raw.outlast();
        },
        |outcome| assert!(outcome.lines().contains(&"#1 client drop".to_owned()), "{:?}", outcome.lines()),
    );
}
