//! What a client stands in: simulated time or real time. The only module that knows both.

use crate::{
    ConnectError, Status, Stream, contract,
    link::{Report, Wire},
    lockstep,
    ui::millis,
};

/// Where connections lead.
#[derive(Clone)]
pub(crate) enum World {
    /// To the harness, over the link, in simulated time.
    Link(Wire),
    /// To the harness, over TCP, in real time.
    Tcp(contract::Address),
}

impl World {
    /// What requests name as their host.
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Link(_) => "localhost",
            Self::Tcp(address) => address.host(),
        }
    }

    /// Opens a connection.
    pub(crate) async fn connect(&self, client: u32) -> Result<Stream, ConnectError> {
        match self {
            Self::Link(wire) => lockstep::connect(wire, client).await,
            Self::Tcp(address) => address.connect().await,
        }
    }
}

/// Where one client's reports go.
#[derive(Clone)]
pub(crate) enum Reporter {
    /// To the harness, over the link.
    Link {
        /// The client's end.
        wire: Wire,
        /// Which client.
        client: u32,
    },
    /// To the harness, as lines on standard output.
    Lines,
}

impl Reporter {
    pub(crate) fn status(&self, status: &Status) {
        self.report(&match status {
            Status::Connecting => Report::Connecting,
            Status::Connected => Report::Connected,
            Status::Retrying { attempt, wait } => Report::Retrying { attempt: *attempt, wait: millis(*wait) },
            Status::Disconnected { reason } => Report::Disconnected { reason: reason.to_string() },
        });
    }

    pub(crate) fn show(&self, json: String) {
        self.report(&Report::Show(json));
    }

    pub(crate) fn returned(&self, error: Option<String>) {
        self.report(&Report::Returned(error));
    }

    fn report(&self, report: &Report) {
        match self {
            Self::Link { wire, client } => lockstep::report(wire, *client, report),
            Self::Lines => contract::report(report),
        }
    }
}
