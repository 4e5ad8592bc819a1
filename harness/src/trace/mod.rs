//! What happened in one run of one scenario: the only thing that checks read.
//!
//! Both clocks produce it, and its text form (one event a line) reads back. It knows nothing of checks or of how it came about.

mod heartbeat;
mod intent;
mod text;

pub use heartbeat::Heartbeat;
pub use intent::Intent;
pub use text::{ParseError, describe, is_hidden, parse, write};

use crate::{
    scenario::{ControlFrame, StatusKind, StreamEvent, Variants},
    time::Millis,
};

/// The record of one run. Events are in the order of their times; those of one instant in the order in which they happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What was run.
    pub header: Header,
    /// What happened.
    pub events: Vec<Event>,
    /// When it was over, and why.
    pub end: End,
}

/// What was run, and under which conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The challenge's slug.
    pub challenge: String,
    /// The scenario's id.
    pub scenario: String,
    /// The seed from which the values were drawn.
    pub seed: u64,
    /// How many clients ran.
    pub clients: u32,
    /// Which clock.
    pub clock: Clock,
    /// The one-way latency of the link: what the server does at `t`, the client sees at `t + latency`. 0 on the wall clock.
    pub latency: Millis,
    /// How far times may be off through no fault of the client: 0 on the virtual clock, max(5 % of the base delay, 3 × the
    /// sampled scheduler lag) on the wall clock. A check's tolerance is never less.
    pub slack: Millis,
}

/// Which clock a run was on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clock {
    /// Simulated time.
    Virtual,
    /// Real time, with every duration of the spec divided by `speed`.
    Wall {
        /// The divisor.
        speed: f64,
    },
}

impl Clock {
    /// Which variants of its cases a run on this clock has, for the seed of its values.
    #[must_use]
    pub fn variants(self, seed: u64) -> Variants {
        match self {
            Self::Virtual => Variants::All,
            Self::Wall { .. } => Variants::Sample(seed),
        }
    }
}

/// One thing that happened, at the time of the side that did it: the client's acts and claims at the client's time, the server's at
/// the server's. (On the wall clock both are the harness's.)
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When.
    pub at: Millis,
    /// Which client, from 0.
    pub client: u32,
    /// Which connection of the run, from 1, where there is one.
    pub conn: Option<u32>,
    /// What.
    pub what: What,
}

/// What happened, by who did it.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The client, on the wire: evidence.
    Client(ClientAct),
    /// The scripted server.
    Server(ServerAct),
    /// The client, about itself: a claim.
    Claim(Claim),
    /// The user's script: `close`, `online`, `send …` or a name.
    User(String),
}

/// What a client does on the wire. Bytes that are random by design (masks, handshake keys) are not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientAct {
    /// Starts to connect.
    Attempt,
    /// Has sent a request head, which the server has read.
    Request {
        /// The method.
        method: String,
        /// The path and query.
        path: String,
        /// Its header fields, by name in lower case, without those that every request of its kind has and those that are random by design.
        fields: Vec<(String, String)>,
        /// Its body.
        body: String,
    },
    /// Sends a message.
    Message(Message),
    /// Ends its direction of the stream.
    HalfClose,
    /// Has dropped the connection (or the attempt): nothing more is read or written.
    Drop,
    /// Resets the connection.
    Reset,
}

/// What the scripted server does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerAct {
    /// Accepts the connection.
    Accept,
    /// Refuses it.
    Refuse,
    /// Answers the request; 101 is an upgrade.
    Answer {
        /// The status code.
        status: u16,
    },
    /// The answer's body stays open: a stream of events.
    Stream,
    /// Sends an event of the stream.
    Event(StreamEvent),
    /// Sends bytes of the stream as they stand: a comment, a reconnection time, or anything else.
    Bytes(Vec<u8>),
    /// Sends a message.
    Message(Message),
    /// Stops writing.
    Stall,
    /// Stops reading.
    StopReading,
    /// Writes and reads again.
    Resume,
    /// Ends its direction of the stream.
    HalfClose,
    /// Ends the stream.
    Fin,
    /// Resets the connection.
    Reset,
    /// An expectation was met, or was not.
    Expected {
        /// What was expected, as in the spec.
        what: String,
        /// Whether it came in time.
        met: bool,
    },
}

