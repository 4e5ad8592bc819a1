//! Mistake: the second request says nothing of what has been seen.

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
        let (mut seen, mut attempt) = (HashSet::new(), 0);
        loop {
            ui.status(Status::Connecting);
            if let Ok(response) = net.get("/events", &[("accept", "text/event-stream")]).await {
                ui.status(Status::Connected);
                let mut events = sse::events(response);
                while let Some(Ok(event)) = events.next().await {
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
