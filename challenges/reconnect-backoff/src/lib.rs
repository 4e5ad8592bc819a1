//! Your client: a chat that stays connected.
//!
//! The server goes away now and then. Make this client come back:
//!
//! 1. Retry when the first connection fails, when a connection is lost, and when an attempt gets no answer.
//! 2. Wait before each retry: longer after each failure, never longer than `max_delay`, and by a random amount.
//! 3. Start again from `base_delay` once a connection has lasted for `stable_after`.
//! 4. Stop after `max_retries` failed retries, and stop at once when the user closes the chat.
//! 5. Never run two attempts at the same time.
//! 6. Tell the user the truth at every moment.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check reconnect-backoff` tells you
//! how far you are.
//!
//! A good start: put what `run` does now into a loop, and let the `?` behind `websocket` go.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long the first wait is, roughly.
    pub base_delay: Duration,
    /// The longest wait there may be.
    pub max_delay: Duration,
    /// How long a connection must last before the waits start again from `base_delay`.
    pub stable_after: Duration,
    /// How long an attempt may take.
    pub connect_timeout: Duration,
    /// How many retries may fail before the client gives up.
    pub max_retries: u32,
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    ui.status(Status::Connecting);
    let mut socket = net.websocket("/chat").await?;

    loop {
        let message = tokio::select! {
            // Whatever you wait for, the user may close the chat meanwhile.
            () = user.closed() => break,
            message = socket.next() => message,
        };
        match message {
            Some(Ok(Message::Text(text))) if text == "hello" => ui.status(Status::Connected),
            Some(Ok(Message::Text(text))) => ui.show(text.as_str()),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err("the server has closed the connection".into()),
        }
    }

    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
