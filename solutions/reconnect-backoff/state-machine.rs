//! An explicit state machine: each state is a value that owns what it needs, and each step turns one state into the next.
//!
//! What the user sees is decided in one place, from the state. A state that owns the socket drops it when it is left, so no connection
//! can outlive its state, and there is no way to be in two states at once.

use std::time::Duration;

use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use starter::{Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    base_delay: Duration,
    max_delay: Duration,
    stable_after: Duration,
    connect_timeout: Duration,
    max_retries: u32,
}

/// Where the client stands.
enum State {
    /// An attempt is under way.
    Connecting,
    /// The socket is open, and the server has not said hello.
    Open { socket: Socket, since: Instant },
    /// The server has said hello.
    Connected { socket: Socket, since: Instant },
    /// Waiting for the next attempt.
    Waiting { wait: Duration },
    /// Over.
    Disconnected { reason: Reason },
}

struct Client {
    net: Net,
    ui: Ui,
    user: User,
    config: Config,
    rng: StdRng,
    /// Retries since the last stable connection.
    retries: u32,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let (config, rng) = (net.config()?, net.rng());
    let mut client = Client { net, ui, user, config, rng, retries: 0 };
    let mut state = State::Connecting;
    loop {
        client.show(&state);
        state = match state {
            State::Disconnected { .. } => return Ok(()),
            state => client.step(state).await,
        };
    }
}

impl Client {
    fn show(&self, state: &State) {
        self.ui.status(match state {
            State::Connecting | State::Open { .. } => Status::Connecting,
            State::Connected { .. } => Status::Connected,
            State::Waiting { wait } => Status::Retrying { attempt: self.retries, wait: *wait },
            State::Disconnected { reason } => Status::Disconnected { reason: reason.clone() },
        });
    }

    /// Stays in a state until something happens, and says what comes next. The user's wish comes before anything else.
    async fn step(&mut self, state: State) -> State {
        tokio::select! {
            biased;
            () = self.user.closed() => State::Disconnected { reason: Reason::ClosedByUser },
            next = next(state, &self.net, &self.ui, &self.config) => next.unwrap_or_else(|lost| self.retry(lost)),
        }
    }

    /// The state after a failed attempt or a lost connection.
    fn retry(&mut self, lost: Lost) -> State {
        if lost.up >= self.config.stable_after {
            self.retries = 0;
        }
        if self.retries == self.config.max_retries {
            return State::Disconnected { reason: Reason::GaveUp };
        }
        let growth = 2u32.saturating_pow(self.retries);
        let ceiling = self.config.base_delay.saturating_mul(growth).min(self.config.max_delay);
        self.retries += 1;
        State::Waiting { wait: ceiling.mul_f64(self.rng.random_range(0.5..=1.0)) }
    }
}

/// The attempt failed, or the connection was lost after it had been open for so long.
struct Lost {
    up: Duration,
}

/// What a state leads to by itself.
async fn next(state: State, net: &Net, ui: &Ui, config: &Config) -> Result<State, Lost> {
    match state {
        State::Connecting => match timeout(config.connect_timeout, net.websocket("/chat")).await {
            Ok(Ok(socket)) => Ok(State::Open { socket, since: Instant::now() }),
            Ok(Err(_)) | Err(_) => Err(Lost { up: Duration::ZERO }),
        },
        State::Open { mut socket, since } => loop {
            match text(&mut socket).await {
                Some(text) if text == "hello" => break Ok(State::Connected { socket, since }),
                Some(_) => {}
                None => break Err(Lost { up: since.elapsed() }),
            }
        },
        State::Connected { mut socket, since } => {
            while let Some(text) = text(&mut socket).await {
                ui.show(text);
            }
            Err(Lost { up: since.elapsed() })
        }
        State::Waiting { wait } => {
            sleep(wait).await;
            Ok(State::Connecting)
        }
        State::Disconnected { .. } => Ok(state),
    }
}

/// The next text; none when the connection is lost.
async fn text(socket: &mut Socket) -> Option<String> {
    loop {
        match socket.next().await?.ok()? {
            Message::Text(text) => return Some(text.to_string()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}
