//! Simulated connections as the server's script sees them, and what is noted of them.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
};

use starter::link::{Act, Conn, Frame, Kind, Report, Wire};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use crate::{
    clock::VirtualClock,
    record::Recorder,
    time::Millis,
    trace::{Claim, ClientAct, Fault, Status, What},
};

/// The clients that hold a connection, by its number: from the attempt until the client drops it or the server breaks it off.
#[derive(Debug, Clone, Default)]
struct Holders(Arc<Mutex<HashMap<u32, u32>>>);

impl Holders {
    fn map(&self) -> MutexGuard<'_, HashMap<u32, u32>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

/// How many states and messages one client may report in a run. One that reports each of its states stays far below.
const MOST_CLAIMS: u32 = 100_000;

/// How long the reports of all clients together may be in a run, in bytes; and how much longer for each client of a fleet.
const MOST_REPORTED: usize = 16 << 20;
const MOST_REPORTED_EACH: usize = 4 << 10;

/// What the clients have reported so far, for it is kept until the run is judged.
struct Reported {
    /// How many reports there were, by client.
    claims: Vec<u32>,
    /// How long all of them were.
    bytes: usize,
}

impl Reported {
    fn count(&mut self, frame: Frame<'_>) -> Result<(), Fault> {
        let claims = &mut self.claims[frame.id as usize];
        *claims += 1;
        self.bytes += frame.body.len();
        if *claims > MOST_CLAIMS {
            return Err(Fault::Flooded(format!("it reported more than {MOST_CLAIMS} states and messages")));
        }
        let most = MOST_REPORTED + self.claims.len() * MOST_REPORTED_EACH;
        if self.bytes > most {
            let mebibytes = most >> 20;
            return Err(Fault::Flooded(format!("it reported states and messages of more than {mebibytes} MiB")));
        }
        Ok(())
    }
}

/// Hands what arrives from the client to the script, and notes it at the client's time.
pub(super) struct Switchboard {
    pub(super) clock: VirtualClock,
    pub(super) wire: Wire,
    recorder: Recorder,
    holders: Holders,
    knocks: UnboundedSender<Knock>,
    claims: UnboundedSender<(u32, Claim)>,
    reported: Reported,
}

impl Switchboard {
    pub(super) fn new(
        clock: VirtualClock,
        recorder: Recorder,
        clients: u32,
    ) -> (Self, UnboundedReceiver<Knock>, UnboundedReceiver<(u32, Claim)>) {
        let (knocks, knocked) = unbounded_channel();
        let (claims, claimed) = unbounded_channel();
        let (wire, holders) = (Wire::default(), Holders::default());
        let reported = Reported { claims: vec![0; clients as usize], bytes: 0 };
        (Self { clock, wire, recorder, holders, knocks, claims, reported }, knocked, claimed)
    }

    /// Moves the server's time.
    pub(super) fn advance_to(&self, now: Millis) {
        self.wire.set_now(now);
        self.clock.advance_to(now);
    }

