//! Sends no empty text.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

/// The version that this client speaks, and the code with which it refuses every other.
const VERSION: u64 = 1;
const UNSUPPORTED: u16 = 4406;

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    reply_timeout: Duration,
}

#[derive(Deserialize)]
struct Envelope {
    v: u64,
    #[serde(rename = "type")]
    kind: String,
    id: Option<u64>,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Chat {
    from: String,
    text: String,
}

#[derive(Deserialize)]
struct Failure {
    reason: String,
}

/// What a server can say to this client.
enum Incoming {
    Hello {
        v: u64,
    },
    Chat(Chat),
    /// The reply to a request: delivered, or why not.
    Reply {
        id: u64,
        failure: Option<String>,
    },
}

/// Reads a message; nothing if any part of it is not as it should be.
fn decode(text: &str) -> Option<Incoming> {
    let Envelope { v, kind, id, data } = serde_json::from_str(text).ok()?;
    if kind == "hello" {
        return Some(Incoming::Hello { v });
    }
    if v != VERSION {
        return None;
    }
    match kind.as_str() {
        "chat" => serde_json::from_value(data).ok().map(Incoming::Chat),
        "ack" => Some(Incoming::Reply { id: id?, failure: None }),
        "error" => {
            let Failure { reason } = serde_json::from_value(data).ok()?;
            Some(Incoming::Reply { id: id?, failure: Some(reason) })
        }
        _ => None,
    }
}

/// A request without a reply.
struct Open {
    text: String,
    deadline: Instant,
}

/// How a connection ended.
enum Ended {
    Lost,
    Unsupported(u64),
    Closed,
}

struct Client {
    net: Net,
    ui: Ui,
    user: User,
    config: Config,
    /// The id of the next request: it goes on from connection to connection.
    next_id: u64,
    open: BTreeMap<u64, Open>,
}

/// Runs the client until the user closes it or the server speaks another version.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config = net.config()?;
    let mut client = Client { net, ui, user, config, next_id: 1, open: BTreeMap::new() };
    let reason = client.stay_connected().await;
    client.ui.status(Status::Disconnected { reason });
    Ok(())
}

impl Client {
    async fn stay_connected(&mut self) -> Reason {
        for attempt in 1.. {
            self.ui.status(Status::Connecting);
            let ended = self.connection().await;
            for (_, open) in std::mem::take(&mut self.open) {
                self.failed(&open.text, "lost");
            }
            match ended {
                Ended::Closed => break,
                Ended::Unsupported(v) => return Reason::Refused(format!("the server speaks version {v}")),
                Ended::Lost => {}
            }
            let wait = self.config.retry_wait;
            self.ui.status(Status::Retrying { attempt, wait });
            tokio::select! {
                () = self.user.closed() => break,
                () = sleep(wait) => {}
            }
        }
        Reason::ClosedByUser
    }

    /// One connection, from the attempt to its end.
    async fn connection(&mut self) -> Ended {
        let mut socket = tokio::select! {
            () = self.user.closed() => return Ended::Closed,
            answer = self.net.websocket("/chat") => match answer {
                Ok(socket) => socket,
                Err(_) => return Ended::Lost,
            },
        };
        let mut greeted = false;
        loop {
            // Ids rise with time, and so do deadlines.
            let first = self.open.first_key_value().map(|(id, open)| (*id, open.deadline));
            tokio::select! {
                () = self.user.closed() => return Ended::Closed,
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => match decode(&text) {
                        Some(Incoming::Hello { v }) if v != VERSION => return refuse(socket, v).await,
                        Some(Incoming::Hello { .. }) => {
                            greeted = true;
                            self.ui.status(Status::Connected);
                        }
                        Some(Incoming::Chat(Chat { from, text })) => self.ui.show(json!({ "from": from, "text": text })),
                        Some(Incoming::Reply { id, failure }) => self.settle(id, failure.as_deref()),
                        None => {}
                    },
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ended::Lost,
                    Some(Ok(_)) => {}
                },
                action = self.user.next(), if greeted => {
                    if let Action::Send(text) = action
                        && !text.is_empty()
                        && self.say(&mut socket, text).await.is_err()
                    {
                        return Ended::Lost;
                    }
                }
                () = sleep_until(first.map_or_else(Instant::now, |(_, deadline)| deadline)), if first.is_some() => {
                    self.settle(first.map_or(0, |(id, _)| id), Some("timeout"));
                }
            }
        }
    }

    async fn say(&mut self, socket: &mut Socket, text: String) -> Result<()> {
        let id = self.next_id;
        self.next_id += 1;
        let request = json!({ "v": VERSION, "type": "say", "id": id, "data": { "text": text } });
        self.open.insert(id, Open { text, deadline: Instant::now() + self.config.reply_timeout });
        Ok(socket.send(Message::text(request.to_string())).await?)
    }

    /// A request is over; one that is not open has been before.
    fn settle(&mut self, id: u64, failure: Option<&str>) {
        let Some(Open { text, .. }) = self.open.remove(&id) else { return };
        match failure {
            Some(reason) => self.failed(&text, reason),
            None => self.ui.show(json!({ "said": text, "state": "delivered" })),
        }
    }

    fn failed(&self, text: &str, reason: &str) {
        self.ui.show(json!({ "said": text, "state": "failed", "reason": reason }));
    }
}

async fn refuse(mut socket: Socket, v: u64) -> Ended {
    let frame = CloseFrame { code: UNSUPPORTED.into(), reason: "unsupported version".into() };
    // A connection that is lost meanwhile is over all the same.
    let _ = socket.close(Some(frame)).await;
    Ended::Unsupported(v)
}
