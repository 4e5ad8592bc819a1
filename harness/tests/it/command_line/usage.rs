//! Wrong usage: exit code 2, and a message that helps.

use super::run;

#[test]
fn a_name_that_does_not_exist_is_answered_with_the_nearest() {
    for (line, meant) in [
        ("check reconnect-backof", "there is no challenge `reconnect-backof`; did you mean `reconnect-backoff`?"),
        ("verify recconect-backoff", "did you mean `reconnect-backoff`?"),
        ("hint challenges/reconnect-backoff/", "did you mean `reconnect-backoff`?"),
        ("check Reconnect_Backoff", "did you mean `reconnect-backoff`?"),
        ("soak reconect-backoff", "did you mean `reconnect-backoff`?"),
        ("check reconnect-backoff --scenario blib", "there is no scenario `blib`; did you mean `blip`?"),
        (
            "check reconnect-backoff --solution ful-jitter",
            "there is no solution `ful-jitter`; did you mean `full-jitter`?",
        ),
        ("check reconnect-backoff --mistake nojitter", "there is no mistake `nojitter`; did you mean `no-jitter`?"),
        ("soak reconnect-backoff --mistake nojitter", "did you mean `no-jitter`?"),
        ("chek reconnect-backoff", "a similar subcommand exists: 'check'"),
        ("check reconnect-backoff --scenaro blip", "a similar argument exists: '--scenario'"),
    ] {
        let done = run(line);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{line}");
        assert!(done.err.contains(meant), "{line}: {}", done.err);
    }
}

/// Nothing like it: then what there is.
#[test]
fn a_name_that_is_like_no_other_is_answered_with_all() {
    let done = run("check chess");
    assert_eq!(done.code, Some(2));
    assert!(
        !done.err.contains("did you mean")
            && done.err.contains("available: ")
            && done.err.contains("reconnect-backoff"),
        "{}",
        done.err
    );
}

#[test]
fn options_that_exclude_each_other_are_refused() {
    let lines = [
        "check reconnect-backoff --solution full-jitter --mistake no-jitter",
        "check reconnect-backoff --submission x.rs --solution",
        "check reconnect-backoff --client true --mistake no-jitter",
        "check reconnect-backoff --client true --clock virtual",
        "check reconnect-backoff --speed 5",
        "check reconnect-backoff --clock virtual --speed 5",
        "check reconnect-backoff --clock wall --speed 0.5",
        "check reconnect-backoff --clock wall --scenario long",
        "check reconnect-backoff --clock moon",
        "check reconnect-backoff --client ''\"",
        "check reconnect-backoff --submission no/such/file.rs",
        "check reconnect-backoff --trace no/such/folder/run.trace",
        "check reconnect-backoff --trace challenges",
        "verify reconnect-backoff --speed 5",
        "soak reconnect-backoff -n 0",
        "check",
        "check --solution reconnect-backoff",
        "replay no/such/file.trace",
        "replay LICENSE",
    ];
    let all = lines.map(|line| {
        let done = run(line);
        assert_eq!(done.code, Some(2), "{line}");
        format!("$ harness {line}\n{}", done.all())
    });
    insta::assert_snapshot!(all.join("\n"));
}
