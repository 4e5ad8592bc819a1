//! Looks for the answer to a ping only when it is time for the next one.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::time::{Instant, interval_at, sleep, timeout_at};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: Transport,
    heartbeat: Duration,
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
                if let Ok(socket) = net.websocket("/live").await {
                    talk(socket, ui, config).await;
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

/// Reads a WebSocket until it ends, or until it must be dead.
async fn talk(mut socket: Socket, ui: &Ui, config: &Config) {
    let mut period = config.heartbeat;
    let mut application = false;
    let mut beat = interval_at(Instant::now() + period, period);
    let mut is_alive = true;
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = beat.tick() => {
                if !is_alive {
                    return;
                }
                is_alive = false;
                let ping = if application { r#"{"type":"ping"}"#.into() } else { Message::Ping(Default::default()) };
                if socket.send(ping).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let Some(Ok(message)) = message else { return };
        is_alive |= !application || message.is_text();
        if let Message::Text(text) = &message
            && let Ok(Said::Hello { interval_ms }) = serde_json::from_str(text)
        {
            ui.status(Status::Connected);
            if let Some(ms) = interval_ms {
                application = true;
                period = period.min(Duration::from_millis(ms));
                beat = interval_at(Instant::now() + period, period);
            }
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
