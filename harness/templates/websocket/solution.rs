//! One loop: connect, read until the connection is lost, wait, again. Whatever it waits for, it hears the user.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let client = async {
        let mut attempt = 0;
        loop {
            ui.status(Status::Connecting);
            if let Ok(mut socket) = net.websocket("/").await {
                while let Some(Ok(message)) = socket.next().await {
                    if matches!(message, Message::Text(text) if text == "hello") {
                        ui.status(Status::Connected);
                        attempt = 0;
                    }
                }
            }
            attempt += 1;
            ui.status(Status::Retrying { attempt, wait: config.retry_wait });
            sleep(config.retry_wait).await;
        }
    };
    tokio::select! {
        () = user.closed() => {}
        () = client => {}
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
