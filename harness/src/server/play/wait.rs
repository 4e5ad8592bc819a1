//! What a server does by itself while its script waits: it reads, answers, and notices that the client has gone.

use std::{future::pending, pin::pin};

use super::{Phase, Player, answer};
use crate::{
    scenario::Expected,
    server::{
        expect,
        http::{self, Head},
        sight::{MOST_BYTES, MOST_MESSAGES},
        websocket,
    },
    time::Millis,
    trace::{ClientAct, Fault, How, Message, ServerAct},
};

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// The time was up.
    Time,
    /// What was waited for has come.
    Came,
    /// The client has ended the connection which the server had ended before.
    Left,
    /// The client has ended the play.
    Over,
}

/// What a client does while the server waits.
enum Event {
    Request(Box<Head>),
    Message {
        message: Message,
        too_much: bool,
    },
    /// It has broken the protocol, and has been told so.
    Rejected(Option<u16>),
    Left,
}

/// What a play can wait for.
#[derive(Clone, Copy)]
pub(super) enum Awaited<'a> {
    /// Only the time.
    Nothing,
    /// The head of the request.
    Request,
    /// The client's close frame.
    Close,
    /// What the script says.
    Expected(&'a Expected),
}

impl Player {
    /// Waits for a time or for what the client does, and does meanwhile what a server does by itself.
    pub(super) async fn wait(&mut self, until: Option<Millis>, awaited: Awaited<'_>) -> Waited {
        let clock = self.notes.clock().clone();
        let mut alarm = pin!(async {
            match until {
                Some(at) => clock.sleep_until(at).await,
                None => pending().await,
            }
        });
        loop {
            // At one instant answers come before the script's next step: they were earned before.
            let due = self.answers.next().filter(|due| until.is_none_or(|until| *due <= until));
            let event = tokio::select! {
                biased;
                () = clock.sleep_until(due.unwrap_or(Millis::MAX)), if due.is_some() => None,
                () = &mut alarm => return Waited::Time,
                event = self.event() => Some(event),
            };
            let waited = match event {
                Some(event) => self.react(event, awaited).await,
                None => None,
            };
            self.answer().await;
            if let Some(waited) = waited {
                return waited;
            }
            if until.is_none() && self.valve.is_over() {
                return Waited::Left;
            }
        }
    }

    /// Waits for what the client does next. Cancel-safe.
    async fn event(&mut self) -> Event {
        match &mut self.phase {
            // What tungstenite has in its buffer is not heard either.
            _ if self.valve.is_deaf() => self.valve.left_unread().await,
            Phase::Silent => self.valve.left_unread().await,
            Phase::Serving(serving) if serving.is_asked() => self.valve.left_unread().await,
            Phase::Serving(serving) => match serving.event().await {
                http::Event::Request(head) => return Event::Request(head),
                http::Event::Garbage(status) => return Event::Rejected(Some(status.as_u16())),
                http::Event::Over => {}
            },
            Phase::Streaming(stream) => tokio::select! {
                biased;
                () = self.valve.left_unread() => {}
                () = stream.over() => {}
            },
            Phase::Open(socket) => match socket.event().await {
                websocket::Event::Message { message, too_much } => return Event::Message { message, too_much },
                websocket::Event::Violation => return Event::Rejected(None),
                websocket::Event::Over => {}
            },
            Phase::Closed => self.valve.left().await,
        }
        Event::Left
    }

    async fn react(&mut self, event: Event, awaited: Awaited<'_>) -> Option<Waited> {
        match event {
            Event::Request(head) => {
                let path = head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string);
                let (method, fields) = (head.method.to_string(), http::telling(&head.headers));
                let mut head = head;
                let body = std::mem::take(&mut head.body);
                self.notes.client(ClientAct::Request { method, path, fields, body });
                self.head = Some(head);
                matches!(awaited, Awaited::Request).then_some(Waited::Came)
            }
            Event::Message { too_much: true, .. } => {
                let _ = self.end(How::Broken(too_much())).await;
                None
            }
            Event::Message { message, .. } => self.heard(&message, awaited),
            Event::Rejected(status) => {
                if let Some(status) = status {
                    self.notes.sends(ServerAct::Answer { status });
                    self.notes.sends(ServerAct::Fin);
                    self.phase = Phase::Closed;
                } else {
                    self.finish();
                }
                self.ended = true;
                Some(Waited::Over)
            }
            Event::Left => self.left(),
        }
    }

    fn heard(&mut self, message: &Message, awaited: Awaited<'_>) -> Option<Waited> {
        let came = match awaited {
            Awaited::Expected(expected) => expect::is_met_by(expected, message),
            Awaited::Close => matches!(message, Message::Close { .. }),
            Awaited::Nothing | Awaited::Request => false,
        };
        if came && matches!(awaited, Awaited::Expected(_)) {
            self.on = answer::on(message);
        }
        self.answers.heard(message, self.notes.clock().now());
        // An answer that cannot leave yet, because the client does not read, is seen out before the stream ends.
        let settled = matches!(&self.phase, Phase::Open(socket) if socket.is_settled());
        let over = matches!(message, Message::Close { .. }) && settled && self.finish();
        match (came, over && !self.ended) {
            (true, _) => Some(Waited::Came),
            (false, true) => Some(Waited::Over),
            (false, false) => None,
        }
    }

    /// The close frames are exchanged: the server ends the stream, or lets it linger. If writing is stalled that has to wait, and this
    /// is false.
    fn finish(&mut self) -> bool {
        self.phase = Phase::Closed;
        self.fin_due = self.valve.is_stalled();
        if !self.fin_due && self.linger > 0 {
            self.fin_at = Some(self.now() + self.linger);
        } else if !self.fin_due {
            self.valve.fin();
        }
        !self.fin_due
    }

    /// The stream has come to its end.
    fn left(&mut self) -> Option<Waited> {
        let closed = matches!(&self.phase, Phase::Open(socket) if socket.is_closed());
        self.phase = Phase::Closed;
        if self.valve.is_over() {
            // It was the script that ended it.
            return None;
        }
        if !closed {
            self.valve.leave();
        } else if !self.finish() {
            return None;
        }
        Some(if self.ended { Waited::Left } else { Waited::Over })
    }
}

fn too_much() -> Fault {
    let mebibytes = MOST_BYTES >> 20;
    Fault::Flooded(format!("it sent the server more than {MOST_MESSAGES} messages or {mebibytes} MiB"))
}
