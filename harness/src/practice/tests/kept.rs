//! What is kept of checks, hints and giving up.

use super::*;

#[test]
fn nothing_is_known_at_first_and_asking_keeps_nothing() {
    let (dir, store) = empty();
    assert_eq!(store.load(), (Progress::default(), None));
    assert_eq!(store.update(|_| {}), None);
    assert!(!store.path().exists());
    assert_eq!(kept(dir.path()), Progress::default());
}

#[test]
fn the_file_is_for_people_too() {
    let (_dir, store) = empty();
    assert_eq!(store.record_check(&passed("echo"), at("09:00:00")), None);
    assert_eq!(store.record_check(&failed("reconnect-backoff"), at("10:00:00")), None);
    assert_eq!(store.take_hint("reconnect-backoff", "waits", 3), (1, None));
    assert_eq!(store.give_up("reconnect-backoff", at("11:00:00")), None);
    insta::assert_snapshot!(text(&store));
    assert_eq!(files(&store), ["progress.lock", "progress.toml"]);
}

#[test]
fn checks_are_recorded_with_their_times() {
    let (dir, store) = empty();
    store.record_check(&failed("echo"), at("10:00:00"));
    store.record_check(&passed("echo"), at("10:30:00"));
    store.record_check(&failed("echo"), at("11:00:00"));
    let progress = kept(dir.path());
    let record = progress.of("echo").expect("it was checked");
    assert_eq!(
        (record.started, record.passed, record.checked),
        (Some(at("10:00:00")), Some(at("10:30:00")), Some(at("11:00:00")))
    );
    assert_eq!((record.score, record.max_score, record.outcome), (3, 3, Some(Overall::Failed)));
    assert_eq!((&record.failed, &record.not_reached), (&vec!["waits".to_owned()], &Vec::new()));
    assert_eq!(progress.last.as_deref(), Some("echo"));
}

#[test]
fn a_passed_challenge_has_no_failed_checks() {
    let (dir, store) = empty();
    store.record_check(&failed("echo"), at("10:00:00"));
    store.record_check(&passed("echo"), at("10:30:00"));
    let record = kept(dir.path()).challenges.remove("echo").expect("it was checked");
    assert!(record.failed.is_empty() && record.not_reached.is_empty(), "{record:?}");
}

/// Then there is still something to give a hint for.
#[test]
fn where_nothing_failed_it_is_known_what_was_not_reached() {
    let (dir, store) = empty();
    let broke_off = [("opens", Outcome::Pass), ("waits", Outcome::NotReached), ("grows", Outcome::NotReached)];
    store.record_check(&verdict("echo", Overall::Crashed, &broke_off), at("10:00:00"));
    let record = kept(dir.path()).challenges.remove("echo").expect("it was checked");
    assert_eq!((record.failed, record.not_reached), (Vec::new(), vec!["waits".to_owned(), "grows".to_owned()]));
}

#[test]
fn what_does_not_compile_changes_nothing_about_the_checks() {
    let (dir, store) = empty();
    store.record_check(&failed("echo"), at("10:00:00"));
    store.record_check(&verdict("echo", Overall::NotCompiled, &[]), at("10:30:00"));
    let record = kept(dir.path()).challenges.remove("echo").expect("it was checked");
    assert_eq!(
        (record.outcome, record.score, record.failed),
        (Some(Overall::NotCompiled), 1, vec!["waits".to_owned()])
    );
}

/// A course that is worth more today must not make yesterday's full score look better than it is, nor the other way round.
#[test]
fn the_best_score_is_the_greatest_share() {
    let (dir, store) = empty();
    let of = |score, max_score| Verdict { score, max_score, ..failed("echo") };
    let best = |verdict| {
        store.record_check(&verdict, at("10:00:00"));
        let record = kept(dir.path()).challenges.remove("echo").expect("it was checked");
        (record.score, record.max_score)
    };
    assert_eq!(best(of(0, 4)), (0, 4));
    assert_eq!(best(of(3, 4)), (3, 4));
    assert_eq!(best(of(2, 4)), (3, 4));
    assert_eq!(best(of(5, 10)), (3, 4));
    assert_eq!(best(of(6, 8)), (6, 8), "the same share of today's points");
    assert_eq!(best(of(u32::MAX, u32::MAX)), (u32::MAX, u32::MAX));
}

#[test]
fn hints_are_taken_one_by_one_and_end() {
    let (dir, store) = empty();
    let taken: Vec<_> = (0..5).map(|_| store.take_hint("echo", "waits", 3).0).collect();
    assert_eq!(taken, [1, 2, 3, 3, 3]);
    assert_eq!(store.take_hint("echo", "grows", 0).0, 0, "a check may have none");
    assert_eq!(store.take_hint("echo", "waits", 2).0, 2, "or fewer than it had");
    let progress = kept(dir.path());
    assert_eq!(progress.of("echo").and_then(|record| record.hints.get("waits")), Some(&2));
    assert_eq!(progress.last.as_deref(), Some("echo"));
}

#[test]
fn giving_up_counts_from_the_first_time() {
    let (dir, store) = empty();
    store.give_up("echo", at("10:00:00"));
    store.give_up("echo", at("11:00:00"));
    assert_eq!(kept(dir.path()).of("echo").and_then(|record| record.gave_up), Some(at("10:00:00")));
}
