//! Ends the tests, and says at which spec, if one takes for ever or all memory.

use std::{
    sync::{
        Mutex,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

/// What a spec may take: some hundred thousand times what one takes, so that no load of the machine is mistaken for a spec without end.
const MOST_TIME: Duration = Duration::from_secs(120);
/// How much memory all of them may take together, in bytes.
const MOST_MEMORY: usize = 3 << 30;

/// What a worker is at: the number of a spec, and since when.
pub(super) type Post = Mutex<Option<(u64, Instant)>>;

/// Looks at the workers until they are done.
pub(super) fn watch(posts: &[Post], done: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(Duration::from_millis(100)) {
        let at: Vec<_> = posts.iter().filter_map(|post| *post.lock().expect("no worker panics there")).collect();
        let too_long = at.iter().find(|(_, since)| since.elapsed() > MOST_TIME);
        if let Some((spec, _)) = too_long {
            end(&format!("spec {spec} takes more than {MOST_TIME:?}"));
        }
        if memory().is_some_and(|bytes| bytes > MOST_MEMORY) {
            let specs: Vec<_> = at.iter().map(|(spec, _)| spec.to_string()).collect();
            end(&format!("one of the specs {} takes more than {MOST_MEMORY} bytes", specs.join(", ")));
        }
    }
}

/// There is no other way to end what has no end.
fn end(why: &str) -> ! {
    eprintln!("{why}: to look at one alone, set SPEC to its number");
    std::process::abort()
}

/// How much memory this process has, where the system says so.
fn memory() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<usize>().ok()? * 4096)
}
