//! A WebSocket of the scripted server: it answers pings and closes as RFC 6455 demands and notes what is said.

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self,
        error::{CapacityError, Error},
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{conn::Conn, notes::Notes};
use crate::trace::{Message, ServerAct};

/// How long a client's message may be, in bytes; a longer one ends the connection with 1009 (RFC 6455 section 7.4.1).
pub(super) const MOST_MESSAGE: usize = 1 << 20;

/// The server's end of a WebSocket.
pub(super) struct Socket {
    stream: WebSocketStream<Conn>,
    notes: Notes,
    /// Pings are answered by themselves.
    pongs: bool,
    /// What tungstenite has queued in answer to what it read, until it has left.
    owed: Option<Message>,
    /// The server has sent a close frame: by itself, or in answer.
    closing: bool,
    /// The client has sent a close frame.
    closed: bool,
}

/// What a client does on a WebSocket.
#[derive(Debug)]
pub(super) enum Event {
    /// It has sent a message, which is noted.
    Message {
        /// What it has sent.
        message: Message,
        /// With this it has sent more than any client may.
        too_much: bool,
    },
    /// It has broken the protocol, and has been told so with a close frame (RFC 6455 section 7.1.7).
    Violation,
    /// It has ended the stream.
    Over,
}

impl Socket {
    /// Takes over a stream after the upgrade, with what the client has already sent.
    pub(super) async fn open(conn: Conn, sent: Vec<u8>, notes: Notes) -> Self {
        // tungstenite's default buffers take 128 KiB a connection, which is too much for a fleet.
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(0)
            .max_message_size(Some(MOST_MESSAGE))
            .max_frame_size(Some(MOST_MESSAGE));
        let stream = WebSocketStream::from_partially_read(conn, sent, Role::Server, Some(config)).await;
        Self { stream, notes, pongs: true, owed: None, closing: false, closed: false }
    }

    /// Whether nothing is owed.
    pub(super) fn is_settled(&self) -> bool {
        self.owed.is_none()
    }

    /// Whether both sides have sent a close frame: what is left to do is the server's to end the stream.
    pub(super) fn is_closed(&self) -> bool {
        self.closing && self.closed
    }

    /// Whether pings are answered by themselves from here on.
    pub(super) fn answer_pings(&mut self, pongs: bool) {
        self.pongs = pongs;
    }

    /// Sends a message, after what is owed. Nothing may follow a close frame (RFC 6455 section 5.5.1).
    ///
    /// # Errors
    /// The connection is over, or the server has sent a close frame.
    pub(super) async fn send(&mut self, message: Message) -> Result<(), Error> {
        self.settle().await?;
        if self.closing {
            return Err(Error::ConnectionClosed);
        }
        self.closing = matches!(message, Message::Close { .. });
        self.notes.sends(ServerAct::Message(message.clone()));
        self.stream.send(to_wire(message)).await
    }

    /// Waits for what the client does next, and answers its pings and closes. Cancel-safe.
    pub(super) async fn event(&mut self) -> Event {
        if self.settle().await.is_err() {
            return Event::Over;
        }
        let message = match self.stream.next().await {
            Some(Ok(message)) => from_wire(message),
            Some(Err(error)) => match violation(&error) {
                Some(code) => return self.fail(code).await,
                None => return Event::Over,
            },
            None => return Event::Over,
        };
        let too_much = self.notes.message(message.clone());
        self.closed |= matches!(message, Message::Close { .. });
        self.owed = match &message {
            // tungstenite answers both by itself, but after the server's own close frame neither.
            Message::Ping(_) if !self.pongs => {
                self.keep_silent();
                None
            }
            Message::Ping(payload) if !self.closing => Some(Message::Pong(payload.clone())),
            Message::Close { .. } if !self.closing => Some(message.clone()),
            _ => None,
        };
        // The answer leaves at once if it can, whatever the script does next.
        if let Some(Err(_)) = self.settle().now_or_never() {
            return Event::Over;
        }
        Event::Message { message, too_much }
    }

    /// Lets the answer vanish that tungstenite has queued. Nothing else is left to write when a message has been read.
    fn keep_silent(&mut self) {
        self.stream.get_mut().swallow(true);
        // Nothing can be in the way of what goes nowhere; an error is found when the next message is read.
        let _ = self.stream.flush().now_or_never();
        self.stream.get_mut().swallow(false);
    }

    /// Sees out what is owed. Cancel-safe.
    pub(super) async fn settle(&mut self) -> Result<(), Error> {
        if self.owed.is_some() {
            self.stream.flush().await?;
            if let Some(answer) = self.owed.take() {
                self.closing |= matches!(answer, Message::Close { .. });
                self.notes.sends(ServerAct::Message(answer));
            }
        }
        Ok(())
    }

    /// Fails the connection (RFC 6455 section 7.1.7).
    async fn fail(&mut self, code: u16) -> Event {
        // If this cannot be sent, the connection is over anyway.
        let _ = self.send(Message::Close { code: Some(code), reason: String::new() }).await;
        Event::Violation
    }
}

/// The close code for what a client has done wrong (RFC 6455 section 7.4.1); none if it has only gone away.
fn violation(error: &Error) -> Option<u16> {
    match error {
        Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(1002),
        Error::Utf8(_) => Some(1007),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Some(1009),
        _ => None,
    }
}

fn to_wire(message: Message) -> tungstenite::Message {
    match message {
        Message::Text(text) => tungstenite::Message::text(text),
        Message::Binary(bytes) => tungstenite::Message::binary(bytes),
        Message::Ping(payload) => tungstenite::Message::Ping(payload.into()),
        Message::Pong(payload) => tungstenite::Message::Pong(payload.into()),
        Message::Close { code, reason } => tungstenite::Message::Close(
            code.map(|code| CloseFrame { code: CloseCode::from(code), reason: reason.into() }),
        ),
    }
}

fn from_wire(message: tungstenite::Message) -> Message {
    match message {
        tungstenite::Message::Text(text) => Message::Text(text.to_string()),
        tungstenite::Message::Binary(bytes) => Message::Binary(bytes.into()),
        tungstenite::Message::Ping(payload) => Message::Ping(payload.into()),
        tungstenite::Message::Pong(payload) => Message::Pong(payload.into()),
        tungstenite::Message::Close(frame) => Message::Close {
            code: frame.as_ref().map(|frame| frame.code.into()),
            reason: frame.map_or_else(String::new, |frame| frame.reason.to_string()),
        },
        tungstenite::Message::Frame(_) => unreachable!("reading gives whole messages"),
    }
}
