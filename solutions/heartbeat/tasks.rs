//! A task for each concern of a connection: one reads, one sends pings at a fixed interval, one watches the clock.
//!
//! They share nothing but channels, and stand in one `JoinSet`: the first that ends ends the connection, and dropping the set ends the others.
//! That is what makes the timers the connection's own. A dead connection is closed with a code of the application's own.

use std::time::Duration;

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde::Deserialize;
use serde_json::Value;
use starter::{Net, Reason, Response, Result, Socket, Status, Ui, User};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

#[derive(Debug, Clone, Deserialize)]
struct Config {
    transport: String,
    heartbeat: Duration,
    pong_within: Duration,
    read_timeout: Duration,
    retry_wait: Duration,
}

pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let client = tokio::spawn(stay_connected(net, ui.clone(), config));
    user.closed().await;
    client.abort();
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

async fn stay_connected(net: Net, ui: Ui, config: Config) {
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        if config.transport == "sse" {
            if let Ok(response) = net.get("/events", &[("accept", "text/event-stream")]).await {
                listen(response, &ui, &config).await;
            }
        } else if let Ok(socket) = net.websocket("/live").await {
            talk(socket, &ui, &config).await;
        }
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        sleep(config.retry_wait).await;
    }
}

/// How the server is asked.
#[derive(Clone, Copy)]
enum Asking {
    /// By frames, as often as the configuration says.
    Frames,
    /// By messages, as often as the application says.
    Messages(Duration),
}

async fn talk(socket: Socket, ui: &Ui, config: &Config) {
    let (sink, stream) = socket.split();
    let (asking, how) = watch::channel(Asking::Frames);
    let (alive, signs) = watch::channel(());
    let (asked, questions) = mpsc::unbounded_channel();
    let (out, messages) = mpsc::unbounded_channel();

    let mut tasks = JoinSet::new();
    tasks.spawn(read(stream, ui.clone(), asking, alive));
    tasks.spawn(ask(how, config.heartbeat, out.clone(), asked));
    tasks.spawn(watch(questions, signs, config.pong_within));
    let writer = tokio::spawn(write(sink, messages));
    tasks.join_next().await;
    tasks.shutdown().await;
    // Whoever is dead does not hear it. Whoever is not learns that this was no goodbye.
    let gone = CloseFrame { code: CloseCode::Library(4000), reason: "no answer".into() };
    let _ = out.send(Message::Close(Some(gone)));
    drop(out);
    let _ = writer.await;
}

async fn write(mut sink: SplitSink<Socket, Message>, mut messages: mpsc::UnboundedReceiver<Message>) {
    while let Some(message) = messages.recv().await {
        if sink.send(message).await.is_err() {
            return;
        }
    }
}

async fn read(mut stream: SplitStream<Socket>, ui: Ui, asking: watch::Sender<Asking>, alive: watch::Sender<()>) {
    while let Some(Ok(message)) = stream.next().await {
        let said: Value = message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        if said["type"] == "hello" {
            ui.status(Status::Connected);
            if let Some(ms) = said["interval_ms"].as_u64() {
                asking.send_replace(Asking::Messages(Duration::from_millis(ms)));
            }
        }
        let counts = match *asking.borrow() {
            Asking::Frames => true,
            Asking::Messages(_) => message.is_text(),
        };
        if counts {
            alive.send_replace(());
        }
    }
}

/// Sends pings and says when, whatever arrives meanwhile.
async fn ask(
    mut how: watch::Receiver<Asking>,
    heartbeat: Duration,
    out: mpsc::UnboundedSender<Message>,
    asked: mpsc::UnboundedSender<Instant>,
) {
    loop {
        let asking = *how.borrow_and_update();
        let (period, ping) = match asking {
            Asking::Frames => (heartbeat, Message::Ping("beat".into())),
            Asking::Messages(announced) => (heartbeat.min(announced), r#"{"type":"ping"}"#.into()),
        };
        let mut beat = interval_at(Instant::now() + period, period);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                changed = how.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                now = beat.tick() => {
                    if out.send(ping.clone()).is_err() || asked.send(now).is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Ends when a question has had no answer for so long. A sign of life answers all questions before it.
async fn watch(mut questions: mpsc::UnboundedReceiver<Instant>, mut signs: watch::Receiver<()>, pong_within: Duration) {
    while let Some(asked_at) = questions.recv().await {
        // What came before the question is no answer to it.
        signs.mark_unchanged();
        tokio::select! {
            sign = signs.changed() => if sign.is_err() { return },
            () = sleep_until(asked_at + pong_within) => return,
        }
        while questions.try_recv().is_ok() {}
    }
}

async fn listen(mut response: Response, ui: &Ui, config: &Config) {
    let mut text = String::new();
    while let Ok(Some(Ok(bytes))) = timeout(config.read_timeout, response.chunk()).await {
        text.push_str(&String::from_utf8_lossy(&bytes));
        while let Some((line, rest)) = text.split_once('\n') {
            if line.starts_with("data:") && line.contains(r#""hello""#) {
                ui.status(Status::Connected);
            }
            text = rest.to_owned();
        }
    }
}
