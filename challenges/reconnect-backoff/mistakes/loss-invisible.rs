//! The user is not told that the connection is lost: the old status stays while the client waits.

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

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        () = stay_connected(&net, &ui, &config) => Reason::GaveUp,
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

async fn stay_connected(net: &Net, ui: &Ui, config: &Config) {
    let mut rng = net.rng();
    let mut previous = config.base_delay;
    let mut retries = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(Ok(socket)) = timeout(config.connect_timeout, net.websocket("/chat")).await {
            let opened = Instant::now();
            read(socket, ui).await;
            if opened.elapsed() >= config.stable_after {
                previous = config.base_delay;
                retries = 0;
            }
        }
        if retries == config.max_retries {
            return;
        }
        let wait = rng.random_range(config.base_delay..=3 * previous).min(config.max_delay);
        previous = wait;
        retries += 1;
        sleep(wait).await;
    }
}

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            match text.as_str() {
                "hello" => ui.status(Status::Connected),
                text => ui.show(text),
            }
        }
    }
}
