//! What is told to whoever grades.

use std::fs;

use super::{Class, solution};
use crate::robustness::command::Harness;

fn refused(class: &Class, arguments: &[&str], why: &str) {
    let ran = Harness::new(arguments).within(class.dir.path()).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
}

#[test]
fn wrong_usage_is_told_before_anything_is_built() {
    let class = Class::new();
    class.hand_in("anna.rs", solution("one-loop.rs"));
    refused(&class, &["grade", "nobody", "--challenge", "sse-minimal"], "there is no nobody");
    refused(&class, &["grade", "class", "--challenge", "sse-minimum"], "did you mean `sse-minimal`?");
    refused(&class, &["grade", "class", "--challenge", "sse-minimal,sse-minimal"], "`sse-minimal` is asked for twice");
    refused(&class, &["grade", "class", "--challenge", "sse-minimal", "--shard", "3/2"], "`3/2` is no part of a class");
    refused(&class, &["grade", "class"], "--challenge");
    refused(&class, &["grade", "class", "--challenge", "sse-minimal", "--report", "github"], "is for one submission");
    fs::create_dir(class.path("empty")).expect("it is writable");
    refused(&class, &["grade", "empty", "--challenge", "sse-minimal"], "empty holds no submission");
    refused(&class, &["grade", "merge", "nowhere"], "cannot read nowhere/grades.json");
    assert!(!class.path("grades").exists(), "nothing was begun");
}

#[test]
fn one_harness_at_a_time_writes_the_results() {
    let class = Class::new();
    class.hand_in("anna.rs", solution("one-loop.rs"));
    let _book = harness::class::Book::open(&class.path("grades")).expect("nobody else writes there");
    let arguments = ["grade", "class", "--challenge", "sse-minimal", "--sandbox", "basic"];
    refused(&class, &arguments, "another harness is grading into grades");
}
