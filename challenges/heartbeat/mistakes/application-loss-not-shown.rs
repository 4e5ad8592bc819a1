//! Shows nothing when it leaves a dead application.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: Transport,
    heartbeat: Duration,
    pong_within: Duration,
    read_timeout: Duration,
    retry_wait: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Transport {
    WebSocket,
    Sse,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Said {
    Hello {
        interval_ms: Option<u64>,
    },
    #[serde(other)]
    Other,
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    tokio::select! {
        () = user.closed() => {}
        () = stay_connected(&net, &ui, &config) => {}
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

async fn stay_connected(net: &Net, ui: &Ui, config: &Config) {
    for attempt in 1.. {
        ui.status(Status::Connecting);
        match config.transport {
            Transport::WebSocket => {
                if let Ok(socket) = net.websocket("/live").await
                    && talk(socket, ui, config).await
                {
                    sleep(config.retry_wait).await;
                    continue;
                }
            }
            Transport::Sse => {
                if let Ok(response) = net.get("/events", &[("accept", "text/event-stream")]).await {
                    listen(response, ui, config).await;
                }
            }
        }
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        sleep(config.retry_wait).await;
    }
}

/// Reads a WebSocket until it ends, or until it must be dead. Says whether an application was.
async fn talk(mut socket: Socket, ui: &Ui, config: &Config) -> bool {
    let mut interval = config.heartbeat;
    // Whether the application has announced a heartbeat: then only what it says counts.
    let mut application = false;
    let mut ask_at = Instant::now() + interval;
    // Set by a ping, unless it is set; cleared by a sign of life.
    let mut dead_at: Option<Instant> = None;
    loop {
        let wake_at = dead_at.map_or(ask_at, |dead_at| dead_at.min(ask_at));
        let message = tokio::select! {
            message = socket.next() => message,
            () = sleep_until(wake_at) => {
                let now = Instant::now();
                if dead_at.is_some_and(|dead_at| dead_at <= now) {
                    return application;
                }
                let ping = if application { r#"{"type":"ping"}"#.into() } else { Message::Ping(Default::default()) };
                if socket.send(ping).await.is_err() {
                    return false;
                }
                dead_at.get_or_insert(now + config.pong_within);
                ask_at = now + interval;
                continue;
            }
        };
        let Some(Ok(message)) = message else { return false };
        let now = Instant::now();
        if let Message::Text(text) = &message
            && let Ok(Said::Hello { interval_ms }) = serde_json::from_str(text)
        {
            ui.status(Status::Connected);
            if let Some(ms) = interval_ms {
                application = true;
                interval = interval.min(Duration::from_millis(ms));
                ask_at = ask_at.min(now + interval);
            }
        }
        if !application {
            dead_at = None;
            ask_at = now + interval;
        } else if message.is_text() {
            dead_at = None;
        }
    }
}

/// Reads an event stream until it ends, or has been silent for too long.
async fn listen(response: Response, ui: &Ui, config: &Config) {
    let mut events = sse::events(response);
    loop {
        let dead_at = events.heard_at() + config.read_timeout;
        match timeout_at(dead_at, events.next()).await {
            Ok(Some(Ok(event))) => {
                if let Ok(Said::Hello { .. }) = serde_json::from_str(&event.data) {
                    ui.status(Status::Connected);
                }
            }
            Ok(Some(Err(_)) | None) => return,
            // Something has come that was no event.
            Err(_) if events.heard_at() + config.read_timeout > dead_at => {}
            Err(_) => return,
        }
    }
}
