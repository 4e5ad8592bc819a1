use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

use super::{parse, write};
use crate::{
    scenario::StreamEvent,
    trace::{
        Claim, ClientAct, Clock, End, Event, Fault, Header, How, Message, ServerAct, Status, Trace, What, is_hidden,
    },
};

const BLIP: &str = r#"# trace 1
challenge reconnect-backoff  scenario blip  seed 1  clients 1  clock virtual  latency 10  slack 0
     0  c0   -  claim   connecting
     0  c0  #1  client  attempt
    10  c0  #1  server  accept
    30  c0  #1  client  request GET /chat
    30  c0  #1  server  answer 101
    30  c0  #1  server  text "hello"
    40  c0   -  claim   show {"text":"hello"}
  5010  c0   -  claim   retrying attempt=1 wait=311
  5400  c0   -  user    close
end 6100 script
"#;

#[test]
fn a_written_trace_is_in_columns() {
    let traces = parse(BLIP).unwrap();
    assert_eq!(traces[0].events[7].what, What::Claim(Claim::Status(Status::Retrying { attempt: 1, wait: 311 })));
    assert_eq!(write(&traces), BLIP);
}

#[test]
fn what_is_written_reads_back_exactly() {
    for seed in 0..400 {
        let mut any = Any(StdRng::seed_from_u64(seed));
        let traces: Vec<_> = (0..any.0.random_range(0..4)).map(|_| any.trace()).collect();
        let text = write(&traces);
        assert_eq!(parse(&text).as_ref(), Ok(&traces), "seed {seed}:\n{text}");
        assert!(text.lines().all(|line| !line.contains(is_hidden)), "seed {seed}:\n{text}");
    }
}

#[test]
fn files_can_be_concatenated_commented_and_written_on_windows() {
    let twice = format!("{BLIP}# a comment\n\n{BLIP}");
    assert_eq!(parse(&twice).unwrap().len(), 2);
    assert_eq!(parse(&BLIP.replace('\n', "\r\n")), parse(BLIP));
}

#[test]
fn damaged_text_is_refused_or_read_and_never_panics() {
    let mut any = Any(StdRng::seed_from_u64(7));
    let source = write(&[any.trace(), any.trace(), any.trace()]);
    let chars: Vec<char> = source.chars().collect();
    let mut refused = 0;
    for _ in 0..4_000 {
        let mut damaged = chars.clone();
        for _ in 0..any.0.random_range(1..5) {
            let at = any.0.random_range(0..damaged.len());
            match any.0.random_range(0..4) {
                0 => damaged[at] = any.char(),
                1 => damaged.insert(at, any.char()),
                2 => drop(damaged.remove(at)),
                _ => damaged.truncate(at.max(1)),
            }
        }
        match parse(&damaged.iter().collect::<String>()) {
            Ok(traces) => assert_eq!(parse(&write(&traces)).unwrap(), traces),
            Err(error) => {
                refused += 1;
                assert!(error.line >= 1 && error.message.starts_with("expected "), "{error}");
            }
        }
    }
    assert!(refused > 2_000, "only {refused} were refused");
}

