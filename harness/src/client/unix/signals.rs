//! What asks the harness to end: signals.

use std::io;

use tokio::signal::unix::{self, SignalKind, signal};

use super::interrupt::Signal;

/// Listens for them.
pub(super) struct Signals {
    interrupt: unix::Signal,
    hangup: unix::Signal,
    terminate: unix::Signal,
}

impl Signals {
    /// Begins to listen. To be called inside a runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.hangup.recv() => Signal::HangUp,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}
