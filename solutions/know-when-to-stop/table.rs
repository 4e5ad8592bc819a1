//! The decision is a table of data, and the transports are tasks that send what happens: the owner alone looks into the table.
//!
//! Dropping the `JoinSet` aborts the task, and with it the connection.

use std::time::Duration;

use futures_util::StreamExt;
use rand::RngExt;
use serde::Deserialize;
use starter::{ConnectError, Net, Reason, Result, Status, Ui, User, http::HeaderMap, http_date, sse};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_tungstenite::tungstenite::Message;

/// The ends that are worth another attempt: statuses, and close codes, of which 1006 stands for an end without any.
const PASSES: [u16; 8] = [429, 502, 503, 1001, 1006, 1011, 1012, 1013];
/// What a version that is not spoken is called here: a close code of the client's own.
const OTHER_VERSION: u16 = 4999;

#[derive(Deserialize)]
struct Config {
    transport: String,
    base_delay: Duration,
    max_delay: Duration,
    max_retries: u32,
}

enum Event {
    Text(String),
    /// A status or a close code, and what the server asks for.
    End(u16, Duration),
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let (sender, mut events) = unbounded_channel();
    let mut connection = JoinSet::new();
    let mut next_attempt = Some(Instant::now());
    let mut retries = 0;

    let reason = loop {
        let event = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            () = sleep_until(next_attempt.unwrap_or_else(Instant::now)), if next_attempt.is_some() => {
                next_attempt = None;
                ui.status(Status::Connecting);
                let (net, sender) = (net.clone(), sender.clone());
                if config.transport == "sse" {
                    connection.spawn(stream(net, sender));
                } else {
                    connection.spawn(websocket(net, sender));
                }
                continue;
            }
            Some(event) = events.recv() => event,
        };
        let (code, at_least) = match event {
            Event::Text(text) if text == "hello 1" => {
                retries = 0;
                ui.status(Status::Connected);
                continue;
            }
            Event::Text(text) if text.starts_with("hello ") => (OTHER_VERSION, Duration::ZERO),
            Event::Text(text) => {
                ui.show(text);
                continue;
            }
            Event::End(code, at_least) => (code, at_least),
        };
        if !PASSES.contains(&code) {
            break Reason::Refused(format!("code {code}"));
        }
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        retries += 1;
        let wait = at_least + config.max_delay.min(config.base_delay * retries).mul_f64(rng.random_range(0.3..1.0));
        ui.status(Status::Retrying { attempt: retries, wait });
        next_attempt = Some(Instant::now() + wait);
    };
    connection.shutdown().await;
    ui.status(Status::Disconnected { reason });
    Ok(())
}

async fn websocket(net: Net, events: UnboundedSender<Event>) {
    let mut end = Event::End(1006, Duration::ZERO);
    match net.websocket("/live").await {
        Ok(mut socket) => {
            while let Some(Ok(message)) = socket.next().await {
                match message {
                    Message::Text(text) => drop(events.send(Event::Text(text.to_string()))),
                    Message::Close(Some(frame)) => end = Event::End(frame.code.into(), Duration::ZERO),
                    _ => {}
                }
            }
        }
        Err(ConnectError::Http { status, headers }) => end = Event::End(status.as_u16(), asked(&headers)),
        Err(_) => {}
    }
    let _ = events.send(end);
}

async fn stream(net: Net, events: UnboundedSender<Event>) {
    let mut end = Event::End(1006, Duration::ZERO);
    match net.get("/live", &[("accept", "text/event-stream")]).await {
        Ok(response) if response.status == 200 => {
            let mut stream = sse::events(response);
            while let Some(Ok(event)) = stream.next().await {
                let _ = events.send(Event::Text(event.data));
            }
        }
        Ok(response) => end = Event::End(response.status.as_u16(), asked(&response.headers)),
        Err(_) => {}
    }
    let _ = events.send(end);
}

/// How long the server asks to wait: not at all if it does not.
fn asked(headers: &HeaderMap) -> Duration {
    let field = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (after, date) = (field("retry-after"), field("date"));
    let difference = || http_date(after).zip(http_date(date)).map(|(then, now)| then.saturating_sub(now));
    after.parse().ok().map(Duration::from_secs).or_else(difference).unwrap_or_default()
}
