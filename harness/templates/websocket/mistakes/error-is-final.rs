//! Mistake: the error of a reset connection leaves `run` through `?`.

use futures_util::StreamExt;
use starter::{Net, Reason, Result, Status, Ui, User};
use tokio_tungstenite::tungstenite::Message;

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/").await?;
    loop {
        let message = tokio::select! {
            () = user.closed() => break,
            message = socket.next() => message.ok_or("the server has closed the connection")??,
        };
        if matches!(message, Message::Text(text) if text == "hello") {
            ui.status(Status::Connected);
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
