//! The link's socket: what the client writes is read, bounded and held to the rules of time.

use std::{
    io::{ErrorKind, Write},
    time::{Duration, Instant},
};

use starter::link::{Frame, Inbox, Kind, Start, VERSION};

use super::{End, conn::client_of};
use crate::{time::Millis, trace::Fault};

/// How long the client may be silent, in real time, before its process is looked at.
const SILENCE: Duration = Duration::from_millis(250);
/// For how many times [`SILENCE`] the end of the link of a client that has ended is waited for.
const WAITS_FOR_THE_END: u32 = 4;

/// How much of what the client has written may wait for its time, in bytes. Windows keep honest clients far below: only reports and
/// attempts have none.
const MOST_WAITING: usize = 64 << 20;

/// More than a socket holds of what has been written and not read, in bytes. A client that still writes is not heard out for ever.
const MOST_UNREAD: usize = 1 << 20;

/// How often all clients together may connect in one turn of theirs. A turn is at most two latencies after their first frame.
const MOST_OPENED: u32 = 100_000;

/// How much of a panic's message is kept, in bytes.
const MOST_WORDS: usize = 4096;

/// How the client's turn ended.
pub(super) enum Heard {
    /// Nothing is left to do on its side up to this time.
    Idle,
    /// It closed the link.
    HungUp,
    /// It is at fault.
    Fault(Fault),
}

/// The harness's end of the socket.
pub(super) struct Socket<W> {
    stream: End,
    watch: W,
    /// Since when the client's time has not moved on, in real time.
    silent_since: Instant,
    /// When its process was last looked at.
    asked: Instant,
    /// How far it was when it last began a turn.
    told_before: Option<Millis>,
    inbox: Inbox,
    start: Start,
    rules: Rules,
}

/// What a client's frames are held to.
#[derive(Default)]
struct Rules {
    clients: u32,
    latency: Millis,
    /// How far the client has been allowed to go.
    grant: Millis,
    /// The stamp of its last frame.
    last: Millis,
    /// The stamp of its first frame in this turn.
    first: Option<Millis>,
    /// The number of its last connection.
    last_conn: u32,
    /// How many it has opened in this turn.
    opened: u32,
}

impl<W: FnMut(Duration) -> Option<Fault>> Socket<W> {
    pub(super) fn new(stream: End, start: Start, watch: W) -> Self {
        stream.set_read_timeout(Some(SILENCE)).expect("a socket takes a timeout that is not zero");
        stream.set_write_timeout(Some(SILENCE)).expect("a socket takes a timeout that is not zero");
        let rules = Rules { clients: start.clients, latency: start.latency, ..Rules::default() };
        let inbox = Inbox::default();
        let now = Instant::now();
        Self { stream, watch, silent_since: now, asked: now, told_before: None, inbox, start, rules }
    }

    /// When the run ends at the latest.
    pub(super) fn lasts(&self) -> Millis {
        self.start.lasts
    }

    /// The time of the last that the client wrote.
    pub(super) fn told(&self) -> Millis {
        self.rules.last
    }

    /// What has been read and waits for its time.
    pub(super) fn inbox(&mut self) -> &mut Inbox {
        &mut self.inbox
    }

    /// Greets the client, tells it all that it is told, and gives it the first turn, at 0.
    pub(super) fn begin(&mut self) -> Heard {
        self.turn_begins();
        let heard = self.listen_for(Self::greet);
        let Heard::Idle = heard else { return heard };
        let (mut out, body) = (Vec::new(), self.start.encode());
        Frame { kind: Kind::Start, id: VERSION, at: 0, body: &body }.put(&mut out);
        match self.write(&out) {
            Heard::Idle => self.listen_for(Self::scan),
            ended => ended,
        }
    }

    /// Hands the turn to the client, with what the server has written and leave to run up to `grant`, and waits until it comes back.
    pub(super) fn trade(&mut self, out: &mut Vec<u8>, grant: Millis) -> Heard {
        self.turn_begins();
        Frame { kind: Kind::Next, id: 0, at: grant, body: &[] }.put(out);
        self.rules.turn(grant);
        match self.write(out) {
            Heard::Idle => self.listen_for(Self::scan),
            ended => ended,
        }
    }

    /// Ends the run, for a client that still listens.
    pub(super) fn finish(&mut self) {
        let mut end = Vec::new();
        Frame { kind: Kind::End, id: 0, at: 0, body: &[] }.put(&mut end);
        // A client that has gone already, or does not read, is ended by the link's being closed.
        let _ = self.stream.set_nonblocking(true).and_then(|()| self.stream.write(&end));
    }

