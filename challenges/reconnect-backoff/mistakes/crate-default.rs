//! The crate adds its jitter after its cap: waits of up to twice `max_delay`.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
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
    max_retries: usize,
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
    let policy = ExponentialBuilder::new()
        .with_min_delay(config.base_delay)
        .with_max_delay(config.max_delay)
        .with_max_times(config.max_retries)
        .with_jitter();
    let mut rng = net.rng();
    let mut waits = policy.with_jitter_seed(rng.random()).build();
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(Ok(socket)) = timeout(config.connect_timeout, net.websocket("/chat")).await {
            let opened = Instant::now();
            read(socket, ui).await;
            if opened.elapsed() >= config.stable_after {
                waits = policy.with_jitter_seed(rng.random()).build();
                attempt = 0;
            }
        }
        let Some(wait) = waits.next() else { return };
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait });
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
