//! What two sides of a WebSocket say beside messages: control frames (RFC 6455 section 5.5).

/// One of the two sides of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The submission.
    Client,
    /// The harness.
    Server,
}

/// Which control frames are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlFrame {
    /// A ping, whatever its payload.
    Ping,
    /// A pong, whatever its payload.
    Pong,
    /// A close frame with one of these codes, or with any if there are none. A frame without a code counts as
    /// [`NO_CODE`](Self::NO_CODE).
    Close(Vec<u16>),
}

impl ControlFrame {
    /// What stands for a close frame without a code (RFC 6455 section 7.1.5).
    pub const NO_CODE: u16 = 1005;

    /// Its name in specs and reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Close(_) => "close frame",
        }
    }
}
