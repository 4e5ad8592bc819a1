//! How a connection ends: by the script, or by the client.

use harness::{
    scenario::{Length, Step, Until, UserStep},
    trace::{Claim, How, Status},
};

use super::{
    raw::{Piece, UPGRADE, frame},
    scenarios::{always, send, wait, with_user},
    stage::{expect_lines, on_both},
};

const OPENED: [&str; 4] =
    ["#1 client attempt", "#1 server accept", "#1 client request GET /chat", "#1 server answer 101"];

fn opened(rest: &[&'static str]) -> Vec<&'static str> {
    [&OPENED, rest].concat()
}

#[test]
fn refuse() {
    let scenario = always(vec![Step::Refuse]);
    on_both(
        &scenario,
        |raw| {
            let line = raw.connect();
            assert!(matches!(raw.end(line), Piece::Refused | Piece::Reset));
        },
        |outcome| assert_eq!(outcome.lines(), ["#1 client attempt", "#1 server refuse"]),
    );
}

#[test]
fn reset_comes_after_what_was_sent_before() {
    expect_lines(
        &always(vec![Step::Accept, send("hello"), wait(5), send("bye"), Step::Reset]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text hello");
            assert_eq!(raw.frame_of(line), "text bye");
            assert_eq!(raw.end(line), Piece::Reset);
        },
        &opened(&["#1 server text \"hello\"", "#1 server text \"bye\"", "#1 server reset"]),
    );
}

#[test]
fn reset_before_anything_is_read() {
    expect_lines(
        &always(vec![Step::AcceptSilent, wait(5), Step::Reset]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            assert_eq!(raw.end(line), Piece::Reset);
        },
        &["#1 client attempt", "#1 server accept", "#1 server reset"],
    );
}

#[test]
fn fin_ends_without_a_close_frame() {
    expect_lines(
        &always(vec![Step::Accept, send("hello"), Step::Fin]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text hello");
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &opened(&["#1 server text \"hello\"", "#1 server fin"]),
    );
}

#[test]
fn half_close_leaves_the_other_half() {
    on_both(
        &always(vec![Step::Accept, Step::HalfClose, Step::Hold]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Fin);
            raw.frame(line, 0x1, "still here");
            raw.frame(line, 0x9, "are you?");
            raw.sleep(20);
            raw.frame(line, 0x1, "still here");
            raw.sleep(20);
            raw.drop(line);
        },
        |outcome| {
            let expected = opened(&[
                "#1 server half-close",
                "#1 client text \"still here\"",
                "#1 client ping \"are you?\"",
                "#1 client text \"still here\"",
                "#1 client drop",
            ]);
            assert_eq!(outcome.lines(), expected);
        },
    );
}

#[test]
fn cut_after_lets_exactly_so_many_bytes_out() {
    expect_lines(
        &always(vec![Step::Accept, Step::CutAfter(10), send("hello"), send("hello"), send("never")]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.rest(line), (b"\x81\x05hello\x81\x05h".to_vec(), Piece::Reset));
        },
        &opened(&["#1 server text \"hello\"", "#1 server text \"hello\"", "#1 server reset"]),
    );
}

#[test]
fn cut_after_cuts_an_http_answer_too() {
    let http = Step::Http { status: 200, headers: vec![], body: "x".repeat(10_000).into(), retry_after: None };
    expect_lines(
        &always(vec![Step::AcceptSilent, Step::CutAfter(150), http]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            let (bytes, end) = raw.rest(line);
            assert_eq!((bytes.len(), end), (150, Piece::Reset));
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /",
            "#1 server answer 200",
            "#1 server reset",
        ],
    );
}

#[test]
fn cut_after_nothing_is_a_reset() {
    expect_lines(
        &always(vec![Step::Accept, Step::CutAfter(0), send("never")]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Reset);
        },
        &opened(&["#1 server reset"]),
    );
}

#[test]
fn close_waits_for_the_clients_close_frame() {
    expect_lines(
        &always(vec![Step::Accept, Step::Close { code: Some(1012), reason: "restart".into() }, send("never")]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "close 1012 restart");
            raw.frame(line, 0x1, "one more");
            raw.close(line, 1012);
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &opened(&[
            "#1 server close 1012 \"restart\"",
            "#1 client text \"one more\"",
            "#1 client close 1012 \"\"",
            "#1 server fin",
        ]),
    );
}

#[test]
fn close_without_a_code() {
    expect_lines(
        &always(vec![Step::Accept, Step::Close { code: None, reason: "".into() }]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "close");
            raw.frame(line, 0x8, "");
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &opened(&["#1 server close - \"\"", "#1 client close - \"\"", "#1 server fin"]),
    );
}

#[test]
fn close_is_over_when_the_client_drops_instead_of_answering() {
    expect_lines(
        &always(vec![Step::Accept, Step::Close { code: Some(1000), reason: "".into() }]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "close 1000 ");
            raw.drop(line);
        },
        &opened(&["#1 server close 1000 \"\"", "#1 client drop"]),
    );
}

