//! Your client: it stays connected as long as there is a point in it, and knows when there is none.
//!
//! Both transports are here already, and they tell you how a connection ended: that is an [`End`]. What to make of it is your part:
//!
//! 1. In [`decide`]: which ends are worth another attempt, and which are final?
//! 2. In `run`: come back when it is worth it, after a wait of at most `max_delay`.
//! 3. Heed `Retry-After`: a number of seconds, or a date.
//! 4. Give up after `max_retries` failed retries, and say so.
//!
//! `README.md` beside this crate has the table of all ends. `cargo run -p harness -- check know-when-to-stop` tells you how far you are.

use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{
    ConnectError, Net, Reason, Result, Status, Ui, User,
    http::{HeaderMap, StatusCode},
    sse,
};
use tokio_tungstenite::tungstenite::Message;

/// What the client is told. The values differ from run to run.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// `websocket` or `sse`.
    pub transport: String,
    /// How long the first wait is, roughly.
    pub base_delay: Duration,
    /// The longest wait there may be, unless the server asks for a longer one.
    pub max_delay: Duration,
    /// How many retries may fail before the client gives up.
    pub max_retries: u32,
}

/// How an attempt, or the connection that came of it, has ended.
#[derive(Debug)]
pub enum End {
    /// The server answered the request with this, in place of an upgrade or a stream.
    Answered(StatusCode, HeaderMap),
    /// The server closed the WebSocket, with this code.
    Closed(Option<u16>),
    /// The server greeted with a version that this client does not speak.
    Version(String),
    /// The connection was refused or reset, or the stream ended.
    Lost,
}

/// What follows from it.
#[derive(Debug)]
pub enum Next {
    /// Another attempt, after a wait of at least so long.
    ComeBack(Duration),
    /// None: there is no point in it, for this reason.
    Stop(String),
}

/// Decides what follows from an end.
#[must_use]
pub fn decide(end: &End) -> Next {
    // A beginning: everything is final.
    Next::Stop(format!("{end:?}"))
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    // What you print is kept for you and shown with the report.
    println!("{config:?}");
    // Whatever goes on in `stay_connected`, the user may close the client meanwhile.
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        reason = stay_connected(&net, &ui, &config) => reason,
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Connects, and comes back as long as there is a point in it. Returns why it does not any more.
async fn stay_connected(net: &Net, ui: &Ui, config: &Config) -> Reason {
    ui.status(Status::Connecting);
    let end = connection(net, ui, config).await;
    println!("{end:?}");
    match decide(&end) {
        Next::ComeBack(_at_least) => Reason::GaveUp, // Not yet: wait, and go round again.
        Next::Stop(why) => Reason::Refused(why),
    }
}

/// One attempt, and the connection that may come of it.
async fn connection(net: &Net, ui: &Ui, config: &Config) -> End {
    if config.transport == "sse" { stream(net, ui).await } else { websocket(net, ui).await }
}

async fn websocket(net: &Net, ui: &Ui) -> End {
    let mut socket = match net.websocket("/live").await {
        Ok(socket) => socket,
        Err(ConnectError::Http { status, headers }) => return End::Answered(status, headers),
        Err(_) => return End::Lost,
    };
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => match text.as_str() {
                "hello 1" => ui.status(Status::Connected),
                other if other.starts_with("hello ") => return End::Version(other.to_owned()),
                other => ui.show(other),
            },
            Message::Close(frame) => return End::Closed(frame.map(|frame| frame.code.into())),
            _ => {}
        }
    }
    End::Lost
}

async fn stream(net: &Net, ui: &Ui) -> End {
    let response = match net.get("/live", &[("accept", "text/event-stream")]).await {
        Ok(response) if response.status == 200 => response,
        Ok(response) => return End::Answered(response.status, response.headers),
        Err(_) => return End::Lost,
    };
    let mut events = sse::events(response);
    while let Some(Ok(event)) = events.next().await {
        match event.data.as_str() {
            "hello 1" => ui.status(Status::Connected),
            other if other.starts_with("hello ") => return End::Version(other.to_owned()),
            other => ui.show(other),
        }
    }
    End::Lost
}