    fn write(&mut self, mut out: &[u8]) -> Heard {
        while !out.is_empty() {
            match self.stream.write(out) {
                Ok(written) => out = &out[written..],
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        if let Some(fault) = self.ask() {
                            return Heard::Fault(fault);
                        }
                    }
                    ErrorKind::Interrupted => {}
                    // What the client wrote before it went is still to be read.
                    _ => break,
                },
            }
        }
        Heard::Idle
    }

    /// Reads until `look` has found the end of the client's turn.
    fn listen_for(&mut self, look: impl Fn(&mut Self) -> Result<Option<Heard>, String>) -> Heard {
        loop {
            match look(self) {
                Ok(None) => {}
                Ok(Some(heard)) => return heard,
                Err(rule) => return Heard::Fault(Fault::Violated(rule)),
            }
            if self.inbox.waiting() > MOST_WAITING {
                let much = "it reported or sent more than 64 MiB in one moment of simulated time";
                return Heard::Fault(Fault::Flooded(much.into()));
            }
            match self.inbox.fill(&mut self.stream) {
                Ok(0) => return Heard::HungUp,
                Ok(_) if self.asked.elapsed() < SILENCE => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Heard::HungUp;
                }
                _ => {
                    if let Some(fault) = self.ask() {
                        return self.last_heard(fault, &look);
                    }
                }
            }
        }
    }

    /// What the client has written counts before what became of its process: it may have written its last and ended between the last
    /// read and the look at it.
    fn last_heard(&mut self, fault: Fault, look: impl Fn(&mut Self) -> Result<Option<Heard>, String>) -> Heard {
        let hung_up = self.read_rest(matches!(fault, Fault::Exited(_)));
        match look(self) {
            Ok(Some(heard)) => heard,
            Err(rule) => Heard::Fault(Fault::Violated(rule)),
            // How it ended is told with its exit.
            Ok(None) if hung_up => Heard::HungUp,
            Ok(None) => Heard::Fault(fault),
        }
    }

    /// Reads what is there, without waiting for more. Returns whether that was all that will ever come. Of a client that has ended, the end
    /// of the link is still on its way while a process that the harness is just starting has a copy of it: for that this waits.
    fn read_rest(&mut self, has_ended: bool) -> bool {
        let enough = self.inbox.waiting() + MOST_UNREAD;
        self.stream.set_nonblocking(!has_ended).expect("a socket can be read without waiting");
        let mut waits = if has_ended { WAITS_FOR_THE_END } else { 0 };
        let mut hung_up = false;
        while !hung_up && self.inbox.waiting() < enough {
            match self.inbox.fill(&mut self.stream) {
                Ok(read) => hung_up = read == 0,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => match waits {
                    0 => break,
                    _ => waits -= 1,
                },
                Err(_) => hung_up = true,
            }
        }
        self.stream.set_nonblocking(false).expect("a socket can be read with waiting");
        hung_up
    }

    /// Looks at what has come; `None` if the client has more to say.
    fn scan(&mut self) -> Result<Option<Heard>, String> {
        while let Some(frame) = self.inbox.scan().map_err(|error| format!("The client sent {error}."))? {
            if let Err(rule) = self.rules.check(frame) {
                self.inbox.reject();
                return Err(rule);
            }
            match frame.kind {
                Kind::Idle => return Ok(Some(Heard::Idle)),
                Kind::Panic => return Ok(Some(Heard::Fault(Fault::Panicked(words(frame))))),
                Kind::Violation => return Ok(Some(Heard::Fault(Fault::Violated(words(frame))))),
                _ if self.rules.opened > MOST_OPENED => {
                    return Ok(Some(Heard::Fault(Fault::Stormed(self.rules.opened))));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Looks at the first frame.
    fn greet(&mut self) -> Result<Option<Heard>, String> {
        let Some(frame) = self.inbox.scan().map_err(|error| format!("The client sent {error}."))? else {
            return Ok(None);
        };
        if frame.kind != Kind::Hello {
            return Err("The client began without saying hello.".into());
        }
        if frame.id != VERSION {
            return Err(format!("The client speaks version {} of the link, the harness version {VERSION}.", frame.id));
        }
        Ok(Some(Heard::Idle))
    }

    fn ask(&mut self) -> Option<Fault> {
        let now = Instant::now();
        self.asked = now;
        (self.watch)(now - self.silent_since)
    }

    /// The client's silence begins with its turn; unless it hands over again and again without letting time go on.
    fn turn_begins(&mut self) {
        if self.told_before.replace(self.told()) != Some(self.told()) {
            self.silent_since = Instant::now();
            self.asked = self.silent_since;
        }
    }
}

/// The text that a frame carries, as much of it as a report has room for.
fn words(frame: Frame<'_>) -> String {
    String::from_utf8_lossy(&frame.body[..frame.body.len().min(MOST_WORDS)]).into_owned()
}

impl Rules {
    /// A new turn, in which the client may go as far as `grant`.
    fn turn(&mut self, grant: Millis) {
        (self.grant, self.first, self.opened) = (grant, None, 0);
    }

    /// Holds a frame to the rules that need no knowledge of its connection.
    fn check(&mut self, frame: Frame<'_>) -> Result<(), String> {
        let at = frame.at;
        if at < self.last {
            return Err(format!("The client went back in time, from {} ms to {at} ms.", self.last));
        }
        let first = *self.first.get_or_insert(at);
        let horizon = self.grant.min(first + 2 * self.latency);
        if at > horizon {
            return Err(format!("The client claimed to be at {at} ms, but could not go past {horizon} ms unanswered."));
        }
        self.last = at;
        match frame.kind {
            Kind::Open => self.open(frame),
            Kind::Data | Kind::Fin | Kind::Reset | Kind::Drop | Kind::Credit => {
                if frame.id == 0 || frame.id > self.last_conn {
                    return Err(format!("The client used connection {}, which it never opened.", frame.id));
                }
                Ok(())
            }
            Kind::Status | Kind::Show | Kind::Returned => self.client(frame.id),
            Kind::Panic | Kind::Violation | Kind::Idle => Ok(()),
            kind => Err(format!("The client sent a frame of kind {kind:?}, which is the harness's to send.")),
        }
    }

    fn open(&mut self, frame: Frame<'_>) -> Result<(), String> {
        if frame.id <= self.last_conn {
            return Err(format!("The client opened connection {} after connection {}.", frame.id, self.last_conn));
        }
        self.last_conn = frame.id;
        self.opened += 1;
        self.client(client_of(frame))
    }

    fn client(&self, client: u32) -> Result<(), String> {
        if client < self.clients {
            return Ok(());
        }
        Err(format!("There is no client {client}: the last of them is client {}.", self.clients.saturating_sub(1)))
    }
}

// Both ends are in this process, as only those of a pair can be.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn start() -> Start {
        Start { clients: 1, config: Default::default(), own: Default::default(), seed: 1, latency: 10, lasts: 1_000 }
    }

    fn frame(kind: Kind, id: u32, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Frame { kind, id, at: 0, body }.put(&mut out);
        out
    }

    /// Plays a client that is silent until it is looked at, writes `last` at that very moment, and ends.
    fn ends_while_looked_at(last: &[u8]) -> (Heard, usize) {
        let (ours, theirs) = End::pair().expect("a pair of sockets");
        let mut client = Some(theirs);
        let mut hello = client.as_ref().expect("it is there");
        hello.write_all(&frame(Kind::Hello, VERSION, b"test")).expect("it is read");
        let mut socket = Socket::new(ours, start(), |_| {
            let mut client = client.take()?;
            client.write_all(last).expect("there is room");
            Some(Fault::Exited("status 0".into()))
        });
        let heard = socket.begin();
        (heard, socket.inbox().waiting())
    }

    #[test]
    fn the_last_words_of_a_client_that_ends_while_it_is_looked_at_are_heard() {
        let last = frame(Kind::Returned, 0, &[0]);
        let (heard, waiting) = ends_while_looked_at(&last);
        assert!(matches!(heard, Heard::HungUp));
        assert!(waiting >= last.len(), "{waiting} bytes");
    }

    #[test]
    fn a_client_that_keeps_the_link_open_and_says_no_more_is_what_it_seems() {
        let (ours, mut theirs) = End::pair().expect("a pair of sockets");
        theirs.write_all(&frame(Kind::Hello, VERSION, b"test")).expect("it is read");
        let mut socket = Socket::new(ours, start(), |_| Some(Fault::Exited("status 0".into())));
        assert!(matches!(socket.begin(), Heard::Fault(Fault::Exited(_))));
    }
}