#[test]
fn a_clients_close_is_answered_and_the_stream_ended() {
    expect_lines(
        &always(vec![Step::Accept, wait(600_000), send("never")]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x8, [&1001_u16.to_be_bytes()[..], b"going"].concat());
            assert_eq!(raw.frame_of(line), "close 1001 going");
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &opened(&["#1 client close 1001 \"going\"", "#1 server close 1001 \"going\"", "#1 server fin"]),
    );
}

#[test]
fn a_client_that_drops_ends_the_play() {
    expect_lines(
        &always(vec![Step::Accept, wait(600_000), Step::End]),
        |raw| {
            let line = raw.open();
            raw.drop(line);
        },
        &opened(&["#1 client drop"]),
    );
}

#[test]
fn a_client_that_drops_is_noticed_before_the_request() {
    expect_lines(
        &always(vec![Step::Accept, Step::End]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "GET / HT");
            raw.sleep(20);
            raw.drop(line);
        },
        &["#1 client attempt", "#1 server accept", "#1 client drop"],
    );
}

#[test]
fn a_client_that_drops_is_noticed_while_the_answer_is_awaited() {
    expect_lines(
        &always(vec![wait(600_000), Step::Accept, Step::End]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            raw.sleep(20);
            raw.drop(line);
        },
        &["#1 client attempt", "#1 server accept", "#1 client request GET /chat", "#1 client drop"],
    );
}

#[test]
fn a_client_that_drops_while_the_answer_is_awaited_is_noticed_whatever_it_has_sent() {
    for late in [0, 20] {
        expect_lines(
            &always(vec![wait(600_000), Step::Accept, Step::End]),
            |raw| {
                let line = raw.connect();
                raw.write(line, [UPGRADE.as_bytes(), &frame(0x1, b"too early"), UPGRADE.as_bytes()].concat());
                raw.sleep(late);
                raw.write(line, "and more");
                raw.drop(line);
            },
            &["#1 client attempt", "#1 server accept", "#1 client request GET /chat", "#1 client drop"],
        );
    }
}

#[test]
fn end_ends_the_scenario_at_once() {
    on_both(
        &always(vec![Step::Accept, send("hello"), wait(30), Step::End, send("never")]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text hello");
            raw.outlast();
        },
        |outcome| {
            assert_eq!(outcome.lines(), opened(&["#1 server text \"hello\""]));
            assert_eq!(outcome.how, How::Script);
        },
    );
}

#[test]
fn the_script_goes_on_after_what_it_has_ended_itself() {
    on_both(
        &always(vec![Step::Accept, Step::Reset, wait(20), Step::End]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Reset);
            raw.outlast();
        },
        |outcome| {
            assert_eq!(outcome.lines(), opened(&["#1 server reset"]));
            assert_eq!(outcome.how, How::Script);
        },
    );
}

#[test]
fn clients_that_have_all_returned_end_the_scenario() {
    on_both(
        &always(vec![Step::Accept, Step::Hold]),
        |raw| {
            let line = raw.open();
            raw.close(line, 1000);
            assert_eq!(raw.frame_of(line), "close 1000 ");
            raw.drop(line);
            raw.claim(0, Claim::Status(Status::Disconnected { reason: "closed by user".into() }));
        },
        |outcome| assert_eq!(outcome.how, How::Returned),
    );
}

#[test]
fn a_client_that_ends_its_direction_ends_the_play() {
    on_both(
        &always(vec![Step::Accept, wait(600_000), Step::End]),
        |raw| {
            let line = raw.open();
            raw.half_close(line);
            assert_eq!(raw.end(line), Piece::Fin);
        },
        |outcome| assert_eq!(outcome.how, How::Returned),
    );
}

#[test]
fn a_client_that_drops_is_noticed_by_a_server_that_does_not_read() {
    let user = vec![UserStep::Until(Until::Quiet(Length::literal(50))), UserStep::Close];
    on_both(
        &with_user(always(vec![Step::Accept, Step::StopReading, Step::Hold]), user),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "nobody hears it");
            raw.drop(line);
            assert_eq!(raw.act(), (0, "close".into()));
        },
        |outcome| assert_eq!(outcome.lines(), opened(&["#1 server stop-reading", "#1 client drop"])),
    );
}

#[test]
fn nothing_is_done_to_a_connection_that_is_over() {
    let after =
        [Step::Stall, Step::StopReading, Step::Resume, Step::HalfClose, Step::CutAfter(0), Step::Reset, Step::Fin];
    expect_lines(
        &always([&[Step::Accept, Step::Stall, send("lost"), Step::Reset][..], &after].concat()),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Reset);
        },
        &opened(&["#1 server stall", "#1 server reset"]),
    );
}
