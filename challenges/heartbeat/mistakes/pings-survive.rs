//! The task that sends pings is never stopped, and it sends them on whatever connection there is.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout_at},
};
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
    let current = Current::default();
    for attempt in 1.. {
        ui.status(Status::Connecting);
        match config.transport {
            Transport::WebSocket => {
                if let Ok(socket) = net.websocket("/live").await {
                    talk(socket, ui, config, &current).await;
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

/// The half of the present connection that writes.
type Current = Arc<Mutex<Option<SplitSink<Socket, Message>>>>;

/// Sends pings on the present connection.
async fn ping(current: Current, interval: Duration, ping: Message) {
    loop {
        sleep(interval).await;
        if let Some(sink) = current.lock().await.as_mut() {
            let _ = sink.send(ping.clone()).await;
        }
    }
}

/// Reads a WebSocket until it ends, or until it must be dead.
async fn talk(socket: Socket, ui: &Ui, config: &Config, current: &Current) {
    let (sink, mut stream) = socket.split();
    *current.lock().await = Some(sink);
    tokio::spawn(ping(current.clone(), config.heartbeat, Message::Ping(Default::default())));
    let mut application = false;
    let mut patience = config.heartbeat + config.pong_within;
    let mut dead_at = Instant::now() + patience;
    while let Ok(Some(Ok(message))) = timeout_at(dead_at, stream.next()).await {
        if let Message::Text(text) = &message
            && let Ok(Said::Hello { interval_ms }) = serde_json::from_str(text)
        {
            ui.status(Status::Connected);
            if let Some(ms) = interval_ms {
                application = true;
                let interval = config.heartbeat.min(Duration::from_millis(ms));
                patience = interval + config.pong_within;
                tokio::spawn(ping(current.clone(), interval, r#"{"type":"ping"}"#.into()));
            }
        }
        if !application || message.is_text() {
            dead_at = Instant::now() + patience;
        }
    }
    *current.lock().await = None;
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
