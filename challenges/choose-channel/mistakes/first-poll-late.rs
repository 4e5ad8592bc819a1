//! Waits before the first request as before every other.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, Net, Response, Result, Status, Ui, User, sse};
use tokio::time::{Instant, interval_at, timeout};

#[derive(Deserialize)]
struct Config {
    brief: Brief,
    mute_after: Duration,
    poll_every: Duration,
}

#[derive(Deserialize)]
struct Brief {
    down: String,
    up: String,
    binary: bool,
    proxy: String,
    authorization: Option<String>,
}

fn ladder(brief: &Brief) -> Vec<&'static str> {
    let mut ladder = match (brief.down.as_str(), brief.up.as_str()) {
        (_, "often") => vec!["websocket", "sse", "requests"],
        ("often", _) => vec!["sse", "websocket", "requests"],
        _ => vec!["requests"],
    };
    let blocks = ["blocks-upgrades", "both"].contains(&brief.proxy.as_str());
    let buffers = ["buffers", "both"].contains(&brief.proxy.as_str());
    ladder.retain(|channel| match *channel {
        "websocket" => !blocks && brief.authorization.is_none(),
        "sse" => !buffers && !brief.binary,
        _ => true,
    });
    ladder
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut page = Page { net, ui, user, config, latest: None };
    for channel in ladder(&page.config.brief) {
        page.ui.status(Status::Connecting);
        let outcome = match channel {
            "sse" => page.listen().await,
            "websocket" => page.talk().await,
            _ => page.ask().await,
        };
        println!("{channel} is over: {outcome:?}");
    }
    Ok(())
}

struct Page {
    net: Net,
    ui: Ui,
    user: User,
    config: Config,
    latest: Option<String>,
}

impl Page {
    async fn listen(&mut self) -> Result<()> {
        let mut events = sse::events(self.get("/events").await?);
        let first = timeout(self.config.mute_after, events.next()).await?;
        self.show(first.ok_or("ended")??.data);
        loop {
            tokio::select! {
                event = events.next() => self.show(event.ok_or("ended")??.data),
                action = self.user.next() => self.post(action).await?,
            }
        }
    }

    async fn talk(&mut self) -> Result<()> {
        let mut socket = self.net.websocket("/ws").await?;
        loop {
            tokio::select! {
                message = socket.next() => {
                    let message = message.ok_or("ended")??;
                    if message.is_text() {
                        self.show(message.to_text()?.to_owned());
                    }
                }
                action = self.user.next() => if let Some(text) = self.text(action) {
                    socket.send(text.into()).await?;
                },
            }
        }
    }

    async fn ask(&mut self) -> Result<()> {
        let mut clock = interval_at(Instant::now() + self.config.poll_every, self.config.poll_every);
        loop {
            tokio::select! {
                _ = clock.tick(), if self.config.brief.down != "never" => {
                    let mut response = self.get("/state").await?;
                    while let Some(chunk) = response.chunk().await {
                        self.show(String::from_utf8_lossy(&chunk?).into_owned());
                    }
                }
                action = self.user.next() => self.post(action).await?,
            }
        }
    }

    async fn get(&self, path: &str) -> Result<Response> {
        let response = self.net.get(path, &self.fields()).await?;
        if response.status.is_success() { Ok(response) } else { Err(response.status.to_string().into()) }
    }

    async fn post(&self, action: Action) -> Result<()> {
        if let Some(text) = self.text(action) {
            self.net.post("/say", &self.fields(), text).await?;
        }
        Ok(())
    }

    fn fields(&self) -> Vec<(&str, &str)> {
        self.config.brief.authorization.iter().map(|value| ("authorization", value.as_str())).collect()
    }

    fn text(&self, action: Action) -> Option<String> {
        match action {
            Action::Send(text) => return Some(text),
            Action::Do(_) => self.latest.iter().for_each(|text| self.ui.show(text)),
            Action::Online => {}
        }
        None
    }

    fn show(&mut self, text: String) {
        self.ui.status(Status::Connected);
        self.ui.show(&text);
        self.latest = Some(text);
    }
}
