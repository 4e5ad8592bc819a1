//! Takes close code 1000 for the end of the chat.

use std::{collections::VecDeque, pin::pin, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    max_retries: u32,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut outbox = Outbox { ui: ui.clone(), last_id: 0, pending: VecDeque::new() };
    let mut retries = 0;
    let reason = loop {
        ui.status(Status::Connecting);
        let talked = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            talked = talk(&net, &ui, &user, &mut outbox) => talked,
        };
        let Some(greeted) = talked else {
            break Reason::GaveUp;
        };
        if greeted {
            retries = 0;
        }
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait: config.retry_wait });
        let mut wait = pin!(sleep(config.retry_wait));
        let closed = loop {
            tokio::select! {
                () = user.closed() => break true,
                action = user.next() => {
                    outbox.hear(action);
                }
                () = &mut wait => break false,
            }
        };
        if closed {
            break Reason::ClosedByUser;
        }
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// One attempt, and the connection that comes of it, to its end. Tells whether the server has said hello; nothing if it says that this is the end.
async fn talk(net: &Net, ui: &Ui, user: &User, outbox: &mut Outbox) -> Option<bool> {
    let mut attempt = pin!(net.websocket("/chat"));
    let mut socket = loop {
        tokio::select! {
            outcome = &mut attempt => match outcome {
                Ok(socket) => break socket,
                Err(_) => return Some(false),
            },
            action = user.next() => {
                outbox.hear(action);
            }
        }
    };
    let mut greeted = false;
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) if text == "hello" => {
                    greeted = true;
                    ui.status(Status::Connected);
                    for message in &outbox.pending {
                        send(&mut socket, message).await;
                    }
                }
                Some(Ok(Message::Text(text))) => outbox.acknowledge(&text),
                Some(Ok(Message::Close(Some(frame)))) if frame.code == CloseCode::Normal => return None,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Some(greeted),
                Some(Ok(_)) => {}
            },
            action = user.next() => {
                let typed = outbox.hear(action);
                if greeted && let Some(message) = typed {
                    send(&mut socket, message).await;
                }
            }
        }
    }
}

/// Writes a message. If that fails the connection is lost, as reading will tell, and the message is still in the outbox.
async fn send(socket: &mut Socket, message: &Typed) {
    let _ = socket.send(format!("{} {}", message.id, message.text).into()).await;
}

/// What the user has typed.
struct Typed {
    id: u64,
    text: String,
}

/// A message as it is shown.
#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    state: &'a str,
}

/// What the server has not acknowledged, in the order in which it was typed.
struct Outbox {
    ui: Ui,
    last_id: u64,
    pending: VecDeque<Typed>,
}

impl Outbox {
    /// The user has done something. Gives the message, if it was one.
    fn hear(&mut self, action: Action) -> Option<&Typed> {
        let Action::Send(text) = action else { return None };
        self.ui.show(Line { text: &text, state: "pending" });
        self.last_id += 1;
        self.pending.push_back(Typed { id: self.last_id, text });
        self.pending.back()
    }

    /// The server has said something: perhaps that it has a message.
    fn acknowledge(&mut self, text: &str) {
        let id: Option<u64> = text.strip_prefix("ack ").and_then(|id| id.parse().ok());
        let Some(index) = self.pending.iter().position(|message| Some(message.id) == id) else { return };
        if let Some(message) = self.pending.remove(index) {
            self.ui.show(Line { text: &message.text, state: "sent" });
        }
    }
}
