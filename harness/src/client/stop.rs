//! Breaking off a grading that nobody waits for any more.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::live;

/// A handle on everything that is started for one grading: the build and the clients. Clones are handles on the same.
///
/// It goes with the [`Workspace`](super::Workspace) that builds and with each [`Program`](super::Program) that runs. What is broken off ends
/// as if it had been killed from outside, so whatever is concluded from it is worthless: whoever stops a grading forgets its result.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends what has been started, with all that it has started, and lets nothing more be started. Returns at once.
    pub fn stop(&self) {
        live::end_of(self);
    }

    /// Whether it has been stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Marks it stopped. Only the register does so, which then lets nothing more be started.
    pub(super) fn mark(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Why nothing is started, if it has been stopped.
    pub(super) fn refuse(&self) -> io::Result<()> {
        if self.is_stopped() {
            Err(io::Error::new(io::ErrorKind::Interrupted, "the grading was broken off"))
        } else {
            Ok(())
        }
    }
}

/// Two are equal if they are handles on the same.
impl PartialEq for Stop {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Stop {}
