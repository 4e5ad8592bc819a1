//! The lesson, printed.

use super::{Done, harness, root, run};

#[test]
fn every_lesson_of_the_course_is_printed_whole() {
    let list = run("list").out;
    let slugs: Vec<_> = super::slugs().collect();
    assert!(slugs.len() > 5 && slugs.iter().all(|slug| list.contains(slug.as_str())), "{slugs:?}");
    for slug in slugs {
        let done = run(&format!("lesson {slug}"));
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{slug}");
        let title =
            std::fs::read_to_string(root().join("challenges").join(&slug).join("README.md")).expect("it is there");
        let title = title.lines().next().expect("it has a title").trim_start_matches("# ").to_owned();
        assert!(done.out.starts_with(&title), "{slug}: {}", done.out);
        assert!(
            done.out.lines().all(|line| line.chars().count() <= 80) && !done.out.contains('\u{1b}'),
            "{}",
            done.out
        );
    }
}

#[test]
fn a_section_is_printed_alone() {
    for name in [&["backoff"][..], &["README.md#backoff"], &["#backoff"], &["Backoff"]] {
        let done = Done::of(&mut harness(["lesson", "reconnect-backoff"].iter().chain(name)));
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{name:?}");
        assert!(done.out.starts_with("── Backoff ──"), "{}", done.out);
        assert!(done.out.contains("They grow") && !done.out.contains("Overflow"), "{}", done.out);
    }
    let done = run("lesson reconnect-backoff giving up");
    assert!(done.out.starts_with("── Giving up ──"), "{}", done.out);
}

#[test]
fn what_is_not_there_is_answered_with_the_nearest() {
    for (line, meant) in [
        ("lesson reconnect-backof", "there is no challenge `reconnect-backof`; did you mean `reconnect-backoff`?"),
        ("lesson reconnect-backoff backof jiter", "there is no section `backof jiter`"),
        ("lesson reconnect-backoff jiter", "there is no section `jiter`; did you mean `jitter`?"),
        ("lesson reconnect-backoff jiter", "available: reconnect-with-backoff, the-idea,"),
    ] {
        let done = run(line);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{line}");
        assert!(done.err.contains(meant), "{line}: {}", done.err);
    }
}

/// Whatever a report names to read, `lesson` finds.
#[test]
fn every_section_that_a_check_names_is_found() {
    for slug in super::slugs() {
        let spec =
            std::fs::read_to_string(root().join("challenges").join(&slug).join("challenge.toml")).expect("it is there");
        let spec: toml::Table = spec.parse().expect("it is TOML");
        let lesson = run(&format!("lesson {slug}")).out;
        for check in spec["check"].as_array().expect("it has checks") {
            let read = check["read"].as_str().expect("it is a text");
            let done = Done::of(&mut harness(["lesson", &slug, read]));
            assert_eq!(done.code, Some(0), "{slug} {read}: {}", done.err);
            assert!(lesson.contains(done.out.trim_end()) && done.out.len() < lesson.len(), "{slug} {read}");
        }
    }
}

#[test]
fn without_unicode_it_is_ascii() {
    for slug in super::slugs() {
        let done = Done::of(harness(["lesson", &slug]).env("LC_ALL", "C"));
        assert!(done.out.is_ascii() && !done.out.contains("\\u{"), "{}", done.out);
    }
}
