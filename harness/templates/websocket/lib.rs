//! Your client: change this, and say what the student is to make of it.
//!
//! The server goes away now and then. Make this client come back:
//!
//! 1. When the connection is lost, wait for `retry_wait` and try again.
//! 2. Stop at once when the user closes the client, also while you wait.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check new-challenge` tells you how far
//! you are.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The value differs from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before each new attempt.
    pub retry_wait: Duration,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    ui.status(Status::Connecting);
    let mut socket = net.websocket("/").await?;

    loop {
        let message = tokio::select! {
            // Whatever you wait for, the user may close the client meanwhile.
            () = user.closed() => break,
            message = socket.next() => message,
        };
        match message {
            Some(Ok(Message::Text(text))) if text == "hello" => ui.status(Status::Connected),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err("the server has closed the connection".into()),
        }
    }

    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
