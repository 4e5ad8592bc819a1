//! What counts is the time since the last failure, and not how long the connection has lasted.

use std::time::Duration;

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
    max_retries: u32,
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let mut retries = 0;
    let mut failed = Instant::now();
    let reason = loop {
        ui.status(Status::Connecting);
        let answer = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            answer = timeout(config.connect_timeout, net.websocket("/chat")) => answer,
        };
        if let Ok(Ok(socket)) = answer {
            tokio::select! {
                () = user.closed() => break Reason::ClosedByUser,
                () = read(socket, &ui) => {}
            }
            if failed.elapsed() >= config.stable_after {
                retries = 0;
            }
        }
        failed = Instant::now();
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        let wait = delay(&config, retries, &mut rng);
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

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text == "hello" => ui.status(Status::Connected),
            Message::Text(text) => ui.show(text.as_str()),
            _ => {}
        }
    }
}

fn delay(config: &Config, failures: u32, rng: &mut StdRng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random_range(0.5..1.0))
}