#[test]
fn errors_name_the_line_and_what_was_expected() {
    let refused = |from: &str, to: &str| {
        let text = BLIP.replace(from, to);
        assert_ne!(text, BLIP, "{from} is not there");
        parse(&text).unwrap_err().to_string()
    };
    let errors = [
        refused("# trace 1", "# trace 2"),
        refused("# trace 1", "trace 1"),
        refused("seed 1", "seed one"),
        refused("clients 1", "clients 4000000000"),
        refused("clock virtual", "clock wall speed=0"),
        refused("latency", "lag"),
        refused("    10  c0", "  ten  c0"),
        refused("    10  c0", "    10  c1"),
        refused("    10  c0  #1", "    10  c0  #0"),
        refused("    10  c0  #1", "99999  c0  #1"),
        refused("    10  c0  #1", "9999999999999999  c0  #1"),
        refused("server  accept", "server  acept"),
        refused("server  accept", "servant accept"),
        refused("server  accept", "server  accept at once"),
        refused("answer 101", "answer 65536"),
        refused("\"hello\"\n", "\"hello\n"),
        refused("\"hello\"\n", "\"hell\\o\"\n"),
        refused("\"hello\"\n", "\"hell\\u{d800}\"\n"),
        refused("wait=311", "wait=-1"),
        refused("attempt=1 ", ""),
        refused("text \"hello\"", "binary 0x0"),
        refused("text \"hello\"", "binary 0x0g"),
        refused("text \"hello\"", "close 70000 \"\""),
        refused("end 6100 script", "end 6100 because"),
        refused("end 6100 script", "end 5399 script"),
        refused("end 6100 script", ""),
        refused("end 6100 script", "end 6100 panicked"),
        parse("").unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

/// Traces with every kind of event and texts that are hard to write.
struct Any(StdRng);

impl Any {
    fn trace(&mut self) -> Trace {
        let clients = self.0.random_range(1..200);
        let header = Header {
            challenge: self.text(),
            scenario: self.text(),
            seed: self.0.next_u64(),
            clients,
            clock: if self.flip() { Clock::Virtual } else { Clock::Wall { speed: self.0.random_range(0.01..1e6) } },
            latency: self.0.random_range(0..100),
            slack: self.0.random_range(0..100),
        };
        let mut at = 0;
        let events = (0..self.0.random_range(0..60)).map(|_| {
            at += [0, 1, 400, 90_000_000][self.0.random_range(0..4)];
            let conn = self.flip().then(|| self.0.random_range(1..2_000_000));
            Event { at, client: self.0.random_range(0..clients), conn, what: self.what() }
        });
        let events: Vec<_> = events.collect();
        Trace { header, events, end: End { at: at + self.0.random_range(0..5), how: self.how() } }
    }

    fn what(&mut self) -> What {
        match self.0.random_range(0..7) {
            0 => What::Client(ClientAct::Message(self.message())),
            1 => What::Client(match self.0.random_range(0..5) {
                0 => ClientAct::Attempt,
                1 => {
                    let fields = (0..self.0.random_range(0..3)).map(|_| (self.text(), self.text())).collect();
                    ClientAct::Request { method: self.text(), path: self.text(), fields, body: self.text() }
                }
                2 => ClientAct::HalfClose,
                3 => ClientAct::Drop,
                _ => ClientAct::Reset,
            }),
            2 => What::Server(ServerAct::Message(self.message())),
            3 => What::Server(self.server()),
            4 => What::Claim(Claim::Status(match self.0.random_range(0..4) {
                0 => Status::Connecting,
                1 => Status::Connected,
                2 => Status::Retrying { attempt: self.0.next_u32(), wait: self.0.next_u64() },
                _ => Status::Disconnected { reason: self.text() },
            })),
            5 => What::Claim(match self.0.random_range(0..3) {
                0 => Claim::Show(self.text()),
                1 => Claim::Returned(None),
                _ => Claim::Returned(Some(self.text())),
            }),
            _ => What::User(self.text()),
        }
    }

    fn server(&mut self) -> ServerAct {
        match self.0.random_range(0..13) {
            0 => ServerAct::Accept,
            1 => ServerAct::Refuse,
            2 => ServerAct::Answer { status: self.0.random() },
            3 => ServerAct::Stall,
            4 => ServerAct::StopReading,
            5 => ServerAct::Resume,
            6 => ServerAct::HalfClose,
            7 => ServerAct::Fin,
            8 => ServerAct::Reset,
            9 => ServerAct::Stream,
            10 => ServerAct::Bytes(self.bytes()),
            11 => ServerAct::Event(StreamEvent {
                kind: self.flip().then(|| self.text()),
                id: self.flip().then(|| self.text()),
                data: self.text(),
            }),
            _ => ServerAct::Expected { what: self.text(), met: self.flip() },
        }
    }

    fn message(&mut self) -> Message {
        match self.0.random_range(0..5) {
            0 => Message::Text(self.text()),
            1 => Message::Binary(self.bytes()),
            2 => Message::Ping(self.bytes()),
            3 => Message::Pong(self.text().into_bytes()),
            _ => Message::Close { code: self.flip().then(|| self.0.random()), reason: self.text() },
        }
    }

    fn how(&mut self) -> How {
        match self.0.random_range(0..11) {
            0 => How::Script,
            1 => How::TimeUp,
            2 => How::Returned,
            3 => How::Inconclusive(self.text()),
            4 => How::Broken(Fault::Panicked(self.text())),
            5 => How::Broken(Fault::Exited(self.text())),
            6 => How::Broken(Fault::Spinning(self.text())),
            7 => How::Broken(Fault::Blocked(self.text())),
            8 => How::Broken(Fault::Flooded(self.text())),
            9 => How::Broken(Fault::Stormed(self.0.next_u32())),
            _ => How::Broken(Fault::Violated(self.text())),
        }
    }

    fn flip(&mut self) -> bool {
        self.0.random()
    }

    fn bytes(&mut self) -> Vec<u8> {
        (0..self.0.random_range(0..9)).map(|_| self.0.random::<u8>()).collect()
    }

    fn text(&mut self) -> String {
        let plain =
            ["close", "/chat?a=b", "escaped \"x\"", "{\"a\": [1, \"ü\"]}", "end", "-", "0x00", "# trace 2", "c0", ""];
        match self.0.random_range(0..3) {
            0 => plain[self.0.random_range(0..plain.len())].to_owned(),
            _ => (0..self.0.random_range(0..12)).map(|_| self.char()).collect(),
        }
    }

    fn char(&mut self) -> char {
        let awkward = [
            '"', '\\', '\n', '\r', '\t', '\0', '\u{1b}', ' ', '#', '\u{a0}', '\u{85}', '\u{202e}', '\u{2028}', 'ß',
            '界', '🦀',
        ];
        match self.0.random_range(0..3) {
            0 => awkward[self.0.random_range(0..awkward.len())],
            1 => char::from(self.0.random_range(b' '..=b'~')),
            _ => self.0.random(),
        }
    }
}
