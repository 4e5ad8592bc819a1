//! Goes byte by byte, but forgets at the end of a piece that the colon was the last byte.

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

/// Where in a line the next byte is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of the stream: so many bytes of a byte order mark have come.
    Mark(usize),
    /// At the start of a line. After a carriage return a line feed is still to come, or not.
    #[default]
    Start,
    Comment,
    Name,
    /// Behind the colon: one space may come.
    Space,
    Value,
}

const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

#[derive(Debug, Default)]
struct Parser {
    place: Place,
    after_return: bool,
    name: Vec<u8>,
    value: Vec<u8>,
    kind: String,
    data: Option<String>,
    id: String,
    committed: String,
}

impl Parser {
    fn after(id: &str) -> Self {
        Self { place: Place::Mark(0), id: id.to_owned(), committed: id.to_owned(), ..Self::default() }
    }

    fn push(&mut self, piece: &[u8]) -> Vec<Item> {
        if self.place == Place::Space {
            self.place = Place::Value;
        }
        piece.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    fn byte(&mut self, byte: u8) -> Option<Item> {
        let after_return = mem::replace(&mut self.after_return, byte == b'\r');
        if byte == b'\n' && after_return {
            return None;
        }
        if let Place::Mark(seen) = self.place {
            if byte == MARK[seen] {
                self.place = if seen == 2 { Place::Start } else { Place::Mark(seen + 1) };
                return None;
            }
            // It was no mark: what looked like one begins a name.
            self.name.extend(&MARK[..seen]);
            self.place = if seen == 0 { Place::Start } else { Place::Name };
        }
        match (self.place, byte) {
            (Place::Start, b'\n' | b'\r') => return self.dispatch(),
            (_, b'\n' | b'\r') => return self.end_line(),
            (Place::Start, b':') => self.place = Place::Comment,
            (Place::Name, b':') => self.place = Place::Space,
            (Place::Space, b' ') => self.place = Place::Value,
            (Place::Start | Place::Name, _) => {
                self.name.push(byte);
                self.place = Place::Name;
            }
            (Place::Space | Place::Value, _) => {
                self.value.push(byte);
                self.place = Place::Value;
            }
            (Place::Comment | Place::Mark(_), _) => {}
        }
        None
    }

    fn end_line(&mut self) -> Option<Item> {
        let comment = mem::take(&mut self.place) == Place::Comment;
        let name = mem::take(&mut self.name);
        let value = String::from_utf8_lossy(&mem::take(&mut self.value)).into_owned();
        if comment {
            return None;
        }
        match name.as_slice() {
            b"event" => self.kind = value,
            b"data" => match &mut self.data {
                Some(data) => *data = format!("{data}\n{value}"),
                None => self.data = Some(value),
            },
            b"id" if !value.contains('\0') => self.id = value,
            b"retry" if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                return value.parse().ok().map(|retry| Item::Retry { retry });
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Item> {
        self.committed.clone_from(&self.id);
        let kind = mem::take(&mut self.kind);
        let data = self.data.take()?;
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        Some(Item::Event { kind, data, id: self.committed.clone() })
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
    let mut id = String::new();
    loop {
        ui.status(Status::Connecting);
        let mut headers = vec![("accept", "text/event-stream")];
        if !id.is_empty() {
            headers.push(("last-event-id", &id));
        }
        let mut response = net.get("/events", &headers).await?;
        if response.status != 200 {
            return Ok(());
        }
        ui.status(Status::Connected);
        let mut parser = Parser::after(&id);
        while let Some(Ok(piece)) = response.chunk().await {
            parser.push(&piece).into_iter().for_each(|item| ui.show(item));
        }
        id = parser.committed;
        ui.status(Status::Retrying { attempt: 1, wait: config.wait });
        tokio::time::sleep(config.wait).await;
    }
}
