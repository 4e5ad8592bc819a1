//! Those who connect too often, say too much, or send what a terminal acts upon; and a terminal that is too slow.

use std::io::{Read as _, Write as _};

use rustix::process::Signal;
use tokio_tungstenite::tungstenite::Message;

use super::serving::Serving;

#[test]
fn a_flood_ends_the_scenario_and_is_told_and_then_it_begins_anew() {
    let mut serving = Serving::start("heartbeat quiet");
    let mut held: Vec<_> = (0..520).map(|_| serving.connect()).collect();
    let told = serving.until("The scenario is over");
    assert!(told.contains("it held 501 connections at once") && told.contains("anew"), "{told}");
    // Those that came later begin it anew; when they have gone, there is room again.
    held.clear();
    let mut socket = serving.websocket("/").expect("it is accepted");
    assert_eq!(socket.read().expect("a greeting"), Message::text(r#"{"type":"hello"}"#));
    assert_eq!(serving.interrupt().code, Some(0));
}

#[test]
fn what_is_no_request_and_what_no_terminal_should_see_does_no_harm() {
    let mut serving = Serving::start("heartbeat quiet --color always");
    for garbage in [&b"\x1b[2J\x07\xff\xfe\r\n\r\n"[..], b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00"] {
        let mut stream = serving.connect();
        stream.write_all(garbage).expect("it reads");
        stream.shutdown(std::net::Shutdown::Write).expect("it is open");
        // It may be answered, closed or reset.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let mut socket = serving.websocket("/").expect("it is accepted");
    socket
        .send(Message::text("\x1b]0;x\x07##[error]\u{202e}\r\ny".to_owned() + &"z".repeat(10_000)))
        .expect("it is open");
    let line = serving.until(r"\u{1b}]0;x\u{7}");
    assert!(line.contains(r"# #[error]\u{202e}\r\nyzz") && line.chars().count() < 400, "{line}");
    for line in serving.interrupt().lines {
        let plain: String =
            line.split("\x1b[").map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect();
        assert!(!plain.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
}

/// The server goes on while nobody reads its log, as when a terminal is stopped with Ctrl-S; and the log says what is missing.
#[test]
fn a_log_that_is_not_read_holds_nothing_up() {
    let (serving, mut stdout) = Serving::start_unread("heartbeat quiet");
    let mut socket = serving.websocket("/").expect("it is accepted");
    for n in 0..30_000 {
        socket.send(Message::text(format!("message {n}"))).expect("it is read");
    }
    socket.send(Message::Ping("all read?".into())).expect("it is read");
    while socket.read().expect("it is open") != Message::Pong("all read?".into()) {}
    serving.signal(Signal::INT);
    let mut log = String::new();
    stdout.read_to_string(&mut log).expect("it is text");
    assert_eq!(serving.end().code, Some(0));
    let missing = log.lines().find_map(|line| line.strip_suffix(" lines left out: more came than could be written."));
    let missing: usize =
        missing.unwrap_or_else(|| panic!("nothing is missing in {} bytes", log.len())).parse().expect("a number");
    let told = log.lines().filter(|line| line.contains("sends “message ")).count();
    // The ping, its answer and what else happened may be among the missing.
    assert!(told >= 10_000 && (30_000..30_010).contains(&(told + missing)), "{told} told and {missing} missing");
}
