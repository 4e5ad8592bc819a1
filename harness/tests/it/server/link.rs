//! The raw client on the link, in simulated time: a thread that speaks frames by hand.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Write,
    os::unix::net::UnixStream,
    sync::Arc,
    thread,
};

use harness::{
    link::{self, Act, Ended, Start},
    record::Recorder,
    scenario::{Scenario, Variants},
    server::{self, Stage},
    time::Millis,
    trace::{Claim, Status},
};
use starter::link::{Frame, Inbox, Kind, Report, VERSION, WINDOW};

use super::{
    raw::{Network, Piece, Raw},
    scenarios::values,
    stage::Outcome,
};

pub(super) const LATENCY: Millis = 10;

pub(super) fn play(scenario: &Scenario, client: impl FnOnce(&mut Raw<'_>) + Send) -> Outcome {
    let cast = Arc::new(scenario.cast(&values(scenario), Variants::All));
    let recorder = Recorder::default();
    let (ours, theirs) = UnixStream::pair().expect("a socket pair");
    let start = Start {
        clients: cast.clients(),
        config: serde_json::Map::new(),
        own: BTreeMap::new(),
        seed: 1,
        latency: LATENCY,
        lasts: values(scenario).ms(&scenario.lasts),
    };
    let end = thread::scope(|scope| {
        let server = scope.spawn(|| {
            let notes = recorder.clone();
            link::play(
                ours,
                start,
                recorder.clone(),
                |_| None,
                async |world| server::play(scenario, &cast, &values(scenario), Stage::on_link(world, notes)).await,
            )
        });
        let mut network = Link::greet(theirs);
        client(&mut Raw::new(&mut network));
        network.finish(cast.clients());
        server.join().expect("the server does not panic")
    });
    let Ended::Done(how) = end.how else { panic!("the link ended with {:?}", end.how) };
    Outcome { how, events: recorder.events() }
}

struct Link {
    socket: UnixStream,
    inbox: Inbox,
    out: Vec<u8>,
    now: Millis,
    grant: Millis,
    /// The stamp of the first frame since the last turn.
    first: Option<Millis>,
    lines: Vec<Line>,
    acts: VecDeque<(u32, String)>,
    /// The harness has ended the run.
    over: bool,
}

#[derive(Default)]
struct Line {
    accepted: bool,
    pieces: VecDeque<Piece>,
    /// How much more may be written.
    window: usize,
    /// What has been read and not yet credited.
    owed: u32,
    gone: bool,
}

impl Link {
    fn greet(socket: UnixStream) -> Self {
        let mut link = Self {
            socket,
            inbox: Inbox::default(),
            out: Vec::new(),
            now: 0,
            grant: 0,
            first: None,
            lines: Vec::new(),
            acts: VecDeque::new(),
            over: false,
        };
        Frame { kind: Kind::Hello, id: VERSION, at: 0, body: b"by hand" }.put(&mut link.out);
        link.turn(Kind::Start);
        link
    }

    fn put(&mut self, kind: Kind, id: u32, body: &[u8]) {
        self.first.get_or_insert(self.now);
        Frame { kind, id, at: self.now, body }.put(&mut self.out);
    }

    /// Writes what has been collected, and reads until a frame of this kind.
    fn turn(&mut self, last: Kind) {
        // Whoever has ended the run does not read any more, but what it wrote before is there.
        let _ = self.socket.write_all(&self.out);
        self.out.clear();
        self.first = None;
        loop {
            while let Some(frame) = self.inbox.scan().expect("frames of the harness are well formed") {
                self.over |= frame.kind == Kind::End;
                if frame.kind == Kind::Next {
                    self.grant = frame.at;
                }
                if frame.kind == last || frame.kind == Kind::End {
                    return;
                }
            }
            if self.inbox.fill(&mut self.socket).expect("the harness writes or closes") == 0 {
                self.over = true;
                return;
            }
        }
    }

    /// Lets time pass, up to `until` at most. Returns after each arrival.
    fn advance(&mut self, until: Millis) {
        while !self.over {
            let arrival = self.inbox.next_stamp().map(|at| at + LATENCY);
            if arrival.is_some_and(|at| at <= self.now) {
                return self.arrive();
            }
            if self.now >= until {
                return;
            }
            let horizon = self.first.map_or(self.grant, |first| self.grant.min(first + 2 * LATENCY));
            if self.now < horizon {
                self.now = arrival.unwrap_or(horizon).min(horizon).min(until);
            } else {
                Frame { kind: Kind::Idle, id: 0, at: self.now, body: b"" }.put(&mut self.out);
                self.turn(Kind::Next);
            }
        }
    }

    fn arrive(&mut self) {
        let frame = self.inbox.take().expect("it has been looked at");
        assert_eq!(frame.at + LATENCY, self.now, "nothing comes late");
        if frame.kind == Kind::User {
            let act = Act::decode(frame.body).expect("an act");
            return self.acts.push_back((frame.id, act_name(act)));
        }
        let line = &mut self.lines[frame.id as usize - 1];
        match frame.kind {
            Kind::Accept => line.accepted = true,
            Kind::Data => line.pieces.push_back(Piece::Bytes(frame.body.to_vec())),
            Kind::Refuse => line.end(Piece::Refused),
            Kind::Reset => line.end(Piece::Reset),
            Kind::Fin | Kind::Drop => line.pieces.push_back(Piece::Fin),
            Kind::Credit => {
                line.window += u32::from_le_bytes(frame.body.try_into().expect("a number")) as usize;
            }
            kind => panic!("{kind:?} from the harness"),
        }
    }

    fn wait_for(&mut self, what: &str, ready: impl Fn(&mut Self) -> bool) {
        while !ready(self) {
            assert!(!self.over, "the run ended while the client waited for {what}");
            self.advance(Millis::MAX);
        }
    }

    /// Drops what is open, returns from `run` and sees the run to its end.
    fn finish(&mut self, clients: u32) {
        for line in 0..self.lines.len() {
            self.drop(line);
        }
        for client in 0..clients {
            self.claim(client, Claim::Returned(None));
        }
        self.outlast();
    }
}

impl Line {
    fn end(&mut self, end: Piece) {
        self.pieces.push_back(end);
        self.gone = true;
    }
}

impl Network for Link {
    fn connect(&mut self, client: u32) -> usize {
        self.lines.push(Line { window: WINDOW, ..Line::default() });
        let id = u32::try_from(self.lines.len()).expect("few connections");
        self.put(Kind::Open, id, &client.to_le_bytes());
        self.lines.len() - 1
    }

    fn write(&mut self, line: usize, bytes: &[u8]) {
        self.wait_for("an answer to its attempt", |link| link.lines[line].accepted || link.lines[line].gone);
        let mut rest = bytes;
        while !rest.is_empty() && !self.lines[line].gone {
            if self.lines[line].window == 0 {
                if self.over {
                    return;
                }
                self.advance(Millis::MAX);
                continue;
            }
            let (piece, more) = rest.split_at(rest.len().min(self.lines[line].window));
            self.lines[line].window -= piece.len();
            self.put(Kind::Data, line as u32 + 1, piece);
            rest = more;
        }
    }

    fn read(&mut self, line: usize) -> Piece {
        self.wait_for("bytes or an end", |link| !link.lines[line].pieces.is_empty());
        let state = &mut self.lines[line];
        let piece = state.pieces[0].clone();
        let Piece::Bytes(bytes) = &piece else { return piece };
        state.pieces.pop_front();
        state.owed += bytes.len() as u32;
        if state.owed as usize >= WINDOW / 2 && !state.gone {
            let owed = std::mem::take(&mut state.owed);
            self.put(Kind::Credit, line as u32 + 1, &owed.to_le_bytes());
        }
        piece
    }

    fn half_close(&mut self, line: usize) {
        self.put(Kind::Fin, line as u32 + 1, b"");
    }

    fn drop(&mut self, line: usize) {
        if !std::mem::replace(&mut self.lines[line].gone, true) {
            self.put(Kind::Drop, line as u32 + 1, b"");
        }
    }

    fn sleep(&mut self, span: Millis) {
        let until = self.now + span;
        while self.now < until && !self.over {
            self.advance(until);
        }
    }

    fn now(&mut self) -> Millis {
        self.now
    }

    fn claim(&mut self, client: u32, claim: Claim) {
        let (kind, body) = match claim {
            Claim::Status(status) => match status {
                Status::Connecting => Report::Connecting,
                Status::Connected => Report::Connected,
                Status::Retrying { attempt, wait } => Report::Retrying { attempt, wait },
                Status::Disconnected { reason } => Report::Disconnected { reason },
            },
            Claim::Show(json) => Report::Show(json),
            Claim::Returned(error) => Report::Returned(error),
        }
        .encode();
        self.put(kind, client, &body);
    }

    fn outlast(&mut self) {
        while !self.over {
            self.advance(Millis::MAX);
        }
    }

    fn act(&mut self) -> (u32, String) {
        self.wait_for("its user", |link| !link.acts.is_empty());
        self.acts.pop_front().expect("one is there")
    }
}

/// How an act reads in a trace.
pub(super) fn act_name(act: Act) -> String {
    match act {
        Act::Close => "close".into(),
        Act::Online => "online".into(),
        Act::Send(text) => format!("send {text}"),
        Act::Do(name) => name,
    }
}
