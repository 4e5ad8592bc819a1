//! Equal jitter: half of the ceiling is certain, the other half is drawn.
//!
//! The policy is a type of its own that knows nothing of sockets, and one connection is a function of its own that knows nothing of
//! retries. `run` only holds the two together.

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

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut backoff = Backoff::new(&config, net.rng());
    loop {
        match session(&net, &ui, &user, &config).await {
            Ended::Closed => return finish(&ui, Reason::ClosedByUser),
            Ended::Lost { up } if up >= config.stable_after => backoff.reset(),
            Ended::Lost { .. } => {}
        }
        let Some(wait) = backoff.next() else {
            return finish(&ui, Reason::GaveUp);
        };
        ui.status(Status::Retrying { attempt: backoff.retries, wait });
        tokio::select! {
            () = user.closed() => return finish(&ui, Reason::ClosedByUser),
            () = sleep(wait) => {}
        }
    }
}

fn finish(ui: &Ui, reason: Reason) -> Result<()> {
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// How one attempt, and the connection that may have come of it, ended.
enum Ended {
    /// The user closed it.
    Closed,
    /// It failed or was lost, after it had been open for so long.
    Lost { up: Duration },
}

/// One attempt and its connection, from `Connecting` to the end.
async fn session(net: &Net, ui: &Ui, user: &User, config: &Config) -> Ended {
    ui.status(Status::Connecting);
    let attempt = timeout(config.connect_timeout, net.websocket("/chat"));
    let socket = tokio::select! {
        () = user.closed() => return Ended::Closed,
        answer = attempt => match answer {
            Ok(Ok(socket)) => socket,
            Ok(Err(_)) | Err(_) => return Ended::Lost { up: Duration::ZERO },
        },
    };
    let opened = Instant::now();
    tokio::select! {
        () = user.closed() => Ended::Closed,
        () = read(socket, ui) => Ended::Lost { up: opened.elapsed() },
    }
}

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text == "hello" => ui.status(Status::Connected),
            Message::Text(text) => ui.show(text.as_str()),
            // A clean close is a loss like any other: the user has not asked for it.
            Message::Close(_) => break,
            _ => {}
        }
    }
}

/// The waits between retries.
struct Backoff {
    base: Duration,
    cap: Duration,
    limit: u32,
    retries: u32,
    rng: StdRng,
}

impl Backoff {
    fn new(config: &Config, rng: StdRng) -> Self {
        Self { base: config.base_delay, cap: config.max_delay, limit: config.max_retries, retries: 0, rng }
    }

    /// The wait before the next retry; none if there may be no more.
    fn next(&mut self) -> Option<Duration> {
        if self.retries == self.limit {
            return None;
        }
        let ceiling = self.base.saturating_mul(2u32.saturating_pow(self.retries)).min(self.cap);
        self.retries += 1;
        Some(ceiling / 2 + (ceiling / 2).mul_f64(self.rng.random()))
    }

    /// The outage is over: the next one starts from the base.
    fn reset(&mut self) {
        self.retries = 0;
    }
}
