//! Says what is left as soon as the connection is open.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User, sse};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: String,
    room: String,
    base_delay: Duration,
    max_delay: Duration,
}

/// What the server says over WebSocket.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
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
    Unknown,
}

/// Runs the client until the user closes it.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let chat = async {
        match config.transport.as_str() {
            "sse" => over_events(&net, &ui, &config).await,
            _ => over_websocket(&net, &ui, &user, &config).await,
        }
    };
    tokio::select! {
        biased;
        () = user.closed() => {}
        () = chat => {}
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// Waits before the next attempt: longer after each connection that brought nothing.
async fn pause(ui: &Ui, base: Duration, failures: &mut u32, config: &Config) {
    let wait = base.saturating_mul(1 << (*failures).min(10)).min(config.max_delay);
    *failures += 1;
    ui.status(Status::Retrying { attempt: *failures, wait });
    sleep(wait).await;
}

async fn over_events(net: &Net, ui: &Ui, config: &Config) {
    let mut last_id = String::new();
    let mut shown = HashSet::new();
    let mut base = config.base_delay;
    let mut failures = 0;
    loop {
        ui.status(Status::Connecting);
        let mut headers = vec![("accept", "text/event-stream")];
        if !last_id.is_empty() {
            headers.push(("last-event-id", last_id.as_str()));
        }
        if let Ok(response) = net.get("/events", &headers).await
            && response.status == 200
        {
            ui.status(Status::Connected);
            let mut events = sse::events(response);
            while let Some(Ok(event)) = events.next().await {
                failures = 0;
                last_id.clone_from(&event.id);
                if shown.insert(event.id) {
                    ui.show(event.data);
                }
            }
            if let Some(asked) = events.retry() {
                base = asked.clamp(config.base_delay, config.max_delay);
            }
        }
        pause(ui, base, &mut failures, config).await;
    }
}

/// What outlives a connection of the chat.
#[derive(Default)]
struct Session {
    /// Its name, once it has one.
    name: Option<String>,
    epoch: u64,
    seq: u64,
    /// What has been asked for again, after this place.
    asked: Option<u64>,
    /// What the user has said and the server has not acknowledged: ids and texts.
    outbox: VecDeque<(String, String)>,
    /// How many ids have been given.
    ids: u64,
}

async fn over_websocket(net: &Net, ui: &Ui, user: &User, config: &Config) {
    let mut session = Session::default();
    let mut failures = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(socket) = net.websocket("/session").await {
            // However a connection ends, the session goes on with the next one.
            let _ = talk(socket, ui, user, &mut session, config, &mut failures).await;
        }
        pause(ui, config.base_delay, &mut failures, config).await;
    }
}

async fn talk(
    mut socket: Socket,
    ui: &Ui,
    user: &User,
    session: &mut Session,
    config: &Config,
    failures: &mut u32,
) -> Result<()> {
    let first = match &session.name {
        Some(name) => json!({ "type": "resume", "session": name, "epoch": session.epoch, "seq": session.seq }),
        None => json!({ "type": "identify" }),
    };
    say(&mut socket, &first).await?;
    if session.name.is_some() {
        greeted(&mut socket, ui, session).await?;
    }
    session.asked = None;
    let mut ready = false;
    loop {
        let message = tokio::select! {
            // What the user says before that, the kit keeps.
            action = user.next(), if ready => {
                if let Action::Send(text) = action {
                    session.ids += 1;
                    session.outbox.push_back((session.ids.to_string(), text));
                    let (id, text) = session.outbox.back().expect("it was just put there");
                    say(&mut socket, &json!({ "type": "say", "id": id, "text": text })).await?;
                }
                continue;
            }
            message = socket.next() => message,
        };
        let Some(message) = message else { return Ok(()) };
        let Message::Text(text) = message? else { continue };
        match serde_json::from_str(&text)? {
            Said::Welcome { session: name, epoch } => {
                (session.name, session.epoch, session.seq) = (Some(name), epoch, 0);
                say(&mut socket, &json!({ "type": "subscribe", "room": config.room })).await?;
                ready = true;
                greeted(&mut socket, ui, session).await?;
            }
            Said::Resumed => {
                ready = true;
            }
            Said::InvalidSession => {
                session.name = None;
                say(&mut socket, &json!({ "type": "identify" })).await?;
            }
            Said::Chat { epoch, seq, text } => {
                *failures = 0;
                if epoch > session.epoch {
                    (session.epoch, session.seq, session.asked) = (epoch, 0, None);
                }
                if epoch == session.epoch && seq == session.seq + 1 {
                    session.seq = seq;
                    ui.show(text);
                } else if epoch == session.epoch && seq > session.seq && session.asked != Some(session.seq) {
                    session.asked = Some(session.seq);
                    say(&mut socket, &json!({ "type": "resync", "epoch": epoch, "seq": session.seq })).await?;
                }
            }
            Said::Ack { id } => session.outbox.retain(|(sent, _)| *sent != id),
            Said::Reconnect => return Ok(()),
            Said::Unknown => {}
        }
    }
}

/// There is a session: what was not acknowledged is said again.
async fn greeted(socket: &mut Socket, ui: &Ui, session: &Session) -> Result<()> {
    ui.status(Status::Connected);
    for (id, text) in &session.outbox {
        say(socket, &json!({ "type": "say", "id": id, "text": text })).await?;
    }
    Ok(())
}

async fn say(socket: &mut Socket, message: &Value) -> Result<()> {
    Ok(socket.send(message.to_string().into()).await?)
}
