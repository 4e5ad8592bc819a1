//! Your client: change this, and say what the student is to make of it.
//!
//! The server sends a feed, and the stream breaks now and then. Make this client come back:
//!
//! 1. When the stream ends or breaks, wait for `retry_wait` and ask again.
//! 2. Say which event you have seen last.
//! 3. Show no event twice.
//! 4. Stop at once when the user closes the client, also while you wait.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check new-challenge` tells you how far
//! you are.

use std::time::Duration;

use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User, sse};

/// What the client is told. The value differs from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before the stream is asked for again.
    pub retry_wait: Duration,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    ui.status(Status::Connecting);
    let mut events = sse::events(net.get("/events", &[("accept", "text/event-stream")]).await?);
    ui.status(Status::Connected);

    loop {
        let event = tokio::select! {
            // Whatever you wait for, the user may close the client meanwhile.
            () = user.closed() => break,
            event = events.next() => event,
        };
        match event {
            Some(Ok(event)) => ui.show(event.data),
            Some(Err(error)) => return Err(error),
            None => return Err("the stream has ended".into()),
        }
    }

    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
