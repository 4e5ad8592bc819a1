//! Your parser: from the bytes of an event stream to events.
//!
//! `run` is complete: it asks for the stream, hands every piece of it to your [`Parser`], shows what comes out, and asks again when the
//! stream has ended. What is yours is the parser:
//!
//! 1. Cut the bytes into lines. A line ends with LF, CR or CRLF, and a piece may end anywhere, also within a character.
//! 2. Cut a line into a field and its value, and collect what the fields say.
//! 3. Give out an event at each empty line, if there is anything to give.
//! 4. Remember the id of the last event: it is what the next request asks for.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check sse-parser` tells you how far
//! you are.
//!
//! A good start: the parser below takes every piece for one whole line. Give it a buffer, and take lines out of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use starter::{Net, Reason, Result, Status, Ui, User};

/// What the client is told.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before the stream is asked for again.
    pub wait: Duration,
}

/// What a stream tells.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Item {
    /// An event is complete.
    Event {
        /// Its type: the value of the last `event` field, or `message`.
        #[serde(rename = "type")]
        kind: String,
        /// Its data: the values of the `data` fields, with a line feed between two.
        data: String,
        /// The last event id: the most recent one of the stream, of this event or an earlier one.
        id: String,
    },
    /// The server has set the reconnection time.
    Retry {
        /// In milliseconds.
        retry: u64,
    },
}

/// Turns the bytes of one stream into [`Item`]s.
#[derive(Debug, Default)]
pub struct Parser {
    last_event_id: String,
}

impl Parser {
    /// A parser for a stream that follows one whose last event id was this; empty for the first stream.
    pub fn after(last_event_id: &str) -> Self {
        Self { last_event_id: last_event_id.to_owned() }
    }

    /// Takes the next piece of the stream and gives all that is complete with it.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Item> {
        let text = String::from_utf8_lossy(piece);
        let data = text.trim_start_matches("data:").trim().to_owned();
        vec![Item::Event { kind: "message".to_owned(), data, id: self.last_event_id.clone() }]
    }

    /// The id of the last event, for the header field `Last-Event-ID` of the next request; empty if there is none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }
}

/// Shows what the stream tells until the user closes the client or the server has nothing more to say.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    tokio::select! {
        () = user.closed() => {}
        result = follow(&net, &ui, &config) => result?,
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// Asks for the stream again and again, until the server answers without one.
async fn follow(net: &Net, ui: &Ui, config: &Config) -> Result<()> {
    let mut last_event_id = String::new();
    loop {
        ui.status(Status::Connecting);
        let mut headers = vec![("accept", "text/event-stream")];
        if !last_event_id.is_empty() {
            headers.push(("last-event-id", &last_event_id));
        }
        let mut response = net.get("/events", &headers).await?;
        if response.status != 200 {
            return Ok(());
        }
        ui.status(Status::Connected);

        let mut parser = Parser::after(&last_event_id);
        while let Some(Ok(piece)) = response.chunk().await {
            for item in parser.push(&piece) {
                ui.show(item);
            }
        }
        last_event_id = parser.last_event_id().to_owned();
        ui.status(Status::Retrying { attempt: 1, wait: config.wait });
        tokio::time::sleep(config.wait).await;
    }
}
