//! Nothing ends an attempt that is never answered.

use std::time::Duration;

use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    base_delay: Duration,
    max_delay: Duration,
    stable_after: Duration,
    max_retries: u32,
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let mut failures = 0;
    while let Some(up) = session(&net, &ui, &user).await {
        if up >= config.stable_after {
            failures = 0;
        }
        if failures == config.max_retries {
            ui.status(Status::Disconnected { reason: Reason::GaveUp });
            return Ok(());
        }
        let wait = delay(&config, failures, &mut rng);
        failures += 1;
        ui.status(Status::Retrying { attempt: failures, wait });
        tokio::select! {
            () = user.closed() => break,
            () = sleep(wait) => {}
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// One attempt and its connection. Returns how long it was open; nothing if the user closed it.
async fn session(net: &Net, ui: &Ui, user: &User) -> Option<Duration> {
    ui.status(Status::Connecting);
    let mut socket = tokio::select! {
        () = user.closed() => return None,
        answer = net.websocket("/chat") => match answer {
            Ok(socket) => socket,
            Err(_) => return Some(Duration::ZERO),
        },
    };
    let opened = Instant::now();
    loop {
        let message = tokio::select! {
            () = user.closed() => return None,
            message = socket.next() => message,
        };
        match message {
            Some(Ok(Message::Text(text))) if text == "hello" => ui.status(Status::Connected),
            Some(Ok(Message::Text(text))) => ui.show(text.as_str()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Some(opened.elapsed()),
        }
    }
}

fn delay(config: &Config, failures: u32, rng: &mut StdRng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random_range(0.5..1.0))
}
