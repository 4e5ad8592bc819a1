//! One client's part of a trace, as the lanes of a timeline show it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ends::Ends;
use crate::{
    scenario::Side,
    time::Millis,
    trace::{Claim, ClientAct, Clock, Event, Header, Heartbeat, Message, ServerAct, Status, Trace, What},
};

/// What one client went through. Times are those at which the client can see what happens; the server's acts keep their own.
#[derive(Debug, Default)]
pub(in crate::report) struct Story {
    pub(in crate::report) tries: Vec<Try>,
    pub(in crate::report) statuses: Vec<(Millis, Status)>,
    /// What the server did, heartbeats aside.
    pub(in crate::report) server: Vec<(Millis, Mark)>,
    pub(in crate::report) user: Vec<(Millis, String)>,
    /// When the client sent a message or a close frame; its heartbeats are in `pings`.
    pub(in crate::report) sent: Vec<Millis>,
    /// The heartbeats of both sides.
    pub(in crate::report) pings: Vec<Ping>,
    /// What the client showed besides its status: the texts in it.
    pub(in crate::report) shown: Vec<(Millis, String)>,
    /// When `run` returned.
    pub(in crate::report) returned: Option<Millis>,
    pub(in crate::report) end: Millis,
    /// What a second of the spec comes to, and how far times may be off.
    pub(super) second: Millis,
    pub(super) slack: Millis,
    /// Which try each connection belongs to.
    by_conn: BTreeMap<u32, usize>,
}

/// One attempt to connect, and the connection that came of it.
#[derive(Debug, Default)]
pub(in crate::report) struct Try {
    /// When the client started it.
    pub(in crate::report) at: Millis,
    /// When it could see that it was connected.
    pub(in crate::report) open: Option<Millis>,
    /// When the first message came on it.
    pub(in crate::report) heard: Option<Millis>,
    /// When it could see that it was over, or ended it: the first sign of that counts, as a close frame is.
    pub(in crate::report) over: Option<Millis>,
    /// When a handshake that belongs to the end was over as well; the same as `over` where the end has none.
    pub(in crate::report) settled: Option<Millis>,
    /// Which one it is since the last connection, from 1; 0 for the first of all.
    pub(in crate::report) retry: u32,
    ends: Ends,
    /// Whether the bytes of its stream are in the middle of a line.
    mid_line: bool,
}

/// A heartbeat: something that says nothing but that its sender is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Ping {
    /// When the client sent it, or could see it.
    pub(in crate::report) at: Millis,
    /// Who sent it.
    pub(in crate::report) by: Side,
    pub(in crate::report) beat: Beat,
    /// Whether it is a message of the application. Otherwise it is a control frame (RFC 6455 section 5.5) or part of a stream.
    pub(in crate::report) is_message: bool,
}

/// What kind of heartbeat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Beat {
    /// A ping.
    Ping,
    /// A pong.
    Pong,
    /// A comment in a stream of events: the HTML standard advises one every 15 seconds, so that proxies do not drop the connection.
    Comment,
}

/// What the server did, as one symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Mark {
    /// A message, or a part of a stream.
    Message,
    /// It stopped or resumed writing or reading, or half-closed.
    Pause,
    /// A connection accepted.
    Accept,
    /// A connection refused.
    Refuse,
    /// A close frame, or the end of the stream.
    Close,
    /// An answer that opens nothing.
    Answer,
    /// A reset.
    Reset,
}

impl Story {
    /// The story of one client.
    pub(in crate::report) fn of(trace: &Trace, client: u32) -> Self {
        let mut story = Self::begin(&trace.header, trace.end.at);
        for event in trace.events.iter().filter(|event| event.client == client) {
            story.tell(event, trace.header.latency);
        }
        story.finish()
    }

    /// The stories of all clients, by their numbers.
    pub(in crate::report) fn of_all(trace: &Trace) -> Vec<Self> {
        let mut stories = Vec::new();
        stories.resize_with(trace.header.clients as usize, || Self::begin(&trace.header, trace.end.at));
        for event in &trace.events {
            if let Some(story) = stories.get_mut(event.client as usize) {
                story.tell(event, trace.header.latency);
            }
        }
        stories.into_iter().map(Self::finish).collect()
    }

    fn begin(header: &Header, end: Millis) -> Self {
        let speed = match header.clock {
            Clock::Virtual => 1.0,
            Clock::Wall { speed } => speed,
        };
        Self { end, second: (1_000.0 / speed).round() as Millis, slack: header.slack, ..Self::default() }
    }

