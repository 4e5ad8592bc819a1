//! Your client: a dashboard that shows the load of some services.
//!
//! The server sends a stream of events. Each says how much load one service has now. Make this client keep a map of them:
//!
//! 1. Ask for a stream: say in the request which type of answer you want.
//! 2. Keep the latest load of each service in a map, and show the map after each event.
//! 3. Look at the answer: only status 200 with the content type `text/event-stream` is a stream.
//! 4. Come back: when the stream ends, breaks or cannot be had, wait for `base_delay` and ask again.
//! 5. Lose nothing: say which event you have seen last.
//! 6. Tell the user the truth about the connection at every moment, and stop when the user closes the dashboard.
//!
//! `README.md` beside this crate explains each point. `cargo run -p harness -- check sse-minimal` tells you how far you are: run it now,
//! and again after each step.
//!
//! What is here already asks for something, reads events, and prints them.

use std::time::Duration;

use serde::Deserialize;
use starter::{Net, Reason, Result, Status, Ui, User, sse};

/// What the client is told. The value differs from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before the stream is asked for again.
    pub base_delay: Duration,
}

/// What an event says, in JSON: `{"service":"login","load":12}`.
#[derive(Debug, Deserialize)]
pub struct Metric {
    /// Which service.
    pub service: String,
    /// How much it has to do at the moment.
    pub load: u32,
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    ui.status(Status::Connecting);
    // Steps 1 and 3: header fields of the request go into the list, as ("name", "value"). The answer has a status and headers.
    let response = net.get("/metrics", &[]).await?;
    let mut events = sse::events(response);

    loop {
        let event = tokio::select! {
            // Whatever you wait for, the user may close the dashboard meanwhile.
            () = user.closed() => break,
            event = events.next() => event,
        };
        match event {
            Some(Ok(event)) => {
                // Step 2: a map, and ui.show(&map).
                let metric: Metric = serde_json::from_str(&event.data)?;
                println!("{}: {} has a load of {}", event.name, metric.service, metric.load);
            }
            // Step 4: neither of these is the end of your client.
            Some(Err(error)) => return Err(error),
            None => return Err("the stream has ended".into()),
        }
    }

    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
