//! One coarse clock: forty times a beat it compares a few points in time, and everything else only writes them down.
//!
//! It is late by a fortieth of a beat at most, which the contract forgives, and there is no timer to forget.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: String,
    heartbeat: Duration,
    pong_within: Duration,
    read_timeout: Duration,
    retry_wait: Duration,
}

/// What is known of one connection.
struct Known {
    heard_at: Instant,
    asked_at: Instant,
    /// How often the application wants to be asked, if it does.
    announced: Option<Duration>,
}

impl Config {
    fn tick(&self) -> Duration {
        self.heartbeat / 40
    }
}

impl Known {
    fn new() -> Self {
        let now = Instant::now();
        Self { heard_at: now, asked_at: now, announced: None }
    }

    fn period(&self, config: &Config) -> Duration {
        self.announced.map_or(config.heartbeat, |announced| announced.min(config.heartbeat))
    }

    /// Whether it is time to ask: in the middle of the tick, so that it is neither early nor late by much.
    fn is_time(&self, config: &Config) -> bool {
        let since = if self.announced.is_some() { self.asked_at } else { self.asked_at.max(self.heard_at) };
        since.elapsed() + config.tick() / 2 >= self.period(config)
    }

    /// Whether there should have been an answer.
    fn is_dead(&self, config: &Config) -> bool {
        self.heard_at.elapsed() >= self.period(config) + config.pong_within
    }
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let forever = async {
        let mut attempt = 0;
        loop {
            ui.status(Status::Connecting);
            match config.transport.as_str() {
                "websocket" => talk(&net, &ui, &config).await,
                _ => listen(&net, &ui, &config).await,
            }
            .unwrap_or_else(|error| println!("{error}"));
            attempt += 1;
            ui.status(Status::Retrying { attempt, wait: config.retry_wait });
            sleep(config.retry_wait).await;
        }
    };
    tokio::select! {
        () = user.closed() => ui.status(Status::Disconnected { reason: Reason::ClosedByUser }),
        () = forever => {}
    }
    Ok(())
}

async fn talk(net: &Net, ui: &Ui, config: &Config) -> Result<()> {
    let mut socket = net.websocket("/live").await?;
    let mut known = Known::new();
    let mut clock = interval(config.tick());
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = clock.tick() => {
                if known.is_dead(config) {
                    return Err("no sign of life".into());
                }
                if known.is_time(config) {
                    known.asked_at = Instant::now();
                    match known.announced {
                        Some(_) => socket.send(r#"{"type":"ping"}"#.into()).await?,
                        None => socket.send(Message::Ping(Default::default())).await?,
                    }
                }
            }
            message = socket.next() => {
                let message = message.ok_or("the stream has ended")??;
                if known.announced.is_none() || message.is_text() {
                    known.heard_at = Instant::now();
                }
                let said: Value = message.to_text().map(serde_json::from_str).ok().and_then(|said| said.ok()).unwrap_or_default();
                if said["type"] == "hello" {
                    ui.status(Status::Connected);
                    known.announced = said["interval_ms"].as_u64().map(Duration::from_millis);
                }
            }
        }
    }
}

async fn listen(net: &Net, ui: &Ui, config: &Config) -> Result<()> {
    let mut response = net.get("/events", &[("accept", "text/event-stream")]).await?;
    let mut heard_at = Instant::now();
    let mut clock = interval(config.tick());
    loop {
        tokio::select! {
            _ = clock.tick() => if heard_at.elapsed() >= config.read_timeout {
                return Err("no byte for too long".into());
            },
            chunk = response.chunk() => {
                let chunk = chunk.ok_or("the stream has ended")??;
                heard_at = Instant::now();
                // An event may arrive in pieces; the hello of this server does not.
                if String::from_utf8_lossy(&chunk).contains(r#""hello""#) {
                    ui.status(Status::Connected);
                }
            }
        }
    }
}
