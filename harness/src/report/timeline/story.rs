//! One client's part of a trace, as the lanes of a timeline show it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    time::Millis,
    trace::{Claim, ClientAct, Event, Message, ServerAct, Status, Trace, What},
};

/// What one client went through. Times are those at which the client can see what happens; the server's acts keep their own.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) tries: Vec<Try>,
    pub(super) statuses: Vec<(Millis, Status)>,
    pub(super) server: Vec<(Millis, Mark)>,
    pub(super) user: Vec<(Millis, String)>,
    /// What the client showed besides its status: the texts in it.
    pub(super) shown: Vec<(Millis, String)>,
    /// When the client sent a message or a control frame.
    pub(super) sent: Vec<Millis>,
    pub(super) end: Millis,
    /// Which try each connection belongs to.
    by_conn: BTreeMap<u32, usize>,
}

/// One attempt to connect, and the connection that came of it.
#[derive(Debug)]
pub(super) struct Try {
    /// When the client started it.
    pub(super) at: Millis,
    /// When it could see that it was connected.
    pub(super) open: Option<Millis>,
    /// When it could see that it was over, or ended it.
    pub(super) over: Option<Millis>,
    /// Which one it is since the last connection, from 1; 0 for the first of all.
    pub(super) retry: u32,
}

/// What the server did, as one symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// A message, a ping or a pong.
    Message,
    /// It stopped or resumed writing or reading, or half-closed.
    Pause,
    /// A connection accepted.
    Accept,
    /// An answer other than an upgrade.
    Answer,
    /// A connection refused.
    Refuse,
    /// A close frame, or the end of the stream.
    Close,
    /// A reset.
    Reset,
}

impl Story {
    /// The story of one client.
    pub(super) fn of(trace: &Trace, client: u32) -> Self {
        let mut story = Self { end: trace.end.at, ..Self::default() };
        for event in trace.events.iter().filter(|event| event.client == client) {
            story.tell(event, trace.header.latency);
        }
        story.number_retries();
        story
    }

    /// The stories of all clients, by their numbers.
    pub(super) fn of_all(trace: &Trace) -> Vec<Self> {
        let mut stories = Vec::new();
        stories.resize_with(trace.header.clients as usize, || Self { end: trace.end.at, ..Self::default() });
        for event in &trace.events {
            if let Some(story) = stories.get_mut(event.client as usize) {
                story.tell(event, trace.header.latency);
            }
        }
        stories.iter_mut().for_each(Self::number_retries);
        stories
    }

    fn tell(&mut self, event: &Event, latency: Millis) {
        let Event { at, conn, what, .. } = event;
        match what {
            What::Client(ClientAct::Attempt) => {
                if let Some(conn) = conn {
                    self.by_conn.insert(*conn, self.tries.len());
                }
                self.tries.push(Try { at: *at, open: None, over: None, retry: 0 });
            }
            What::Client(ClientAct::Drop | ClientAct::Reset) => self.over(*conn, *at),
            What::Client(ClientAct::Message(_)) => self.sent.push(*at),
            What::Client(_) => {}
            What::Server(act) => self.tell_server(act, *conn, *at, at + latency),
            What::Claim(Claim::Status(status)) => self.statuses.push((*at, status.clone())),
            What::Claim(Claim::Show(json)) => self.shown.push((*at, texts(json))),
            What::Claim(Claim::Returned(_)) => {}
            What::User(act) => self.user.push((*at, act.clone())),
        }
    }

    fn tell_server(&mut self, act: &ServerAct, conn: Option<u32>, at: Millis, seen: Millis) {
        let mark = match act {
            ServerAct::Accept => Mark::Accept,
            ServerAct::Refuse => Mark::Refuse,
            ServerAct::Answer { status: 101 } | ServerAct::Stream => {
                if let Some(found) = self.find(conn) {
                    found.open.get_or_insert(seen);
                }
                return;
            }
            ServerAct::Answer { .. } => Mark::Answer,
            ServerAct::Message(Message::Close { .. }) | ServerAct::Fin => Mark::Close,
            ServerAct::Message(_) | ServerAct::Event(_) | ServerAct::Bytes(_) => Mark::Message,
            ServerAct::Stall | ServerAct::StopReading | ServerAct::Resume | ServerAct::HalfClose => Mark::Pause,
            ServerAct::Reset => Mark::Reset,
            ServerAct::Expected { .. } => return,
        };
        if matches!(mark, Mark::Refuse | Mark::Close | Mark::Reset) || *act == ServerAct::HalfClose {
            self.over(conn, seen);
        }
        self.server.push((at, mark));
    }

    fn find(&mut self, conn: Option<u32>) -> Option<&mut Try> {
        self.tries.get_mut(*self.by_conn.get(&conn?)?)
    }

    fn over(&mut self, conn: Option<u32>, at: Millis) {
        if let Some(found) = self.find(conn) {
            found.over = Some(found.over.map_or(at, |over| over.min(at)));
        }
    }

    fn number_retries(&mut self) {
        let mut retry = 0;
        for t in &mut self.tries {
            t.retry = retry;
            retry = if t.open.is_some() { 1 } else { retry + 1 };
        }
    }

    /// The waits: from the moment at which nothing was left alive to the next attempt, with that attempt's number.
    pub(super) fn waits(&self) -> Vec<Wait> {
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

    /// The wait that no attempt has ended, if the client was waiting when the run was over.
    pub(super) fn last_wait(&self) -> Option<(Millis, Millis)> {
        let over: Option<Vec<_>> = self.tries.iter().map(|t| t.over).collect();
        over?.into_iter().max().filter(|from| *from < self.end).map(|from| (from, self.end))
    }

    /// How many attempts and connections are alive, from each time at which that changes.
    pub(super) fn alive(&self) -> Vec<(Millis, usize)> {
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
    pub(super) fn landmarks(&self) -> Vec<Millis> {
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
pub(super) struct Wait {
    /// From when.
    pub(super) from: Millis,
    /// Until when: the next attempt.
    pub(super) to: Millis,
    /// The number of that attempt since the last connection, from 1.
    pub(super) retry: u32,
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
