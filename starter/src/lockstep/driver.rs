//! The task whose timer stands at the next arrival or at the horizon, so that tokio's auto-advance stops there.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::time::{Instant, Sleep, sleep_until};

/// Where the clock must stop next; clones are the same place.
#[derive(Clone, Default)]
pub(super) struct Deadline(Arc<Shared>);

#[derive(Default)]
struct Shared {
    at: AtomicU64,
    driver: AtomicWaker,
}

impl Deadline {
    /// Moves it; returns whether it was elsewhere.
    pub(super) fn set(&self, at: u64) -> bool {
        self.0.at.swap(at, Ordering::Relaxed) != at
    }

    /// Wakes the driver: a thread whose runtime has a task to run does not park.
    pub(super) fn wake(&self) {
        self.0.driver.wake();
    }
}

/// The task itself; it never ends.
pub(super) struct Driver {
    origin: Instant,
    deadline: Deadline,
    at: u64,
    timer: Pin<Box<Sleep>>,
    rung: bool,
}

impl Driver {
    pub(super) fn new(origin: Instant, deadline: Deadline) -> Self {
        Self { origin, deadline, at: 0, timer: Box::pin(sleep_until(origin)), rung: true }
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.deadline.0.driver.register(cx.waker());
        let at = this.deadline.0.at.load(Ordering::Relaxed);
        if at != this.at {
            this.at = at;
            this.rung = false;
            this.timer.as_mut().reset(this.origin + Duration::from_millis(at));
        }
        if !this.rung {
            this.rung = this.timer.as_mut().poll(cx).is_ready();
        }
        Poll::Pending
    }
}
