//! Mistake: nobody listens to the user while the client waits for the next attempt.

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
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        tokio::select! {
            biased;
            () = user.closed() => break,
            () = connection(&net, &ui) => {}
        }
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        sleep(config.retry_wait).await;
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// One attempt and its connection, until it is lost.
async fn connection(net: &Net, ui: &Ui) {
    let Ok(mut socket) = net.websocket("/").await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if matches!(message, Message::Text(text) if text == "hello") {
            ui.status(Status::Connected);
        }
    }
}
