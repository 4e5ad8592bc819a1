//! An owner and a task for the channel, as a browser would have it: the task does the network's work and tells what happens, the owner
//! alone decides what is opened next. An aborted task takes its connection with it.
//!
//! The rule is a question to each channel here, asked in the order of preference.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, Net, Reason, Response, Result, Status, Ui, User, sse};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::{sleep, timeout},
};

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

#[derive(Debug, Clone, Copy)]
enum Channel {
    Sse,
    WebSocket,
    Requests,
}

impl Brief {
    /// The channel to open next when the channels in `failed` have been tried.
    fn next(&self, failed: usize) -> Option<Channel> {
        let order: &[Channel] = match (self.down.as_str(), self.up.as_str()) {
            (_, "often") => &[Channel::WebSocket, Channel::Sse, Channel::Requests],
            ("often", _) => &[Channel::Sse, Channel::WebSocket, Channel::Requests],
            _ => &[Channel::Requests],
        };
        order.iter().copied().filter(|channel| self.allows(*channel)).nth(failed)
    }

    fn allows(&self, channel: Channel) -> bool {
        match channel {
            Channel::Sse => !self.binary && !["buffers", "both"].contains(&self.proxy.as_str()),
            Channel::WebSocket => {
                self.authorization.is_none() && !["blocks-upgrades", "both"].contains(&self.proxy.as_str())
            }
            Channel::Requests => true,
        }
    }
}

/// What a channel's task works with.
struct Line {
    net: Net,
    config: Arc<Config>,
    incoming: UnboundedSender<String>,
    outgoing: UnboundedReceiver<String>,
}

/// Runs the page.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Arc<Config> = Arc::new(net.config()?);
    let (incoming, mut arrivals) = unbounded_channel();
    let mut task = JoinSet::new();
    let mut line: Option<UnboundedSender<String>> = None;
    let mut latest: Option<String> = None;
    let mut failed = 0;
    loop {
        if task.is_empty() {
            let Some(channel) = config.brief.next(failed) else { break };
            ui.status(Status::Connecting);
            let (send, outgoing) = unbounded_channel();
            line = Some(send);
            let work = Line { net: net.clone(), config: config.clone(), incoming: incoming.clone(), outgoing };
            task.spawn(work.open(channel));
        }
        tokio::select! {
            Some(text) = arrivals.recv() => {
                ui.status(Status::Connected);
                if latest.as_ref() != Some(&text) {
                    ui.show(&text);
                }
                latest = Some(text);
            }
            Some(outcome) = task.join_next() => {
                println!("channel {failed} is over: {outcome:?}");
                failed += 1;
            }
            action = user.next() => match (action, &line, &latest) {
                (Action::Send(text), Some(line), _) => line.send(text)?,
                (Action::Do(name), _, Some(text)) if name == "open-widget" => ui.show(text),
                (other, ..) => println!("nothing to do for {other:?}"),
            },
        }
    }
    ui.status(Status::Disconnected { reason: Reason::GaveUp });
    Ok(())
}

impl Line {
    async fn open(self, channel: Channel) -> Result<()> {
        match channel {
            Channel::Sse => self.stream().await,
            Channel::WebSocket => self.socket().await,
            Channel::Requests => self.requests().await,
        }
    }

    async fn stream(mut self) -> Result<()> {
        let mut events = sse::events(get(&self.net, &self.config, "/events", "text/event-stream").await?);
        // Only the first event has a deadline: a stream that has spoken is allowed to be silent.
        let mut next = timeout(self.config.mute_after, events.next()).await?;
        loop {
            self.incoming.send(next.ok_or("the stream has ended")??.data)?;
            next = loop {
                tokio::select! {
                    event = events.next() => break event,
                    Some(text) = self.outgoing.recv() => post(&self.net, &self.config, text).await?,
                }
            };
        }
    }

    async fn socket(mut self) -> Result<()> {
        let (mut write, mut read) = self.net.websocket("/ws").await?.split();
        loop {
            tokio::select! {
                message = read.next() => {
                    let message = message.ok_or("the socket has ended")??;
                    if message.is_text() {
                        self.incoming.send(message.into_text()?.to_string())?;
                    }
                }
                Some(text) = self.outgoing.recv() => write.send(text.into()).await?,
            }
        }
    }

    /// Two loops that know nothing of each other.
    async fn requests(mut self) -> Result<()> {
        let (net, config) = (&self.net, &self.config);
        let polling = async {
            if config.brief.down == "never" {
                return Ok(());
            }
            loop {
                let mut response = get(net, config, "/state", "*/*").await?;
                let mut body = String::new();
                while let Some(chunk) = response.chunk().await {
                    body += &String::from_utf8_lossy(&chunk?);
                }
                self.incoming.send(body)?;
                sleep(config.poll_every).await;
            }
        };
        let posting = async {
            while let Some(text) = self.outgoing.recv().await {
                post(net, config, text).await?;
            }
            Ok(())
        };
        tokio::try_join!(polling, posting).map(|_| ())
    }
}

async fn get(net: &Net, config: &Config, path: &str, accept: &str) -> Result<Response> {
    let mut headers = vec![("accept", accept)];
    headers.extend(config.brief.authorization.iter().map(|value| ("authorization", value.as_str())));
    let response = net.get(path, &headers).await?;
    if response.status == 200 { Ok(response) } else { Err(format!("{path} is answered {}", response.status).into()) }
}

async fn post(net: &Net, config: &Config, text: String) -> Result<()> {
    let headers: Vec<_> = config.brief.authorization.iter().map(|value| ("authorization", value.as_str())).collect();
    net.post("/say", &headers, text).await?;
    Ok(())
}
