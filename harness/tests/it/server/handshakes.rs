//! What comes before a WebSocket: silence, HTTP, the upgrade.

use harness::scenario::{Expected, Length, RetryAfter, Step};

use super::{
    raw::{Piece, Raw, UPGRADE, frame},
    scenarios::{always, any, at_path, expect, once, scenario, send, wait},
    stage::{expect_lines, on_both},
};

#[test]
fn the_greeting_travels_with_the_handshake() {
    on_both(
        &always(vec![Step::Accept, send("hello"), send("again"), wait(20), Step::Reset]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            raw.upgraded(line);
            assert_eq!(raw.unread(line), b"\x81\x05hello\x81\x05again", "in the same piece as the head");
        },
        |_| {},
    );
}

#[test]
fn what_comes_with_the_request_is_not_lost() {
    on_both(
        &always(vec![Step::Accept, expect(Expected::Message(None), 10_000), Step::Reset]),
        |raw| {
            let line = raw.connect();
            raw.write(line, [UPGRADE.as_bytes(), &frame(0x1, b"early")].concat());
            raw.upgraded(line);
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            assert_eq!(outcome.lines_of("client")[2..], ["#1 client text \"early\""]);
            assert_eq!(outcome.lines_of("server")[2..], ["#1 server met \"message\"", "#1 server reset"]);
        },
    );
}

#[test]
fn a_request_in_pieces_is_one_request() {
    on_both(
        &always(vec![Step::Accept, Step::Reset]),
        |raw| {
            let line = raw.connect();
            for piece in UPGRADE.as_bytes().chunks(40) {
                raw.write(line, piece);
                raw.sleep(2);
            }
            raw.upgraded(line);
        },
        |outcome| assert_eq!(outcome.lines().len(), 5),
    );
}

#[test]
fn silence_leaves_the_request_unread_until_it_is_answered() {
    expect_lines(
        &always(vec![Step::AcceptSilent, wait(30), Step::Accept, send("hello"), Step::Reset]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            raw.upgraded(line);
            assert_eq!(raw.frame_of(line), "text hello");
            assert_eq!(raw.end(line), Piece::Reset);
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /chat",
            "#1 server answer 101",
            "#1 server text \"hello\"",
            "#1 server reset",
        ],
    );
}

#[test]
fn silence_is_held_until_the_client_gives_up() {
    expect_lines(
        &always(vec![Step::AcceptSilent, Step::Hold]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            raw.sleep(30);
            raw.drop(line);
        },
        &["#1 client attempt", "#1 server accept", "#1 client drop"],
    );
}

#[test]
fn silence_can_outlast_a_request_that_comes_late() {
    on_both(
        &always(vec![Step::AcceptSilent, wait(10), Step::Accept, Step::Reset]),
        |raw| {
            let line = raw.connect();
            raw.sleep(50);
            raw.write(line, UPGRADE);
            raw.upgraded(line);
        },
        |outcome| assert_eq!(outcome.lines()[2], "#1 client request GET /chat"),
    );
}

#[test]
fn http_answers_with_status_fields_and_body_and_closes() {
    let http = Step::Http {
        status: 503,
        headers: vec![("retry-after".into(), "7".into())],
        body: "later".into(),
        retry_after: None,
    };
    expect_lines(
        &always(vec![http]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE);
            let head = raw.head(line);
            assert!(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{head}");
            assert!(head.contains("retry-after: 7\r\n") && head.contains("content-length: 5\r\n"), "{head}");
            assert!(head.contains("connection: close\r\n"), "{head}");
            assert!(!head.to_lowercase().contains("\r\ndate:"), "no real time in simulated time: {head}");
            assert_eq!(raw.rest(line), (b"later".to_vec(), Piece::Fin));
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /chat",
            "#1 server answer 503",
            "#1 server fin",
        ],
    );
}

