//! Whoever connects.

use std::net::TcpListener;

use harness::{
    client::Workspace,
    grade::{Catalog, Opened, PlayOptions, open},
    report::{Style, playbill},
};
use rustix::process::Signal;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::serving::Serving;
use crate::command_line::{harness, run};

#[test]
fn a_scenario_is_played_to_whoever_connects_and_told_as_it_happens() {
    let mut serving = Serving::start("reconnect-backoff blip --once");
    let mut socket = serving.websocket("/chat").expect("the first attempt is accepted");
    assert_eq!(socket.read().expect("a greeting"), Message::text("hello"));
    socket.send(Message::text("who is there?")).expect("it is open");
    let line = serving.until("client  sends");
    assert!(line.ends_with("#1     client  sends “who is there?”"), "{line}");
    assert!(matches!(socket.read(), Err(Error::Io(_))), "a reset");
    for _ in 0..2 {
        assert!(serving.websocket("/chat").is_none());
    }
    let mut socket = serving.websocket("/chat").expect("the server is back");
    assert_eq!(socket.read().expect("a greeting"), Message::text("hello"));
    let ended = serving.end();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let (first, refused) =
        (["client connects", "server accepts"], ["client connects", "server refuses: a reset at once"]);
    let accepted =
        ["client GET /chat", "server answers 101 Switching Protocols", "server sends “hello”", "server waits 5 s"];
    let said = ["client sends “who is there?”", "server resets the connection"];
    let expected =
        [(1, &first[..]), (1, &accepted), (1, &said), (2, &refused), (3, &refused), (4, &first), (4, &accepted)];
    let expected = expected.iter().flat_map(|(conn, lines)| lines.iter().map(move |line| format!("#{conn} {line}")));
    assert_eq!(ended.log(), expected.collect::<Vec<_>>());
    let last = ended.lines.iter().rfind(|line| !line.is_empty()).expect("it says something");
    assert!(last.contains("its script has come to its end.") && !last.contains("anew"), "{last}");
}

#[test]
fn the_next_connection_begins_it_anew() {
    let mut serving = Serving::start("reconnect-backoff blip --speed 20");
    for _ in 0..2 {
        let mut socket = serving.websocket("/chat").expect("the server is up");
        assert_eq!(socket.read().expect("a greeting"), Message::text("hello"));
        assert!(matches!(socket.read(), Err(Error::Io(_))), "a reset");
        let answers = [serving.get("/chat"), serving.get("/chat")];
        assert!(answers.iter().all(String::is_empty), "{answers:?}");
        let mut socket = serving.websocket("/chat").expect("the server is back");
        assert_eq!(socket.read().expect("a greeting"), Message::text("hello"));
        let end = serving.until("The scenario is over");
        assert!(end.ends_with("its script has come to its end. It begins anew with the next connection."), "{end}");
    }
    let ended = serving.interrupt();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.lines.iter().filter(|line| line.starts_with("The clock starts with this")).count(), 2);
    assert_eq!(ended.log().iter().filter(|line| *line == "#4 client GET /chat").count(), 2);
}

/// The pages of a student have another origin. What a client of the harness is answered is not changed (`clients`).
#[test]
fn any_page_may_read_the_answers() {
    let serving = Serving::start("choose-channel report");
    for path in ["/state", "/say", "/nothing"] {
        let answer = serving.get(path);
        assert!(answer.contains("\r\naccess-control-allow-origin: *\r\n"), "{answer}");
    }
}

#[test]
fn what_the_user_would_do_is_told() {
    let mut serving = Serving::start("choose-channel settings --speed 4");
    let _socket = serving.websocket("/ws").expect("it is accepted");
    let line = serving.until("user    would");
    assert!(line.ends_with("user    would now send “only errors”"), "{line}");
}

