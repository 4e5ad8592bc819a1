//! What a connection carries of the scenario's log.

use super::{Flow, Phase, Player};
use crate::{
    scenario::{LogEntry, LogStep, Since, StreamEvent},
    trace::{Message, ServerAct},
};

impl Player {
    pub(super) async fn log_step(&mut self, step: LogStep) -> Flow {
        match step {
            LogStep::Emit(count) => {
                let next = self.log.emit(count);
                self.carry(next).await
            }
            LogStep::EmitPart => match self.log.emit(Some(1)).first() {
                Some(entry) => self.write_line(half(entry)).await,
                None => Flow::On,
            },
            LogStep::HoldBack(count) => {
                self.log.emit(Some(count));
                Flow::On
            }
            LogStep::Replay { after, overlap } => {
                let again = self.log.since(&self.place(&after), overlap);
                self.carry(again).await
            }
            LogStep::NewEpoch => {
                self.log.new_epoch();
                Flow::On
            }
        }
    }

    /// Sends entries in the form of the connection.
    async fn carry(&mut self, entries: Vec<LogEntry>) -> Flow {
        for entry in entries {
            let flow = match self.phase {
                Phase::Streaming(_) => {
                    let event = event(&entry);
                    self.write(event.encode(), ServerAct::Event(event)).await
                }
                Phase::Open(_) => {
                    let text = self.values.log.message(&entry);
                    self.send(Message::Text(text)).await
                }
                _ => Flow::On,
            };
            if flow == Flow::Over {
                return flow;
            }
        }
        Flow::On
    }

    /// The client's place, as it names it.
    fn place(&self, place: &Since) -> String {
        match place {
            Since::Number(number) => number.to_string(),
            Since::Said(place) => place.to_string(),
            Since::LastEventId => {
                let field = self.head.as_ref().and_then(|head| head.headers.get("last-event-id"));
                field.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
            }
        }
    }
}

/// An entry as an event of a stream.
fn event(entry: &LogEntry) -> StreamEvent {
    StreamEvent { kind: None, id: Some(entry.id.clone()), data: entry.text.clone() }
}

/// The first half of an entry as an event of a stream: its id, and its data up to the middle.
fn half(entry: &LogEntry) -> String {
    let text: String = entry.text.chars().take(entry.text.chars().count() / 2).collect();
    format!("id: {}\ndata: {text}", entry.id)
}
