//! One loop: ask, read until the stream is lost, wait, again. What must outlive a stream is declared before the loop.

use std::{collections::HashSet, time::Duration};

use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User, sse};
use tokio::time::sleep;

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let client = async {
        let (mut last_id, mut seen, mut attempt) = (String::new(), HashSet::new(), 0);
        loop {
            ui.status(Status::Connecting);
            let mut headers = vec![("accept", "text/event-stream")];
            if !last_id.is_empty() {
                headers.push(("last-event-id", last_id.as_str()));
            }
            if let Ok(response) = net.get("/events", &headers).await {
                ui.status(Status::Connected);
                attempt = 0;
                let mut events = sse::events(response);
                while let Some(Ok(event)) = events.next().await {
                    last_id.clone_from(&event.id);
                    if seen.insert(event.id) {
                        ui.show(event.data);
                    }
                }
            }
            attempt += 1;
            ui.status(Status::Retrying { attempt, wait: config.retry_wait });
            sleep(config.retry_wait).await;
        }
    };
    tokio::select! {
        () = user.closed() => {}
        () = client => {}
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
