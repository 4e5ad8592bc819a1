//! A close frame starts a retry, and so does the end of the stream that follows it.

use std::time::Duration;

use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

#[derive(Clone, Deserialize)]
struct Config {
    base_delay: Duration,
    max_delay: Duration,
    stable_after: Duration,
    connect_timeout: Duration,
    max_retries: u32,
}

/// A connection was lost, or an attempt failed, after it had been open for so long.
struct Lost(Duration);

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let (losses, mut lost) = unbounded_channel();
    let mut connections = JoinSet::new();
    let mut retries = 0;
    connections.spawn(connect(net.clone(), ui.clone(), config.clone(), Duration::ZERO, losses.clone()));
    let reason = loop {
        let Lost(up) = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            Some(loss) = lost.recv() => loss,
        };
        if up >= config.stable_after {
            retries = 0;
        }
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        let wait = delay(&config, retries, &mut rng);
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait });
        connections.spawn(connect(net.clone(), ui.clone(), config.clone(), wait, losses.clone()));
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

async fn connect(net: Net, ui: Ui, config: Config, wait: Duration, losses: UnboundedSender<Lost>) {
    sleep(wait).await;
    ui.status(Status::Connecting);
    let Ok(Ok(mut socket)) = timeout(config.connect_timeout, net.websocket("/chat")).await else {
        let _ = losses.send(Lost(Duration::ZERO));
        return;
    };
    let opened = Instant::now();
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) if text == "hello" => ui.status(Status::Connected),
            Some(Ok(Message::Text(text))) => ui.show(text.as_str()),
            // As in `onclose`.
            Some(Ok(Message::Close(_))) => {
                let _ = losses.send(Lost(opened.elapsed()));
            }
            Some(Ok(_)) => {}
            // As in `onerror`.
            Some(Err(_)) | None => {
                let _ = losses.send(Lost(opened.elapsed()));
                return;
            }
        }
    }
}

fn delay(config: &Config, failures: u32, rng: &mut StdRng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random_range(0.5..1.0))
}
