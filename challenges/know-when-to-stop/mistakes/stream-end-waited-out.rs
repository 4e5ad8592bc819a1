//! Stays away for four times as long as it may after each stream that has ended.

use std::time::Duration;

use futures_util::StreamExt;
use rand::RngExt;
use serde::Deserialize;
use starter::{
    ConnectError, Net, Reason, Result, Status, Ui, User,
    http::{HeaderMap, StatusCode},
    http_date, sse,
};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: String,
    base_delay: Duration,
    max_delay: Duration,
    max_retries: u32,
}

/// How an attempt, or the connection that came of it, has ended.
#[derive(Debug)]
enum End {
    Answered(StatusCode, HeaderMap),
    Closed(Option<u16>),
    Version(String),
    Ended,
    Lost,
}

/// What follows from it.
enum Next {
    ComeBack(Duration),
    Stop(String),
}

fn decide(end: &End) -> Next {
    match end {
        End::Ended | End::Lost => Next::ComeBack(Duration::ZERO),
        End::Version(hello) => Next::Stop(format!("the server says {hello}")),
        End::Closed(None | Some(1001 | 1006 | 1011 | 1012 | 1013)) => Next::ComeBack(Duration::ZERO),
        End::Closed(Some(code)) => Next::Stop(format!("closed with code {code}")),
        End::Answered(status, headers) => match status.as_u16() {
            429 | 502 | 503 => Next::ComeBack(retry_after(headers).unwrap_or_default()),
            _ => Next::Stop(status.to_string()),
        },
    }
}

/// How long the server asks to wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let after = text("retry-after")?;
    match after.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(http_date(after)?.saturating_sub(http_date(text("date")?)?)),
    }
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        reason = stay_connected(&net, &ui, &config) => reason,
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Connects, and comes back as long as there is a point in it. Returns why it does not any more.
async fn stay_connected(net: &Net, ui: &Ui, config: &Config) -> Reason {
    let mut rng = net.rng();
    let mut retries = 0;
    loop {
        ui.status(Status::Connecting);
        let mut greeted = false;
        let end = connection(net, ui, config, &mut greeted).await;
        if greeted {
            retries = 0;
        }
        let at_least = match decide(&end) {
            Next::ComeBack(at_least) => at_least,
            Next::Stop(why) => return Reason::Refused(why),
        };
        if retries == config.max_retries {
            return Reason::GaveUp;
        }
        let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(retries)).min(config.max_delay);
        let at_least = if matches!(end, End::Ended) { config.max_delay * 4 } else { at_least };
        let wait = at_least + ceiling.mul_f64(rng.random());
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait });
        sleep(wait).await;
    }
}

/// One attempt, and the connection that may come of it; `greeted` says whether the server has said hello.
async fn connection(net: &Net, ui: &Ui, config: &Config, greeted: &mut bool) -> End {
    if config.transport == "sse" { stream(net, ui, greeted).await } else { websocket(net, ui, greeted).await }
}

async fn websocket(net: &Net, ui: &Ui, greeted: &mut bool) -> End {
    let mut socket = match net.websocket("/live").await {
        Ok(socket) => socket,
        Err(ConnectError::Http { status, headers }) => return End::Answered(status, headers),
        Err(_) => return End::Lost,
    };
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => {
                if let Some(end) = take(text.as_str(), ui, greeted) {
                    return end;
                }
            }
            Message::Close(frame) => return End::Closed(frame.map(|frame| frame.code.into())),
            _ => {}
        }
    }
    End::Lost
}

async fn stream(net: &Net, ui: &Ui, greeted: &mut bool) -> End {
    let response = match net.get("/live", &[("accept", "text/event-stream")]).await {
        Ok(response) if response.status == 200 => response,
        Ok(response) => return End::Answered(response.status, response.headers),
        Err(_) => return End::Lost,
    };
    let mut events = sse::events(response);
    while let Some(Ok(event)) = events.next().await {
        if let Some(end) = take(&event.data, ui, greeted) {
            return end;
        }
    }
    End::Ended
}

/// Takes what the server says. It is an end if it greets with a version that this client does not speak.
fn take(text: &str, ui: &Ui, greeted: &mut bool) -> Option<End> {
    match text {
        "hello 1" => {
            *greeted = true;
            ui.status(Status::Connected);
        }
        other if other.starts_with("hello ") => return Some(End::Version(other.to_owned())),
        other => ui.show(other),
    }
    None
}
