//! Simulated time, as the server's side sees it.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use crate::time::Millis;

/// Simulated time; clones are the same clock. It stands still until the link moves it to the next event: that all timers are known
/// here is what lets the link promise the client how far it may run.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    latency: Millis,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Millis,
    /// By time, and for one time by the order in which they were set.
    timers: BTreeMap<Key, Waker>,
    set: u64,
}

type Key = (Millis, u64);

impl VirtualClock {
    /// A clock that stands at 0, of a link with this one-way latency.
    #[must_use]
    pub fn new(latency: Millis) -> Self {
        Self { latency, state: Arc::default() }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.state().now
    }

    /// The one-way latency of the link.
    #[must_use]
    pub fn latency(&self) -> Millis {
        self.latency
    }

    /// Waits for a time; returns at once if it has passed. Dropping the future takes the timer away.
    pub async fn sleep_until(&self, at: Millis) {
        Timer { clock: self, at, key: None }.await;
    }

    /// When the next timer rings.
    #[must_use]
    pub fn next_timer(&self) -> Option<Millis> {
        self.state().timers.first_key_value().map(|(key, _)| key.0)
    }

    /// Moves the clock and rings the timers of that time. It never moves back.
    pub fn advance_to(&self, at: Millis) {
        {
            let mut state = self.state();
            assert!(at >= state.now, "simulated time went from {} back to {at}", state.now);
            state.now = at;
        }
        while let Some(waker) = self.next_to_ring() {
            waker.wake();
        }
    }

    fn next_to_ring(&self) -> Option<Waker> {
        let mut state = self.state();
        let now = state.now;
        let first = state.timers.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }
}

struct Timer<'a> {
    clock: &'a VirtualClock,
    at: Millis,
    key: Option<Key>,
}

impl Future for Timer<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut state = this.clock.state();
        if state.now >= this.at {
            return Poll::Ready(());
        }
        let key = *this.key.get_or_insert_with(|| {
            state.set += 1;
            (this.at, state.set)
        });
        state.timers.insert(key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.state().timers.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn poll<F: Future + Unpin>(future: &mut F) -> bool {
        future.poll_unpin(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_timer_rings_at_its_time_and_not_before() {
        let clock = VirtualClock::new(10);
        let mut timer = Box::pin(clock.sleep_until(100));
        assert!(!poll(&mut timer));
        assert_eq!(clock.next_timer(), Some(100));
        clock.advance_to(99);
        assert!(!poll(&mut timer));
        assert_eq!(clock.next_timer(), Some(100), "an advance to an earlier time leaves the timer");
        clock.advance_to(100);
        assert_eq!(clock.next_timer(), None);
        assert!(poll(&mut timer));
    }

    #[test]
    fn a_time_that_has_passed_is_not_waited_for() {
        let clock = VirtualClock::new(10);
        clock.advance_to(100);
        assert!(poll(&mut Box::pin(clock.sleep_until(100))) && poll(&mut Box::pin(clock.sleep_until(3))));
    }

    #[test]
    fn a_dropped_timer_is_no_deadline() {
        let clock = VirtualClock::new(10);
        let mut timer = Box::pin(clock.sleep_until(100));
        assert!(!poll(&mut timer));
        drop(timer);
        assert_eq!(clock.next_timer(), None);
    }

    #[test]
    fn timers_of_one_time_ring_in_the_order_in_which_they_were_set() {
        struct Bell(usize, Arc<Mutex<Vec<usize>>>);
        impl std::task::Wake for Bell {
            fn wake(self: Arc<Self>) {
                self.1.lock().unwrap().push(self.0);
            }
        }
        let (clock, rung) = (VirtualClock::new(10), Arc::default());
        let mut timers: Vec<_> = [50, 70, 50, 60].into_iter().map(|at| Box::pin(clock.sleep_until(at))).collect();
        for (index, timer) in timers.iter_mut().enumerate() {
            let bell = Waker::from(Arc::new(Bell(index, Arc::clone(&rung))));
            assert!(timer.poll_unpin(&mut Context::from_waker(&bell)).is_pending());
        }
        clock.advance_to(60);
        assert_eq!(*rung.lock().unwrap(), [0, 2, 3]);
    }
}
