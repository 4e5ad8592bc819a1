//! A state machine: one value says where the client stands, one function turns an event into the next state, and one place shows it.
//!
//! What is shown follows from the state. A status is reported where the state changes, so none can be forgotten and none be shown
//! twice. A state owns what it needs: leaving `Open` drops the socket, and nothing that it still had to say can arrive later.

use std::{future::pending, pin::Pin, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, ConnectError, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{self, Message};

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    max_retries: u32,
}

type Attempt = Pin<Box<dyn Future<Output = Result<Socket, ConnectError>>>>;

/// Where the client stands.
enum State {
    /// An attempt is under way.
    Connecting(Attempt),
    /// The socket is open; `greeted` once the server has said hello.
    Open { socket: Box<Socket>, greeted: bool },
    /// Waiting for the next attempt.
    Waiting { until: Instant },
    /// Over.
    Over(Reason),
}

/// What happens to a client.
enum Event {
    Closed,
    Typed(Action),
    Attempted(Option<Box<Socket>>),
    Came(Option<Result<Message, tungstenite::Error>>),
    Rang,
}

/// A message of the user that the server has not acknowledged.
struct Unacknowledged {
    id: u32,
    text: String,
}

struct Client {
    net: Net,
    ui: Ui,
    config: Config,
    /// Retries since the client was last connected.
    retries: u32,
    typed: u32,
    outbox: Vec<Unacknowledged>,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config = net.config()?;
    let mut client = Client { net, ui, config, retries: 0, typed: 0, outbox: Vec::new() };
    let mut state = client.attempt();
    let mut shown = None;
    loop {
        let status = client.status(&state);
        if shown.as_ref() != Some(&status) {
            client.ui.status(status.clone());
            shown = Some(status);
        }
        if let State::Over(_) = state {
            return Ok(());
        }
        let event = tokio::select! {
            biased;
            () = user.closed() => Event::Closed,
            event = next(&mut state) => event,
            action = user.next() => Event::Typed(action),
        };
        state = client.step(state, event).await;
    }
}

/// What a state is waiting for. Cancel-safe: what is under way stays in the state.
async fn next(state: &mut State) -> Event {
    match state {
        State::Connecting(attempt) => Event::Attempted(attempt.await.ok().map(Box::new)),
        State::Open { socket, .. } => Event::Came(socket.next().await),
        State::Waiting { until } => {
            sleep_until(*until).await;
            Event::Rang
        }
        State::Over(_) => pending().await,
    }
}

impl Client {
    fn attempt(&self) -> State {
        let net = self.net.clone();
        State::Connecting(Box::pin(async move { net.websocket("/chat").await }))
    }

    fn status(&self, state: &State) -> Status {
        match state {
            State::Connecting(_) | State::Open { greeted: false, .. } => Status::Connecting,
            State::Open { greeted: true, .. } => Status::Connected,
            State::Waiting { .. } => Status::Retrying { attempt: self.retries, wait: self.config.retry_wait },
            State::Over(reason) => Status::Disconnected { reason: reason.clone() },
        }
    }

    async fn step(&mut self, state: State, event: Event) -> State {
        match (state, event) {
            (_, Event::Closed) => State::Over(Reason::ClosedByUser),
            (_, Event::Rang) => self.attempt(),
            (_, Event::Attempted(Some(socket))) => State::Open { socket, greeted: false },
            (_, Event::Attempted(None)) => self.failed(),
            (State::Open { socket, greeted }, Event::Came(Some(Ok(message)))) => {
                self.came(socket, greeted, message).await
            }
            (_, Event::Came(_)) => self.failed(),
            (mut state, Event::Typed(action)) => {
                self.typed(&mut state, action).await;
                state
            }
        }
    }

    /// An attempt has failed, or a connection is lost.
    fn failed(&mut self) -> State {
        if self.retries == self.config.max_retries {
            return State::Over(Reason::GaveUp);
        }
        self.retries += 1;
        State::Waiting { until: Instant::now() + self.config.retry_wait }
    }

    async fn came(&mut self, mut socket: Box<Socket>, mut greeted: bool, message: Message) -> State {
        match message {
            Message::Close(_) => return self.failed(),
            Message::Text(text) if text == "hello" => {
                (greeted, self.retries) = (true, 0);
                for message in &self.outbox {
                    write(&mut socket, message).await;
                }
            }
            Message::Text(text) => {
                let named = |message: &Unacknowledged| text.as_str() == format!("ack {}", message.id);
                if let Some(index) = self.outbox.iter().position(named) {
                    let message = self.outbox.remove(index);
                    self.show(&message.text, "sent");
                }
            }
            _ => {}
        }
        State::Open { socket, greeted }
    }

    async fn typed(&mut self, state: &mut State, action: Action) {
        let Action::Send(text) = action else { return };
        self.show(&text, "pending");
        self.typed += 1;
        let message = Unacknowledged { id: self.typed, text };
        if let State::Open { socket, greeted: true } = state {
            write(socket, &message).await;
        }
        self.outbox.push(message);
    }

    fn show(&self, text: &str, state: &str) {
        self.ui.show(std::collections::BTreeMap::from([("text", text), ("state", state)]));
    }
}

/// Writes a message. An error is no loss yet: reading says so, and the outbox keeps the message.
async fn write(socket: &mut Socket, message: &Unacknowledged) {
    let _ = socket.send(Message::text(format!("{} {}", message.id, message.text))).await;
}
