//! From the events of a trace to what has been seen of each client.

use std::collections::BTreeMap;

use super::{
    Carried, Client, Expectation, Request, Text, Traffic,
    connection::{Cut, Seen},
};
use crate::{
    scenario::Side,
    time::Millis,
    trace::{Claim, ClientAct, Event, Message, ServerAct, Trace, What},
};

/// The clients of a trace, with everything but what follows from the rest (losses and waits).
pub(super) fn clients(trace: &Trace) -> Vec<Client<'_>> {
    let mut readers: Vec<Reader> = (0..trace.header.clients).map(Reader::new).collect();
    for event in &trace.events {
        if let Some(reader) = readers.get_mut(event.client as usize) {
            reader.read(event, trace.header.latency, trace.end.at);
        }
    }
    readers.into_iter().map(Reader::finish).collect()
}

/// One client, while its events are read.
struct Reader<'a> {
    client: Client<'a>,
    seen: Vec<Seen>,
    /// The index of the connection that the last event was about.
    current: usize,
    /// Where each number is, once the numbers have not risen; as long as they do, `seen` is in their order.
    scattered: Option<BTreeMap<u32, usize>>,
}

impl<'a> Reader<'a> {
    fn new(id: u32) -> Self {
        Self { client: Client { id, ..Client::default() }, seen: Vec::new(), current: 0, scattered: None }
    }

    fn read(&mut self, event: &'a Event, latency: Millis, end: Millis) {
        match &event.what {
            What::Client(act) => self.client_act(event, act),
            What::Server(act) => {
                let at = event.at.saturating_add(latency);
                if let ServerAct::Expected { what, met } = act {
                    self.expectation(event, (what, *met), latency, end);
                } else if at <= end {
                    self.server_act(event, at, act);
                }
            }
            What::Claim(claim) => self.claim(event.at, claim),
            What::User(act) => self.client.user.push((event.at, act)),
        }
    }

    fn client_act(&mut self, event: &'a Event, act: &'a ClientAct) {
        let at = event.at;
        if *act == ClientAct::Attempt {
            return self.attempt(at, event.conn);
        }
        let Some(index) = self.find(event.conn) else { return };
        if let ClientAct::Message(message) = act {
            let what = Carried::Message(message);
            self.client.traffic.push(Traffic { at, connection: index, by: Side::Client, what });
        }
        let seen = &mut self.seen[index];
        if matches!(act, ClientAct::Drop | ClientAct::Reset | ClientAct::Message(Message::Close { .. })) {
            seen.client_began |= seen.server_end.is_none() && seen.close_frame.is_none() && seen.bad_answer.is_none();
        }
        match act {
            ClientAct::Drop | ClientAct::Reset => keep(&mut seen.left, at),
            ClientAct::Message(Message::Close { .. }) => keep(&mut seen.own_close, at),
            ClientAct::Message(Message::Text(text)) => self.client.said.push(Text { at, connection: index, text }),
            ClientAct::Request { method, path, fields, body } => {
                self.client.requests.push(Request { at, method, path, fields });
                if !body.is_empty() {
                    self.client.said.push(Text { at, connection: index, text: body });
                }
            }
            _ => {}
        }
    }

    fn server_act(&mut self, event: &'a Event, at: Millis, act: &'a ServerAct) {
        let Some(index) = self.find(event.conn) else { return };
        let carried = match act {
            ServerAct::Message(message) => Some(Carried::Message(message)),
            ServerAct::Event(_) | ServerAct::Bytes(_) => Some(Carried::Stream),
            ServerAct::Stall => Some(Carried::Stall),
            _ => None,
        };
        if let Some(what) = carried {
            self.client.traffic.push(Traffic { at, connection: index, by: Side::Server, what });
        }
        let seen = &mut self.seen[index];
        match act {
            ServerAct::Accept => keep(&mut seen.accepted, at),
            ServerAct::Refuse => keep(&mut seen.server_end, (at, Cut::Refused)),
            ServerAct::Reset => keep(&mut seen.server_end, (at, Cut::Reset)),
            ServerAct::Fin | ServerAct::HalfClose => keep(&mut seen.server_end, (at, Cut::Fin)),
            ServerAct::Answer { status } => {
                self.client.answers.push((at, *status));
                match status {
                    101 => keep(&mut seen.good_answer, at),
                    // RFC 9110 section 15.2: other 1xx answers are interim, the final one follows.
                    100..=199 => {}
                    // If it opens a stream, that comes with it.
                    _ => keep(&mut seen.bad_answer, at),
                }
            }
            ServerAct::Stream => {
                keep(&mut seen.good_answer, at);
                seen.bad_answer = None;
            }
            ServerAct::Message(Message::Close { .. }) => keep(&mut seen.close_frame, at),
            ServerAct::Message(Message::Text(text)) => self.client.heard.push(Text { at, connection: index, text }),
            ServerAct::Event(event) => self.client.heard.push(Text { at, connection: index, text: &event.data }),
            _ => {}
        }
    }

    /// What a script concludes counts also where the run is over before the client could have seen what followed from it.
    fn expectation(&mut self, event: &Event, (what, met): (&'a str, bool), latency: Millis, end: Millis) {
        let Some(connection) = self.find(event.conn) else { return };
        let (at, heard) = (event.at.saturating_add(latency).min(end), event.at.saturating_sub(latency));
        self.client.expectations.push(Expectation { at, heard, connection, what, met });
    }

    fn claim(&mut self, at: Millis, claim: &'a Claim) {
        match claim {
            Claim::Status(status) => {
                self.client.reports.push((at, status));
                let kind = status.kind();
                if self.client.statuses.last().is_none_or(|(_, last)| *last != kind) {
                    self.client.statuses.push((at, kind));
                }
            }
            Claim::Show(json) => self.client.shown.push((at, json)),
            Claim::Returned(_) => keep(&mut self.client.returned, at),
        }
    }

    /// A new connection. A number that is already taken, or none, starts nothing: events could not be told apart.
    fn attempt(&mut self, at: Millis, number: Option<u32>) {
        let Some(number) = number else { return };
        if self.scattered.is_some() || self.seen.last().is_some_and(|last| last.number >= number) {
            if self.find(Some(number)).is_some() {
                return;
            }
            let all = || self.seen.iter().enumerate().map(|(index, seen)| (seen.number, index)).collect();
            self.scattered.get_or_insert_with(all);
        }
        self.current = self.seen.len();
        if let Some(places) = &mut self.scattered {
            places.insert(number, self.current);
        }
        self.seen.push(Seen { number, start: at, ..Seen::default() });
    }

    /// The index of a connection: nearly always that of the last event.
    fn find(&mut self, number: Option<u32>) -> Option<usize> {
        let number = number?;
        if self.seen.get(self.current).is_some_and(|seen| seen.number == number) {
            return Some(self.current);
        }
        self.current = match &self.scattered {
            None => self.seen.binary_search_by_key(&number, |seen| seen.number).ok()?,
            Some(places) => *places.get(&number)?,
        };
        Some(self.current)
    }

    fn finish(mut self) -> Client<'a> {
        self.client.connections = self.seen.into_iter().map(Seen::settle).collect();
        self.client
    }
}

/// Of what happens twice the first counts.
fn keep<T>(place: &mut Option<T>, value: T) {
    if place.is_none() {
        *place = Some(value);
    }
}
