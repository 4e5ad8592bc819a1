//! Expects the worst of a proxy of which nothing is known: no stream.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, Net, Reason, Result, Status, Ui, User, sse};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    brief: Brief,
    mute_after: Duration,
    poll_every: Duration,
}

#[derive(Deserialize)]
struct Brief {
    down: Flow,
    up: Flow,
    binary: bool,
    proxy: Proxy,
    authorization: Option<String>,
}

#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Flow {
    Never,
    Rare,
    Often,
}

#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Proxy {
    None,
    BlocksUpgrades,
    Buffers,
    Both,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Channel {
    Sse,
    WebSocket,
    Requests,
}

/// The channels that may work, in the order in which they are tried.
fn ladder(brief: &Brief) -> Vec<Channel> {
    let mut ladder = match (&brief.down, &brief.up) {
        (_, Flow::Often) => vec![Channel::WebSocket, Channel::Sse, Channel::Requests],
        (Flow::Often, _) => vec![Channel::Sse, Channel::WebSocket, Channel::Requests],
        _ => vec![Channel::Requests],
    };
    let blocks = matches!(brief.proxy, Proxy::BlocksUpgrades | Proxy::Both);
    let buffers = matches!(brief.proxy, Proxy::Buffers | Proxy::Both | Proxy::Unknown);
    ladder.retain(|channel| match channel {
        Channel::WebSocket => !blocks && brief.authorization.is_none(),
        Channel::Sse => !buffers && !brief.binary,
        Channel::Requests => true,
    });
    ladder
}

/// Runs the page: one rung after the other.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut page = Page { net, ui, user, config, latest: None };
    for channel in ladder(&page.config.brief) {
        page.ui.status(Status::Connecting);
        let outcome = match channel {
            Channel::Sse => page.listen().await,
            Channel::WebSocket => page.talk().await,
            Channel::Requests => page.ask().await,
        };
        println!("{channel:?} is over: {outcome:?}");
    }
    page.ui.status(Status::Disconnected { reason: Reason::GaveUp });
    Ok(())
}

struct Page {
    net: Net,
    ui: Ui,
    user: User,
    config: Config,
    /// What came last: a new widget shows it.
    latest: Option<String>,
}

impl Page {
    /// A stream of events, until it ends or turns out to be mute.
    async fn listen(&mut self) -> Result<()> {
        let headers = self.headers(("accept", "text/event-stream"));
        let response = self.net.get("/events", &borrowed(&headers)).await?;
        if !response.status.is_success() {
            return Err(response.status.to_string().into());
        }
        let mut events = sse::events(response);
        let first = timeout(self.config.mute_after, events.next()).await.map_err(|_| "the stream is mute")?;
        self.show(first.ok_or("the stream has ended")??.data);
        loop {
            tokio::select! {
                event = events.next() => self.show(event.ok_or("the stream has ended")??.data),
                action = self.user.next() => self.post(action).await?,
            }
        }
    }

    /// A WebSocket, until it ends.
    async fn talk(&mut self) -> Result<()> {
        let mut socket = self.net.websocket("/ws").await?;
        loop {
            tokio::select! {
                message = socket.next() => match message.ok_or("the socket has ended")?? {
                    Message::Text(text) => self.show(text.to_string()),
                    Message::Binary(bytes) => println!("{} bytes", bytes.len()),
                    _ => {}
                },
                action = self.user.next() => if let Some(text) = self.text(action) {
                    socket.send(text.into()).await?;
                },
            }
        }
    }

    /// Plain requests, for ever.
    async fn ask(&mut self) -> Result<()> {
        let mut clock = interval(self.config.poll_every);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = clock.tick(), if self.config.brief.down != Flow::Never => match self.poll().await {
                    Ok(text) if self.latest.as_ref() == Some(&text) => {}
                    Ok(text) => self.show(text),
                    Err(error) => println!("this time there was no answer: {error}"),
                },
                action = self.user.next() => self.post(action).await?,
            }
        }
    }

    async fn poll(&self) -> Result<String> {
        let headers = self.headers(("accept", "text/plain"));
        let mut response = self.net.get("/state", &borrowed(&headers)).await?;
        if !response.status.is_success() {
            return Err(response.status.to_string().into());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await {
            body.extend_from_slice(&chunk?);
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// Does what the user wants, by a request if something is to be sent.
    async fn post(&self, action: Action) -> Result<()> {
        if let Some(text) = self.text(action) {
            let headers = self.headers(("content-type", "text/plain; charset=utf-8"));
            self.net.post("/say", &borrowed(&headers), text).await?;
        }
        Ok(())
    }

    /// Does what the user wants; gives back what is to be sent.
    fn text(&self, action: Action) -> Option<String> {
        match action {
            Action::Send(text) => Some(text),
            Action::Do(name) if name == "open-widget" => {
                self.latest.iter().for_each(|text| self.ui.show(text));
                None
            }
            _ => None,
        }
    }

    fn show(&mut self, text: String) {
        self.ui.status(Status::Connected);
        self.ui.show(&text);
        self.latest = Some(text);
    }

    /// The header fields of a request.
    fn headers(&self, own: (&str, &str)) -> Vec<(String, String)> {
        let gateway = self.config.brief.authorization.iter().map(|value| ("authorization".to_owned(), value.clone()));
        gateway.chain([(own.0.to_owned(), own.1.to_owned())]).collect()
    }
}

fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
