//! Two halves that know nothing of each other: a task reads the body and sends its lines through a channel, `run` makes events of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use starter::{Net, Reason, Response, Result, Status, Ui, User};
use tokio::sync::mpsc::{self, Receiver, Sender};

#[derive(Debug, Deserialize)]
struct Config {
    wait: Duration,
}

#[derive(Debug, Serialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    data: &'a str,
    id: &'a str,
}

#[derive(Debug, Serialize)]
struct Retry {
    retry: u64,
}

/// Reads a body to its end and sends every whole line of it.
async fn read(mut body: Response, lines: Sender<Vec<u8>>) {
    let (mut line, mut after_return) = (Vec::new(), false);
    while let Some(Ok(piece)) = body.chunk().await {
        let mut rest = &piece[..];
        while let Some((&first, after)) = rest.split_first() {
            if first == b'\n' && after_return {
                (rest, after_return) = (after, false);
                continue;
            }
            let Some(end) = rest.iter().position(|byte| [b'\n', b'\r'].contains(byte)) else {
                line.extend(rest);
                after_return = false;
                break;
            };
            line.extend(&rest[..end]);
            after_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
            if lines.send(std::mem::take(&mut line)).await.is_err() {
                return;
            }
        }
    }
}

/// What the lines of a stream have said since the last empty one.
#[derive(Default)]
struct Block {
    kind: String,
    /// Each line with a line feed behind it.
    data: String,
}

async fn interpret(mut lines: Receiver<Vec<u8>>, ui: &Ui, last_event_id: &mut String) {
    let (mut block, mut id, mut first) = (Block::default(), last_event_id.clone(), true);
    while let Some(bytes) = lines.recv().await {
        let text = String::from_utf8_lossy(&bytes);
        let line = if first { text.strip_prefix('\u{feff}').unwrap_or(&text) } else { &text };
        first = false;
        if line.is_empty() {
            last_event_id.clone_from(&id);
            let Block { kind, data } = std::mem::take(&mut block);
            if let Some(data) = data.strip_suffix('\n') {
                let kind = if kind.is_empty() { "message" } else { &kind };
                ui.show(Event { kind, data, id: &id });
            }
            continue;
        }
        let colon = line.find(':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &line[..colon] {
            "event" => block.kind = value.into(),
            "data" => block.data += &format!("{value}\n"),
            "id" if !value.contains('\0') => id = value.into(),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                if let Ok(retry) = value.parse() {
                    ui.show(Retry { retry });
                }
            }
            _ => {}
        }
    }
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let stream = async {
        let mut last_event_id = String::new();
        loop {
            ui.status(Status::Connecting);
            let id = [("accept", "text/event-stream"), ("last-event-id", last_event_id.as_str())];
            let headers = if last_event_id.is_empty() { &id[..1] } else { &id[..] };
            let response = net.get("/events", headers).await?;
            if response.status != 200 {
                return Ok::<_, starter::Error>(());
            }
            ui.status(Status::Connected);
            let (send, receive) = mpsc::channel(16);
            let reader = tokio::spawn(read(response, send));
            interpret(receive, &ui, &mut last_event_id).await;
            reader.abort();
            ui.status(Status::Retrying { attempt: 1, wait: config.wait });
            tokio::time::sleep(config.wait).await;
        }
    };
    tokio::select! {
        () = user.closed() => {}
        result = stream => result?,
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}
