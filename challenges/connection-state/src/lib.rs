//! Your client: a chat that tells the truth.
//!
//! The network is not always there, and the user of this chat shall know at every moment where they stand:
//!
//! 1. Show the state of the connection whenever it changes, and only then: connecting, connected, retrying, disconnected.
//! 2. Come back: `retry_wait` after each loss and each failed attempt, until `max_retries` retries in a row have failed.
//! 3. Take what the user types at any time, number it, and show it as `pending`.
//! 4. Send it once the server has said hello, in order, and show it as `sent` once the server has acknowledged it.
//! 5. Send again, on the next connection, what was not acknowledged on the last one.
//! 6. Stop when the user closes the chat.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check connection-state` tells you how far
//! you are.
//!
//! A good start: put what `run` does now into a loop that comes back. Messages can wait until that is right.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use starter::{Action, Net, Reason, Result, Status, Ui, User};
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// How long to wait before each retry.
    pub retry_wait: Duration,
    /// How many retries in a row may fail before the client gives up.
    pub max_retries: u32,
}

/// A message of the user, as it is shown.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// What the user has typed.
    pub text: &'a str,
    /// Where it is: `pending` or `sent`.
    pub state: &'a str,
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");

    ui.status(Status::Connecting);
    let mut socket = net.websocket("/chat").await?;
    ui.status(Status::Connected);

    let mut id = 0;
    loop {
        tokio::select! {
            // Whatever you wait for, the user may close the chat meanwhile.
            () = user.closed() => break,
            action = user.next() => {
                if let Action::Send(text) = action {
                    id += 1;
                    socket.send(format!("{id} {text}").into()).await?;
                    ui.show(Line { text: &text, state: "sent" });
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => println!("the server says {text:?}"),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err("the server has closed the connection".into()),
            },
        }
    }

    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
