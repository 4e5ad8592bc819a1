//! What is read while a scenario is served.

use crate::{
    report::{Live, Playbill, Style, finale, playbill, text::width},
    scenario::{Challenge, StreamEvent, Variants},
    spec,
    trace::{Claim, ClientAct, Event, Fault, How, Intent, Message, ServerAct, Status, What},
};

const LIVE: Live = Live { style: Style { colour: false, ascii: false, width: 80, hints: 1 }, user_acts: false };

fn client(act: ClientAct) -> What {
    What::Client(act)
}

fn server(act: ServerAct) -> What {
    What::Server(act)
}

fn request(path: &str, fields: &[(&str, &str)], body: &str) -> What {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    client(ClientAct::Request { method: "GET".into(), path: path.into(), fields, body: body.into() })
}

fn close(code: Option<u16>, reason: &str) -> Message {
    Message::Close { code, reason: reason.into() }
}

/// Everything that can happen, once.
fn everything() -> Vec<What> {
    let event = StreamEvent { kind: Some("news".into()), id: Some("41".into()), data: "one\ntwo".into() };
    let browser =
        [("accept", "*/*"), ("sec-ch-ua", "x"), ("sec-fetch-mode", "cors"), ("sec-websocket-protocol", "chat")];
    vec![
        client(ClientAct::Attempt),
        server(ServerAct::Accept),
        request("/chat", &[], ""),
        request("/events?from=1", &browser, "a body"),
        server(ServerAct::Answer { status: 101 }),
        server(ServerAct::Answer { status: 503 }),
        server(ServerAct::Answer { status: 599 }),
        server(ServerAct::Stream),
        server(ServerAct::Event(event)),
        server(ServerAct::Event(StreamEvent { data: "hello".into(), ..StreamEvent::default() })),
        server(ServerAct::Bytes(b": two  spaces\t\r\n\n".to_vec())),
        server(ServerAct::Bytes(vec![0xc3])),
        server(ServerAct::Message(Message::Text("hello".into()))),
        client(ClientAct::Message(Message::Binary(vec![0, 255]))),
        client(ClientAct::Message(Message::Binary(vec![7; 1_000]))),
        client(ClientAct::Message(Message::Ping(Vec::new()))),
        server(ServerAct::Message(Message::Pong(b"beat".to_vec()))),
        client(ClientAct::Message(close(Some(1000), "bye"))),
        server(ServerAct::Message(close(None, ""))),
        server(ServerAct::Stall),
        server(ServerAct::StopReading),
        server(ServerAct::Resume),
        server(ServerAct::HalfClose),
        server(ServerAct::Fin),
        server(ServerAct::Reset),
        server(ServerAct::Refuse),
        server(ServerAct::Expected { what: "message \"hello\"".into(), met: true }),
        server(ServerAct::Expected { what: "pong".into(), met: false }),
        client(ClientAct::HalfClose),
        client(ClientAct::Drop),
        client(ClientAct::Reset),
        What::Claim(Claim::Status(Status::Connecting)),
        What::Claim(Claim::Status(Status::Retrying { attempt: 3, wait: 1_512 })),
        What::Claim(Claim::Status(Status::Disconnected { reason: "gave up".into() })),
        What::Claim(Claim::Show("{\"text\":\"hello\"}".into())),
        What::Claim(Claim::Returned(None)),
        What::Claim(Claim::Returned(Some("no route".into()))),
        What::User("close".into()),
        What::User("online".into()),
        What::User("send only errors".into()),
        What::User("open-widget".into()),
    ]
}

fn intents() -> Vec<Intent> {
    vec![
        Intent::LeaveUnread,
        Intent::Wait(5_000),
        Intent::Hold,
        Intent::Expect { what: "message {\"type\":\"identify\"}".into(), within: Some(2_000) },
        Intent::Expect { what: "pong".into(), within: None },
        Intent::Pongs(false),
        Intent::Pongs(true),
        Intent::CutAfter(120),
        Intent::Linger(3_000),
    ]
}