    fn tell(&mut self, event: &Event, latency: Millis) {
        let Event { at, conn, what, .. } = event;
        match what {
            What::Client(ClientAct::Attempt) => {
                if let Some(conn) = conn {
                    self.by_conn.insert(*conn, self.tries.len());
                }
                self.tries.push(Try { at: *at, ..Try::default() });
            }
            What::Client(ClientAct::Drop | ClientAct::Reset) => self.ends(*conn, *at, Ends::is_gone),
            What::Client(ClientAct::Message(message)) => {
                if matches!(message, Message::Close { .. }) {
                    self.ends(*conn, *at, Ends::is_said);
                }
                match ping(message, *at, Side::Client) {
                    Some(ping) => self.pings.push(ping),
                    None => self.sent.push(*at),
                }
            }
            What::Client(_) => {}
            What::Server(act) => self.tell_server(act, *conn, *at, at.saturating_add(latency)),
            What::Claim(Claim::Status(status)) => self.statuses.push((*at, status.clone())),
            What::Claim(Claim::Show(json)) => self.shown.push((*at, texts(json))),
            What::Claim(Claim::Returned(_)) => drop(self.returned.get_or_insert(*at)),
            What::User(act) => self.user.push((*at, act.clone())),
        }
    }

    fn tell_server(&mut self, act: &ServerAct, conn: Option<u32>, at: Millis, seen: Millis) {
        if seen <= self.end {
            self.sees(act, conn, seen);
        }
        if let Some(ping) = self.server_ping(act, conn, seen) {
            return self.pings.push(ping);
        }
        let mark = match act {
            ServerAct::Accept => Mark::Accept,
            ServerAct::Refuse => Mark::Refuse,
            ServerAct::Answer { status: 101 } | ServerAct::Expected { .. } => return,
            ServerAct::Stream => return self.opens(at),
            ServerAct::Answer { .. } => Mark::Answer,
            ServerAct::Message(Message::Close { .. }) | ServerAct::Fin => Mark::Close,
            ServerAct::Message(_) | ServerAct::Event(_) | ServerAct::Bytes(_) => Mark::Message,
            ServerAct::Stall | ServerAct::StopReading | ServerAct::Resume | ServerAct::HalfClose => Mark::Pause,
            ServerAct::Reset => Mark::Reset,
        };
        self.server.push((at, mark));
    }

    /// The answer of this instant has opened a stream.
    fn opens(&mut self, at: Millis) {
        if self.server.last() == Some(&(at, Mark::Answer)) {
            self.server.pop();
        }
    }

    /// What an act of the server means for its connection, once the client can see it.
    fn sees(&mut self, act: &ServerAct, conn: Option<u32>, seen: Millis) {
        match act {
            ServerAct::Refuse | ServerAct::Reset | ServerAct::Fin | ServerAct::HalfClose => {
                self.ends(conn, seen, Ends::is_gone);
            }
            ServerAct::Message(Message::Close { .. }) => self.ends(conn, seen, Ends::is_said),
            // RFC 9110 section 15.2: other 1xx answers are interim, the final one follows.
            ServerAct::Answer { status: 100 | 102..=199 } => {}
            ServerAct::Answer { status: 101 } | ServerAct::Stream => {
                if let Some(found) = self.find(conn) {
                    found.open.get_or_insert(seen);
                    found.ends.opens();
                }
            }
            ServerAct::Answer { .. } => self.ends(conn, seen, Ends::is_answered),
            ServerAct::Message(Message::Text(_) | Message::Binary(_)) | ServerAct::Event(_) => {
                if let Some(found) = self.find(conn) {
                    found.heard.get_or_insert(seen);
                }
            }
            _ => {}
        }
    }

    /// A heartbeat of the server, if it is one.
    fn server_ping(&mut self, act: &ServerAct, conn: Option<u32>, seen: Millis) -> Option<Ping> {
        match act {
            ServerAct::Message(message) => ping(message, seen, Side::Server),
            ServerAct::Event(_) => {
                self.find(conn)?.mid_line = false;
                None
            }
            ServerAct::Bytes(bytes) => {
                let mid_line = std::mem::replace(&mut self.find(conn)?.mid_line, !ends_a_line(bytes));
                let ping = Ping { at: seen, by: Side::Server, beat: Beat::Comment, is_message: false };
                (!mid_line && is_comment(bytes)).then_some(ping)
            }
            _ => None,
        }
    }

    fn find(&mut self, conn: Option<u32>) -> Option<&mut Try> {
        self.tries.get_mut(*self.by_conn.get(&conn?)?)
    }

    fn ends(&mut self, conn: Option<u32>, at: Millis, how: fn(&mut Ends, Millis)) {
        if let Some(found) = self.find(conn) {
            how(&mut found.ends, at);
        }
    }

    /// What follows from all of it.
    fn finish(mut self) -> Self {
        let mut retry = 0;
        for t in &mut self.tries {
            (t.over, t.settled) = t.ends.settle().unzip();
            t.open = t.open.filter(|open| t.over.is_none_or(|over| *open <= over));
            t.retry = retry;
            retry = if t.open.is_some() { 1 } else { retry + 1 };
        }
        self.pings.sort_by_key(|ping| ping.at);
        self
    }

