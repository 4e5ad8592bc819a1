//! Independent jobs side by side.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// How many jobs that compute can go side by side.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Does `job` for each item on `workers` threads and returns the results in the order of the items.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], workers: usize, job: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..workers.min(items.len()) {
            scope.spawn(|| {
                while let Some((index, item)) = items.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = job(item);
                    results.lock().expect("no job panics while it stores")[index] = Some(result);
                }
            });
        }
    });
    let results = results.into_inner().expect("no job panics while it stores");
    results.into_iter().map(|result| result.expect("each item was done")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        assert_eq!(super::map(&items, 4, |n| n * n), items.iter().map(|n| n * n).collect::<Vec<_>>());
    }
}
