//! A task for each connection, which is stopped with it, and one place that owns the session and hears of everything through one channel.
//!
//! What comes after a gap is kept here until the gap is filled, so nothing that is sent again has to be waited for twice.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Result, Socket, Status, Ui, User, sse};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::sleep,
};
use tokio_tungstenite::tungstenite::Message;

#[derive(Clone, Deserialize)]
struct Config {
    transport: String,
    room: String,
    base_delay: Duration,
    max_delay: Duration,
}

/// What a connection's task reports.
enum News {
    /// An event: its id and its data.
    Event(String, String),
    /// A message.
    Message(Value),
    /// The WebSocket is open; this is the way to write to it.
    Open(SplitSink<Socket, Message>),
    /// It is over. With what the stream of events has asked for.
    Over(Option<Duration>),
}

/// Decorrelated jitter that is never less than the reconnection time.
struct Waits {
    config: Config,
    base: Duration,
    last: Option<Duration>,
    rng: StdRng,
}

impl Waits {
    fn next(&mut self, asked: Option<Duration>) -> Duration {
        if let Some(asked) = asked {
            self.base = asked.clamp(self.config.base_delay, self.config.max_delay);
        }
        let most = match self.last {
            Some(last) => (last * 3).clamp(self.base, self.config.max_delay),
            None => (self.base * 2).min(self.config.max_delay),
        };
        let wait = self.base + (most - self.base).mul_f64(self.rng.random());
        self.last = Some(wait);
        wait
    }
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut waits = Waits { base: config.base_delay, config: config.clone(), last: None, rng: net.rng() };
    let mut session = Session { room: config.room, ..Session::default() };
    let (tell, mut news) = unbounded_channel();
    loop {
        ui.status(Status::Connecting);
        // Dropping the set stops the task, and with it the connection.
        let mut connection = JoinSet::new();
        match config.transport.as_str() {
            "sse" => connection.spawn(stream(net.clone(), session.last_id.clone(), tell.clone())),
            _ => connection.spawn(socket(net.clone(), tell.clone())),
        };
        let asked = tokio::select! {
            biased;
            () = user.closed() => return Ok(()),
            asked = session.live(&mut news, &ui, &user, &mut waits) => asked,
        };
        drop(connection);
        session.writer = None;
        // What the stopped task has still said belongs to a connection that is gone.
        while news.try_recv().is_ok() {}
        let wait = waits.next(asked);
        ui.status(Status::Retrying { attempt: 1, wait });
        tokio::select! {
            biased;
            () = user.closed() => return Ok(()),
            () = sleep(wait) => {}
        }
    }
}

async fn stream(net: Net, last_id: String, tell: UnboundedSender<News>) {
    let mut headers = vec![("accept", "text/event-stream"), ("last-event-id", &last_id)];
    headers.truncate(if last_id.is_empty() { 1 } else { 2 });
    let mut asked = None;
    if let Ok(response) = net.get("/events", &headers).await {
        let mut events = sse::events(response);
        while let Some(Ok(event)) = events.next().await {
            let _ = tell.send(News::Event(event.id, event.data));
        }
        asked = events.retry();
    }
    let _ = tell.send(News::Over(asked));
}

async fn socket(net: Net, tell: UnboundedSender<News>) {
    if let Ok(socket) = net.websocket("/session").await {
        let (writer, reader) = socket.split();
        let _ = tell.send(News::Open(writer));
        read(reader, &tell).await;
    }
    let _ = tell.send(News::Over(None));
}

async fn read(mut reader: SplitStream<Socket>, tell: &UnboundedSender<News>) {
    while let Some(Ok(message)) = reader.next().await {
        if let Ok(value) = serde_json::from_slice(&message.into_data()) {
            let _ = tell.send(News::Message(value));
        }
    }
}

/// What outlives the connections.
#[derive(Default)]
struct Session {
    room: String,
    // Of the events:
    last_id: String,
    /// The ids of the last events that were shown.
    recent: VecDeque<String>,
    // Of the messages:
    name: Option<Value>,
    epoch: u64,
    seq: u64,
    /// What has come too early, by its number.
    early: BTreeMap<u64, Value>,
    outbox: BTreeMap<u64, String>,
    ids: u64,
    writer: Option<SplitSink<Socket, Message>>,
    ready: bool,
}

