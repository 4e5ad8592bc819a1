//! Drops a line that is no UTF-8.

use std::{mem, time::Duration};

use serde::{Deserialize, Serialize};
use starter::{Net, Reason, Result, Status, Ui, User};

#[derive(Debug, Deserialize)]
struct Config {
    wait: Duration,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Item {
    Event {
        #[serde(rename = "type")]
        kind: String,
        data: String,
        id: String,
    },
    Retry {
        retry: u64,
    },
}

#[derive(Debug, Default)]
struct Parser {
    buffer: Vec<u8>,
    /// The last line ended with a carriage return: a line feed that comes next belongs to it.
    after_return: bool,
    /// The first line has been taken.
    begun: bool,
    kind: String,
    data: Vec<String>,
    id: String,
    /// The id at the last empty line.
    last_event_id: String,
}

impl Parser {
    fn after(id: &str) -> Self {
        Self { id: id.to_owned(), last_event_id: id.to_owned(), ..Self::default() }
    }

    fn push(&mut self, piece: &[u8]) -> Vec<Item> {
        self.buffer.extend(piece);
        let mut items = Vec::new();
        while let Some(line) = self.take_line() {
            items.extend(self.line(&line));
        }
        items
    }

    /// The next whole line, without its end.
    fn take_line(&mut self) -> Option<String> {
        if self.after_return && !self.buffer.is_empty() {
            self.after_return = false;
            if self.buffer[0] == b'\n' {
                self.buffer.remove(0);
            }
        }
        let end = self.buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let rest = self.buffer.split_off(end + 1);
        let mut line = mem::replace(&mut self.buffer, rest);
        self.after_return = line.pop() == Some(b'\r');
        // A whole line is whole characters too.
        let line = String::from_utf8(line).unwrap_or_else(|_| ":".to_owned());
        if mem::replace(&mut self.begun, true) {
            return Some(line);
        }
        Some(line.strip_prefix('\u{feff}').map_or(line.clone(), str::to_owned))
    }

    fn line(&mut self, line: &str) -> Option<Item> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => self.kind = value.to_owned(),
            "data" => self.data.push(value.to_owned()),
            "id" if !value.contains('\0') => self.id = value.to_owned(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Some(Item::Retry { retry: value.parse().ok()? });
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Item> {
        self.last_event_id.clone_from(&self.id);
        let (kind, data) = (mem::take(&mut self.kind), mem::take(&mut self.data));
        if data.is_empty() {
            return None;
        }
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        Some(Item::Event { kind, data: data.join("\n"), id: self.id.clone() })
    }
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    tokio::select! {
        () = user.closed() => {}
        result = follow(&net, &ui, &config) => result?,
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

async fn follow(net: &Net, ui: &Ui, config: &Config) -> Result<()> {
    let mut last_event_id = String::new();
    loop {
        ui.status(Status::Connecting);
        let mut headers = vec![("accept", "text/event-stream")];
        if !last_event_id.is_empty() {
            headers.push(("last-event-id", &last_event_id));
        }
        let mut response = net.get("/events", &headers).await?;
        if response.status != 200 {
            return Ok(());
        }
        ui.status(Status::Connected);
        let mut parser = Parser::after(&last_event_id);
        while let Some(Ok(piece)) = response.chunk().await {
            parser.push(&piece).into_iter().for_each(|item| ui.show(item));
        }
        last_event_id = parser.last_event_id;
        ui.status(Status::Retrying { attempt: 1, wait: config.wait });
        tokio::time::sleep(config.wait).await;
    }
}
