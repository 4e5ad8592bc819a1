//! The end of the old stream is taken for the end of the new connection: events do not say whose they are.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use starter::{Action, Net, Reason, Result, Status, Ui, User};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Instant, sleep_until},
};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    max_retries: u32,
}

/// What a connection says.
enum Event {
    Text(String),
    /// It is lost, or never was.
    Lost,
}

/// What is known of a message that was typed; its number is its place, from 1.
#[derive(Serialize)]
struct Line {
    text: String,
    state: &'static str,
}

struct Owner {
    net: Net,
    ui: Ui,
    config: Config,
    events: UnboundedSender<Event>,
    /// Where the current connection takes what is to be sent.
    line: Option<UnboundedSender<String>>,
    connected: bool,
    retries: u32,
    lines: Vec<Line>,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let (events, mut heard) = unbounded_channel();
    let config = net.config()?;
    let mut owner = Owner { net, ui, config, events, line: None, connected: false, retries: 0, lines: Vec::new() };
    owner.connect();
    // When the next attempt starts; none while one is under way or open.
    let mut alarm: Option<Instant> = None;
    let reason = loop {
        tokio::select! {
            biased;
            () = user.closed() => break Reason::ClosedByUser,
            () = sleep_until(alarm.unwrap_or_else(Instant::now)), if alarm.is_some() => {
                alarm = None;
                owner.connect();
            }
            Some(event) = heard.recv() => match event {
                // A retry is on its way already.
                _ if alarm.is_some() => {}
                Event::Text(text) => owner.text(&text),
                Event::Lost if owner.retries == owner.config.max_retries => break Reason::GaveUp,
                Event::Lost => alarm = Some(owner.lost()),
            },
            action = user.next() => owner.action(action),
        }
    };
    owner.ui.status(Status::Disconnected { reason });
    Ok(())
}

impl Owner {
    fn connect(&mut self) {
        self.ui.status(Status::Connecting);
        let (sender, lines) = unbounded_channel();
        self.line = Some(sender);
        tokio::spawn(connection(self.net.clone(), lines, self.events.clone()));
    }

    fn lost(&mut self) -> Instant {
        (self.line, self.connected) = (None, false);
        self.retries += 1;
        self.ui.status(Status::Retrying { attempt: self.retries, wait: self.config.retry_wait });
        Instant::now() + self.config.retry_wait
    }

    fn text(&mut self, text: &str) {
        if text == "hello" {
            (self.connected, self.retries) = (true, 0);
            self.ui.status(Status::Connected);
            for id in (1..=self.lines.len()).filter(|id| self.lines[id - 1].state == "pending") {
                self.send(id);
            }
        }
        let acknowledged = text.strip_prefix("ack ").and_then(|id| id.parse::<usize>().ok());
        if let Some(line) = acknowledged.and_then(|id| self.lines.get_mut(id.checked_sub(1)?))
            && line.state == "pending"
        {
            line.state = "sent";
            self.ui.show(&*line);
        }
    }

    fn action(&mut self, action: Action) {
        let Action::Send(text) = action else { return };
        let line = Line { text, state: "pending" };
        self.ui.show(&line);
        self.lines.push(line);
        if self.connected {
            self.send(self.lines.len());
        }
    }

    fn send(&self, id: usize) {
        if let Some(line) = &self.line {
            // The task may have ended, which its last event says.
            let _ = line.send(format!("{id} {}", self.lines[id - 1].text));
        }
    }
}

/// One attempt and its connection. It writes what it is given until the owner hangs up, and reads until the stream ends.
async fn connection(net: Net, mut lines: UnboundedReceiver<String>, events: UnboundedSender<Event>) {
    let say = |event| {
        let _ = events.send(event);
    };
    let Ok(socket) = net.websocket("/chat").await else { return say(Event::Lost) };
    let (mut write, mut read) = socket.split();
    loop {
        tokio::select! {
            Some(line) = lines.recv() => {
                let _ = write.send(line.into()).await;
            }
            message = read.next() => match message {
                Some(Ok(Message::Text(text))) => say(Event::Text(text.to_string())),
                Some(Ok(Message::Close(_))) => say(Event::Lost),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return say(Event::Lost),
            },
        }
    }
}
