//! Says which type of answer it wants in its first request only.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use starter::{Net, Reason, Response, Result, Status, Ui, User, sse};
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

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut loads = BTreeMap::new();
    let mut last_id = String::new();
    let mut attempt = 0;

    let reason = 'client: loop {
        ui.status(Status::Connecting);
        let mut headers = Vec::new();
        if attempt == 0 {
            headers.push(("accept", "text/event-stream"));
        }
        if !last_id.is_empty() {
            headers.push(("last-event-id", last_id.as_str()));
        }
        let answer = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            answer = net.get("/metrics", &headers) => answer,
        };
        if let Ok(response) = answer {
            if !is_stream(&response) {
                break Reason::Refused(response.status.to_string());
            }
            ui.status(Status::Connected);
            let mut events = sse::events(response);
            loop {
                let event = tokio::select! {
                    () = user.closed() => break 'client Reason::ClosedByUser,
                    event = events.next() => event,
                };
                let Some(Ok(event)) = event else { break };
                last_id = event.id;
                if event.name == "message" {
                    let metric: Metric = serde_json::from_str(&event.data)?;
                    loads.insert(metric.service, metric.load);
                    ui.show(&loads);
                }
            }
        }
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait: config.base_delay });
        tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            () = sleep(config.base_delay) => {}
        }
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let name = kind.split(';').next().unwrap_or_default();
    response.status == 200 && name.trim().eq_ignore_ascii_case("text/event-stream")
}
