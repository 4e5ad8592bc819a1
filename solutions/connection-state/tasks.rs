//! A task for each connection and one owner, as a browser would have it: tasks say what happens, the owner alone decides and shows.
//!
//! Every event carries the number of its connection. A task lives on until its stream has ended, which may be long after the owner has
//! gone on to the next connection: what it says then is about a connection that is no longer the client's, and the owner lets it pass.

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
    events: UnboundedSender<(u32, Event)>,
    /// How many connections there have been: the number of the current one.
    connection: u32,
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
    let mut owner =
        Owner { net, ui, config, events, connection: 0, line: None, connected: false, retries: 0, lines: Vec::new() };
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
            Some((connection, event)) = heard.recv() => match event {
                // The end of a connection that is not the current one is old news.
                _ if connection != owner.connection || alarm.is_some() => {}
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
        self.connection += 1;
        let (sender, lines) = unbounded_channel();
        self.line = Some(sender);
        tokio::spawn(connection(self.net.clone(), self.connection, lines, self.events.clone()));
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
async fn connection(
    net: Net,
    number: u32,
    mut lines: UnboundedReceiver<String>,
    events: UnboundedSender<(u32, Event)>,
) {
    let say = |event| {
        let _ = events.send((number, event));
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
                // The stream ends after this, which is not news to anybody who has heard of it.
                Some(Ok(Message::Close(_)) | Err(_)) => say(Event::Lost),
                Some(Ok(_)) => {}
                None => return say(Event::Lost),
            },
        }
    }
}
