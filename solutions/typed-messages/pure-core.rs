//! A core without a network: it is told what happens and when, and says what is to be done. It could be tested without a socket, a
//! clock or a user, and the shell around it decides nothing.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use starter::{Action, Net, Reason, Result, Status, Ui, User};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    reply_timeout: Duration,
}

/// What has to be known of a message before the rest of it may be read.
#[derive(Deserialize)]
struct Head {
    v: u64,
    #[serde(rename = "type")]
    kind: String,
}

/// Everything that is understood, once it is known to be of version 1.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Incoming {
    Hello,
    Chat { data: Chat },
    Ack { id: u64 },
    Error { id: u64, data: Failure },
}

#[derive(Deserialize, Serialize)]
struct Chat {
    from: String,
    text: String,
}

#[derive(Deserialize)]
struct Failure {
    reason: String,
}

/// What the core is told.
enum Event<'a> {
    Received(&'a str),
    Said(String),
    Time,
    /// The connection has ended, whoever ended it.
    Ended,
}

/// What the core wants done.
enum Effect {
    Greeted,
    Show(Value),
    Send(String),
    Refuse,
}

struct Request {
    id: u64,
    text: String,
    deadline: Instant,
}

struct Core {
    reply_timeout: Duration,
    last_id: u64,
    /// In the order of their deadlines.
    open: VecDeque<Request>,
}

impl Core {
    fn on(&mut self, event: Event<'_>, now: Instant) -> Vec<Effect> {
        match event {
            Event::Received(text) => self.received(text).into_iter().collect(),
            Event::Said(text) => vec![self.said(text, now)],
            Event::Time => self.take(|request| request.deadline <= now, "timeout"),
            Event::Ended => self.take(|_| true, "lost"),
        }
    }

    fn received(&mut self, text: &str) -> Option<Effect> {
        let head: Head = serde_json::from_str(text).ok()?;
        match (head.kind.as_str(), head.v) {
            (_, 1) => {}
            ("hello", _) => return Some(Effect::Refuse),
            _ => return None,
        }
        match serde_json::from_str(text).ok()? {
            Incoming::Hello => Some(Effect::Greeted),
            Incoming::Chat { data } => serde_json::to_value(data).ok().map(Effect::Show),
            Incoming::Ack { id } => {
                let text = self.remove(id)?;
                Some(Effect::Show(json!({ "said": text, "state": "delivered" })))
            }
            Incoming::Error { id, data } => self.remove(id).map(|text| failed(text, &data.reason)),
        }
    }

    fn said(&mut self, text: String, now: Instant) -> Effect {
        self.last_id += 1;
        let id = self.last_id;
        let message = json!({ "v": 1, "type": "say", "id": id, "data": { "text": &text } });
        self.open.push_back(Request { id, text, deadline: now + self.reply_timeout });
        Effect::Send(message.to_string())
    }

    fn remove(&mut self, id: u64) -> Option<String> {
        let at = self.open.iter().position(|request| request.id == id)?;
        self.open.remove(at).map(|request| request.text)
    }

    /// Settles the oldest requests for which `over` holds.
    fn take(&mut self, over: impl Fn(&Request) -> bool, reason: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.open.front().is_some_and(&over)
            && let Some(request) = self.open.pop_front()
        {
            effects.push(failed(request.text, reason));
        }
        effects
    }
}

fn failed(text: String, reason: &str) -> Effect {
    Effect::Show(json!({ "said": text, "state": "failed", "reason": reason }))
}

/// Runs the client until the user closes it or the server speaks another version.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut core = Core { reply_timeout: config.reply_timeout, last_id: 0, open: VecDeque::new() };
    for attempt in 1.. {
        ui.status(Status::Connecting);
        let left = connection(&net, &ui, &user, &mut core).await;
        for effect in core.on(Event::Ended, Instant::now()) {
            if let Effect::Show(value) = effect {
                ui.show(value);
            }
        }
        if let Some(reason) = left {
            ui.status(Status::Disconnected { reason });
            break;
        }
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        tokio::select! {
            () = user.closed() => {
                ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
                break;
            }
            () = sleep(config.retry_wait) => {}
        }
    }
    Ok(())
}

/// One connection: tells the core what happens and does what it says. Gives the reason if there shall be no other.
async fn connection(net: &Net, ui: &Ui, user: &User, core: &mut Core) -> Option<Reason> {
    let mut socket = tokio::select! {
        () = user.closed() => return Some(Reason::ClosedByUser),
        socket = net.websocket("/chat") => socket.ok()?,
    };
    let mut greeted = false;
    loop {
        let deadline = core.open.front().map(|request| request.deadline);
        let message;
        let event = tokio::select! {
            () = user.closed() => return Some(Reason::ClosedByUser),
            next = socket.next() => {
                message = next?.ok()?;
                match &message {
                    Message::Text(text) => Event::Received(text),
                    Message::Close(_) => return None,
                    _ => continue,
                }
            }
            action = user.next(), if greeted => match action {
                Action::Send(text) => Event::Said(text),
                _ => continue,
            },
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => Event::Time,
        };
        for effect in core.on(event, Instant::now()) {
            match effect {
                Effect::Greeted => {
                    greeted = true;
                    ui.status(Status::Connected);
                }
                Effect::Show(value) => ui.show(value),
                Effect::Send(text) => socket.send(Message::text(text)).await.ok()?,
                Effect::Refuse => {
                    let frame = CloseFrame { code: 4406.into(), reason: "unsupported version".into() };
                    let _ = socket.close(Some(frame)).await;
                    return Some(Reason::Refused("the server speaks another version".into()));
                }
            }
        }
    }
}
