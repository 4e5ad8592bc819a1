//! Everything happens in a task of its own. `run` returns when the user closes, and nobody ends the task.

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
    let connection = tokio::spawn(stay_connected(net, ui.clone(), config));
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        _ = connection => Reason::GaveUp,
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

async fn stay_connected(net: Net, ui: Ui, config: Config) {
    let mut rng = net.rng();
    let mut retries = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(Ok(socket)) = timeout(config.connect_timeout, net.websocket("/chat")).await {
            let opened = Instant::now();
            read(socket, &ui).await;
            if opened.elapsed() >= config.stable_after {
                retries = 0;
            }
        }
        if retries == config.max_retries {
            return;
        }
        let wait = delay(&config, retries, &mut rng);
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait });
        sleep(wait).await;
    }
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
