//! Clients that never come to wait, or that block.

use harness::verdict::Overall::Hung;

use super::each;

#[test]
fn clients_that_keep_the_processor_busy_are_found() {
    let sentence = "The client kept the processor busy and never came to wait: it used 3 s";
    each(&[
        ("spins", Hung, &[sentence, "40 ms into scenario spins", "Look for a loop without `.await`"]),
        ("yields-for-ever", Hung, &[sentence, "whose `.await` never has to wait"]),
    ]);
}

#[test]
fn clients_that_block_are_told_in_what() {
    each(&[
        ("sleeps", Hung, &["it sleeps in `std::thread::sleep`, which stops the whole client; use `tokio::time::sleep"]),
        ("deadlocks", Hung, &["it waits for a lock or another thread (a `Mutex`,", "`tokio::sync::Mutex`"]),
        ("blocks-elsewhere", Hung, &["it waits for a lock or another thread", "`spawn_blocking`)"]),
        ("waits-for-a-program", Hung, &["it waits for another program to end."]),
        ("stops-itself", Hung, &["it was stopped by a signal (SIGSTOP)."]),
    ]);
}
