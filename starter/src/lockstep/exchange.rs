//! What happens when nothing is left to run at this instant.

use std::{process, time::Duration};

use super::{driver::Deadline, socket::Socket};
use crate::{
    link::{Act, Frame, Kind, Start, Wire},
    user::{Action, Line},
};

/// The environment variable that sets how far the client runs ahead of its first unanswered frame, in milliseconds: from 0 to twice
/// the latency nothing changes but the number of exchanges, which tests of the link make use of.
const LOOKAHEAD: &str = "HARNESS_LINK_LOOKAHEAD";

/// The client's side of the lockstep.
pub(super) struct Exchange {
    socket: Socket,
    wire: Wire,
    lines: Vec<Line>,
    latency: u64,
    lookahead: u64,
    /// How far the harness allows the client to go.
    grant: u64,
    deadline: Deadline,
    spare: Vec<u8>,
}

impl Exchange {
    pub(super) fn new(socket: Socket, wire: Wire, start: &Start, lines: Vec<Line>) -> Self {
        let lookahead = std::env::var(LOOKAHEAD).ok().and_then(|text| text.parse().ok());
        Self {
            socket,
            wire,
            lines,
            latency: start.latency,
            lookahead: lookahead.unwrap_or(2 * start.latency),
            grant: 0,
            deadline: Deadline::default(),
            spare: Vec::new(),
        }
    }

    /// Where the driver's timer must stand.
    pub(super) fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }

    /// Nothing is left to run at `elapsed`. When this returns, either something has been woken, or the clock may go on to the client's
    /// next timer or the deadline, whichever comes first.
    pub(super) fn park(&mut self, elapsed: Duration) {
        let now = self.hold_to_time(elapsed);
        loop {
            if self.next_arrival().is_some_and(|at| at <= now) {
                if self.deliver(now) {
                    // Should the one who was woken be gone, the thread must come back here rather than sleep.
                    return self.deadline.wake();
                }
                continue;
            }
            let horizon = self.horizon();
            if now < horizon {
                self.write();
                let stop = self.next_arrival().map_or(horizon, |at| at.min(horizon));
                if self.deadline.set(stop) {
                    self.deadline.wake();
                }
                return;
            }
            self.trade(now);
        }
    }

    /// The time in whole milliseconds, if it is the one that the link knows.
    fn hold_to_time(&self, elapsed: Duration) -> u64 {
        let now = whole_millis(elapsed);
        if now != self.wire.now() || Duration::from_millis(now) != elapsed {
            self.violate(
                "The client moved its clock itself: tokio::time::advance and tokio::time::resume are for tests only.",
            );
        }
        now
    }

    /// All copies of the client have returned at `elapsed`: writes what is left.
    pub(super) fn close(&mut self, elapsed: Duration) {
        self.hold_to_time(elapsed);
        self.write();
    }

    /// Up to when, this time included, nothing that is not known yet can reach the client: an answer to what it has written at `s`
    /// comes at `s` plus two latencies at the earliest, and what the harness does of its own accord comes after its grant.
    fn horizon(&self) -> u64 {
        self.wire.first_unanswered().map_or(self.grant, |first| self.grant.min(first + self.lookahead))
    }

    fn next_arrival(&mut self) -> Option<u64> {
        self.socket.inbox().next_stamp().map(|at| at + self.latency)
    }

    /// Hands one arrival out; returns whether somebody waited for it.
    fn deliver(&mut self, now: u64) -> bool {
        let Some(frame) = self.socket.inbox().take() else { return false };
        if frame.at + self.latency != now {
            self.violate("The kit let the clock run past its horizon.");
        }
        match frame.kind {
            Kind::User => user(&self.lines, frame),
            _ => match self.wire.deliver(frame) {
                Ok(woken) => woken,
                Err(_) => self.violate("The harness sent more than the window of a connection allows."),
            },
        }
    }

    /// Writes what the client has written. This happens at every idle, whether or not an answer is needed: so a process that ends in
    /// the middle of its run has sent all that it wrote.
    fn write(&mut self) {
        self.spare.clear();
        self.wire.swap_out(&mut self.spare);
        if !self.spare.is_empty() {
            self.socket.write(&self.spare);
        }
    }

    /// Hands the turn to the harness and waits until it comes back.
    fn trade(&mut self, now: u64) {
        self.spare.clear();
        self.wire.swap_out(&mut self.spare);
        Frame { kind: Kind::Idle, id: 0, at: now, body: &[] }.put(&mut self.spare);
        self.socket.write(&self.spare);
        self.wire.turn_over();
        let grant = self.socket.read(|frame| {
            Ok(match frame.kind {
                Kind::Next => Some(frame.at),
                Kind::End => process::exit(0),
                _ => None,
            })
        });
        match grant {
            Ok(grant) if grant > now => self.grant = grant,
            Ok(_) => self.violate("The harness granted no time."),
            Err(error) => self.violate(&format!("The harness sent {error}.")),
        }
    }

    /// A rule of the link has been broken: nothing that follows would mean anything.
    fn violate(&self, rule: &str) -> ! {
        self.wire.last_words(Kind::Violation, rule);
        process::exit(1)
    }
}

/// Lets a client's user act; returns whether that client exists.
fn user(lines: &[Line], frame: Frame<'_>) -> bool {
    let Some(line) = lines.get(frame.id as usize) else { return false };
    match Act::decode(frame.body) {
        Ok(Act::Close) => line.close(),
        Ok(Act::Send(text)) => line.act(Action::Send(text)),
        Ok(Act::Online) => line.act(Action::Online),
        Ok(Act::Do(name)) => line.act(Action::Do(name)),
        Err(_) => return false,
    }
    true
}

/// A time in milliseconds, rounded down.
pub(super) fn whole_millis(elapsed: Duration) -> u64 {
    elapsed.as_secs() * 1_000 + u64::from(elapsed.subsec_millis())
}
