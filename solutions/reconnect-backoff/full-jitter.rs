//! Full jitter, in one loop: connect, read, wait, again.
//!
//! Everything that can take time stands in a `select!` with `user.closed()`, so that the user can leave at any moment. The loop is
//! left in one place, with the reason, and the last status is shown in one place.

use std::time::Duration;

use futures_util::StreamExt;
use rand::{Rng, RngExt};
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
    let mut rng = net.rng();
    // How many retries there have been since the last stable connection.
    let mut retries = 0;

    let reason = loop {
        ui.status(Status::Connecting);
        let answer = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            answer = timeout(config.connect_timeout, net.websocket("/chat")) => answer,
        };
        // The outer error is the deadline, the inner one a refusal: both are a failed attempt.
        if let Ok(Ok(socket)) = answer {
            let opened = Instant::now();
            tokio::select! {
                () = user.closed() => break Reason::ClosedByUser,
                () = read(socket, &ui) => {}
            }
            if opened.elapsed() >= config.stable_after {
                retries = 0;
            }
        }
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        let wait = full_jitter(&config, retries, &mut rng);
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait });
        tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            () = sleep(wait) => {}
        }
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Shows what arrives until the connection is lost, in whatever way.
async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text == "hello" => ui.status(Status::Connected),
            Message::Text(text) => ui.show(text.as_str()),
            _ => {}
        }
    }
}

/// A random part of the ceiling, which doubles with each failure up to `max_delay`.
fn full_jitter(config: &Config, failures: u32, rng: &mut impl Rng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random())
}
