//! What happens to the file: damage, other versions, other harnesses, no room.

use std::{
    path::PathBuf,
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use super::*;
use crate::practice::{Notice, lock::lock};

fn damaged(notice: Option<Notice>) -> PathBuf {
    match notice {
        Some(Notice::Damaged { kept, .. }) => kept,
        other => panic!("the file is damaged, but: {other:?}"),
    }
}

#[test]
fn a_damaged_file_is_put_aside_and_progress_begins_anew() {
    let (dir, store) = empty();
    for (n, damage) in [&b"started = \n"[..], b"\xff\xfe\0", b"[challenge", b"a = 1\na = 2\n"].iter().enumerate() {
        write(&store, damage);
        let (progress, notice) = store.load();
        let aside = damaged(notice);
        assert_eq!(progress, Progress::default());
        assert_eq!(aside, store.folder().join(format!("progress.damaged-{}.toml", n + 1)));
        assert_eq!(fs::read(&aside).expect("it was kept"), *damage);
        assert_eq!(store.load(), (Progress::default(), None), "it is told once");
    }
    write(&store, "no TOML");
    let aside = damaged(store.record_check(&failed("echo"), at("10:00:00")));
    assert_eq!(fs::read_to_string(aside).expect("it was kept"), "no TOML");
    assert!(kept(dir.path()).of("echo").is_some());
}

#[test]
fn what_is_no_file_is_put_aside_too() {
    let (dir, store) = empty();
    fs::create_dir_all(store.path().join("inside")).expect("it is writable");
    let aside = damaged(store.record_check(&failed("echo"), at("10:00:00")));
    assert!(aside.join("inside").is_dir());
    assert!(kept(dir.path()).of("echo").is_some());
}

#[test]
fn an_empty_file_is_no_damage() {
    let (dir, store) = empty();
    write(&store, "");
    assert_eq!(kept(dir.path()), Progress::default());
}

const NEWER: &str = r#"format = 7
last = "echo"
streak = { days = 4, since = 2031-01-01 }

[challenge.echo]
started = 2026-01-01T00:00:00Z
checked = "2026-01-02T00:00:00Z"
outcome = "magnificent"
score = "all"
medals = ["gold"]

[challenge.echo.hints]
waits = 2
grows = { rung = 1, at = 2031-01-01 }

[challenge]
strange = 5
"#;

#[test]
fn a_newer_versions_data_is_read_as_far_as_it_goes_and_kept() {
    let (dir, store) = empty();
    write(&store, NEWER);
    let progress = kept(dir.path());
    let record = progress.of("echo").expect("it is there");
    assert_eq!(record.started.map(|time| time.to_string()).as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(record.checked.map(Timestamp::date).as_deref(), Some("2026-01-02"));
    assert_eq!((record.outcome, record.score, record.hints.get("waits")), (None, 0, Some(&2)));
    assert_eq!(store.take_hint("resume-session", "resumes", 3), (1, None));
    insta::assert_snapshot!(text(&store));
}

#[test]
fn what_this_version_knows_anew_replaces_what_it_could_not_read() {
    let (dir, store) = empty();
    write(&store, NEWER);
    assert_eq!(store.record_check(&passed("echo"), at("10:00:00")), None);
    assert_eq!(store.take_hint("echo", "grows", 3), (1, None));
    let record = kept(dir.path()).challenges.remove("echo").expect("it is there");
    assert_eq!((record.outcome, record.score), (Some(Overall::Passed), 3));
    assert!(text(&store).contains("medals = [\"gold\"]"));
}

#[test]
fn no_update_is_lost_among_many_harnesses() {
    const HARNESSES: usize = 8;
    const EACH: usize = 10;
    let (dir, _) = empty();
    let root: Arc<Path> = dir.path().into();
    let start = Arc::new(Barrier::new(HARNESSES));
    let harness = |n: usize| {
        let (root, start) = (Arc::clone(&root), Arc::clone(&start));
        thread::spawn(move || {
            start.wait();
            for _ in 0..EACH {
                let mut store = Store::at(&root);
                // However slow the machine: whether patience ends is another test's question.
                store.patience = Duration::from_secs(3_600);
                assert_eq!(store.take_hint("shared", "waits", usize::MAX).1, None);
                assert_eq!(store.take_hint(&format!("own-{n}"), "waits", usize::MAX).1, None);
                assert_eq!(store.load().1, None, "a reader never sees half a file");
            }
        })
    };
    let harnesses: Vec<_> = (0..HARNESSES).map(harness).collect();
    for harness in harnesses {
        harness.join().expect("it does not panic");
    }
    let progress = kept(dir.path());
    let taken = |slug: &str| progress.of(slug).and_then(|record| record.hints.get("waits").copied());
    assert_eq!(taken("shared"), Some(HARNESSES * EACH));
    for n in 0..HARNESSES {
        assert_eq!(taken(&format!("own-{n}")), Some(EACH));
    }
}

#[test]
fn a_harness_that_never_lets_go_stops_nobody() {
    let (dir, mut store) = empty();
    store.patience = Duration::from_secs(3_600);
    assert_eq!(store.take_hint("echo", "waits", 3), (1, None));
    // A lock that was let go can stay held for a moment: a process that another test starts has a copy of the file until its `exec`.
    let held = lock(&store.folder().join("progress.lock"), store.patience).expect("nobody else holds it");
    let mut hasty = store.clone();
    hasty.patience = Duration::ZERO;
    let (taken, notice) = hasty.take_hint("echo", "waits", 3);
    assert_eq!(taken, 2, "what is known is still used");
    assert!(matches!(notice, Some(Notice::NotKept { .. })), "{notice:?}");
    assert_eq!(kept(dir.path()).of("echo").and_then(|record| record.hints.get("waits")), Some(&1));
    drop(held);
    assert_eq!(store.take_hint("echo", "waits", 3), (2, None));
}

#[test]
fn without_a_place_to_write_there_is_a_notice_and_no_error() {
    let (dir, store) = empty();
    fs::write(dir.path().join(".harness"), "a file where the folder should be").expect("it is writable");
    for notice in [
        store.load().1,
        store.record_check(&failed("echo"), at("10:00:00")),
        store.take_hint("echo", "waits", 3).1,
        store.give_up("echo", at("10:00:00")),
    ] {
        assert!(matches!(notice, Some(Notice::NotRead { .. } | Notice::NotKept { .. })), "{notice:?}");
    }
    let mut seen = None;
    store.update(|progress| seen = Some(progress.clone()));
    assert_eq!(seen, Some(Progress::default()), "the change is made all the same");
}

/// What was kept stays whole where the new file cannot be written.
#[test]
fn a_write_that_fails_leaves_the_old_file() {
    let (dir, store) = empty();
    store.record_check(&failed("echo"), at("10:00:00"));
    let before = text(&store);
    fs::create_dir(store.folder().join("progress.new")).expect("it is writable");
    let notice = store.record_check(&passed("echo"), at("11:00:00"));
    assert!(matches!(notice, Some(Notice::NotKept { .. })), "{notice:?}");
    assert_eq!(text(&store), before);
    assert!(kept(dir.path()).of("echo").is_some());
}
