//! The harness's end of the virtual clock: client and server are two processes that take turns, so that both see one simulated time.
//!
//! `starter/LINK.md` defines the protocol and says why its rules give the same run every time. [`play`] runs a script of the server
//! against a client's process and tells how that ended; what the client does on the wire, what it claims and what its user does is
//! noted in the [`Recorder`] here, because only the link knows at which time of the client it happened.

mod conn;
mod script;
mod socket;
mod transport;
mod turns;

pub use conn::{Knock, LinkConn, UserLine};
pub use starter::link::{Act, Start, VARIABLE};
pub use transport::{End, give};

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    clock::{Clock, VirtualClock},
    record::Recorder,
    time::Millis,
    trace::{Claim, Fault},
};
use conn::Switchboard;
use script::Idle;
use socket::Socket;
use turns::Turns;

/// What the script of a server works with.
#[derive(Debug)]
pub struct World {
    /// The clock. The runtime has no other: tokio's own timers and sockets do not work there.
    pub clock: Clock,
    /// The clients' attempts to connect.
    pub knocks: UnboundedReceiver<Knock>,
    /// What the clients report, when it has reached the harness. It has been noted.
    pub claims: UnboundedReceiver<(u32, Claim)>,
    /// The line to the clients' users.
    pub user: UserLine,
}

/// How a run over the link ended.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkEnd<T> {
    /// When. The recorder holds nothing later.
    pub at: Millis,
    /// How.
    pub how: Ended<T>,
}

/// How a run over the link ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended<T> {
    /// The script came to its end, with this.
    Done(T),
    /// The run's time was up.
    TimeUp,
    /// The client's process closed the link: it exited, or was killed. Its time is that of the last it wrote.
    HungUp,
    /// The client panicked, broke a rule, or was found at fault by `watch`.
    Fault(Fault),
}

/// Plays `script` against the client at the other end of `socket`, until it is done, the time is up, or the client breaks off; then
/// ends the run, which ends the client's process.
///
/// Each time that the client's time has not moved on for another 250 ms of real time, `watch` is told for how long: it looks at the process
/// and says what is wrong, or `None` to wait on. One silence ends where a shorter one is told.
///
/// The calling thread is blocked meanwhile. Whatever the script spawns runs on it too, and is dropped at the end.
///
/// # Panics
/// Inside a tokio runtime, and if the script panics.
pub fn play<T>(
    socket: End,
    start: Start,
    recorder: Recorder,
    watch: impl FnMut(Duration) -> Option<Fault>,
    script: impl AsyncFnOnce(World) -> T,
) -> LinkEnd<T> {
    let clock = VirtualClock::new(start.latency);
    let (board, knocks, claims) = Switchboard::new(clock.clone(), recorder.clone(), start.clients);
    let user = UserLine::new(&board);
    let mut turns = Turns::new(Socket::new(socket, start, watch), board);
    let idle = Idle::default();
    let runtime = idle.runtime();
    let world = World { clock: Clock::Virtual(clock), knocks, claims, user };
    let end = runtime.block_on(idle.run(&mut turns, script(world)));
    turns.finish();
    recorder.cut(end.at);
    end
}
