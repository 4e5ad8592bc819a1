//! Clients that end before their time.

use harness::verdict::Overall;

use super::grade;

#[test]
fn look_at_all_of_them() {
    let faults = std::env::var("FAULTS").unwrap_or_else(|_| "nothing".into());
    for fault in faults.split(',') {
        let began = std::time::Instant::now();
        let graded = grade(fault);
        println!("==== {fault}: {:?} exit {:?} peak {} MiB, {:?}, json {} bytes", graded.verdict.outcome, graded.ran.code, graded.ran.peak, began.elapsed(), graded.ran.stdout.len());
        println!("{}\n{}", graded.ran.stderr, graded.report);
    }
    grade("nothing").assert(Overall::Passed, &["1 of 1 point"]);
}
