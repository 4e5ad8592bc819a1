//! The task that watches a connection is never stopped: when its time is up, it ends whatever connection there is.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until, timeout_at},
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
    let alarm = Arc::new(Notify::new());
    for attempt in 1.. {
        let (overdue, deadline) = watch::channel(Instant::now());
        ui.status(Status::Connecting);
        match config.transport {
            Transport::WebSocket => {
                if let Ok(socket) = net.websocket("/live").await {
                    overdue.send_replace(Instant::now() + config.heartbeat + config.pong_within);
                    tokio::spawn(guard(deadline, alarm.clone()));
                    tokio::select! {
                        () = talk(socket, ui, config, &overdue) => {}
                        () = alarm.notified() => {}
                    }
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

/// Raises the alarm when the deadline is reached.
async fn guard(deadline: watch::Receiver<Instant>, alarm: Arc<Notify>) {
    while *deadline.borrow() > Instant::now() {
        let dead_at = *deadline.borrow();
        sleep_until(dead_at).await;
    }
    alarm.notify_waiters();
}

/// Reads a WebSocket until it ends.
async fn talk(mut socket: Socket, ui: &Ui, config: &Config, overdue: &watch::Sender<Instant>) {
    let mut interval = config.heartbeat;
    // Whether the application has announced a heartbeat: then only what it says counts.
    let mut application = false;
    let mut ask_at = Instant::now() + interval;
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            () = sleep_until(ask_at) => {
                let ping = if application { r#"{"type":"ping"}"#.into() } else { Message::Ping(Default::default()) };
                if socket.send(ping).await.is_err() {
                    return;
                }
                ask_at = Instant::now() + interval;
                continue;
            }
        };
        let Some(Ok(message)) = message else { return };
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
            ask_at = now + interval;
        }
        if !application || message.is_text() {
            overdue.send_replace(now + interval + config.pong_within);
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
