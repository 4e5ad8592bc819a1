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
    scenario::StatusKind,
    time::Millis,
    trace::{Status, Trace},
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
    /// Texts that it got.
    pub heard: Vec<Text<'a>>,
    /// Texts that it sent.
    pub said: Vec<Text<'a>>,
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
    }
}

#[cfg(test)]
mod tests;
