//! One connection: the script's steps, one after the other.

mod wait;

use std::{future::pending, sync::Arc};

use tokio::{io::AsyncWriteExt, sync::mpsc::UnboundedSender};

use super::{
    cursor::Cursor,
    expect,
    http::{self, Answered, Head, Serving},
    notes::Notes,
    valve::Valve,
    websocket::Socket,
};
use crate::{
    scenario::{Expected, Step, Values},
    time::Millis,
    trace::{How, Message, ServerAct},
};
use wait::{Awaited, Waited};

/// Plays one connection to its end.
pub(super) struct Player {
    valve: Valve,
    notes: Notes,
    values: Arc<Values>,
    /// Where the end of the scenario is said.
    end: UnboundedSender<How>,
    phase: Phase,
    cursor: Cursor,
    /// The request, once its head has been read.
    head: Option<Box<Head>>,
    /// The server has ended the connection, so that it is no surprise when the client does.
    ended: bool,
    /// The close frames are exchanged, but writing is stalled: the stream ends when it is resumed.
    fin_due: bool,
    /// How long the stream stays open after a closing handshake.
    linger: Millis,
    /// The close frames are exchanged, and the stream ends at this time.
    fin_at: Option<Millis>,
}

/// What is spoken on the connection.
enum Phase {
    /// Nothing yet: the request is unread.
    Silent,
    /// HTTP, up to the answer.
    Serving(Serving),
    /// WebSocket.
    Open(Socket),
    /// Nothing any more.
    Closed,
}

/// Whether a play goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    /// The client has ended it.
    Over,
}

impl Player {
    pub(super) fn new(valve: Valve, notes: Notes, values: Arc<Values>, end: UnboundedSender<How>) -> Self {
        Self {
            valve,
            notes,
            values,
            end,
            phase: Phase::Silent,
            cursor: Cursor::new(&[]),
            head: None,
            ended: false,
            fin_due: false,
            linger: 0,
            fin_at: None,
        }
    }

    /// Reads the head of the request. Gives its path, without the query.
    pub(super) async fn request(&mut self) -> Option<String> {
        if matches!(self.phase, Phase::Silent) {
            self.phase = Phase::Serving(Serving::new(self.valve.conn()));
        }
        match self.wait(None, Awaited::Request).await {
            Waited::Came => self.head.as_ref().map(|head| head.uri.path().to_owned()),
            _ => None,
        }
    }

    /// Answers a request that no entry of the scenario is for.
    pub(super) async fn refer(mut self) {
        self.respond(404, http::not_found()).await;
        self.hold().await;
        self.leave().await;
    }

    /// Plays the steps, then holds the connection until the client ends it.
    pub(super) async fn play(mut self, steps: &[Step]) {
        self.cursor = Cursor::new(steps);
        if !look_at_fields(steps) {
            // It holds on to the buffer that the request was read into, which is a lot for a fleet.
            self.head = None;
        }
        let mut flow = Flow::On;
        while let (Flow::On, Some(step)) = (flow, self.cursor.next()) {
            flow = self.step(step).await;
        }
        if flow == Flow::On {
            self.uncork().await;
            self.hold().await;
        }
        self.lingered().await;
        self.leave().await;
    }

    /// Ends what is left of the connection. After an answer to garbage more of it may come, and closing a socket with unread bytes would
    /// take the answer back.
    pub(super) async fn leave(self) {
        if self.ended && !self.valve.is_over() {
            self.valve.left().await;
        }
        self.valve.leave();
    }

    async fn step(&mut self, step: Step) -> Flow {
        let sends = matches!(step, Step::Send(_) | Step::Binary(_) | Step::Ping(_) | Step::Pong(_));
        if !sends {
            self.uncork().await;
        }
        match step {
            Step::Refuse | Step::Reset => self.valve.reset(),
            Step::AcceptSilent | Step::Repeat { .. } => {}
            Step::Accept => return self.accept().await,
            Step::Http { status, headers, body } => return self.http(status, &headers, body).await,
            Step::Send(text) => return self.send(Message::Text(text)).await,
            Step::Binary(bytes) => return self.send(Message::Binary(bytes)).await,
            Step::Ping(payload) => return self.send(Message::Ping(payload.into())).await,
            Step::Pong(payload) => return self.send(Message::Pong(payload.into())).await,
            Step::Close { code, reason } => return self.close(code, reason).await,
            Step::Wait(span) => return self.wait_until(self.now() + self.values.ms(&span)).await,
            Step::AtNext(span) => return self.wait_until(next_multiple(self.now(), self.values.ms(&span))).await,
            Step::Stall => self.valve.stall(),
            Step::StopReading => self.valve.stop_reading(),
            Step::Resume => return self.resume().await,
            Step::HalfClose => self.valve.half_close(),
            Step::Fin => self.valve.fin(),
            Step::Linger(span) => self.linger = self.values.ms(&span),
            Step::CutAfter(bytes) => self.valve.cut_after(bytes),
            Step::Hold => return self.hold().await,
            Step::End => return self.end(How::Script).await,
            Step::Expect { what, within, otherwise } => {
                let until = within.map(|within| self.now() + self.values.ms(&within));
                return self.expect(&what, until, otherwise).await;
            }
        }
        Flow::On
    }

    fn now(&self) -> Millis {
        self.notes.clock().now()
    }

    /// Says that the scenario is over, and waits for it.
    async fn end(&mut self, how: How) -> Flow {
        // Nobody listens only if it is over already.
        let _ = self.end.send(how);
        pending().await
    }

    /// A greeting that follows the handshake at once travels in one piece with it, as it often does in the wild: a client may not
    /// lose it (RFC 6455 section 4.1). Here the greeting is complete.
    async fn uncork(&mut self) {
        self.valve.uncork();
        // If the connection is over, the next read says so.
        let _ = self.valve.released().await;
    }

