//! One connection: the script's steps, one after the other.

mod answer;
mod intent;
mod log;
mod raw;
mod wait;

use std::{future::pending, sync::Arc};

use tokio::{io::AsyncWriteExt, sync::mpsc::UnboundedSender};

use super::{
    cursor::Cursor,
    date, expect,
    http::{self, Answered, Head, Serving},
    log::ClientLog,
    notes::Notes,
    stream::Stream,
    valve::Valve,
    websocket::Socket,
};
use crate::{
    scenario::{Expected, LogStep, On, Play, Since, Step, Template, Values},
    time::Millis,
    trace::{How, Message, ServerAct},
};
use answer::Answers;
pub(super) use raw::Raw;
use wait::{Awaited, Waited};

/// Plays one connection to its end.
pub(super) struct Player {
    valve: Valve,
    notes: Notes,
    values: Arc<Values>,
    log: ClientLog,
    raw: Raw,
    /// Where the end of the scenario is said.
    end: UnboundedSender<How>,
    phase: Phase,
    cursor: Cursor,
    answers: Answers,
    /// The message that the script follows: the last that met an expectation.
    on: Option<On>,
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
    /// HTTP, in an answer whose body is open.
    Streaming(Stream),
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
    pub(super) fn new(
        valve: Valve,
        notes: Notes,
        values: Arc<Values>,
        (log, raw): (ClientLog, Raw),
        end: UnboundedSender<How>,
    ) -> Self {
        Self {
            valve,
            notes,
            values,
            log,
            raw,
            end,
            phase: Phase::Silent,
            cursor: Cursor::new(&[]),
            answers: Answers::default(),
            on: None,
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
    pub(super) async fn play(mut self, play: &Play) {
        self.cursor = Cursor::new(&play.steps);
        self.answers = Answers::new(&play.answers, &self.values);
        self.look_ahead();
        if !look_at_fields(&play.steps) {
            // It holds on to the buffer that the request was read into, which is a lot for a fleet.
            self.head = None;
        }
        let mut flow = Flow::On;
        while flow == Flow::On {
            let Some(step) = self.cursor.next() else { break };
            flow = self.step(step).await;
        }
        if flow == Flow::On {
            self.uncork().await;
            self.announce(&Step::Hold);
            self.hold().await;
        }
        self.lingered().await;
        self.miss_the_rest();
        self.leave().await;
    }

    /// Says what the script expects next: a run that is over before it comes has missed it.
    fn look_ahead(&self) {
        self.notes.expects(self.cursor.expected().map(|what| expect::name(&self.followed(&what))));
    }

    /// A client that has gone cannot do any more what the script expects next.
    fn miss_the_rest(&self) {
        if let Some(what) = self.cursor.expected() {
            self.notes.server(ServerAct::Expected { what: expect::name(&self.followed(&what)), met: false });
            self.notes.expects(None);
        }
    }

    /// What is expected, with what the script follows.
    fn followed(&self, what: &Expected) -> Expected {
        what.map(&|text| text.following(self.on.as_ref()))
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
        let step = step.map(&|text| text.following(self.on.as_ref()));
        let sends = matches!(step, Step::Send(_) | Step::Log(_) | Step::Binary(_) | Step::Ping(_) | Step::Pong(_));
        if !sends {
            self.uncork().await;
        }
        self.announce(&step);
        match step {
            Step::Accept => return self.accept().await,
            Step::Http { status, mut headers, body, retry_after } => {
                let again = retry_after.iter().flat_map(|after| date::retry_after(after, &self.values, self.now()));
                headers.extend(again.map(|(name, value)| (name, Template::literal(value))));
                return self.http(status, &headers, body.to_string()).await;
            }
            Step::Sse { content_type, headers } => return self.sse(content_type, headers).await,
            Step::Event(event) => {
                let event = event.event();
                return self.write(event.encode(), ServerAct::Event(event)).await;
            }
            Step::Comment(text) => return self.write_line(format!(": {text}\n\n")).await,
            Step::Retry(span) => return self.write_line(format!("retry: {}\n\n", self.values.ms(&span))).await,
            Step::Bytes(bytes) => return self.write_raw(&bytes.bytes()).await,
            Step::Close { code, reason } => return self.close(code, reason.to_string()).await,
            Step::Wait(span) => return self.wait_until(self.now() + self.values.ms(&span)).await,
            Step::AtNext(span) => return self.wait_until(next_multiple(self.now(), self.values.ms(&span))).await,
            Step::Hold => return self.hold().await,
            Step::Expect { what, within, otherwise } => {
                let until = within.map(|within| self.now() + self.values.ms(&within));
                return self.expect(&what, until, otherwise).await;
            }
            step => return self.act(step).await,
        }
    }

    /// Does what takes no time. It never waits for the client, except for room to write.
    async fn act(&mut self, step: Step) -> Flow {
        match step {
            Step::Refuse | Step::Reset => self.valve.reset(),
            Step::Send(content) => return self.send(Message::Text(content.text())).await,
            Step::Log(step) => return self.log_step(step).await,
            Step::Binary(bytes) => return self.send(Message::Binary(bytes)).await,
            Step::Ping(payload) => return self.send(Message::Ping(control(payload.bytes()))).await,
            Step::Pong(payload) => return self.send(Message::Pong(control(payload.bytes()))).await,
            Step::Pongs(pongs) => {
                if let Phase::Open(socket) = &mut self.phase {
                    socket.answer_pings(pongs);
                }
            }
            Step::Close { code, reason } => return self.say_goodbye(code, &reason.to_string()).await,
            Step::Stall => self.valve.stall(),
            Step::StopReading => self.valve.stop_reading(),
            Step::Resume => return self.resume().await,
            Step::HalfClose => self.valve.half_close(),
            Step::Fin => self.fin().await,
            Step::CutAfter(bytes) => self.valve.cut_after(bytes),
            Step::Linger(span) => self.linger = self.values.ms(&span),
            Step::End => return self.end(How::Script).await,
            Step::AcceptSilent
            | Step::Accept
            | Step::Http { .. }
            | Step::Sse { .. }
            | Step::Event(_)
            | Step::Comment(_)
            | Step::Retry(_)
            | Step::Bytes(_)
            | Step::Wait(_)
            | Step::AtNext(_)
            | Step::Hold
            | Step::Expect { .. }
            | Step::Repeat { .. } => {}
        }
        Flow::On
    }

    /// Gives the answers that are due.
    async fn answer(&mut self) {
        while let Some(steps) = self.answers.take(self.now()) {
            for step in steps {
                if self.act(step).await == Flow::Over || self.valve.is_over() {
                    // Whatever ended the connection is told by the next event on it.
                    return self.answers.end();
                }
            }
        }
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

    async fn http(&mut self, status: u16, headers: &[(String, Template)], body: String) -> Flow {
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
        self.say_goodbye(code, &reason).await;
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

    /// Sends a close frame. From then on no answers are given: nothing may follow it.
    async fn say_goodbye(&mut self, code: Option<u16>, reason: &str) -> Flow {
        self.answers.end();
        if matches!(self.phase, Phase::Open(_)) {
            self.ended = true;
            let reason = cut(reason, MOST_REASON).to_owned();
            let _ = self.send(Message::Close { code, reason }).await;
        }
        Flow::On
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
                let met = headers.is_some_and(|headers| {
                    let value = value.as_ref().map(Template::bytes);
                    expect::has_field(headers, name, value.as_deref())
                });
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
        self.look_ahead();
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

/// How many bytes a control frame holds (RFC 6455 section 5.5), and how many of them the reason of a close frame has beside the code.
const MOST_CONTROL: usize = 125;
const MOST_REASON: usize = MOST_CONTROL - 2;

/// As much of a payload as a control frame holds.
fn control(mut payload: Vec<u8>) -> Vec<u8> {
    payload.truncate(MOST_CONTROL);
    payload
}

/// As much of a text as fits into so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Whether any of the steps looks at the request's header fields.
fn look_at_fields(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Expect { what, otherwise, .. } => matches!(what, Expected::Header { .. }) || look_at_fields(otherwise),
        Step::Log(LogStep::Replay { after, .. }) => *after == Since::LastEventId,
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
