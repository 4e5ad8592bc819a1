//! Decorrelated jitter: each wait is drawn between the base and three times the wait before it.
//!
//! `run` is one `select!` over the user's wish and a machine that knows nothing of it. When the user closes, the machine is dropped
//! wherever it stands, and everything it holds goes with it: the sleep, the attempt, the socket. No close frame is sent, which the
//! server sees as the end of the stream.

use std::time::Duration;

use futures_util::StreamExt;
use rand::RngExt;
use serde::Deserialize;
use starter::{Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    base_delay: Duration,
    max_delay: Duration,
    stable_after: Duration,
    connect_timeout: Duration,
    max_retries: u32,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        () = stay_connected(&net, &ui, &config) => Reason::GaveUp,
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Connects and reconnects until the retries are used up.
async fn stay_connected(net: &Net, ui: &Ui, config: &Config) {
    let mut rng = net.rng();
    let mut previous = config.base_delay;
    let mut retries = 0;
    loop {
        ui.status(Status::Connecting);
        let up = connection(net, ui, config).await;
        if up >= config.stable_after {
            previous = config.base_delay;
            retries = 0;
        }
        if retries == config.max_retries {
            return;
        }
        retries += 1;
        let wait = rng.random_range(config.base_delay..=3 * previous).min(config.max_delay);
        previous = wait;
        ui.status(Status::Retrying { attempt: retries, wait });
        sleep(wait).await;
    }
}

/// One attempt and its connection. Returns how long it was open, which is not at all if the attempt failed.
async fn connection(net: &Net, ui: &Ui, config: &Config) -> Duration {
    match timeout(config.connect_timeout, net.websocket("/chat")).await {
        Ok(Ok(socket)) => {
            let opened = Instant::now();
            read(socket, ui).await;
            opened.elapsed()
        }
        Ok(Err(_)) | Err(_) => Duration::ZERO,
    }
}

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            match text.as_str() {
                "hello" => ui.status(Status::Connected),
                other => ui.show(other),
            }
        }
    }
}
