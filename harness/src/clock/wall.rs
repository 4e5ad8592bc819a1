//! Real time.

use std::time::{Duration, Instant};

use crate::time::Millis;

/// Real time since the run began; clones are the same clock. Waiting needs a tokio runtime with its time enabled.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    origin: Instant,
}

impl WallClock {
    /// A clock that stands at 0 now.
    #[must_use]
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// The time now, rounded down.
    #[must_use]
    pub fn now(&self) -> Millis {
        Millis::try_from(self.origin.elapsed().as_millis()).unwrap_or(Millis::MAX)
    }

    /// Waits for a time; returns at once if it has passed.
    pub async fn sleep_until(&self, at: Millis) {
        tokio::time::sleep_until((self.origin + Duration::from_millis(at)).into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_at_its_time_or_later() {
        let clock = WallClock::start();
        clock.sleep_until(3).await;
        assert!(clock.now() >= 3);
        clock.sleep_until(0).await;
    }
}
