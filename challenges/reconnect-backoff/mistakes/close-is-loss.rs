//! The user's close ends the connection properly, and the end of the connection then looks like a loss.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use rand::{RngExt, rngs::StdRng};
use serde::Deserialize;
use starter::{Net, Reason, Result, Socket, Status, Ui, User};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
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

    // A click on the button, as an event.
    let click = Arc::new(Notify::new());
    let button = click.clone();
    tokio::spawn(async move {
        user.closed().await;
        button.notify_one();
    });

    let reason = loop {
        ui.status(Status::Connecting);
        let answer = tokio::select! {
            () = click.notified() => break Reason::ClosedByUser,
            answer = timeout(config.connect_timeout, net.websocket("/chat")) => answer,
        };
        if let Ok(Ok(socket)) = answer {
            let opened = Instant::now();
            read(socket, &ui, &click).await;
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
        tokio::select! {
            () = click.notified() => break Reason::ClosedByUser,
            () = sleep(wait) => {}
        }
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Reads until the connection is over, by whichever side.
async fn read(mut socket: Socket, ui: &Ui, click: &Notify) {
    loop {
        let message = tokio::select! {
            () = click.notified() => {
                let _ = socket.close(None).await;
                continue;
            }
            message = socket.next() => message,
        };
        match message {
            Some(Ok(Message::Text(text))) if text == "hello" => ui.status(Status::Connected),
            Some(Ok(Message::Text(text))) => ui.show(text.as_str()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return,
        }
    }
}

fn delay(config: &Config, failures: u32, rng: &mut StdRng) -> Duration {
    let ceiling = config.base_delay.saturating_mul(2u32.saturating_pow(failures)).min(config.max_delay);
    ceiling.mul_f64(rng.random_range(0.5..1.0))
}
