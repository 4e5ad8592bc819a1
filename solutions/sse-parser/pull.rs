//! Pulls: an event asks for lines, a line asks for bytes, and a byte waits for the next piece of the body.

use std::{mem, time::Duration};

use serde::{Deserialize, Serialize};
use starter::{Bytes, Net, Reason, Response, Result, Status, Ui, User};

#[derive(Debug, Deserialize)]
struct Config {
    wait: Duration,
}

/// What is shown of an event.
#[derive(Debug, Serialize)]
struct Event<'a> {
    r#type: &'a str,
    data: &'a str,
    id: &'a str,
}

/// What is shown of a reconnection time.
#[derive(Debug, Serialize)]
struct Retry {
    retry: u64,
}

/// The bytes of a body, one by one.
struct Source {
    body: Response,
    piece: Bytes,
    at: usize,
}

impl Source {
    async fn byte(&mut self) -> Option<u8> {
        while self.at == self.piece.len() {
            self.piece = self.body.chunk().await?.ok()?;
            self.at = 0;
        }
        self.at += 1;
        Some(self.piece[self.at - 1])
    }
}

/// The lines of a stream.
struct Lines {
    source: Source,
    after_return: bool,
    first: bool,
}

impl Lines {
    async fn next(&mut self) -> Option<String> {
        let mut line = Vec::new();
        loop {
            let byte = self.source.byte().await?;
            match (byte, mem::replace(&mut self.after_return, byte == b'\r')) {
                (b'\n', true) => {}
                (b'\n' | b'\r', _) => break,
                _ => line.push(byte),
            }
        }
        let mut line = line.as_slice();
        if mem::take(&mut self.first) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        Some(String::from_utf8_lossy(line).into_owned())
    }
}

/// Shows the items of one stream up to its end.
async fn items(mut lines: Lines, ui: &Ui, last_event_id: &mut String) {
    let mut id = last_event_id.clone();
    let (mut kind, mut data) = (String::new(), None::<String>);
    while let Some(line) = lines.next().await {
        let (name, value) = match line.split_once(':') {
            Some((name, value)) => (name, value.strip_prefix(' ').unwrap_or(value)),
            None => (line.as_str(), ""),
        };
        match name {
            "" if line.is_empty() => {
                last_event_id.clone_from(&id);
                let kind = mem::take(&mut kind);
                if let Some(data) = data.take() {
                    let kind = if kind.is_empty() { "message" } else { &kind };
                    ui.show(Event { r#type: kind, data: &data, id: &id });
                }
            }
            "event" => value.clone_into(&mut kind),
            "data" => data = Some(data.map_or(String::new(), |data| data + "\n") + value),
            "id" if !value.contains('\0') => value.clone_into(&mut id),
            "retry" => {
                if let Some(retry) = number(value) {
                    ui.show(Retry { retry });
                }
            }
            _ => {}
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    let right = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    right.then(|| digits.parse().ok()).flatten()
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let Config { wait } = net.config()?;
    let mut last_event_id = String::new();
    while let Some(body) = ask(&net, &ui, &user, &last_event_id).await? {
        let source = Source { body, piece: Bytes::new(), at: 0 };
        let lines = Lines { source, after_return: false, first: true };
        tokio::select! {
            () = user.closed() => break,
            () = items(lines, &ui, &mut last_event_id) => {}
        }
        ui.status(Status::Retrying { attempt: 1, wait });
        tokio::select! {
            () = user.closed() => break,
            () = tokio::time::sleep(wait) => {}
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

/// Asks for the stream; nothing if there is none, or if the user closes the client meanwhile.
async fn ask(net: &Net, ui: &Ui, user: &User, last_event_id: &str) -> Result<Option<Response>> {
    ui.status(Status::Connecting);
    let mut headers = vec![("accept", "text/event-stream")];
    if !last_event_id.is_empty() {
        headers.push(("last-event-id", last_event_id));
    }
    let response = tokio::select! {
        () = user.closed() => return Ok(None),
        response = net.get("/events", &headers) => response?,
    };
    if response.status != 200 {
        return Ok(None);
    }
    ui.status(Status::Connected);
    Ok(Some(response))
}
