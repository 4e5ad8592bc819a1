//! A session that knows nothing of sockets and clocks: it is told what has come, and says what is to be done. What drives it is short.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use rand::{RngExt, rngs::StdRng};
use serde::{Deserialize, Serialize};
use starter::{Action, Net, Result, Status, Ui, User, sse};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: String,
    room: String,
    base_delay: Duration,
    max_delay: Duration,
}

/// What the server says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Heard {
    Welcome {
        session: String,
        epoch: u64,
    },
    Resumed,
    InvalidSession,
    Chat {
        epoch: u64,
        seq: u64,
        text: String,
    },
    Ack {
        id: String,
    },
    Reconnect,
    #[serde(other)]
    Other,
}

/// What the client says.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Say {
    Identify,
    Resume {
        session: String,
        epoch: u64,
        seq: u64,
    },
    Subscribe {
        room: String,
    },
    Resync {
        epoch: u64,
        seq: u64,
    },
    #[serde(rename = "say")]
    Text {
        id: String,
        text: String,
    },
}

/// What is to be done.
enum Do {
    Send(Say),
    Show(String),
    Connected,
    Leave,
}

/// A place in the chat: an epoch, and the number of the last message that was shown in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Place {
    epoch: u64,
    seq: u64,
}

/// The chat over WebSocket, from its first connection to its last.
struct Session {
    room: String,
    name: Option<String>,
    place: Place,
    /// Messages are missing after the place, and have been asked for.
    gap: bool,
    /// The server has greeted the client on this connection.
    ready: bool,
    outbox: VecDeque<Say>,
    said: u64,
}

impl Session {
    fn new(room: String) -> Self {
        let place = Place::default();
        Self { room, name: None, place, gap: false, ready: false, outbox: VecDeque::new(), said: 0 }
    }

    /// A connection has opened.
    fn opened(&mut self) -> Say {
        (self.gap, self.ready) = (false, false);
        match &self.name {
            Some(name) => Say::Resume { session: name.clone(), epoch: self.place.epoch, seq: self.place.seq },
            None => Say::Identify,
        }
    }

    fn heard(&mut self, heard: Heard) -> Vec<Do> {
        match heard {
            Heard::Welcome { session, epoch } => {
                (self.name, self.place) = (Some(session), Place { epoch, seq: 0 });
                let subscribe = Do::Send(Say::Subscribe { room: self.room.clone() });
                [subscribe].into_iter().chain(self.greeted()).collect()
            }
            Heard::Resumed => self.greeted(),
            Heard::InvalidSession => {
                self.name = None;
                vec![Do::Send(Say::Identify)]
            }
            Heard::Chat { epoch, seq, text } => self.chat(Place { epoch, seq }, text),
            Heard::Ack { id } => {
                self.outbox.retain(|say| !matches!(say, Say::Text { id: sent, .. } if *sent == id));
                vec![]
            }
            Heard::Reconnect => vec![Do::Leave],
            Heard::Other => vec![],
        }
    }

    fn greeted(&mut self) -> Vec<Do> {
        self.ready = true;
        [Do::Connected].into_iter().chain(self.outbox.iter().cloned().map(Do::Send)).collect()
    }

    fn chat(&mut self, place: Place, text: String) -> Vec<Do> {
        if place.epoch > self.place.epoch {
            (self.place, self.gap) = (Place { epoch: place.epoch, seq: 0 }, false);
        }
        if place <= self.place {
            return vec![];
        }
        if place.seq == self.place.seq + 1 {
            (self.place, self.gap) = (place, false);
            return vec![Do::Show(text)];
        }
        if std::mem::replace(&mut self.gap, true) {
            return vec![];
        }
        vec![Do::Send(Say::Resync { epoch: self.place.epoch, seq: self.place.seq })]
    }

    /// The user says something.
    fn says(&mut self, text: String) -> Say {
        self.said += 1;
        let say = Say::Text { id: format!("say-{}", self.said), text };
        self.outbox.push_back(say.clone());
        say
    }
}

