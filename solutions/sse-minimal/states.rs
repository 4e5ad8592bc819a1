//! A state machine: each state holds what belongs to it alone, and each has one way to go on.
//!
//! Waits are drawn a little apart (from 0.75 to 1.25 of `base_delay`), so that not all dashboards come back at once.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User, rand::RngExt, sse};
use tokio::time::sleep;

#[derive(Deserialize)]
struct Config {
    base_delay: Duration,
}

#[derive(Deserialize)]
struct Metric {
    service: String,
    load: u32,
}

enum State {
    Connecting,
    Connected(Box<sse::Events>),
    Waiting(Duration),
    Over(Reason),
}

/// Runs the client until the user closes it or the server has no stream for it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let mut loads = BTreeMap::new();
    let mut last_id = String::new();
    let mut failures = 0;
    let mut state = State::Connecting;
    loop {
        // Each state is shown when it is entered, before anything in it is awaited.
        match &state {
            State::Connecting => ui.status(Status::Connecting),
            State::Connected(_) => {
                failures = 0;
                ui.status(Status::Connected);
            }
            State::Waiting(wait) => {
                failures += 1;
                ui.status(Status::Retrying { attempt: failures, wait: *wait });
            }
            State::Over(reason) => {
                ui.status(Status::Disconnected { reason: reason.clone() });
                return Ok(());
            }
        }
        let next = async {
            match state {
                State::Connecting => {
                    let mut headers = vec![("accept", "text/event-stream")];
                    if !last_id.is_empty() {
                        headers.push(("last-event-id", &last_id));
                    }
                    match net.get("/metrics", &headers).await {
                        Ok(response) if is_stream(&response) => State::Connected(Box::new(sse::events(response))),
                        Ok(response) => State::Over(Reason::Refused(response.status.to_string())),
                        Err(_) => State::Waiting(config.base_delay.mul_f64(rng.random_range(0.75..1.25))),
                    }
                }
                State::Connected(mut events) => {
                    while let Some(Ok(event)) = events.next().await {
                        last_id = event.id;
                        if event.name == "message"
                            && let Ok(Metric { service, load }) = serde_json::from_str(&event.data)
                        {
                            loads.insert(service, load);
                            ui.show(&loads);
                        }
                    }
                    State::Waiting(config.base_delay.mul_f64(rng.random_range(0.75..1.25)))
                }
                State::Waiting(wait) => {
                    sleep(wait).await;
                    State::Connecting
                }
                State::Over(reason) => State::Over(reason),
            }
        };
        state = tokio::select! {
            biased;
            () = user.closed() => State::Over(Reason::ClosedByUser),
            next = next => next,
        };
    }
}

fn is_stream(response: &starter::Response) -> bool {
    let kind = response.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let name = kind.split_once(';').map_or(kind, |(name, _)| name);
    response.status == 200 && name.trim().eq_ignore_ascii_case("text/event-stream")
}