/// A WebSocket message or control frame (RFC 6455 section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A ping and its payload.
    Ping(Vec<u8>),
    /// A pong and its payload.
    Pong(Vec<u8>),
    /// A close frame.
    Close {
        /// Its status code, if it has one.
        code: Option<u16>,
        /// Its reason.
        reason: String,
    },
}

impl Message {
    /// Whether it is such a control frame.
    #[must_use]
    pub fn is(&self, frame: &ControlFrame) -> bool {
        match (self, frame) {
            (Self::Ping(_), ControlFrame::Ping) | (Self::Pong(_), ControlFrame::Pong) => true,
            (Self::Close { code, .. }, ControlFrame::Close(codes)) => {
                codes.is_empty() || codes.contains(&code.unwrap_or(ControlFrame::NO_CODE))
            }
            _ => false,
        }
    }
}

/// What a client reports about itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// A status is shown to the user.
    Status(Status),
    /// A message is shown to the user, as JSON text.
    Show(String),
    /// `run` returned; with the error if it returned one.
    Returned(Option<String>),
}

/// A status as the client reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// An attempt is under way.
    Connecting,
    /// Connected.
    Connected,
    /// Waiting for the next attempt.
    Retrying {
        /// The number of that attempt, as the client counts.
        attempt: u32,
        /// The wait it announces.
        wait: Millis,
    },
    /// Ended for good.
    Disconnected {
        /// Why, as the client says.
        reason: String,
    },
}

impl Status {
    /// Which one, without its particulars.
    #[must_use]
    pub fn kind(&self) -> StatusKind {
        match self {
            Self::Connecting => StatusKind::Connecting,
            Self::Connected => StatusKind::Connected,
            Self::Retrying { .. } => StatusKind::Retrying,
            Self::Disconnected { .. } => StatusKind::Disconnected,
        }
    }
}

/// When a run was over, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// When: no event is later.
    pub at: Millis,
    /// Why.
    pub how: How,
}

/// Why a run was over.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// The script reached its `end`.
    Script,
    /// The scenario's time was up.
    TimeUp,
    /// Every client had returned from `run`.
    Returned,
    /// The client's process broke off: the checks of this scenario are not reached.
    Broken(Fault),
    /// The harness could not keep real time: nothing may be concluded. Says how far off it was.
    Inconclusive(String),
}

/// How a client's process broke off. Each is the submission's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It panicked, with this message.
    Panicked(String),
    /// It exited by itself before `run` returned; with the status or signal, in words.
    Exited(String),
    /// It kept the processor busy and never came to wait.
    Spinning(String),
    /// It blocked its thread.
    Blocked(String),
    /// It did more of something than any client needs: printed, reported or sent without end. Says of what.
    Flooded(String),
    /// It connected more often than any client may.
    Stormed(u32),
    /// It broke the rules of the link or the contract: a whole sentence that says what it did.
    Violated(String),
}

impl Fault {
    /// What happened, as a sentence without its subject and full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Panicked(message) => format!("the client panicked: {message}"),
            Self::Exited(how) => format!("the client's process ended before `run` returned: {how}"),
            Self::Spinning(how) => format!("the client kept the processor busy and never came to wait: {how}"),
            Self::Blocked(how) => format!("the client blocked its thread: {how}"),
            Self::Flooded(what) => format!("the client was stopped because {what}"),
            Self::Stormed(attempts) => format!("the client was stopped because it connected {attempts} times"),
            Self::Violated(what) => {
                let what = what.trim_end_matches('.');
                what.strip_prefix("The ").map_or_else(|| what.to_owned(), |rest| format!("the {rest}"))
            }
        }
    }
}