    /// The waits: from the moment at which nothing was left alive to the next attempt, with that attempt's number.
    pub(in crate::report) fn waits(&self) -> Vec<Wait> {
        let mut waits = Vec::new();
        // Until when something was alive: for ever, once an attempt is never over.
        let mut busy_until = None;
        for t in &self.tries {
            if let Some(from) = busy_until.filter(|from| *from <= t.at) {
                waits.push(Wait { from, to: t.at, retry: t.retry });
            }
            busy_until = busy_until.max(Some(t.over.unwrap_or(Millis::MAX)));
        }
        waits
    }

    /// The wait that no attempt has ended: until the run was over, the user closed or the client said that it would not try again.
    pub(in crate::report) fn last_wait(&self) -> Option<(Millis, Millis)> {
        let (from, to) = self.last_pause()?;
        Some((from, to)).filter(|(from, to)| from < to)
    }

    /// When nothing more was alive for good, and until when the client may have meant to try again.
    pub(super) fn last_pause(&self) -> Option<(Millis, Millis)> {
        let over: Option<Vec<_>> = self.tries.iter().map(|t| t.over).collect();
        let from = over?.into_iter().max()?;
        let is_final = |(at, status): &&(Millis, Status)| *at >= from && matches!(status, Status::Disconnected { .. });
        let gives_up = self.statuses.iter().find(is_final).map(|(at, _)| *at);
        let to = [self.user_closes(), self.returned, gives_up].into_iter().flatten().min().unwrap_or(self.end);
        Some((from, to.min(self.end).max(from)))
    }

    /// When the user first closed the client.
    pub(super) fn user_closes(&self) -> Option<Millis> {
        self.user.iter().find(|(_, act)| act == "close").map(|(at, _)| *at)
    }

    /// How many attempts and connections are alive, from each time at which that changes.
    pub(in crate::report) fn alive(&self) -> Vec<(Millis, usize)> {
        let begins = self.tries.iter().map(|t| (t.at, 1));
        let ends = self.tries.iter().filter_map(|t| t.over.map(|over| (over.max(t.at), -1)));
        let mut changes: Vec<(Millis, isize)> = begins.chain(ends).collect();
        changes.sort_unstable();
        let mut alive = 0_isize;
        let steps = changes.into_iter().map(|(at, change)| {
            alive += change;
            (at, usize::try_from(alive).unwrap_or(0))
        });
        steps.collect()
    }

    /// When something happened that a reader looks for, in order.
    pub(in crate::report) fn landmarks(&self) -> Vec<Millis> {
        let tries = self.tries.iter().flat_map(|t| [Some(t.at), t.over].into_iter().flatten());
        let mut all: Vec<_> =
            tries.chain(self.statuses.iter().map(|(at, _)| *at)).chain(self.user.iter().map(|(at, _)| *at)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// A wait between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Wait {
    /// From when.
    pub(in crate::report) from: Millis,
    /// Until when: the next attempt.
    pub(in crate::report) to: Millis,
    /// The number of that attempt since the last connection, from 1.
    pub(in crate::report) retry: u32,
}

/// What can be read in a JSON text, without its keys and signs; as it stands, if it is none.
fn texts(json: &str) -> String {
    fn leaves(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
            Value::Object(pairs) => pairs.values().for_each(|item| leaves(item, found)),
            Value::String(text) => found.push(text.clone()),
            other => found.push(other.to_string()),
        }
    }
    let Ok(value) = serde_json::from_str(json) else { return json.to_owned() };
    let mut found = Vec::new();
    leaves(&value, &mut found);
    found.join(" ")
}

/// The heartbeat that a message is, if it is one.
fn ping(message: &Message, at: Millis, by: Side) -> Option<Ping> {
    let (beat, is_message) = match message {
        Message::Ping(_) => (Beat::Ping, false),
        Message::Pong(_) => (Beat::Pong, false),
        Message::Text(text) => match Heartbeat::of_text(text)? {
            Heartbeat::Ping => (Beat::Ping, true),
            Heartbeat::Pong => (Beat::Pong, true),
        },
        Message::Binary(_) | Message::Close { .. } => return None,
    };
    Some(Ping { at, by, beat, is_message })
}

fn ends_a_line(bytes: &[u8]) -> bool {
    matches!(bytes.last(), Some(b'\n' | b'\r') | None)
}

/// Whether bytes that begin a line are nothing but whole comments: each line empty or after a colon (HTML Standard, section 9.2.6).
fn is_comment(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    ends_a_line(bytes) && bytes.contains(&b':') && lines.all(|line| matches!(line.first(), None | Some(b':')))
}
