//! What a scripted server does to a connection, what the user does, and how a moment of the scenario is named.

use super::{Content, ControlFrame, Json, Length, LogStep, Side, Template};

/// One line of a scenario's `server` list.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A play, given to the next connections until it is used up.
    Play {
        /// What is done to each of them.
        play: Play,
        /// How many connections get it.
        times: Times,
        /// Only connections that arrive before this time get it.
        until: Option<Length>,
        /// Only requests for this path get it; the play then begins with an answer.
        path: Option<String>,
    },
    /// A list of entries that is gone through several times.
    Group {
        /// How often.
        repeat: u32,
        /// The list.
        entries: Vec<Entry>,
    },
}

/// How many connections an entry serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// So many.
    Exactly(u32),
    /// As many as come (before the entry's `until`, if it has one).
    Any,
}

/// What is done to one connection, from its arrival on.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// The steps, in order. The first decides how it opens; when the last is done the server holds the connection.
    pub steps: Vec<Step>,
    /// What the server does whenever the client says something, beside the steps, as long as the connection is open.
    pub answers: Vec<Answer>,
}

/// What a server does whenever the client says something. A message gets the first answer that fits and is not used up.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the client says.
    pub on: Expected,
    /// How often it is given on one connection.
    pub times: Times,
    /// How long after the server has read the message.
    pub after: Length,
    /// Steps that take no time: frames, and ways to end.
    pub with: Vec<Step>,
}

/// How a play meets a connection, known before any byte is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The connection is refused.
    Refuse,
    /// It is accepted, and nothing is read or written for now.
    Silent,
    /// It is accepted and its HTTP request is read and answered.
    Http,
}

impl Play {
    /// How this play meets a connection.
    #[must_use]
    pub fn opening(&self) -> Opening {
        match self.steps.first() {
            Some(Step::Refuse) => Opening::Refuse,
            Some(Step::AcceptSilent) => Opening::Silent,
            _ => Opening::Http,
        }
    }
}

/// One act of the scripted server. While it waits or holds, a server reads, and answers pings and closes.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Refuses the connection: the client's connect fails. (On the wall clock it is reset at once: a refusal by the kernel leaves
    /// nothing to count.)
    Refuse,
    /// Accepts the connection and leaves the request unread.
    AcceptSilent,
    /// Reads the request and upgrades to WebSocket (RFC 6455 section 4.2.2); also ends an `accept_silent`.
    Accept,
    /// Answers the request with an HTTP response and closes.
    Http {
        /// The status code.
        status: u16,
        /// Further header fields.
        headers: Vec<(String, Template)>,
        /// The body.
        body: Template,
        /// When the client shall come back.
        retry_after: Option<RetryAfter>,
    },
    /// Answers the request with a stream of events that stays open (WHATWG HTML section 9.2; RFC 9112 section 7.1 carries it in chunks).
    Sse {
        /// The content type.
        content_type: Template,
        /// Further header fields.
        headers: Vec<(String, Template)>,
    },
    /// Sends an event of the stream (WHATWG HTML section 9.2.6), with the empty line that ends it.
    Event(EventText),
    /// Sends a comment line of the stream.
    Comment(Template),
    /// Sends a line that sets the stream's reconnection time.
    Retry(Length),
    /// Sends bytes of the stream as they stand.
    Bytes(Template),
    /// Sends a text message.
    Send(Content),
    /// Sends from the scenario's log, or moves in it.
    Log(LogStep),
    /// Sends a binary message.
    Binary(Vec<u8>),
    /// Sends a ping with this payload (RFC 6455 section 5.5.2).
    Ping(Template),
    /// Sends a pong with this payload (RFC 6455 section 5.5.3).
    Pong(Template),
    /// Sends a close frame, waits for the client's, then ends the stream (RFC 6455 section 7.1).
    Close {
        /// The status code; none sends an empty close frame.
        code: Option<u16>,
        /// The reason, at most 123 bytes.
        reason: Template,
    },
    /// Lets time pass.
    Wait(Length),
    /// Waits until the next multiple of this on the scenario's clock: how a fleet is dropped together.
    AtNext(Length),
    /// Whether the server answers pings by itself, as RFC 6455 section 5.5.2 demands, from here on. It does at first.
    Pongs(bool),
    /// Stops writing: what is sent from here on stays in the server until `resume`.
    Stall,
    /// Stops reading: what the client sends stays in the network until `resume`.
    StopReading,
    /// Ends `stall` and `stop_reading`.
    Resume,
    /// Ends the server's direction of the stream and keeps reading (a TCP FIN).
    HalfClose,
    /// Ends the stream without a close frame (FIN, then the connection is gone). The body of an event stream ends as a whole one does.
    Fin,
    /// Resets the connection (RST).
    Reset,
    /// Lets this many further bytes out, then resets.
    CutAfter(u64),
    /// From here on, a stream stays open for so long after its closing handshake.
    Linger(Length),
    /// Keeps the connection open until the client ends it.
    Hold,
    /// Ends the scenario.
    End,
    /// Waits until the client does something; whether it did is recorded, and the play goes on.
    Expect {
        /// What the client must do.
        what: Expected,
        /// Within this time; without it, before the scenario ends.
        within: Option<Length>,
        /// What is played instead of the rest if it does not.
        otherwise: Vec<Step>,
    },
    /// Plays steps several times. `{n}` in a text is the count, from 1.
    Repeat {
        /// How often.
        times: u32,
        /// What.
        steps: Vec<Step>,
    },
}

/// An event of a stream, as the script has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventText {
    /// The field `event`: its type.
    pub kind: Option<Template>,
    /// The field `id`.
    pub id: Option<Template>,
    /// The field `data`.
    pub data: Content,
}