fn log(live: Live) -> String {
    let at = |index: usize| (index * 1_037) as u64;
    let mut text = live.begins("this connection");
    for (index, what) in everything().into_iter().enumerate() {
        let conn = matches!(what, What::Client(_) | What::Server(_)).then_some(1 + index as u32 / 9);
        text += &live.event(&Event { at: at(index), client: 0, conn, what });
    }
    for intent in intents() {
        text += &live.intent(123_456, 12_345, &intent);
    }
    text += &live.prints(123_457, "debug: state = Waiting\r");
    text += &live.missing(1);
    text += &live.missing(12_345);
    text += &live.is_over(123_457, &How::Script, "It begins anew with the next connection.");
    text += &live.is_over(5, &How::TimeUp, "");
    text += &live.is_over(5, &How::Returned, "");
    text + &live.is_over(5, &How::Broken(Fault::Stormed(20_001)), "")
}

#[test]
fn everything_that_can_happen_has_a_line() {
    let text = log(LIVE);
    assert!(text.lines().all(|line| width(line) <= 80 && !line.ends_with(' ')), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_user_of_a_client_of_the_harness_acts() {
    let acts = ["close", "online", "send only errors", "open-widget"];
    let live = Live { user_acts: true, ..LIVE };
    let line = |act: &&str| live.event(&Event { at: 1, client: 0, conn: None, what: What::User((*act).into()) });
    insta::assert_snapshot!(acts.iter().map(line).collect::<String>());
}

#[test]
fn the_log_has_colours_which_take_no_room_and_ascii_where_that_is_all() {
    let coloured = log(Live { style: Style { colour: true, ..LIVE.style }, ..LIVE });
    assert!(coloured.contains("\x1b[31mresets the connection\x1b[0m"), "{coloured}");
    let mut plain = String::new();
    for (i, part) in coloured.split('\x1b').enumerate() {
        plain += if i == 0 { part } else { part.split_once('m').expect("only colours").1 };
    }
    assert_eq!(plain, log(LIVE));
    let ascii = log(Live { style: Style { ascii: true, ..LIVE.style }, ..LIVE });
    assert!(ascii.is_ascii() && ascii.contains(r#"sends "hello""#), "{ascii}");
}

/// A line of the log is bounded, whatever a client sends, and nothing in it acts upon a terminal or the log of a CI service.
#[test]
fn what_a_client_sends_is_bounded_and_harmless() {
    let hostile = format!("\x1b]0;title\x07\x1b[2J\u{202e}##[error]{}", "x".repeat(1 << 20));
    let whats = [
        client(ClientAct::Message(Message::Text(hostile.clone()))),
        client(ClientAct::Message(Message::Ping(hostile.clone().into_bytes()))),
        client(ClientAct::Message(close(Some(1000), &hostile))),
        request(&hostile, &[("cookie", &hostile)], &hostile),
        server(ServerAct::Expected { what: hostile.clone(), met: false }),
        What::Claim(Claim::Show(hostile.clone())),
        What::Claim(Claim::Status(Status::Disconnected { reason: hostile.clone() })),
        What::Claim(Claim::Returned(Some(hostile.clone()))),
    ];
    let live = Live { style: Style { width: usize::MAX, ..LIVE.style }, ..LIVE };
    let lines = whats.map(|what| live.event(&Event { at: 0, client: 0, conn: Some(1), what }));
    let others = [live.prints(0, &hostile), live.is_over(0, &How::Broken(Fault::Panicked(hostile.clone())), "")];
    for line in lines.iter().chain(&others) {
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert!(line.len() < 1_000 && !line.contains(['\x1b', '\x07', '\u{202e}']), "{line}");
        assert!(!line.contains("##[error]"), "{line}");
    }
}

#[test]
fn a_line_that_does_not_fit_is_broken_and_keeps_its_spaces() {
    let text = format!("{}  {}", "one two  three ".repeat(4), "x".repeat(70));
    let what = client(ClientAct::Message(Message::Text(text.clone())));
    let lines = LIVE.event(&Event { at: 0, client: 0, conn: Some(1), what });
    let pieces: Vec<_> = lines.lines().map(|line| line.get(26..).expect("it is indented")).collect();
    assert!(pieces.len() == 3 && pieces.iter().all(|piece| width(piece) <= 54), "{lines}");
    // Only the spaces at the end of a line are not to be seen.
    let squeezed = |text: &str| text.replace(' ', "");
    assert_eq!(squeezed(&pieces.concat()), squeezed(&format!("sends “{text}”")));
    assert!(pieces[0].contains("two  three"), "{lines}");
}

const SPEC: &str = r#"
format  = 1
title   = "A chat"
channel = "both"
summary = "x"
minutes = 1
seed    = 1

[client]
base_delay = "500ms"
retries    = 5
transport  = { text = "sse" }

[[scenario]]
id     = "paths"
about  = "Each path speaks something else, and some of them are not there at first."
lasts  = "60s"
server = [
  { path = "/events", play = [{ http = { status = 503 } }] },
  { path = "/events", times = "any", play = ["sse", "hold"] },
  { path = "/ws", times = "any", play = ["accept", "hold"] },
  { path = "/state", times = "any", play = [{ http = { status = 200 } }] },
  { times = "any", play = [{ http = { status = 404 } }] },
]
user = [{ until = { status = "connected" } }, "close"]

[[scenario]]
id      = "fleet"
about   = "Nobody listens, and then only in simulated time."
lasts   = "60s"
clients = 20
clock   = { virtual = "It would take too long." }
server  = [{ times = 2, play = ["refuse"] }, { times = "any", play = ["accept", "hold"] }]
user    = [{ wait = "1s" }, "close"]

[[scenario]]
id    = "cases"
about = "Lines end in each of the ways."
lasts = "60s"
server = [{ times = "any", play = ["sse", { bytes = "data: a\n\n" }, "hold"] }]

[[scenario.case]]
id   = "plain"

[[scenario.case]]
id   = "varied"
vary = { newline = ["lf", "crlf"], split = ["whole", "bytes"] }

[[check]]
id     = "paths"
in     = "paths"
points = 1
title  = "It connects"
expect = { attempts = { after = { at = "0s" }, at_least = 1 } }
why    = "x"
read   = "README.md"
hints  = ["x", "y", "z"]

[[check]]
id     = "fleet"
in     = "fleet"
points = 1
title  = "It connects"
expect = { attempts = { after = { at = "0s" }, at_least = 1 } }
why    = "x"
read   = "README.md"
hints  = ["x", "y", "z"]

[[check]]
id     = "cases"
in     = "cases"
points = 1
title  = "It connects"
expect = { attempts = { after = { at = "0s" }, at_least = 1 } }
why    = "x"
read   = "README.md"
hints  = ["x", "y", "z"]
"#;

fn challenge() -> Challenge {
    spec::parse("chat", "challenge.toml", SPEC, None).unwrap_or_else(|errors| panic!("{errors}"))
}

fn bill(scenario: &str, served: u32, client: Option<&str>, once: bool) -> String {
    let challenge = challenge();
    let scenario = challenge.scenario(scenario).expect("it is there");
    let values = challenge.values(scenario, 1, if once { 2.5 } else { 1.0 });
    let cast = scenario.cast(&values, Variants::All);
    let (challenge, values, cast) = (&challenge, &values, &cast);
    let bill = Playbill { challenge, scenario, cast, served, values, address: "127.0.0.1:7878", client, once };
    let text = playbill(&bill, Style::default());
    assert!(text.lines().all(|line| width(line) <= 80), "{text}");
    text
}

#[test]
fn a_playbill_says_what_to_type_for_each_path() {
    insta::assert_snapshot!(bill("paths", 0, None, false));
}

#[test]
fn a_playbill_says_which_client_of_a_fleet_it_is() {
    insta::assert_snapshot!(bill("fleet", 0, None, true));
}

#[test]
fn a_playbill_says_which_variant_of_which_case_it_is() {
    insta::assert_snapshot!(bill("cases", 4, None, false));
}

#[test]
fn a_playbill_for_a_client_names_it() {
    let text = bill("paths", 0, Some("challenges/chat"), false)
        + &finale("cargo run -p harness -- check chat", Style::default());
    insta::assert_snapshot!(text);
}
