//! Your client: a page that opens the channel which its brief calls for.
//!
//! The brief says who sends how often, and what is known to be in the way. Make this client
//!
//! 1. choose between a stream of events, a WebSocket and plain requests, by the rule in `README.md`;
//! 2. open that channel and no other, show what comes, and send what the user sends;
//! 3. go on to the next channel when an upgrade is refused or a stream stays mute;
//! 4. show `Connected` when something has come, and not before;
//! 5. let all widgets of the page share what comes.
//!
//! `README.md` beside this crate says exactly what each point means. `cargo run -p harness -- check choose-channel` tells you how far
//! you are.
//!
//! A good start: let `ladder` return the channels in the order in which they are to be tried, and write `talk` and `ask` beside `listen`.

use std::time::Duration;

use serde::Deserialize;
use starter::{Net, Result, Status, Ui, User, sse};

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// What the page is for, and where it runs.
    pub brief: Brief,
    /// How long an open stream may take for its first event.
    pub mute_after: Duration,
    /// How often a page that polls asks.
    pub poll_every: Duration,
}

/// What the page is for, and where it runs.
#[derive(Debug, Deserialize)]
pub struct Brief {
    /// What it is, in words: for you. Decide by the rest.
    pub about: String,
    /// How often the server has something to say.
    pub down: Flow,
    /// How often the page has something to say.
    pub up: Flow,
    /// Whether some of it is bytes and no text.
    pub binary: bool,
    /// What is known about the proxies between page and server.
    pub proxy: Proxy,
    /// What a gateway wants to see in the `Authorization` field of every request, if there is one.
    pub authorization: Option<String>,
}

/// How often one side has something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// Never.
    Never,
    /// Now and then, and it may wait.
    Rare,
    /// All the time, and it is wanted at once.
    Often,
}

/// What is known about the proxies between page and server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proxy {
    /// There is none.
    None,
    /// There is one that lets no upgrade pass.
    BlocksUpgrades,
    /// There is one that holds a response back until it is whole.
    Buffers,
    /// There is one that does both.
    Both,
    /// Nobody knows.
    Unknown,
}

/// A way to talk to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A stream of events at `/events`; a message to the server is a POST to `/say`.
    Sse,
    /// A WebSocket at `/ws`.
    WebSocket,
    /// A GET of `/state` now and then; a message to the server is a POST to `/say`.
    Requests,
}

/// The channels that may work for a brief, in the order in which they are to be tried.
pub fn ladder(_brief: &Brief) -> Vec<Channel> {
    // Every brief gets a stream of events. Is that right?
    vec![Channel::Sse]
}

/// Runs the page. It need not end by itself.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    let Brief { about, down, up, binary, proxy, .. } = &config.brief;
    println!("{about}");
    println!("down {down:?}, up {up:?}, binary {binary}, proxy {proxy:?}");

    for channel in ladder(&config.brief) {
        ui.status(Status::Connecting);
        let outcome = match channel {
            Channel::Sse => listen(&net, &ui, &user).await,
            Channel::WebSocket | Channel::Requests => Err("this client cannot do that yet".into()),
        };
        println!("{channel:?} is over: {outcome:?}");
    }
    Ok(())
}

/// Shows the events of a stream until it ends.
async fn listen(net: &Net, ui: &Ui, user: &User) -> Result<()> {
    let response = net.get("/events", &[("accept", "text/event-stream")]).await?;
    ui.status(Status::Connected);
    let mut events = sse::events(response);
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(event) => ui.show(event?.data),
                None => return Ok(()),
            },
            action = user.next() => println!("{action:?}: and now?"),
        }
    }
}