#[test]
fn a_server_says_in_seconds_or_by_a_date_when_to_come_back() {
    let asks = |after| Step::Http { status: 503, headers: vec![], body: "".into(), retry_after: Some(after) };
    let ask = |raw: &mut Raw<'_>| {
        let line = raw.connect();
        raw.write(line, UPGRADE);
        raw.head(line)
    };
    on_both(
        &always(vec![asks(RetryAfter::Seconds(Length::literal(2_500)))]),
        |raw| {
            let head = ask(raw);
            assert!(head.contains("\r\nretry-after: 3\r\n") && !head.contains("\r\ndate:"), "{head}");
        },
        |_| {},
    );
    on_both(
        &always(vec![asks(RetryAfter::Date(Length::literal(60_000)))]),
        |raw| {
            let head = ask(raw);
            let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            let (date, after) = (field("date: ").unwrap(), field("retry-after: ").unwrap());
            assert!(date.starts_with("Tue, 01 Jan 2030 00:00:") && date.ends_with(" GMT"), "{date}");
            assert_eq!(after, date.replace(" 00:00:", " 00:01:"));
        },
        |_| {},
    );
}

#[test]
fn http_can_come_late_and_after_it_the_script_goes_on() {
    let http = Step::Http { status: 200, headers: vec![], body: "{}".into(), retry_after: None };
    on_both(
        &scenario(vec![any(vec![wait(20), http, wait(20), Step::End])]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "POST /login?next=%2F HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
            assert!(raw.head(line).starts_with("HTTP/1.1 200 OK\r\n"));
            assert_eq!(raw.rest(line), (b"{}".to_vec(), Piece::Fin));
            raw.drop(line);
            raw.outlast();
        },
        |outcome| {
            assert_eq!(outcome.lines()[2], "#1 client request POST /login?next=%2F body \"{}\"");
            assert_eq!(outcome.how, harness::trace::How::Script);
        },
    );
}

#[test]
fn a_request_that_is_no_upgrade_is_told_so() {
    expect_lines(
        &always(vec![Step::Accept, send("never"), Step::End]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "GET /chat HTTP/1.1\r\nHost: x\r\n\r\n");
            let head = raw.head(line);
            assert!(head.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{head}");
            assert!(
                head.contains("upgrade: websocket\r\n") && head.contains("sec-websocket-version: 13\r\n"),
                "{head}"
            );
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &[
            "#1 client attempt",
            "#1 server accept",
            "#1 client request GET /chat",
            "#1 server answer 426",
            "#1 server fin",
        ],
    );
}

#[test]
fn an_upgrade_without_a_key_is_a_bad_request() {
    on_both(
        &always(vec![Step::Accept]),
        |raw| {
            let line = raw.connect();
            raw.write(line, UPGRADE.replace("Sec-WebSocket-Key", "Sec-WebSocket-Lock"));
            assert!(raw.head(line).starts_with("HTTP/1.1 400 Bad Request\r\n"));
        },
        |outcome| assert_eq!(outcome.lines()[3], "#1 server answer 400"),
    );
}

#[test]
fn garbage_is_a_bad_request() {
    expect_lines(
        &always(vec![Step::Accept, send("never")]),
        |raw| {
            let line = raw.connect();
            raw.write(line, "\x01\x02 nonsense\r\n\r\nand more");
            assert!(raw.head(line).starts_with("HTTP/1.1 400 Bad Request\r\n"));
            assert_eq!(raw.end(line), Piece::Fin);
        },
        &["#1 client attempt", "#1 server accept", "#1 server answer 400", "#1 server fin"],
    );
}

#[test]
fn the_path_chooses_the_play() {
    let http = |body: &str| Step::Http { status: 200, headers: vec![], body: body.into(), retry_after: None };
    let list = vec![
        at_path("/a", vec![http("it is a")]),
        once(vec![http("it is the rest")]),
        at_path("/b", vec![http("it is b")]),
    ];
    on_both(
        &scenario(list),
        |raw| {
            let mut ask = |path: &str| {
                let line = raw.connect();
                raw.write(line, format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
                let status = raw.head(line)[9..12].to_owned();
                let (body, _) = raw.rest(line);
                raw.drop(line);
                format!("{status} {}", String::from_utf8(body).expect("text"))
            };
            assert_eq!(ask("/a?x=1"), "200 it is a");
            assert_eq!(ask("/b"), "200 it is the rest");
            assert_eq!(ask("/b"), "200 it is b");
            assert_eq!(ask("/c"), "404 ");
        },
        |outcome| assert!(outcome.lines().contains(&"#4 server answer 404".to_owned())),
    );
}