    async fn accept(&mut self) -> Flow {
        if self.read_request().await == Flow::Over {
            return Flow::Over;
        }
        let Phase::Serving(serving) = &self.phase else { return Flow::On };
        let Some(response) = serving.handshake() else { return Flow::On };
        let status = response.status().as_u16();
        if status != 101 {
            self.respond(status, response).await;
            self.cursor.replace(Vec::new());
            return Flow::On;
        }
        self.valve.cork();
        self.respond(status, response).await
    }

    async fn http(&mut self, status: u16, headers: &[(String, String)], body: String) -> Flow {
        if self.read_request().await == Flow::Over {
            return Flow::Over;
        }
        self.respond(status, http::response(status, headers, body)).await
    }

    /// Reads the head of the request, unless that has been done.
    async fn read_request(&mut self) -> Flow {
        match &self.phase {
            Phase::Serving(serving) if serving.is_asked() => Flow::On,
            Phase::Silent | Phase::Serving(_) if !self.valve.is_over() => match self.request().await {
                Some(_) => Flow::On,
                None => Flow::Over,
            },
            _ => Flow::On,
        }
    }

    async fn respond(&mut self, status: u16, response: axum::response::Response) -> Flow {
        let Phase::Serving(serving) = std::mem::replace(&mut self.phase, Phase::Closed) else { return Flow::On };
        self.notes.sends(ServerAct::Answer { status });
        match serving.answer(response).await {
            Answered::Upgraded(conn, sent) => {
                self.phase = Phase::Open(Socket::open(conn, sent, self.notes.clone()).await);
            }
            Answered::Closed => {
                self.ended = true;
                // hyper leaves the stream open if the request had asked for an upgrade.
                let _ = self.valve.conn().shutdown().await;
                self.notes.sends(ServerAct::Fin);
            }
            Answered::Broken if self.valve.is_over() => {}
            Answered::Broken => return Flow::Over,
        }
        Flow::On
    }

    async fn send(&mut self, message: Message) -> Flow {
        let Phase::Open(socket) = &mut self.phase else { return Flow::On };
        if self.valve.is_over() {
            return Flow::On;
        }
        match socket.send(message).await {
            Err(_) if !self.valve.is_over() && !self.ended => Flow::Over,
            _ => Flow::On,
        }
    }

    /// RFC 6455 section 7.1.2: a close frame, the other's close frame, and then the server ends the stream.
    async fn close(&mut self, code: Option<u16>, reason: String) -> Flow {
        if !matches!(self.phase, Phase::Open(_)) {
            return Flow::On;
        }
        self.ended = true;
        let _ = self.send(Message::Close { code, reason }).await;
        self.wait(None, Awaited::Close).await;
        self.lingered().await;
        Flow::On
    }

    /// Ends the stream of a closing handshake that is over: when its time has come, or the client has left.
    async fn lingered(&mut self) {
        let Some(at) = self.fin_at.take() else { return };
        let clock = self.notes.clock().clone();
        tokio::select! {
            biased;
            () = self.valve.left() => {}
            () = clock.sleep_until(at) => {}
        }
        self.valve.fin();
    }

    async fn resume(&mut self) -> Flow {
        self.valve.resume();
        let _ = self.valve.released().await;
        if self.fin_due {
            self.valve.fin();
            return if self.ended { Flow::On } else { Flow::Over };
        }
        Flow::On
    }

    async fn expect(&mut self, what: &Expected, until: Option<Millis>, otherwise: Vec<Step>) -> Flow {
        let waited = match what {
            Expected::Header { name, value } => {
                let headers = self.head.as_ref().map(|head| &head.headers);
                let met = headers.is_some_and(|headers| expect::has_field(headers, name, value.as_deref()));
                if met { Waited::Came } else { Waited::Time }
            }
            _ if self.valve.is_over() => Waited::Left,
            _ => self.wait(until, Awaited::Expected(what)).await,
        };
        let met = waited == Waited::Came;
        self.notes.server(ServerAct::Expected { what: expect::name(what), met });
        if !met && !otherwise.is_empty() {
            self.cursor.replace(otherwise);
        }
        if waited == Waited::Over { Flow::Over } else { Flow::On }
    }

    async fn hold(&mut self) -> Flow {
        if self.valve.is_over() || self.wait(None, Awaited::Nothing).await == Waited::Left {
            return Flow::On;
        }
        Flow::Over
    }

    async fn wait_until(&mut self, at: Millis) -> Flow {
        let clock = self.notes.clock().clone();
        match self.wait(Some(at), Awaited::Nothing).await {
            Waited::Over => return Flow::Over,
            // A wait is a wait, also after the connection.
            Waited::Left => clock.sleep_until(at).await,
            Waited::Time | Waited::Came => {}
        }
        Flow::On
    }
}

/// Whether any of the steps looks at the request's header fields.
fn look_at_fields(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Expect { what, otherwise, .. } => matches!(what, Expected::Header { .. }) || look_at_fields(otherwise),
        Step::Repeat { steps, .. } => look_at_fields(steps),
        _ => false,
    })
}

/// The next point in time, after `now`, that is a multiple of `span`.
fn next_multiple(now: Millis, span: Millis) -> Millis {
    now.checked_div(span).map_or(now, |times| (times + 1) * span)
}

#[cfg(test)]
mod tests {
    use super::next_multiple;

    #[test]
    fn a_multiple_that_is_now_is_not_the_next() {
        let next: Vec<_> = [0, 1, 79, 80, 81].map(|now| next_multiple(now, 80)).into();
        assert_eq!(next, [80, 80, 80, 160, 160]);
        assert_eq!(next_multiple(7, 0), 7);
    }
}
