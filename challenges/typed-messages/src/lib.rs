//! Your client: a chat that speaks a small protocol.
//!
//! It reads some of what comes and says nothing yet. Make it:
//!
//! 1. Drop every message that is not right, as a whole, and go on with the next: what is no JSON, what has a type or a version that you
//!    do not know, what lacks a member or has one of the wrong type.
//! 2. Refuse a server whose hello has another version: close with code 4406, show `Disconnected`, and stay away.
//! 3. Send what the user says as a request with an id of its own.
//! 4. Settle every request exactly once: by its reply, by `reply_timeout`, or by the end of the connection.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check typed-messages` tells you how far you
//! are.
//!
//! A good start: a function that takes a text and gives `Option<Incoming>`, an enum of what the server can say. The `?` behind `from_str`
//! has to go.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before connecting again.
    pub retry_wait: Duration,
    /// How long a request may wait for its reply.
    pub reply_timeout: Duration,
}

/// What stands around every message.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// The version of the protocol.
    pub v: u64,
    /// What kind of message it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which request it belongs to, if any.
    pub id: Option<Value>,
    /// What it says, by its type.
    #[serde(default)]
    pub data: Value,
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    for attempt in 1.. {
        ui.status(Status::Connecting);
        tokio::select! {
            () = user.closed() => break,
            ended = connection(&net, &ui, &user) => println!("the connection ended: {ended:?}"),
        }
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        tokio::select! {
            () = user.closed() => break,
            () = sleep(config.retry_wait) => {}
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// One connection, from the attempt to its end.
async fn connection(net: &Net, ui: &Ui, user: &User) -> Result<()> {
    let mut socket: Socket = net.websocket("/chat").await?;
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(message) => match message? {
                    Message::Text(text) => receive(&text, ui)?,
                    Message::Close(_) => return Ok(()),
                    _ => {}
                },
                None => return Ok(()),
            },
            action = user.next() => {
                if let Action::Send(text) = action {
                    println!("the user wants to say {text:?}");
                }
            }
        }
    }
}

fn receive(text: &str, ui: &Ui) -> Result<()> {
    let envelope: Envelope = serde_json::from_str(text)?;
    match envelope.kind.as_str() {
        "hello" => ui.status(Status::Connected),
        "chat" => ui.show(json!({ "from": envelope.data["from"], "text": envelope.data["text"] })),
        other => return Err(format!("no message is called {other}").into()),
    }
    Ok(())
}
