//! As a browser would have it: a task that behaves like an `EventSource` sends what happens, and its owner decides what the user sees.
//!
//! The task is in a `JoinSet`, which aborts it when it is dropped. The channel is the only thing that the two share.

use std::{collections::HashMap, time::Duration};

use serde::Deserialize;
use serde_json::Value;
use starter::{Net, Reason, Result, Status, Ui, User, sse};
use tokio::{
    sync::mpsc::{Sender, channel},
    task::JoinSet,
    time::sleep,
};

#[derive(Deserialize)]
struct Config {
    base_delay: Duration,
}

/// What an `EventSource` would call its listeners with.
enum Event {
    /// `readyState` is `CONNECTING`, and a request is under way.
    Connecting,
    /// `onopen`.
    Open,
    /// `onmessage`.
    Message(sse::Event),
    /// `onerror`, and it will try again.
    Error,
    /// `onerror`, and `readyState` is `CLOSED`.
    Closed(String),
}

/// Runs the client until the user closes it or the server has no stream for it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let (sender, mut events) = channel(16);
    let mut source = JoinSet::new();
    source.spawn(event_source(net, config.base_delay, sender));

    let mut loads: HashMap<String, Value> = HashMap::new();
    let mut failures = 0;
    let reason = loop {
        let event = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            Some(event) = events.recv() => event,
        };
        match event {
            Event::Connecting => ui.status(Status::Connecting),
            Event::Open => {
                failures = 0;
                ui.status(Status::Connected);
            }
            Event::Error => {
                failures += 1;
                ui.status(Status::Retrying { attempt: failures, wait: config.base_delay });
            }
            Event::Message(event) if event.name == "message" => {
                let mut metric: Value = serde_json::from_str(&event.data)?;
                if let Value::String(service) = metric["service"].take() {
                    loads.insert(service, metric["load"].take());
                    ui.show(&loads);
                }
            }
            Event::Message(_) => {}
            Event::Closed(why) => break Reason::Refused(why),
        }
    };
    source.shutdown().await;
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Sends what happens until there is no stream, or nobody listens.
async fn event_source(net: Net, wait: Duration, events: Sender<Event>) {
    let mut last_id = String::new();
    loop {
        let _ = events.send(Event::Connecting).await;
        let mut headers = vec![("accept", "text/event-stream"), ("cache-control", "no-cache")];
        if !last_id.is_empty() {
            headers.push(("last-event-id", &last_id));
        }
        if let Ok(response) = net.get("/metrics", &headers).await {
            let kind = response.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("nothing");
            if response.status != 200 || !kind.to_ascii_lowercase().starts_with("text/event-stream") {
                let _ = events.send(Event::Closed(format!("{} with {kind}", response.status))).await;
                return;
            }
            let _ = events.send(Event::Open).await;
            let mut stream = sse::events(response);
            while let Some(Ok(event)) = stream.next().await {
                last_id.clone_from(&event.id);
                let _ = events.send(Event::Message(event)).await;
            }
        }
        let _ = events.send(Event::Error).await;
        sleep(wait).await;
    }
}
