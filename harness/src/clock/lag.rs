//! How late the machine is: on the wall clock, an event that is noted late is not the client's fault.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;

use super::WallClock;
use crate::time::Millis;

/// How long the sampling task sleeps each time.
const NAP: Duration = Duration::from_millis(5);

/// How many samples are kept: more than an hour's.
const MOST_SAMPLES: usize = 1_000_000;

/// Samples the scheduler's lag until it is dropped: a task on the run's own runtime sleeps 5 ms again and again and notes by how much it
/// was woken too late. So it sees what the scripted server sees: the operating system's delays, and those of the runtime itself.
#[derive(Debug)]
pub struct Lag {
    task: JoinHandle<()>,
    samples: Arc<Mutex<Vec<Sample>>>,
}

/// One awakening.
#[derive(Debug, Clone, Copy)]
struct Sample {
    /// When.
    woken: Millis,
    /// By how much too late.
    late: Duration,
}

impl Lag {
    /// Starts to sample.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn sample(clock: WallClock) -> Self {
        let samples = Arc::<Mutex<Vec<Sample>>>::default();
        let notes = Arc::clone(&samples);
        let task = tokio::spawn(async move {
            loop {
                let asleep = Instant::now();
                tokio::time::sleep(NAP).await;
                let late = asleep.elapsed().saturating_sub(NAP);
                let mut notes = notes.lock().expect("no holder of this lock panics");
                if notes.len() < MOST_SAMPLES {
                    notes.push(Sample { woken: clock.now(), late });
                }
            }
        });
        Self { task, samples }
    }

    /// Waits until the sampling task has noted how late it was for what has just happened.
    pub async fn settle(&self) {
        tokio::time::sleep(2 * NAP).await;
    }

    /// The largest lag that can have moved one of these moments, which are in order: rounded up, 0 if there is none.
    ///
    /// A machine that stands still for 50 ms while nobody does anything is late for nothing. A moment is counted if it lies between the
    /// time at which the sampling task was due and three times its lag later: what a standstill has held up follows when it is over, each
    /// process waking the next.
    #[must_use]
    pub fn felt(&self, moments: &[Millis]) -> Millis {
        felt(&self.samples.lock().expect("no holder of this lock panics"), moments)
    }

    /// The largest lag of all: rounded up, 0 if there is none.
    #[must_use]
    pub fn worst(&self) -> Millis {
        let samples = self.samples.lock().expect("no holder of this lock panics");
        samples.iter().map(|sample| rounded_up(sample.late)).max().unwrap_or_default()
    }
}

impl Drop for Lag {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn felt(samples: &[Sample], moments: &[Millis]) -> Millis {
    let moved = |sample: &&Sample| {
        let late = rounded_up(sample.late);
        // The clock's own rounding is one millisecond more.
        let due = sample.woken.saturating_sub(late + 1);
        let next = moments.partition_point(|moment| *moment < due);
        moments.get(next).is_some_and(|moment| *moment <= sample.woken + 2 * late)
    };
    samples.iter().filter(moved).map(|sample| rounded_up(sample.late)).max().unwrap_or_default()
}

fn rounded_up(span: Duration) -> Millis {
    Millis::try_from(span.as_micros().div_ceil(1_000)).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_counts_where_something_happens() {
        let sample = |woken, micros| Sample { woken, late: Duration::from_micros(micros) };
        let samples = [sample(105, 0), sample(155, 45_000), sample(160, 100), sample(400, 2_100)];
        for (moments, lag) in [
            (&[][..], 0),
            (&[20, 108], 0),
            // It was due at 110, and what it held up may take until 245.
            (&[20, 109], 45),
            (&[20, 150, 1_000], 45),
            (&[245], 45),
            (&[246], 0),
            (&[160, 400], 45),
            (&[161, 400], 45),
            (&[300, 398], 3),
            (&[161, 300], 45),
        ] {
            assert_eq!(felt(&samples, moments), lag, "{moments:?}");
        }
        assert_eq!(felt(&[], &[1]), 0);
    }

    #[tokio::test]
    async fn a_runtime_that_is_held_up_is_noticed() {
        let clock = WallClock::start();
        let lag = Lag::sample(clock);
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_millis(40));
        let moment = [clock.now()];
        // The sampling task has been due for 35 ms; it is this runtime's turn to wake it.
        while lag.felt(&moment) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(lag.felt(&moment) >= 35, "{}", lag.felt(&moment));
        assert!(lag.worst() >= lag.felt(&moment), "{}", lag.worst());
    }
}
