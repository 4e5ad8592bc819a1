//! Stop and wait, and good manners: one message is under way at a time, and every connection is seen to its end.
//!
//! The next message is written when the one before it has been acknowledged, so the outbox is a plain queue and its front is all there is
//! to send again. After a close frame the client reads on until the stream has ended, and only then does it wait and come back; when
//! the user closes, it says goodbye and gives the server as long as a wait to answer.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use starter::{Action, Net, Reason, Result, Socket, Status, Ui, User};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    retry_wait: Duration,
    max_retries: u32,
}

/// What the user has typed and the server has not acknowledged.
#[derive(Default)]
struct Queue {
    texts: VecDeque<String>,
    /// How many have been acknowledged: the one in front has the next number.
    acknowledged: u64,
    /// Whether the one in front has been written to the connection that is open now.
    under_way: bool,
}

/// Runs the client until the user closes it or the retries are used up.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let mut queue = Queue::default();
    let mut socket: Option<Socket> = None;
    let reason = tokio::select! {
        biased;
        () = user.closed() => Reason::ClosedByUser,
        () = chat(&net, &ui, &user, &config, &mut queue, &mut socket) => Reason::GaveUp,
    };
    if let Some(mut socket) = socket {
        let goodbye = async {
            let _ = socket.close(None).await;
            while let Some(Ok(_)) = socket.next().await {}
        };
        let _ = timeout(config.retry_wait, goodbye).await;
    }
    ui.status(Status::Disconnected { reason });
    Ok(())
}

/// Connects again and again, until the retries are used up.
async fn chat(net: &Net, ui: &Ui, user: &User, config: &Config, queue: &mut Queue, socket: &mut Option<Socket>) {
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        let opened = typing(ui, user, queue, net.websocket("/chat")).await;
        queue.under_way = false;
        if let Ok(opened) = opened
            && converse(ui, user, queue, socket.insert(opened)).await
        {
            attempt = 0;
        }
        *socket = None;
        if attempt == config.max_retries {
            return;
        }
        attempt += 1;
        ui.status(Status::Retrying { attempt, wait: config.retry_wait });
        typing(ui, user, queue, sleep(config.retry_wait)).await;
    }
}

/// Waits for something while the user types.
async fn typing<T>(ui: &Ui, user: &User, queue: &mut Queue, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            action = user.next() => queue.push(ui, action),
        }
    }
}

/// Talks until the stream ends. Tells whether the server had said hello.
async fn converse(ui: &Ui, user: &User, queue: &mut Queue, socket: &mut Socket) -> bool {
    let mut greeted = false;
    while let Some(message) = typing_on(ui, user, queue, socket, greeted).await {
        let Ok(Message::Text(text)) = message else { continue };
        if text == "hello" {
            greeted = true;
            ui.status(Status::Connected);
        } else if text == format!("ack {}", queue.acknowledged + 1)
            && queue.under_way
            && let Some(text) = queue.texts.pop_front()
        {
            queue.acknowledged += 1;
            queue.under_way = false;
            show(ui, &text, "sent");
        }
    }
    greeted
}

/// Waits for the next message of the server while the user types, with the front of the queue under way.
async fn typing_on(
    ui: &Ui,
    user: &User,
    queue: &mut Queue,
    socket: &mut Socket,
    greeted: bool,
) -> Option<Result<Message, tokio_tungstenite::tungstenite::Error>> {
    loop {
        if greeted
            && !queue.under_way
            && let Some(text) = queue.texts.front()
        {
            queue.under_way = true;
            // Whether it has arrived only the acknowledgement tells.
            let _ = socket.send(format!("{} {text}", queue.acknowledged + 1).into()).await;
        }
        tokio::select! {
            message = socket.next() => return message,
            action = user.next() => queue.push(ui, action),
        }
    }
}

impl Queue {
    fn push(&mut self, ui: &Ui, action: Action) {
        if let Action::Send(text) = action {
            show(ui, &text, "pending");
            self.texts.push_back(text);
        }
    }
}

fn show(ui: &Ui, text: &str, state: &str) {
    ui.show([("text", text), ("state", state)].into_iter().collect::<std::collections::HashMap<_, _>>());
}