    /// Hands over one arrival; returns whether somebody may have to run because of it.
    ///
    /// # Errors
    /// The client's fault, if it breaks a rule.
    pub(super) fn deliver(&mut self, frame: Frame<'_>) -> Result<bool, Fault> {
        match frame.kind {
            Kind::Open => self.knock(frame),
            Kind::Status | Kind::Show | Kind::Returned => return self.claim(frame),
            Kind::Data | Kind::Credit => return self.pass_on(frame),
            Kind::Fin | Kind::Drop | Kind::Reset => {
                self.note_ending(frame);
                return self.pass_on(frame);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn knock(&self, frame: Frame<'_>) {
        let client = client_of(frame);
        self.recorder.note(frame.at, client, Some(frame.id), What::Client(ClientAct::Attempt));
        self.holders.map().insert(frame.id, client);
        let conn = LinkConn { conn: self.wire.join(frame.id), holders: self.holders.clone() };
        // A script that is done takes no more attempts; dropping them refuses them.
        let _ = self.knocks.send(Knock { client, conn: frame.id, at: frame.at, made: Some(conn) });
    }

    fn claim(&mut self, frame: Frame<'_>) -> Result<bool, Fault> {
        self.reported.count(frame)?;
        let report = Report::decode(frame.kind, frame.body);
        let claim = claim(report.map_err(|error| Fault::Violated(format!("The client sent {error}.")))?);
        self.recorder.note(frame.at, frame.id, None, What::Claim(claim.clone()));
        // A script that is done hears no more claims.
        Ok(self.claims.send((frame.id, claim)).is_ok())
    }

    fn pass_on(&self, frame: Frame<'_>) -> Result<bool, Fault> {
        self.wire.deliver(frame).map_err(|_| {
            let conn = frame.id;
            Fault::Violated(format!("The client sent more on connection {conn} than its window of 64 KiB allows."))
        })
    }

    fn note_ending(&self, frame: Frame<'_>) {
        let mut holders = self.holders.map();
        let (act, holder) = match frame.kind {
            Kind::Fin => (ClientAct::HalfClose, holders.get(&frame.id).copied()),
            Kind::Drop => (ClientAct::Drop, holders.remove(&frame.id)),
            _ => (ClientAct::Reset, holders.remove(&frame.id)),
        };
        if let Some(client) = holder {
            self.recorder.note(frame.at, client, Some(frame.id), What::Client(act));
        }
    }
}

/// Which client opens a connection.
pub(super) fn client_of(open: Frame<'_>) -> u32 {
    open.body.try_into().map_or(0, u32::from_le_bytes)
}

fn claim(report: Report) -> Claim {
    match report {
        Report::Connecting => Claim::Status(Status::Connecting),
        Report::Connected => Claim::Status(Status::Connected),
        Report::Retrying { attempt, wait } => Claim::Status(Status::Retrying { attempt, wait }),
        Report::Disconnected { reason } => Claim::Status(Status::Disconnected { reason }),
        Report::Show(json) => Claim::Show(json),
        Report::Returned(error) => Claim::Returned(error),
    }
}

/// A client's attempt to connect. Dropping it refuses it.
#[derive(Debug)]
pub struct Knock {
    /// Which client.
    pub client: u32,
    /// The connection's number in the run, from 1.
    pub conn: u32,
    /// When the client began, on its side.
    pub at: Millis,
    made: Option<LinkConn>,
}

impl Knock {
    /// Makes the connection.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn accept(mut self) -> LinkConn {
        let made = self.made.take().expect("only this and the drop take it");
        made.conn.accept();
        made
    }

    /// Refuses the connection: to the client, nobody listens.
    pub fn refuse(self) {}
}

impl Drop for Knock {
    fn drop(&mut self) {
        if let Some(mut made) = self.made.take() {
            made.holders.map().remove(&self.conn);
            made.conn.refuse();
        }
    }
}

/// The server's end of a connection. Shutting it down sends a FIN; dropping it ends the stream and is gone.
#[derive(Debug)]
pub struct LinkConn {
    conn: Conn,
    holders: Holders,
}

impl LinkConn {
    /// Resets the connection: the client reads what has arrived by then, and after it an error.
    pub fn reset(&mut self) {
        self.holders.map().remove(&self.conn.id());
        self.conn.reset();
    }
}

impl AsyncRead for LinkConn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().conn).poll_read(cx, into)
    }
}

impl AsyncWrite for LinkConn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().conn).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().conn).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().conn).poll_shutdown(cx)
    }
}

/// The line to the clients' users; clones are the same line.
#[derive(Clone)]
pub struct UserLine {
    clock: VirtualClock,
    wire: Wire,
    recorder: Recorder,
}

impl UserLine {
    pub(super) fn new(board: &Switchboard) -> Self {
        Self { clock: board.clock.clone(), wire: board.wire.clone(), recorder: board.recorder.clone() }
    }

    /// The user of `client` does something. It reaches the client one latency from now, and is noted at that time.
    pub fn act(&self, client: u32, act: &Act) {
        let name = match act {
            Act::Close => "close".into(),
            Act::Online => "online".into(),
            Act::Send(text) => format!("send {text}"),
            Act::Do(name) => name.clone(),
        };
        self.recorder.note(self.clock.now() + self.clock.latency(), client, None, What::User(name));
        self.wire.put(Kind::User, client, &act.encode());
    }
}

impl std::fmt::Debug for UserLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserLine").finish_non_exhaustive()
    }
}
