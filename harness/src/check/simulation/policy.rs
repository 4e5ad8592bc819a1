//! How a client waits.

use rand::{Rng, RngExt, SeedableRng, rngs::SmallRng};

use crate::time::Millis;

/// A way to draw waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// From nothing to the ceiling.
    Full,
    /// From half of the ceiling to the ceiling.
    Equal,
    /// From the base to three times the last wait, at most the cap.
    Decorrelated,
    /// The ceiling ±20 %, capped.
    Narrow,
    /// The ceiling.
    Exact,
    /// The ceiling times a factor that the client draws once for its life.
    Frozen,
    /// … or once for each outage.
    FrozenInOutage,
    /// Full jitter; every client has the same random numbers.
    SameSeed,
    /// Half to one and a half times the ceiling, and the cap after that.
    LostAtCap,
}

impl Policy {
    pub(super) const CORRECT: [Self; 3] = [Self::Full, Self::Equal, Self::Decorrelated];

    /// The wrong ones, each with the check that must fail and its finding.
    pub(super) const WRONG: [(Self, &str, &str); 6] = [
        (Self::Narrow, "spread", "narrow"),
        (Self::Exact, "together", "no-draw"),
        (Self::Frozen, "fresh-draw", "frozen"),
        (Self::FrozenInOutage, "spread-at-cap", "frozen"),
        (Self::SameSeed, "together", "shared-draw"),
        (Self::LostAtCap, "spread-at-cap", "narrow"),
    ];
}

/// The backoff of one client.
pub(super) struct Backoff {
    policy: Policy,
    base: f64,
    cap: f64,
    /// Failures since the last stable connection.
    failures: i32,
    /// The wait before, where the policy looks at it.
    previous: f64,
    /// The factor of a client that draws once, or once an outage.
    factor: f64,
    random: SmallRng,
}

impl Backoff {
    /// The backoff of the client of that number in a submission of that seed.
    pub(super) fn new(policy: Policy, base: Millis, cap: Millis, seed: u64, client: u32) -> Self {
        let own = if policy == Policy::SameSeed { 0 } else { u64::from(client) + 1 };
        let mut random = SmallRng::seed_from_u64(seed ^ own.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let base = base as f64;
        let factor = 0.25 + 0.75 * unit(&mut random);
        Self { policy, base, cap: cap as f64, failures: 0, previous: base, factor, random }
    }

    /// A stable connection: the next outage begins from the base.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
        self.previous = self.base;
        if self.policy == Policy::FrozenInOutage {
            self.factor = 0.25 + 0.75 * unit(&mut self.random);
        }
    }

    /// The next wait, in the whole milliseconds of a timer that never fires early.
    pub(super) fn next(&mut self) -> Millis {
        let doubled = self.base * f64::from(2_u32.saturating_pow(self.failures.unsigned_abs()));
        let ceiling = doubled.min(self.cap);
        self.failures += 1;
        let chance = unit(&mut self.random);
        let wait = match self.policy {
            Policy::Full | Policy::SameSeed => ceiling * chance,
            Policy::Equal => ceiling * (0.5 + 0.5 * chance),
            Policy::Decorrelated => (self.base + (3.0 * self.previous - self.base) * chance).min(self.cap),
            Policy::Narrow => (doubled * (0.8 + 0.4 * chance)).min(self.cap),
            Policy::Exact => ceiling,
            Policy::Frozen | Policy::FrozenInOutage => ceiling * self.factor,
            Policy::LostAtCap => (doubled * (0.5 + chance)).min(self.cap),
        };
        self.previous = wait;
        wait.ceil() as Millis
    }
}

/// A number from 0 up to but without 1.
fn unit(random: &mut impl Rng) -> f64 {
    random.random()
}