#[test]
fn what_the_server_expects_is_told_before_it_comes_or_not() {
    let mut serving = Serving::start("resume-session ws-resume --speed 8");
    let mut socket = serving.websocket("/chat").expect("it is accepted");
    serving.until(r#"#1     server  expects message {"type":"identify"} within 250 ms"#);
    socket.send(Message::text("something else")).expect("it is open");
    serving.until(r#"#1     server  has not got what it expected: message {"type":"identify"}"#);
    let line = serving.until("#1     server  sends");
    assert!(line.contains(r#"“{"type":"welcome","#), "{line}");
}

#[test]
fn one_case_is_served_in_one_variant() {
    let serving = Serving::start("sse-parser decode --case mixed-ends --variant 2 --speed 1000");
    let _answer = serving.get("/nothing");
    let ended = serving.interrupt();
    assert!(ended.lines.iter().any(|line| line.contains("mixed-ends, sent byte by byte (variant 2 of ")), "{ended:?}");
}

#[test]
fn ctrl_c_is_how_it_ends() {
    let serving = Serving::start("reconnect-backoff");
    let ended = serving.interrupt();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "before the first connection");
    let mut serving = Serving::start("reconnect-backoff blip");
    let mut socket = serving.websocket("/").expect("it is accepted");
    serving.until("server  waits 5 s");
    let ended = serving.interrupt();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "in the middle of a scenario");
    while socket.read().is_ok() {}
    let serving = Serving::start("reconnect-backoff");
    serving.signal(Signal::TERM);
    assert_eq!(serving.end().code, Some(143));
}

#[test]
fn two_can_serve_at_once_but_not_on_one_port() {
    let start = || Serving::of(harness(["play"]).arg("sse-minimal"));
    let (one, other) = (start(), start());
    assert!(one.address != other.address && one.address.ip().is_loopback() && other.address.ip().is_loopback());
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("it is bound").port();
    let done = run(&format!("play sse-minimal --port {port}"));
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains(&format!("port {port} is in use")) && done.err.contains("--port"), "{}", done.err);
}

#[test]
fn what_there_is_not_is_told_with_what_there_is() {
    for (line, says) in [
        ("play reconnect-backof", "did you mean `reconnect-backoff`?"),
        ("play reconnect-backoff blib", "there is no scenario `blib`; did you mean `blip`?"),
        ("play sse-parser decode --case mixed-end", "there is no case `mixed-end`; did you mean `mixed-ends`?"),
        ("play sse-parser decode --case mixed-ends --variant 0", "case mixed-ends has no variant 0: it has "),
        ("play reconnect-backoff blip --case x", "scenario blip has no cases"),
        ("play reconnect-backoff --speed 0", "a speed is a number from 1 to 1000"),
        ("play reconnect-backoff --solution x", "there is no solution `x`"),
        ("play reconnect-backoff --solution x --client y", "cannot be used with"),
    ] {
        let done = run(line);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{line}");
        assert!(done.err.contains(says), "{line}: {}", done.err);
    }
}

#[test]
fn it_ends_when_nobody_reads_it_any_more() {
    let (serving, stdout) = Serving::start_unread("sse-minimal");
    drop(stdout);
    assert_eq!(serving.end().code, Some(0), "without a connection, as `play | head` has none");
}

/// Every scenario can be served, and what is read first fits on a page, but for commands that cannot be broken.
#[test]
fn every_scenario_has_a_playbill() {
    let catalog = Catalog::of(Workspace::find().expect("the tests are in one"));
    for (slug, challenge) in catalog.all().expect("it can be read") {
        let challenge = challenge.unwrap_or_else(|errors| panic!("{errors}"));
        for scenario in &challenge.scenarios {
            let options = PlayOptions { port: Some(0), ..options(&slug, Some(&scenario.id)) };
            let Opened::Ready(play) = open(&catalog, &options, &|_| {}).expect("it is there") else {
                panic!("nothing is compiled here")
            };
            let text = play.announce(|bill| playbill(bill, Style::default()));
            let wide = text.lines().filter(|line| line.chars().count() > 80 && !line.contains("http"));
            assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "{text}");
            assert!(text.contains("curl") || text.contains("websocat"), "{text}");
        }
    }
}

/// An example in a help text that does not work is worse than none.
#[test]
fn the_examples_can_be_served() {
    let catalog = Catalog::of(Workspace::find().expect("the tests are in one"));
    let help = run("play --help").out;
    let examples: Vec<_> = help.lines().filter_map(|line| line.trim().strip_prefix("harness play ")).collect();
    assert!(examples.len() >= 5, "{help}");
    for example in examples {
        let words: Vec<_> = example.split("  ").next().expect("a first part").split(' ').collect();
        let case = words.iter().position(|word| *word == "--case").map(|at| words[at + 1].to_owned());
        let scenario = words.get(1).filter(|word| !word.starts_with("--")).copied();
        let options = PlayOptions { case, port: Some(0), ..options(words[0], scenario) };
        assert!(open(&catalog, &options, &|_| {}).is_ok(), "{example}");
    }
}

fn options(slug: &str, scenario: Option<&str>) -> PlayOptions {
    PlayOptions {
        slug: slug.to_owned(),
        scenario: scenario.map(str::to_owned),
        case: None,
        variant: None,
        seed: None,
        speed: 1.0,
        port: None,
        client: None,
        once: false,
        colour: false,
    }
}
