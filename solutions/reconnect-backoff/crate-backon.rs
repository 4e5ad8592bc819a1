//! The policy comes from the crate `backon`: an iterator over waits, which ends when the retries are used up.
//!
//! Read what a crate promises before you trust it. `backon` adds its jitter *after* the cap: with `max_delay` as its cap it would wait
//! up to twice as long. So its cap is half of ours here, and the wait is drawn between the ceiling's half and the ceiling: at most
//! `max_delay`, and spread as far as equal jitter. A new iterator starts again from the base.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
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

async fn stay_connected(net: &Net, ui: &Ui, config: &Config) {
    let mut rng = net.rng();
    let mut retries = (1..).zip(backoff(config, &mut rng));
    loop {
        ui.status(Status::Connecting);
        if let Ok(Ok(socket)) = timeout(config.connect_timeout, net.websocket("/chat")).await {
            let opened = Instant::now();
            read(socket, ui).await;
            if opened.elapsed() >= config.stable_after {
                retries = (1..).zip(backoff(config, &mut rng));
            }
        }
        let Some((attempt, wait)) = retries.next() else {
            return;
        };
        ui.status(Status::Retrying { attempt, wait });
        sleep(wait).await;
    }
}

/// The waits of one outage.
fn backoff(config: &Config, rng: &mut StdRng) -> impl Iterator<Item = Duration> + use<> {
    ExponentialBuilder::new()
        .with_min_delay(config.base_delay)
        .with_max_delay(config.max_delay / 2)
        .with_max_times(config.max_retries)
        .with_jitter()
        .with_jitter_seed(rng.random())
        .build()
}

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text == "hello" => ui.status(Status::Connected),
            Message::Text(text) => ui.show(text.as_str()),
            _ => {}
        }
    }
}
