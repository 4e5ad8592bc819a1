//! Stand-in until the real clock is merged.
use std::time::{Duration, Instant};

use crate::time::Millis;

/// The clock of a run.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Real time.
    Wall(WallClock),
}

/// Real time since an origin.
#[derive(Debug, Clone, Copy)]
pub struct WallClock(Instant);

impl WallClock {
    /// Starts now.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "stand-in")]
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Millis {
        let Self::Wall(WallClock(origin)) = self;
        origin.elapsed().as_millis() as Millis
    }
    /// Lets time pass.
    pub async fn sleep(&self, span: Millis) {
        tokio::time::sleep(Duration::from_millis(span)).await;
    }
    /// Waits for a time.
    pub async fn sleep_until(&self, at: Millis) {
        let Self::Wall(WallClock(origin)) = self;
        tokio::time::sleep_until((*origin + Duration::from_millis(at)).into()).await;
    }
}