/// The waits between connections.
struct Waits {
    least: Duration,
    most: Duration,
    /// The reconnection time.
    base: Duration,
    failures: u32,
    rng: StdRng,
}

impl Waits {
    fn asked(&mut self, base: Duration) {
        self.base = base.clamp(self.least, self.most);
    }

    fn next(&mut self) -> Duration {
        let wait = self.base.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures += 1;
        wait.mul_f64(self.rng.random_range(1.0..1.9)).min(self.most)
    }
}

struct Client {
    net: Net,
    ui: Ui,
    user: User,
    config: Config,
    waits: Waits,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let (least, most) = (config.base_delay, config.max_delay);
    let waits = Waits { least, most, base: least, failures: 0, rng: net.rng() };
    let mut client = Client { net, ui, user, config, waits };
    if client.config.transport == "sse" { client.events().await } else { client.messages().await }
}

impl Client {
    /// Waits for the next attempt. Tells whether there is to be one.
    async fn again(&mut self) -> bool {
        let wait = self.waits.next();
        self.ui.status(Status::Retrying { attempt: self.waits.failures, wait });
        tokio::select! {
            biased;
            () = self.user.closed() => return false,
            () = sleep(wait) => {}
        }
        self.ui.status(Status::Connecting);
        true
    }

    async fn events(&mut self) -> Result<()> {
        let (mut last, mut known) = (String::new(), HashSet::new());
        loop {
            tokio::select! {
                biased;
                () = self.user.closed() => return Ok(()),
                () = follow(&self.net, &self.ui, &mut self.waits, &mut last, &mut known) => {}
            }
            if !self.again().await {
                return Ok(());
            }
        }
    }

    async fn messages(&mut self) -> Result<()> {
        let mut session = Session::new(self.config.room.clone());
        loop {
            tokio::select! {
                biased;
                () = self.user.closed() => return Ok(()),
                _ = drive(&self.net, &self.ui, &self.user, &mut self.waits, &mut session) => {}
            }
            if !self.again().await {
                return Ok(());
            }
        }
    }
}

/// One stream of events, from its request to its end.
async fn follow(net: &Net, ui: &Ui, waits: &mut Waits, last: &mut String, known: &mut HashSet<String>) {
    let ask = ("accept", "text/event-stream");
    let response = match last.as_str() {
        "" => net.get("/events", &[ask]).await,
        last => net.get("/events", &[ask, ("Last-Event-ID", last)]).await,
    };
    let Ok(response) = response else { return };
    ui.status(Status::Connected);
    let mut events = sse::events(response);
    loop {
        let event = events.next().await;
        if let Some(asked) = events.retry() {
            waits.asked(asked);
        }
        let Some(Ok(event)) = event else { return };
        waits.failures = 0;
        if known.insert(event.id.clone()) {
            ui.show(event.data);
        }
        *last = event.id;
    }
}

/// One connection of the session, from its handshake to its end, which is an error like any other.
async fn drive(net: &Net, ui: &Ui, user: &User, waits: &mut Waits, session: &mut Session) -> Result<()> {
    let mut socket = net.websocket("/session").await?;
    let mut to_do = VecDeque::from([Do::Send(session.opened())]);
    loop {
        while let Some(next) = to_do.pop_front() {
            match next {
                Do::Send(say) => socket.send(serde_json::to_string(&say)?.into()).await?,
                Do::Show(text) => ui.show(text),
                Do::Connected => ui.status(Status::Connected),
                Do::Leave => return Ok(socket.close(None).await?),
            }
        }
        tokio::select! {
            action = user.next(), if session.ready => if let Action::Send(text) = action {
                to_do.push_back(Do::Send(session.says(text)));
            },
            message = socket.next() => match message.ok_or("the stream has ended")?? {
                Message::Text(text) => {
                    waits.failures = 0;
                    to_do.extend(session.heard(serde_json::from_str(&text)?));
                }
                Message::Close(_) => return Ok(()),
                _ => {}
            }
        }
    }
}