impl EventText {
    /// The event that is sent.
    #[must_use]
    pub fn event(&self) -> StreamEvent {
        let text = |field: &Option<Template>| field.as_ref().map(ToString::to_string);
        StreamEvent { kind: text(&self.kind), id: text(&self.id), data: self.data.text() }
    }
}

impl From<StreamEvent> for EventText {
    fn from(StreamEvent { kind, id, data }: StreamEvent) -> Self {
        Self { kind: kind.map(Template::from), id: id.map(Template::from), data: data.into() }
    }
}

/// An event of a stream, as the server writes it: a field that is not there is not written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamEvent {
    /// The field `event`: its type.
    pub kind: Option<String>,
    /// The field `id`.
    pub id: Option<String>,
    /// The field `data`, a line for each of the text's.
    pub data: String,
}

impl StreamEvent {
    /// The event as it stands in the stream, with the empty line that ends it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut lines = String::new();
        for (name, value) in [("event", &self.kind), ("id", &self.id)] {
            if let Some(value) = value {
                lines += &format!("{name}: {value}\n");
            }
        }
        for line in self.data.split('\n') {
            lines += &format!("data: {line}\n");
        }
        lines + "\n"
    }
}

/// When a client shall come back (RFC 9110 section 10.2.3): after this time, rounded up to whole seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum RetryAfter {
    /// Said in seconds.
    Seconds(Length),
    /// Said as a date, which counts from the `Date` of the same answer (RFC 9110 section 6.6.1).
    Date(Length),
}

/// What a server can wait for a client to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A text message: any, or one that says this.
    Message(Option<Content>),
    /// A ping.
    Ping,
    /// A pong: any, or with exactly this payload.
    Pong(Option<Template>),
    /// A close frame: any, or with exactly this code.
    Close(Option<u16>),
    /// The request had this header field: with any value, or exactly this one. Judged when the step is reached.
    Header {
        /// The field's name, in lower case.
        name: String,
        /// Its value.
        value: Option<Template>,
    },
}

/// One act of the user's script.
#[derive(Debug, Clone, PartialEq)]
pub enum UserStep {
    /// Waits for a moment.
    Until(Until),
    /// Lets time pass.
    Wait(Length),
    /// Closes the client: `user.closed()` resolves.
    Close,
    /// Sends a text: `user.next()` returns it.
    Send(Template),
    /// The device is back online.
    Online,
    /// Something else, by name.
    Do(String),
}

/// What a user's script can wait for.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// No attempt has been seen for this long while no connection is open.
    Quiet(Quiet),
    /// A moment.
    Moment(Moment),
}

/// For how long no attempt has been seen.
pub type Quiet = Length;

/// A moment of a scenario: the one form in which checks and scripts name an event.
///
/// Times are those at the client: what the server does counts from when the client can see it, one latency later.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment {
    /// The client starts its n-th attempt.
    Attempt(Nth),
    /// The client loses its n-th connection: by reset, end of stream or close frame, whichever it can see first.
    Lost(Nth),
    /// The server accepts its n-th connection (whether or not it then answers).
    Accepted(Nth),
    /// The client reports this status for the n-th time.
    Status(StatusKind, Nth),
    /// The server receives something that says this for the n-th time: a message, or the body of a request.
    Received(Content, Nth),
    /// The server sends something that says this for the n-th time: a message, or the data of an event.
    Sent(Content, Nth),
    /// The server reads a request for this path for the n-th time.
    Request(String, Nth),
    /// The server answers a request with one of these statuses for the n-th time.
    Answered(Vec<u16>, Nth),
    /// The user acts: `close`, `online`, a text sent, or a name.
    User(Template, Nth),
    /// The client shows this to the user for the n-th time.
    Shown(Json, Nth),
    /// A side sends such a control frame for the n-th time.
    Control(Side, ControlFrame, Nth),
    /// The server stops writing for the n-th time: from here on the client gets nothing more of that connection, unless the script
    /// resumes it.
    Stalled(Nth),
    /// The client itself ends its n-th open connection of those that it ends: by close frame, drop or reset, whichever comes first.
    Left(Nth),
    /// A point in time.
    At(Length),
}

impl Moment {
    /// Which one of several it is; a point in time is none of several.
    #[must_use]
    pub fn nth(&self) -> Option<Nth> {
        self.clone().number().map(|nth| *nth)
    }

    /// The same kind of moment with another number.
    #[must_use]
    pub fn with_nth(mut self, nth: Nth) -> Self {
        if let Some(number) = self.number() {
            *number = nth;
        }
        self
    }

    fn number(&mut self) -> Option<&mut Nth> {
        match self {
            Self::At(_) => None,
            Self::Attempt(nth)
            | Self::Lost(nth)
            | Self::Accepted(nth)
            | Self::Status(_, nth)
            | Self::Received(_, nth)
            | Self::Sent(_, nth)
            | Self::Request(_, nth)
            | Self::Answered(_, nth)
            | Self::User(_, nth)
            | Self::Shown(_, nth)
            | Self::Control(_, _, nth)
            | Self::Stalled(nth)
            | Self::Left(nth) => Some(nth),
        }
    }
}

/// Which one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nth {
    /// That one, from 1.
    Number(u32),
    /// Each of them.
    Any,
    /// The last in the trace.
    Last,
}

/// A status without its particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKind {
    /// An attempt is under way.
    Connecting,
    /// Connected.
    Connected,
    /// Waiting for the next attempt.
    Retrying,
    /// Ended for good.
    Disconnected,
}

impl StatusKind {
    /// Every status, in the order of a connection's life.
    pub const ALL: [Self; 4] = [Self::Connecting, Self::Connected, Self::Retrying, Self::Disconnected];

    /// Its name in specs, traces and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Retrying => "retrying",
            Self::Disconnected => "disconnected",
        }
    }
}
