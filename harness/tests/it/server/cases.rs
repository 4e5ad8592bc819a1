//! Cases: each client is played one, and the raw bytes of its streams as its variant has them.

use harness::{
    scenario::{Case, Entry, Length, Newline, Scenario, Split, Step, Until, UserStep, Vary},
    scenario::{Moment, Nth},
    trace::{ServerAct, What},
};

use super::{
    raw::{Piece, UPGRADE},
    scenarios::{any, scenario, send},
    stage::on_both,
};

fn case(id: &str, server: Vec<Entry>, vary: Vec<Vary>) -> Case {
    Case { id: id.into(), server, user: Vec::new(), vary, told: Vec::new() }
}

fn with_cases(cases: Vec<Case>) -> Scenario {
    Scenario { cases, ..scenario(Vec::new()) }
}

#[test]
fn each_client_is_played_its_case() {
    let greets = |text: &str| vec![any(vec![Step::Accept, send(text), Step::Reset])];
    let user = vec![UserStep::Until(Until::Moment(Moment::Attempt(Nth::Number(1)))), UserStep::Online];
    let second = Case { user, ..case("second", greets("two"), Vec::new()) };
    on_both(
        &with_cases(vec![case("first", greets("one"), Vec::new()), second]),
        |raw| {
            for (client, text) in [(1, "two"), (0, "one"), (1, "two")] {
                let line = raw.connect_as(client);
                raw.write(line, UPGRADE);
                raw.upgraded(line);
                assert_eq!(raw.frame_of(line), format!("text {text}"), "client {client}");
                assert_eq!(raw.end(line), Piece::Reset);
            }
            assert_eq!(raw.act(), (1, "online".into()), "only the second case has a user");
        },
        |_| {},
    );
}

#[test]
fn raw_bytes_are_cut_and_their_lines_end_as_the_variant_says() {
    let sse = Step::Sse { content_type: "text/event-stream".into(), headers: Vec::new() };
    let play = vec![any(vec![sse, Step::Bytes("a\n".into()), Step::Bytes("\u{e9}".into()), Step::Fin])];
    let vary = Vary { newlines: vec![Newline::CrLf], splits: Split::ALL.to_vec(), gap: Length::literal(20) };
    // a CR LF and two bytes: uncut, byte by byte, and cut at four offsets.
    let wanted: [&[&[u8]]; 6] = [
        &[b"a\r\n", b"\xc3\xa9"],
        &[b"a", b"\r", b"\n", b"\xc3", b"\xa9"],
        &[b"a", b"\r\n", b"\xc3\xa9"],
        &[b"a\r", b"\n", b"\xc3\xa9"],
        &[b"a\r\n", b"\xc3\xa9"],
        &[b"a\r\n", b"\xc3", b"\xa9"],
    ];
    on_both(
        &with_cases(vec![case("bytes", play, vec![vary])]),
        |raw| {
            for client in 0..6 {
                let line = raw.connect_as(client);
                raw.write(line, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
                assert_eq!(raw.rest(line).1, Piece::Fin);
            }
        },
        |outcome| {
            for (client, wanted) in (0..).zip(wanted) {
                let pieces = outcome.events.iter().filter(|event| event.client == client);
                let pieces: Vec<_> = pieces
                    .filter_map(|event| match &event.what {
                        What::Server(ServerAct::Bytes(bytes)) => Some((event.at, bytes.as_slice())),
                        _ => None,
                    })
                    .collect();
                assert_eq!(pieces.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>(), wanted, "client {client}");
            }
        },
    );
}
