//! Your client: it stays in touch with a server that may die without a word.
//!
//! A connection on which nothing arrives looks the same whether all is well or the other end has burned down. Make this client find out:
//!
//! 1. Ask: send a ping when a WebSocket has been quiet for `heartbeat`.
//! 2. Set a deadline: whoever does not answer within `pong_within` is dead. Leave, and reconnect after `retry_wait`.
//! 3. Whatever arrives is a sign of life, not only pongs.
//! 4. Every connection has timers of its own. They start when it opens and end when it ends.
//! 5. If the hello announces an interval, ask the application too, and believe only its answers.
//! 6. An event stream cannot be asked: leave it when nothing has arrived for `read_timeout`. Comments are a sign of life.
//! 7. Tell the user the truth at every moment.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check heartbeat` tells you how far you are.
//!
//! A good start: turn the `while let` of `talk` into a `loop` with a `tokio::select!`, and add a branch that sleeps until it is time to ask.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// Over what to connect.
    pub transport: Transport,
    /// After how much silence to ask whether a WebSocket lives.
    pub heartbeat: Duration,
    /// How long an answer may take.
    pub pong_within: Duration,
    /// How long an event stream may be silent.
    pub read_timeout: Duration,
    /// How long to wait before each new attempt.
    pub retry_wait: Duration,
}

/// Over what to connect.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// A WebSocket at `/live`.
    WebSocket,
    /// An event stream at `/events`.
    Sse,
}

/// What the server says: in a text message of a WebSocket, or in an event.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Said {
    /// It is ready.
    Hello {
        /// If it has a heartbeat of its own: how often the application wants to be pinged, in milliseconds.
        interval_ms: Option<u64>,
    },
    /// The application answers a ping.
    Pong,
    /// Something else.
    #[serde(other)]
    Other,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    tokio::select! {
        () = user.closed() => {}
        () = stay_connected(&net, &ui, &config) => {}
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// Connects again and again.
async fn stay_connected(net: &Net, ui: &Ui, config: &Config) {
    for attempt in 1.. {
        ui.status(Status::Connecting);
        match config.transport {
            Transport::WebSocket => {
                if let Ok(socket) = net.websocket("/live").await {
                    talk(socket, ui).await;
                }
            }
            Transport::Sse => {
                if let Ok(response) = net.get("/events", &[("accept", "text/event-stream")]).await {
                    listen(response, ui).await;
                }
            }
        }
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        sleep(config.retry_wait).await;
    }
}

/// Reads a WebSocket until it ends. But will it end?
async fn talk(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message
            && let Ok(Said::Hello { .. }) = serde_json::from_str(&text)
        {
            ui.status(Status::Connected);
        }
    }
}

/// Reads an event stream until it ends.
async fn listen(response: Response, ui: &Ui) {
    let mut events = sse::events(response);
    while let Some(Ok(event)) = events.next().await {
        if let Ok(Said::Hello { .. }) = serde_json::from_str(&event.data) {
            ui.status(Status::Connected);
        }
    }
}
