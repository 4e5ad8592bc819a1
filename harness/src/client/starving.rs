//! How long the machine keeps a process waiting: no fault of the process.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::proc;

/// What is known of one process and the thread that hears it. To be asked often: the sum of many short waits, of a process that keeps the
/// processor busy itself, would look like a long one.
#[derive(Debug, Default)]
pub(super) struct Starving {
    /// How long each thread had waited for a processor at the last look.
    waited: BTreeMap<u32, Duration>,
    /// What the kernel has counted of a main thread that stands still though it could go on, and since when it has not changed. What such a
    /// thread waits is counted only when it runs; one that then ends would never be seen to have waited.
    still: Option<(String, Instant)>,
}

impl Starving {
    /// The longest that a thread has waited for a processor since the last look, and the main thread for a processor or a disk until now.
    /// Nothing at the first look, and where the system does not tell.
    pub(super) fn look(&mut self, pid: i32, attendant: Option<(u32, Duration)>) -> Duration {
        let mut waited = proc::waited(pid);
        waited.extend(attendant);
        let since = |(thread, now): (&u32, &Duration)| Some(now.saturating_sub(*self.waited.get(thread)?));
        let longest = waited.iter().filter_map(since).max().unwrap_or_default();
        self.waited = waited;
        longest.max(self.stands(proc::held_up(pid)))
    }

    /// How long the main thread has stood still, by what is counted of it now if it could go on.
    fn stands(&mut self, counted: Option<String>) -> Duration {
        let before = self.still.take();
        self.still = counted.map(|counted| match before {
            Some((same, since)) if same == counted => (same, since),
            _ => (counted, Instant::now()),
        });
        self.still.as_ref().map_or(Duration::ZERO, |(_, since)| since.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_stands_still_while_nothing_is_counted() {
        let mut starving = Starving::default();
        let counted = |text: &str| Some(text.to_owned());
        starving.stands(counted("1 2 3"));
        let since = Instant::now();
        std::thread::sleep(Duration::from_millis(5));
        assert!(starving.stands(counted("1 2 3")) >= since.elapsed().min(Duration::from_millis(5)));
        assert!(starving.stands(counted("1 3 4")) < since.elapsed());
        assert_eq!(starving.stands(None), Duration::ZERO);
        assert!(starving.stands(counted("1 3 4")) < since.elapsed());
    }
}
