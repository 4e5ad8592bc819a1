//! Your client: a chat that loses nothing.
//!
//! Connections come and go. What is said in the chat stays, and this client has to show all of it: nothing twice, nothing left out,
//! nothing out of order. In some runs the chat comes over Server-Sent Events, in others over WebSocket.
//!
//! Over Server-Sent Events:
//!
//! 1. Come back when the stream ends, and say with `Last-Event-ID` what you have.
//! 2. Show an event that is sent again only once.
//! 3. Wait as long as the server says with `retry:`, within reason, and longer after each stream that brought nothing.
//!
//! Over WebSocket:
//!
//! 4. Come back, and resume the session with its name and your place in the chat.
//! 5. Show what is sent again only once, and ask for what is missing.
//! 6. Start afresh when the server says so, and only then.
//! 7. Send what the user says, even if it was said while there was no connection.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check resume-session` tells you how far
//! you are. Do one transport first: the checks of the other do not depend on it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Result, Status, Ui, User, sse};
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How the chat comes: `sse` or `websocket`.
    pub transport: String,
    /// The room of the chat; only the WebSocket asks for it.
    pub room: String,
    /// How long to wait before you come back, unless the server says otherwise.
    pub base_delay: Duration,
    /// The longest wait there may be.
    pub max_delay: Duration,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");
    ui.status(Status::Connecting);
    match config.transport.as_str() {
        "sse" => over_events(&net, &ui).await,
        _ => over_websocket(&net, &ui, &user, &config).await,
    }
}

/// The chat as a stream of events.
async fn over_events(net: &Net, ui: &Ui) -> Result<()> {
    let response = net.get("/events", &[("accept", "text/event-stream")]).await?;
    ui.status(Status::Connected);
    let mut events = sse::events(response);
    while let Some(event) = events.next().await {
        // `event.id` names the event; `events.retry()` is what the server has said about waiting.
        ui.show(event?.data);
    }
    Ok(())
}

/// The chat as messages in JSON.
async fn over_websocket(net: &Net, ui: &Ui, user: &User, config: &Config) -> Result<()> {
    let mut socket = net.websocket("/session").await?;
    socket.send(json!({ "type": "identify" }).to_string().into()).await?;
    loop {
        tokio::select! {
            action = user.next() => if let Action::Send(text) = action {
                let say = json!({ "type": "say", "id": "1", "text": text });
                socket.send(say.to_string().into()).await?;
            },
            message = socket.next() => {
                let Some(message) = message else { return Ok(()) };
                let Message::Text(text) = message? else { continue };
                let message: Value = serde_json::from_str(&text)?;
                match message["type"].as_str() {
                    Some("welcome") => {
                        ui.status(Status::Connected);
                        let subscribe = json!({ "type": "subscribe", "room": config.room });
                        socket.send(subscribe.to_string().into()).await?;
                    }
                    Some("chat") => ui.show(&message["text"]),
                    _ => {}
                }
            }
        }
    }
}
