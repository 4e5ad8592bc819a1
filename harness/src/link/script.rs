//! Runs the server's script, and notices when nothing is left to run at an instant.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::runtime::{Builder, Runtime};

use super::{Ended, LinkEnd, turns::Turns};
use crate::trace::Fault;

/// Knows when the runtime is idle; clones know the same.
#[derive(Clone, Default)]
pub(super) struct Idle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    idle: AtomicBool,
    main: AtomicWaker,
}

impl Idle {
    /// A runtime that wakes the main future instead of going to sleep. It has neither timers nor sockets: whatever is waited for in
    /// simulated time comes through the link.
    pub(super) fn runtime(&self) -> Runtime {
        let shared = Arc::clone(&self.0);
        let runtime = Builder::new_current_thread()
            .on_thread_park(move || {
                shared.idle.store(true, Ordering::Relaxed);
                shared.main.wake();
            })
            .build();
        runtime.expect("a runtime without timers and sockets needs nothing from the operating system")
    }

    /// Runs `script` in turns with the client. It is the runtime's main future.
    pub(super) async fn run<T, W>(self, turns: &mut Turns<W>, script: impl Future<Output = T>) -> LinkEnd<T>
    where
        W: FnMut(Duration) -> Option<Fault>,
    {
        let mut script = pin!(script);
        let bell = Arc::new(Bell { rung: AtomicBool::new(true), idle: self.clone() });
        let waker = Waker::from(Arc::clone(&bell));
        let mut result = None;
        poll_fn(|cx| {
            self.0.main.register(cx.waker());
            let idle = self.0.idle.swap(false, Ordering::Relaxed);
            if bell.rung.swap(false, Ordering::Relaxed) {
                // The script had something to do after all, so this was not idleness; the next is.
                if result.is_none()
                    && let Poll::Ready(value) = script.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    result = Some(value);
                    turns.script_done();
                }
                return Poll::Pending;
            }
            if !idle {
                return Poll::Pending;
            }
            turns.idle().map_or(Poll::Pending, |end| Poll::Ready(with_result(end, &mut result)))
        })
        .await
    }
}

/// The end of the run, with what the script gave.
fn with_result<T>(end: LinkEnd<()>, result: &mut Option<T>) -> LinkEnd<T> {
    let how = match (end.how, result.take()) {
        (Ended::Done(()), Some(result)) => Ended::Done(result),
        (Ended::Done(()) | Ended::TimeUp, _) => Ended::TimeUp,
        (Ended::HungUp, _) => Ended::HungUp,
        (Ended::Fault(fault), _) => Ended::Fault(fault),
    };
    LinkEnd { at: end.at, how }
}

/// Tells the script's own wake-ups from those of the runtime.
struct Bell {
    rung: AtomicBool,
    idle: Idle,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Relaxed);
        self.idle.0.main.wake();
    }
}
