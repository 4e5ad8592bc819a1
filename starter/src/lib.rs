//! The kit that every student's client stands on.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

pub use rand;

/// What `run` returns, and what most calls of the kit return.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// A WebSocket of `tokio_tungstenite`.
pub type Socket = tokio_tungstenite::WebSocketStream<Stream>;

/// The network, as one client sees it.
#[derive(Clone)]
pub struct Net(());

/// The bytes under a [`Socket`].
pub struct Stream(());

/// Why a connection could not be made.
#[derive(Debug)]
pub enum ConnectError {
    /// Nobody listens.
    Refused,
    /// The connection was reset before it was answered.
    Reset,
    /// The server answered with a status that is not an upgrade.
    Http {
        /// The status.
        status: StatusCode,
        /// The header fields.
        headers: HeaderMap,
    },
    /// The server's answer broke a rule of the protocol.
    Protocol(String),
}

/// What the client tells the user.
#[derive(Clone)]
pub struct Ui(());

/// What the user tells the client.
pub struct User(());

/// The state of the connection, as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// An attempt is under way.
    Connecting,
    /// Connected.
    Connected,
    /// Waiting before the next attempt.
    Retrying {
        /// Its number, from 1.
        attempt: u32,
        /// How long.
        wait: Duration,
    },
    /// Over for good.
    Disconnected {
        /// Why.
        reason: Reason,
    },
}

/// Why a client is disconnected for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The user closed it.
    ClosedByUser,
    /// All attempts were used up.
    GaveUp,
    /// The server said that it is of no use to come back.
    Refused(String),
}

/// What the user does, besides closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends a text.
    Send(String),
    /// The device is back online.
    Online,
    /// Something else, by name.
    Do(String),
}

impl Net {
    /// Opens a WebSocket.
    pub async fn websocket(&self, path: &str) -> Result<Socket, ConnectError> {
        let _ = path;
        todo!()
    }
    /// The challenge's `[client]` table.
    pub fn config<C: DeserializeOwned>(&self) -> Result<C> {
        todo!()
    }
    /// A stream of random numbers, a different one at each call.
    pub fn rng(&self) -> rand::rngs::StdRng {
        todo!()
    }
    /// Which one of a fleet this client is, from 0.
    pub fn id(&self) -> usize {
        todo!()
    }
}

impl Ui {
    /// Shows the state of the connection.
    pub fn status(&self, status: Status) {
        let _ = status;
        todo!()
    }
    /// Shows a message.
    pub fn show(&self, message: impl Serialize) {
        let _ = message;
        todo!()
    }
}

impl User {
    /// Waits until the user closes the client.
    pub async fn closed(&self) {
        todo!()
    }
    /// Waits for what the user does next.
    pub async fn next(&mut self) -> Action {
        todo!()
    }
}
