//! The user against everything else: `run` is one `select!` over the user's wish and a client that knows nothing of it.
//!
//! When the user closes, the client is dropped wherever it stands, and everything it holds goes with it: the wait, the request, the stream.
//! The state that outlives a connection is a struct.

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

/// Runs the client until the user closes it or the server has no stream for it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut dashboard = Dashboard { net, ui: ui.clone(), loads: BTreeMap::new(), last_id: None };
    let reason = tokio::select! {
        biased;
        () = user.closed() => Reason::ClosedByUser,
        why = dashboard.stay_connected(config.base_delay) => Reason::Refused(why),
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

struct Dashboard {
    net: Net,
    ui: Ui,
    loads: BTreeMap<String, u32>,
    last_id: Option<String>,
}

impl Dashboard {
    /// Asks for the stream again and again. Returns why the server has none.
    async fn stay_connected(&mut self, wait: Duration) -> String {
        for attempt in 1.. {
            if let Err(why) = self.connection().await {
                return why;
            }
            self.ui.status(Status::Retrying { attempt, wait });
            sleep(wait).await;
        }
        unreachable!("there is no last number")
    }

    /// One attempt, and the stream that may come of it. An error is final.
    async fn connection(&mut self) -> Result<(), String> {
        self.ui.status(Status::Connecting);
        let last_id = self.last_id.as_deref().map(|id| ("last-event-id", id));
        let headers: Vec<_> = [("accept", "text/event-stream")].into_iter().chain(last_id).collect();
        let Ok(response) = self.net.get("/metrics", &headers).await else { return Ok(()) };
        check(&response)?;
        self.ui.status(Status::Connected);
        let mut events = sse::events(response);
        while let Some(Ok(event)) = events.next().await {
            self.take(event);
        }
        Ok(())
    }

    fn take(&mut self, event: sse::Event) {
        self.last_id = Some(event.id).filter(|id| !id.is_empty());
        // An event of another type, or one that cannot be read, is not for this client.
        if let ("message", Ok(Metric { service, load })) = (event.name.as_str(), serde_json::from_str(&event.data)) {
            self.loads.insert(service, load);
            self.ui.show(&self.loads);
        }
    }
}

/// Whether an answer is a stream, and if not, why.
fn check(response: &Response) -> Result<(), String> {
    if response.status != 200 {
        return Err(format!("status {}", response.status));
    }
    let kind = response.headers.get("content-type").map(|value| value.as_bytes()).unwrap_or_default();
    let name = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if name.eq_ignore_ascii_case(b"text/event-stream") {
        Ok(())
    } else {
        Err(format!("no stream but {}", String::from_utf8_lossy(kind)))
    }
}
