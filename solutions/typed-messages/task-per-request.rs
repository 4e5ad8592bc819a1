//! A task for each request. It waits for its reply, for the timeout or for the end of the connection, whichever comes first, and tells
//! the user: so each request is settled exactly once, by construction.
//!
//! The connection holds the other ends: a channel for each id. Dropping them all is how the end of the connection is said.

use std::{collections::HashMap, time::Duration};

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::{sync::oneshot, task::JoinSet, time::timeout};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes, protocol::CloseFrame};

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    reply_timeout: Duration,
}

/// What a server says about a request.
enum Reply {
    Delivered,
    Refused(String),
}

enum Ended {
    Lost,
    Unsupported,
    Closed,
}

/// Ids that are never given twice.
#[derive(Default)]
struct Ids(u64);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("say-{}", self.0)
    }
}

/// Runs the client until the user closes it or the server speaks another version.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let (mut ids, mut attempt) = (Ids::default(), 0);
    let reason = loop {
        ui.status(Status::Connecting);
        let socket = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            socket = net.websocket("/chat") => socket,
        };
        if let Ok(socket) = socket {
            let (write, read) = socket.split();
            let (open, tasks) = (HashMap::new(), JoinSet::new());
            let connection = Connection { ui: &ui, user: &user, config: &config, ids: &mut ids, write, open, tasks };
            match connection.run(read).await {
                Ended::Closed => break Reason::ClosedByUser,
                Ended::Unsupported => break Reason::Refused("another version".into()),
                Ended::Lost => {}
            }
        }
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        if timeout(config.retry_wait, user.closed()).await.is_ok() {
            break Reason::ClosedByUser;
        }
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

struct Connection<'a> {
    ui: &'a Ui,
    user: &'a User,
    config: &'a Config,
    ids: &'a mut Ids,
    write: SplitSink<Socket, Message>,
    /// Where the replies go, by id.
    open: HashMap<String, oneshot::Sender<Reply>>,
    tasks: JoinSet<()>,
}

impl Connection<'_> {
    async fn run(mut self, mut read: SplitStream<Socket>) -> Ended {
        let ended = loop {
            tokio::select! {
                () = self.user.closed() => break Ended::Closed,
                message = read.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(ended) = self.receive(&text).await {
                            break ended;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break Ended::Lost,
                    Some(Ok(_)) => {}
                },
                action = self.user.next() => {
                    if let Action::Send(text) = action
                        && self.say(text).await.is_err()
                    {
                        break Ended::Lost;
                    }
                }
            }
        };
        // Whoever still waits for a reply hears that none will come, and says so before this returns.
        drop(self.open);
        self.tasks.join_all().await;
        ended
    }

    /// Reads a message. Gives how the connection ends, if it does.
    async fn receive(&mut self, text: &Utf8Bytes) -> Option<Ended> {
        let envelope: Value = serde_json::from_str(text).ok()?;
        let (version, kind, data) =
            (envelope.get("v")?.as_u64()?, envelope.get("type")?.as_str()?, envelope.get("data"));
        let member = |name: &str| data?.get(name)?.as_str().map(str::to_owned);
        let id = || envelope.get("id")?.as_str();
        match (kind, version) {
            ("hello", 1) => self.ui.status(Status::Connected),
            ("hello", _) => {
                let frame = CloseFrame { code: 4406.into(), reason: "version 1 only".into() };
                let _ = self.write.send(Message::Close(Some(frame))).await;
                return Some(Ended::Unsupported);
            }
            ("chat", 1) => {
                let (from, text) = (member("from")?, member("text")?);
                self.ui.show(json!({ "from": from, "text": text }));
            }
            ("ack", 1) => self.settle(id()?, Reply::Delivered),
            ("error", 1) => self.settle(id()?, Reply::Refused(member("reason")?)),
            _ => {}
        }
        None
    }

    fn settle(&mut self, id: &str, reply: Reply) {
        if let Some(request) = self.open.remove(id) {
            // A request that has timed out does not listen any more.
            let _ = request.send(reply);
        }
    }

    async fn say(&mut self, text: String) -> Result<()> {
        let id = self.ids.next();
        let message = json!({ "v": 1, "type": "say", "id": id, "data": { "text": text } });
        let (settle, reply) = oneshot::channel();
        self.open.insert(id, settle);
        self.tasks.spawn(request(self.ui.clone(), text, reply, self.config.reply_timeout));
        Ok(self.write.send(Message::text(message.to_string())).await?)
    }
}

/// One request, from when it is sent.
async fn request(ui: Ui, text: String, reply: oneshot::Receiver<Reply>, within: Duration) {
    let failure = match timeout(within, reply).await {
        Ok(Ok(Reply::Delivered)) => return ui.show(json!({ "said": text, "state": "delivered" })),
        Ok(Ok(Reply::Refused(reason))) => reason,
        Ok(Err(_)) => "lost".to_owned(),
        Err(_) => "timeout".to_owned(),
    };
    ui.show(json!({ "said": text, "state": "failed", "reason": failure }));
}
