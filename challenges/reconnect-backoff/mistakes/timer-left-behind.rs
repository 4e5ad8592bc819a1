//! The wait and the next attempt are in a task of their own, a timer. When the user closes, nobody ends the task.

use std::time::Duration;

use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use starter::{Net, Reason, Result, Socket, Status, Ui, User};
use tokio::{
    sync::oneshot::{Receiver, channel},
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

#[derive(Clone, Deserialize)]
struct Config {
    base_delay: Duration,
    max_delay: Duration,
    stable_after: Duration,
    connect_timeout: Duration,
    max_retries: u32,
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut rng = net.rng();
    let mut retries = 0;
    let mut answer = connect_after(Duration::ZERO, &net, &ui, &config);
    let reason = loop {
        let socket = tokio::select! {
            () = user.closed() => break Reason::ClosedByUser,
            socket = answer => socket.ok().flatten(),
        };
        if let Some(socket) = socket {
            let opened = Instant::now();
            tokio::select! {
                () = user.closed() => break Reason::ClosedByUser,
                () = read(socket, &ui) => {}
            }
            if opened.elapsed() >= config.stable_after {
                retries = 0;
            }
        }
        if retries == config.max_retries {
            break Reason::GaveUp;
        }
        let wait = delay(&config, retries, &mut rng);
        retries += 1;
        ui.status(Status::Retrying { attempt: retries, wait });
        answer = connect_after(wait, &net, &ui, &config);
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Starts a timer, and an attempt when it rings. The socket comes through the channel, or nothing does.
fn connect_after(wait: Duration, net: &Net, ui: &Ui, config: &Config) -> Receiver<Option<Socket>> {
    let (sender, answer) = channel();
    let (net, ui, deadline) = (net.clone(), ui.clone(), config.connect_timeout);
    tokio::spawn(async move {
        sleep(wait).await;
        ui.status(Status::Connecting);
        let socket = timeout(deadline, net.websocket("/chat")).await;
        let _ = sender.send(socket.ok().and_then(Result::ok));
    });
    answer
}

async fn read(mut socket: Socket, ui: &Ui) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text == "hello" => ui.status(Status::Connected),
            Message::Text(text) => ui.show(text.as_str()),
            _ => {}
        }
    }
}

fn delay(config: &Config, failures: u32, rng: &mut StdRng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random_range(0.5..1.0))
}
