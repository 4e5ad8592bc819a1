//! What a trace says about each client, in the client's own time: its connections, the waits between them, what it lost, what it
//! claimed. Every judge reads this and nothing else.
//!
//! *The client's time.* A client acts and claims at its own time; what the server does at `t` reaches it one latency later. All times
//! here are those at the client, so that network time is in none of them. What would arrive after the run was over has not happened.
//!
//! Nothing here trusts the order or the sense of what a client did: attempts may overlap, statuses may come after the end, a
//! connection may be dropped twice.

mod connection;
mod moment;
mod read;
mod wait;

pub(super) use connection::{Connection, Cut};
pub(super) use moment::{Occurrence, clause, describe_kind, describe_moment, lane, ordinal, same_kind, which};
pub(super) use wait::{Loss, Pending, Wait};

use crate::{
    scenario::{Side, StatusKind},
    time::Millis,
    trace::{Message, Status, Trace},
};

/// All clients of one run.
#[derive(Debug)]
pub(super) struct History<'a> {
    /// In the order of their numbers; clients of which the trace tells nothing are there too, with empty lists.
    pub clients: Vec<Client<'a>>,
    /// When the run was over.
    pub end: Millis,
}

/// What one client did, met and said.
#[derive(Debug, Default)]
pub(super) struct Client<'a> {
    /// Its number, from 0.
    pub id: u32,
    /// Its attempts and what became of them, in the order in which they were started.
    pub connections: Vec<Connection>,
    /// The waits that ended with an attempt: `waits[i]` came before `connections[i + 1]`.
    pub waits: Vec<Wait>,
    /// The wait in which the run, or the client, ended.
    pub pending: Option<Pending>,
    /// The ends of connections that had been up, in the order of their times.
    pub losses: Vec<Loss>,
    /// The statuses it reported; equal ones in a row are one.
    pub statuses: Vec<(Millis, StatusKind)>,
    /// Every report of a status, also where it repeats the one before.
    pub reports: Vec<(Millis, &'a Status)>,
    /// The messages that it showed, as JSON texts.
    pub shown: Vec<(Millis, &'a str)>,
    /// When `run` first returned.
    pub returned: Option<Millis>,
    /// What its user did.
    pub user: Vec<(Millis, &'a str)>,
    /// Its requests, handshakes among them, in the order in which the server read them.
    pub requests: Vec<Request<'a>>,
    /// The answers that it got, with their status codes.
    pub answers: Vec<(Millis, u16)>,
    /// Texts that it got: messages, and the data of events.
    pub heard: Vec<Text<'a>>,
    /// Texts that it sent: messages, and bodies of requests.
    pub said: Vec<Text<'a>>,
    /// The messages and control frames of both sides, and where the server stopped writing.
    pub traffic: Vec<Traffic<'a>>,
    /// What the server's script expected of it.
    pub expectations: Vec<Expectation<'a>>,
}

/// Something that one side did on a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traffic<'a> {
    /// When the client did it, or could see it.
    pub at: Millis,
    /// The index of its connection in [`Client::connections`].
    pub connection: usize,
    /// Who.
    pub by: Side,
    /// What.
    pub what: Carried<'a>,
}

/// What is done on a connection while it is open.
#[derive(Debug, Clone, Copy)]
pub(super) enum Carried<'a> {
    /// A message or control frame.
    Message(&'a Message),
    /// A part of a stream of events.
    Stream,
    /// From here on nothing is written.
    Stall,
}

/// Something that the server's script expected on one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expectation<'a> {
    /// When it was decided; like everything that the server does, as the client could see it.
    pub at: Millis,
    /// What the client had sent by then, the server knew when it decided.
    pub heard: Millis,
    /// The index of its connection in [`Client::connections`].
    pub connection: usize,
    /// What was expected.
    pub what: &'a str,
    /// Whether it came.
    pub met: bool,
}

/// A text message of one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// When the client got or sent it.
    pub at: Millis,
    /// The index of its connection in [`Client::connections`].
    pub connection: usize,
    /// The text.
    pub text: &'a str,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// When the server had read it.
    pub at: Millis,
    /// Its method.
    pub method: &'a str,
    /// Its path and query.
    pub path: &'a str,
    /// Its header fields, by name in lower case.
    pub fields: &'a [(String, String)],
}

impl Request<'_> {
    /// Whether it is for this path, whatever its query (RFC 3986 section 3.4).
    pub(super) fn is_for(&self, path: &str) -> bool {
        self.path == path || self.path.split_once('?').is_some_and(|(before, _)| before == path)
    }
}

impl<'a> History<'a> {
    /// Reads a trace, in a time that grows with its length and hardly more.
    pub(super) fn of(trace: &'a Trace) -> Self {
        let mut clients = read::clients(trace);
        for client in &mut clients {
            client.sort();
            client.losses = wait::losses(&client.connections);
            client.waits = wait::waits(&client.connections, &client.losses);
            client.pending = wait::pending(client, trace.end.at);
        }
        Self { clients, end: trace.end.at }
    }
}

impl Client<'_> {
    /// When the user first closed the client.
    pub(super) fn closed_by_user(&self) -> Option<Millis> {
        self.user.iter().find(|(_, act)| *act == "close").map(|(at, _)| *at)
    }

    /// What the client showed last.
    pub(super) fn last_status(&self) -> Option<(Millis, StatusKind)> {
        self.statuses.last().copied()
    }

    /// Events of a trace are in order, but those of the server are moved by the latency.
    fn sort(&mut self) {
        if !self.heard.is_sorted_by_key(|text| text.at) {
            self.heard.sort_by_key(|text| text.at);
        }
        if !self.traffic.is_sorted_by_key(|traffic| traffic.at) {
            self.traffic.sort_by_key(|traffic| traffic.at);
        }
    }
}

#[cfg(test)]
mod tests;
