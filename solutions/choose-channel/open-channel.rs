//! One type for an open channel, whichever it is: it gives the next text and takes one. The page's loop knows no protocol, and what is
//! open is dropped by putting something else in its place.
//!
//! The rule is a score here: the channel that costs least and works.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, Net, Reason, Response, Result, Socket, Status, Ui, User, sse};
use tokio::time::{Instant, sleep_until, timeout_at};

#[derive(Clone, Deserialize)]
struct Config {
    brief: Brief,
    mute_after: Duration,
    poll_every: Duration,
}

#[derive(Clone, Deserialize)]
struct Brief {
    down: Flow,
    up: Flow,
    binary: bool,
    proxy: String,
    authorization: Option<String>,
}

#[derive(Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Flow {
    Never,
    Rare,
    Often,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Sse,
    WebSocket,
    Requests,
}

impl Kind {
    /// What it costs to serve a brief with it; nothing if it cannot work.
    fn cost(self, brief: &Brief) -> Option<u32> {
        let (blocks, buffers) = match brief.proxy.as_str() {
            "both" => (true, true),
            proxy => (proxy == "blocks-upgrades", proxy == "buffers"),
        };
        let live = brief.down == Flow::Often || brief.up == Flow::Often;
        match self {
            Self::Requests => Some(if live { 3 } else { 0 }),
            Self::WebSocket => (!blocks && brief.authorization.is_none() && live)
                .then_some(if brief.up == Flow::Often { 0 } else { 2 }),
            Self::Sse => (!buffers && !brief.binary && live).then_some(1),
        }
    }
}

/// An open channel.
enum Open {
    Stream(Box<sse::Events>),
    Socket(Box<Socket>),
    Polling { next: Option<Instant> },
}

/// Runs the page: opens the cheapest channel that has not failed, and uses it until it does.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let way = Way { config: net.config()?, net };
    let mut kinds: Vec<(u32, Kind)> = [Kind::Sse, Kind::WebSocket, Kind::Requests]
        .into_iter()
        .filter_map(|kind| Some((kind.cost(&way.config.brief)?, kind)))
        .collect();
    kinds.sort_by_key(|(cost, _)| *cost);
    let mut latest = None;
    for (_, kind) in kinds {
        ui.status(Status::Connecting);
        let mut open = match way.open(kind).await {
            Ok(open) => open,
            Err(error) => {
                println!("{kind:?} does not open: {error}");
                continue;
            }
        };
        // Until something has come, a stream has a deadline.
        let mut mute_at = matches!(open, Open::Stream(_)).then(|| Instant::now() + way.config.mute_after);
        loop {
            tokio::select! {
                text = way.next(&mut open, mute_at) => match text {
                    Ok(text) => {
                        mute_at = None;
                        ui.status(Status::Connected);
                        ui.show(&text);
                        latest = Some(text);
                    }
                    Err(error) => {
                        println!("{kind:?} is over: {error}");
                        break;
                    }
                },
                action = user.next() => match action {
                    Action::Send(text) => way.send(&mut open, text).await?,
                    Action::Do(name) if name == "open-widget" => latest.iter().for_each(|text| ui.show(text)),
                    other => println!("nothing to do for {other:?}"),
                },
            }
        }
    }
    ui.status(Status::Disconnected { reason: Reason::GaveUp });
    Ok(())
}

/// The network and what is told about it.
struct Way {
    config: Config,
    net: Net,
}

impl Way {
    async fn open(&self, kind: Kind) -> Result<Open> {
        Ok(match kind {
            Kind::Sse => Open::Stream(Box::new(sse::events(self.get("/events").await?))),
            Kind::WebSocket => Open::Socket(Box::new(self.net.websocket("/ws").await?)),
            Kind::Requests => Open::Polling { next: (self.config.brief.down > Flow::Never).then(Instant::now) },
        })
    }

    /// The next text. Cancel-safe: a poll that is dropped is made again.
    async fn next(&self, open: &mut Open, mute_at: Option<Instant>) -> Result<String> {
        match open {
            Open::Stream(events) => {
                let event = match mute_at {
                    Some(at) => timeout_at(at, events.next()).await?,
                    None => events.next().await,
                };
                Ok(event.ok_or("it has ended")??.data)
            }
            Open::Socket(socket) => loop {
                let message = socket.next().await.ok_or("it has ended")??;
                if message.is_text() {
                    return Ok(message.into_text()?.to_string());
                }
            },
            Open::Polling { next: None } => std::future::pending().await,
            Open::Polling { next: Some(next) } => {
                sleep_until(*next).await;
                let mut response = self.get("/state").await?;
                let mut body = String::new();
                while let Some(chunk) = response.chunk().await {
                    body += &String::from_utf8_lossy(&chunk?);
                }
                *next += self.config.poll_every;
                Ok(body)
            }
        }
    }

    async fn send(&self, open: &mut Open, text: String) -> Result<()> {
        if let Open::Socket(socket) = open {
            return Ok(socket.send(text.into()).await?);
        }
        self.net.post("/say", &self.gateway(), text).await?;
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<Response> {
        let response = self.net.get(path, &self.gateway()).await?;
        if response.status.is_success() { Ok(response) } else { Err(response.status.to_string().into()) }
    }

    fn gateway(&self) -> Vec<(&str, &str)> {
        self.config.brief.authorization.iter().map(|value| ("authorization", value.as_str())).collect()
    }
}
