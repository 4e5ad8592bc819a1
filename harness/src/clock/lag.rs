//! How late the machine is: on the wall clock, an event that is noted late is not the client's fault.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;

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
    late: Arc<Mutex<Vec<Duration>>>,
}

impl Lag {
    /// Starts to sample.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn sample() -> Self {
        let late = Arc::<Mutex<Vec<Duration>>>::default();
        let notes = Arc::clone(&late);
        let task = tokio::spawn(async move {
            loop {
                let asleep = Instant::now();
                tokio::time::sleep(NAP).await;
                let late = asleep.elapsed().saturating_sub(NAP);
                let mut notes = notes.lock().expect("no holder of this lock panics");
                if notes.len() < MOST_SAMPLES {
                    notes.push(late);
                }
            }
        });
        Self { task, late }
    }

    /// Forgets what has been sampled so far.
    pub fn forget(&self) {
        self.late.lock().expect("no holder of this lock panics").clear();
    }

    /// The lag that all but a hundredth of the samples stay within, rounded up; 0 before the first sample.
    #[must_use]
    pub fn usual(&self) -> Millis {
        percentile(&self.samples(), 99)
    }

    /// The largest lag, rounded up; 0 before the first sample.
    #[must_use]
    pub fn worst(&self) -> Millis {
        percentile(&self.samples(), 100)
    }

    fn samples(&self) -> Vec<Duration> {
        self.late.lock().expect("no holder of this lock panics").clone()
    }
}

impl Drop for Lag {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The smallest sample that so many hundredths of all are not greater than, in milliseconds, rounded up.
fn percentile(samples: &[Duration], hundredths: usize) -> Millis {
    let mut samples = samples.to_vec();
    samples.sort_unstable();
    let rank = (samples.len() * hundredths).div_ceil(100);
    let sample = rank.checked_sub(1).and_then(|index| samples.get(index)).copied().unwrap_or_default();
    Millis::try_from(sample.as_micros().div_ceil(1_000)).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_ranks_rounded_up_to_milliseconds() {
        let samples: Vec<_> = (1..=200).rev().map(|tenths| Duration::from_micros(tenths * 100)).collect();
        assert_eq!((percentile(&samples, 50), percentile(&samples, 99), percentile(&samples, 100)), (10, 20, 20));
        assert_eq!(percentile(&[Duration::from_micros(1_001)], 99), 2);
        assert_eq!(percentile(&[], 99), 0);
    }

    #[tokio::test]
    async fn a_runtime_that_is_held_up_is_noticed() {
        let lag = Lag::sample();
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_millis(40));
        // The sampling task has been due for 35 ms; it is this runtime's turn to wake it.
        while lag.worst() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(lag.worst() >= 35, "{}", lag.worst());
    }
}
