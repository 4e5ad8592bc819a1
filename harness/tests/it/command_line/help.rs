//! What the command line says about itself.

use super::run;

#[test]
fn every_command_explains_itself_with_examples() {
    for command in [
        "", "watch", "check", "list", "hint", "lesson", "solution", "reset", "play", "doctor", "new", "try", "verify",
        "soak", "grade", "replay",
    ] {
        let done = run(&format!("{command} --help"));
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{command}");
        assert!(done.out.contains("Examples:"), "{}", done.out);
        assert!(done.out.lines().all(|line| line.chars().count() <= 100), "{}", done.out);
        insta::assert_snapshot!(format!("help of {command}").trim().replace(' ', "_"), done.out);
    }
}

/// An example in a help text that does not work is worse than none.
#[test]
fn the_examples_name_what_there_is() {
    let done = run("check --help");
    let examples = done.out.lines().filter_map(|line| line.trim().strip_prefix("harness check "));
    let mistakes = super::root().join("challenges/reconnect-backoff/mistakes");
    let mut seen = 0;
    for example in examples {
        let words: Vec<_> = example.split_whitespace().collect();
        assert_eq!(words[0], "reconnect-backoff", "{example}");
        if words.get(1) == Some(&"--mistake") {
            assert!(mistakes.join(format!("{}.rs", words[2])).is_file(), "{example}");
            seen += 1;
        }
    }
    assert_eq!(seen, 1);
}

#[test]
fn without_a_command_the_help_is_shown_and_nothing_done() {
    let done = run("");
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("Usage: harness"), "{}", done.err);
}

#[test]
fn the_version_is_that_of_the_package() {
    let done = run("--version");
    assert_eq!((done.code, done.out), (Some(0), format!("harness {}\n", env!("CARGO_PKG_VERSION"))));
}
