//! Who may run, and up to when.
//!
//! The server's rules, with `L` for the latency: told that the client is idle at `T`, it runs everything that happens strictly before
//! `T + L`, because nothing that the client has yet to write can arrive earlier. Of one instant timers come first, then arrivals, one
//! at a time; after each, whatever it woke runs until nothing is left to do. Then it grants the client `min(next timer or arrival) + L`:
//! nothing that the server has yet to write can arrive earlier than that.

use std::time::Duration;

use super::{
    Ended, LinkEnd,
    conn::Switchboard,
    socket::{Heard, Socket},
};
use crate::{time::Millis, trace::Fault};

/// The harness's side of the lockstep.
pub(super) struct Turns<W> {
    socket: Socket<W>,
    board: Switchboard,
    /// Everything before this may run.
    promise: Millis,
    /// When the script came to its end.
    done: Option<Millis>,
    /// How the client broke off.
    broken: Option<Broken>,
    /// No more turns: what is left is to hear out what the client has said.
    closing: bool,
    begun: bool,
    out: Vec<u8>,
}

enum Broken {
    HungUp,
    Fault(Fault),
}

impl<W: FnMut(Duration) -> Option<Fault>> Turns<W> {
    pub(super) fn new(socket: Socket<W>, board: Switchboard) -> Self {
        Self { socket, board, promise: 0, done: None, broken: None, closing: false, begun: false, out: Vec::new() }
    }

    /// Nothing is left to run at this instant: goes on to the next event, or trades turns with the client until there is one. Returns
    /// how the run ended if it has.
    pub(super) fn idle(&mut self) -> Option<LinkEnd<()>> {
        loop {
            let timer = self.board.clock.next_timer();
            let arrival = self.next_arrival();
            let next = [timer, arrival].into_iter().flatten().min();
            match next {
                Some(at) if at < self.promise => {
                    self.board.advance_to(at);
                    if timer == next || self.deliver() {
                        return None;
                    }
                }
                _ if self.closing => return Some(self.end()),
                _ => self.trade(next),
            }
        }
    }

    /// The script has come to its end.
    pub(super) fn script_done(&mut self) {
        let now = self.board.clock.now();
        if now > self.socket.lasts() {
            return;
        }
        self.done = Some(now);
        // What the client did up to now is part of the run; if it is not all known, the client has to go on until it is.
        if self.closing || self.socket.told() > now {
            self.close(now);
        }
    }

    /// Ends the run for the client.
    pub(super) fn finish(&mut self) {
        self.socket.finish();
    }

    fn latency(&self) -> Millis {
        self.board.clock.latency()
    }

    fn next_arrival(&mut self) -> Option<Millis> {
        let latency = self.latency();
        self.socket.inbox().next_stamp().map(|at| at + latency)
    }

    /// The last instant of the run, as far as it is known.
    fn last_instant(&self) -> Millis {
        self.done.unwrap_or(self.socket.lasts())
    }

    /// Hands one arrival over; returns whether somebody may have to run because of it.
    fn deliver(&mut self) -> bool {
        let Some(frame) = self.socket.inbox().take() else { return false };
        match self.board.deliver(frame) {
            Ok(woken) => woken,
            Err(fault) => {
                // It comes before whatever the client was stopped for later.
                self.broken = Some(Broken::Fault(fault));
                self.closing = true;
                self.promise = 0;
                false
            }
        }
    }

    /// Lets the client run.
    fn trade(&mut self, next: Option<Millis>) {
        if !std::mem::replace(&mut self.begun, true) {
            let heard = self.socket.begin();
            return self.turn_back(heard);
        }
        // One instant past the last, so that everything up to the last is known when the client comes to rest there.
        let most = self.last_instant() + 1;
        let grant = next.map_or(most, |next| most.min(next + self.latency()));
        self.board.wire.swap_out(&mut self.out);
        let heard = self.socket.trade(&mut self.out, grant);
        self.out.clear();
        self.turn_back(heard);
    }

    /// The client's turn has ended.
    fn turn_back(&mut self, heard: Heard) {
        let (told, last) = (self.socket.told(), self.last_instant());
        match heard {
            Heard::Idle if told > last => self.close(last),
            Heard::Idle => self.promise = told + self.latency(),
            Heard::HungUp => self.break_off(Broken::HungUp),
            Heard::Fault(fault) => self.break_off(Broken::Fault(fault)),
        }
    }

    fn break_off(&mut self, how: Broken) {
        self.broken = Some(how);
        self.close(self.socket.told().min(self.last_instant()));
    }

    /// The client says no more: what it has said up to `last` is heard out, which takes one latency.
    fn close(&mut self, last: Millis) {
        self.closing = true;
        self.promise = last + self.latency() + 1;
    }

    fn end(&mut self) -> LinkEnd<()> {
        let told = self.socket.told();
        let (last, done) = (self.last_instant(), self.done.is_some());
        let over = |at| LinkEnd { at, how: if done { Ended::Done(()) } else { Ended::TimeUp } };
        match self.broken.take() {
            None => over(last),
            // A client that has nothing more to do closes the link, and the script may find out from what it said last.
            Some(Broken::HungUp) if done || told > last => over(last),
            Some(Broken::HungUp) => LinkEnd { at: told, how: Ended::HungUp },
            Some(Broken::Fault(_)) if told > last || (done && told == last) => over(last),
            Some(Broken::Fault(fault)) => LinkEnd { at: told, how: Ended::Fault(fault) },
        }
    }
}
