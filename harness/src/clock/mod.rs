//! The two clocks that a scenario can run on. Scripts wait through [`Clock`] only, so that they cannot tell which it is.

mod lag;
mod simulated;
mod wall;

pub use lag::Lag;
pub use simulated::VirtualClock;
pub use wall::WallClock;

use crate::time::Millis;

/// The clock of a run; clones are the same clock.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Simulated time: it moves when nothing is left to do at an instant.
    Virtual(VirtualClock),
    /// Real time.
    Wall(WallClock),
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Millis {
        match self {
            Self::Virtual(clock) => clock.now(),
            Self::Wall(clock) => clock.now(),
        }
    }

    /// When the client did what the server hears of now: one latency ago in simulated time, now in real time. What a client does is
    /// recorded at this time.
    #[must_use]
    pub fn heard(&self) -> Millis {
        match self {
            Self::Virtual(clock) => clock.now().saturating_sub(clock.latency()),
            Self::Wall(clock) => clock.now(),
        }
    }

    /// Lets time pass.
    pub async fn sleep(&self, span: Millis) {
        self.sleep_until(self.now().saturating_add(span)).await;
    }

    /// Waits for a time; returns at once if it has passed.
    pub async fn sleep_until(&self, at: Millis) {
        match self {
            Self::Virtual(clock) => clock.sleep_until(at).await,
            Self::Wall(clock) => clock.sleep_until(at).await,
        }
    }
}