impl Session {
    /// Lives with one connection until it is over. Gives what has been asked for then.
    async fn live(
        &mut self,
        news: &mut UnboundedReceiver<News>,
        ui: &Ui,
        user: &User,
        waits: &mut Waits,
    ) -> Option<Duration> {
        (self.ready, self.early) = (false, BTreeMap::new());
        loop {
            let heard = tokio::select! {
                action = user.next(), if self.ready => {
                    if let Action::Send(text) = action {
                        self.ids += 1;
                        self.outbox.insert(self.ids, text);
                        self.repeat(self.ids).await;
                    }
                    continue;
                }
                heard = news.recv() => heard.expect("this function's caller holds a sender"),
            };
            match heard {
                News::Over(asked) => return asked,
                News::Event(id, data) => {
                    waits.last = None;
                    self.event(id, data, ui);
                }
                News::Open(writer) => {
                    self.writer = Some(writer);
                    self.introduce().await;
                }
                News::Message(message) => {
                    waits.last = None;
                    if message["type"] == "reconnect" {
                        return None;
                    }
                    self.message(message, ui).await;
                }
            }
        }
    }

    fn event(&mut self, id: String, data: String, ui: &Ui) {
        self.last_id.clone_from(&id);
        if !self.recent.contains(&id) {
            ui.show(data);
            self.recent.push_back(id);
            if self.recent.len() > 1_000 {
                self.recent.pop_front();
            }
        }
    }

    async fn introduce(&mut self) {
        let first = match &self.name {
            Some(name) => json!({ "type": "resume", "session": name, "epoch": self.epoch, "seq": self.seq }),
            None => json!({ "type": "identify" }),
        };
        self.say(&first).await;
    }

    async fn message(&mut self, message: Value, ui: &Ui) {
        match message["type"].as_str() {
            Some("welcome") => {
                self.name = Some(message["session"].clone());
                (self.epoch, self.seq) = (message["epoch"].as_u64().unwrap_or_default(), 0);
                self.early.clear();
                self.say(&json!({ "type": "subscribe", "room": self.room })).await;
                self.greeted(ui).await;
            }
            Some("resumed") => self.greeted(ui).await,
            Some("invalid_session") => {
                self.name = None;
                self.introduce().await;
            }
            Some("chat") => self.chat(message, ui).await,
            Some("ack") => {
                let id = message["id"].as_str().and_then(|id| id.parse().ok());
                id.and_then(|id: u64| self.outbox.remove(&id));
            }
            _ => {}
        }
    }

    async fn greeted(&mut self, ui: &Ui) {
        self.ready = true;
        ui.status(Status::Connected);
        for id in self.outbox.keys().copied().collect::<Vec<_>>() {
            self.repeat(id).await;
        }
    }

    async fn chat(&mut self, message: Value, ui: &Ui) {
        let (Some(epoch), Some(seq)) = (message["epoch"].as_u64(), message["seq"].as_u64()) else { return };
        if epoch > self.epoch {
            (self.epoch, self.seq) = (epoch, 0);
            self.early.clear();
        }
        if epoch < self.epoch || seq <= self.seq {
            return;
        }
        let whole = self.early.is_empty();
        self.early.insert(seq, message["text"].clone());
        while let Some(text) = self.early.remove(&(self.seq + 1)) {
            self.seq += 1;
            ui.show(text);
        }
        if whole && !self.early.is_empty() {
            self.say(&json!({ "type": "resync", "epoch": self.epoch, "seq": self.seq })).await;
        }
    }

    async fn repeat(&mut self, id: u64) {
        let say = json!({ "type": "say", "id": id.to_string(), "text": self.outbox[&id] });
        self.say(&say).await;
    }

    /// Says something. If the connection has ended, its task tells so.
    async fn say(&mut self, message: &Value) {
        if let Some(writer) = &mut self.writer {
            let _ = writer.send(message.to_string().into()).await;
        }
    }
}
