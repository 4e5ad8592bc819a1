//! The heartbeat as a value that knows nothing of sockets: it is told what happens and when, and says what to do and when to look again.
//!
//! It pings at a fixed interval, whatever arrives, the first time at once, and keeps a deadline for each ping. A new connection gets a new
//! one, so nothing of the old can survive.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

#[derive(Deserialize)]
struct Config {
    transport: String,
    heartbeat: Duration,
    pong_within: Duration,
    read_timeout: Duration,
    retry_wait: Duration,
}

/// What is due.
enum Due {
    Ping,
    Death,
}

/// The pulse of one connection.
struct Heart {
    period: Duration,
    patience: Duration,
    next_ping: Instant,
    /// When each ping that nothing has answered is overdue.
    deadlines: VecDeque<Instant>,
}

impl Heart {
    fn new(period: Duration, patience: Duration) -> Self {
        Self { period, patience, next_ping: Instant::now(), deadlines: VecDeque::new() }
    }

    fn is_alive(&mut self) {
        self.deadlines.clear();
    }

    fn beat_faster(&mut self, period: Duration) {
        if period < self.period {
            self.period = period;
            self.next_ping = self.next_ping.min(Instant::now() + period);
        }
    }

    /// Waits until something is due.
    async fn due(&mut self) -> Due {
        let death = self.deadlines.front().copied();
        if let Some(death) = death.filter(|death| *death <= self.next_ping) {
            sleep_until(death).await;
            return Due::Death;
        }
        sleep_until(self.next_ping).await;
        let now = self.next_ping;
        self.next_ping = now + self.period;
        self.deadlines.push_back(now + self.patience);
        Due::Ping
    }
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut attempt = 0;
    loop {
        tokio::select! {
            () = user.closed() => break,
            () = connect(&net, &ui, &config) => attempt += 1,
        }
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        tokio::select! {
            () = user.closed() => break,
            () = sleep(config.retry_wait) => {}
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// One attempt and its connection.
async fn connect(net: &Net, ui: &Ui, config: &Config) {
    ui.status(Status::Connecting);
    if config.transport == "sse" {
        let headers = [("accept", "text/event-stream"), ("cache-control", "no-store")];
        if let Ok(response) = net.get("/events", &headers).await {
            listen(response, ui, config).await;
        }
    } else if let Ok(mut socket) = net.websocket("/live").await
        && talk(&mut socket, ui, config).await.is_err()
    {
        let reason = CloseFrame { code: CloseCode::Library(4408), reason: "no sign of life".into() };
        let _ = socket.close(Some(reason)).await;
    }
}

/// The peer is dead.
struct Dead;

async fn talk(socket: &mut Socket, ui: &Ui, config: &Config) -> Result<(), Dead> {
    let mut heart = Heart::new(config.heartbeat, config.pong_within);
    let mut by_messages = false;
    loop {
        tokio::select! {
            message = socket.next() => {
                let Some(Ok(message)) = message else { return Ok(()) };
                if let Message::Text(text) = &message {
                    heart.is_alive();
                    let said: Value = serde_json::from_str(text).unwrap_or_default();
                    if said["type"] == "hello" {
                        ui.status(Status::Connected);
                    }
                    if let Some(ms) = said["interval_ms"].as_u64() {
                        by_messages = true;
                        heart.beat_faster(Duration::from_millis(ms));
                    }
                } else if !by_messages {
                    heart.is_alive();
                }
            }
            due = heart.due() => match due {
                Due::Death => return Err(Dead),
                Due::Ping => {
                    let ping = if by_messages { r#"{"type":"ping"}"#.into() } else { Message::Ping(Default::default()) };
                    if socket.send(ping).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

async fn listen(response: Response, ui: &Ui, config: &Config) {
    let mut events = sse::events(response);
    loop {
        let dead_at = events.heard_at() + config.read_timeout;
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) if event.data.contains("hello") => ui.status(Status::Connected),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
            () = sleep_until(dead_at) => {
                if events.heard_at().elapsed() >= config.read_timeout {
                    return;
                }
            }
        }
    }
}
