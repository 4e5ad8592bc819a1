//! Simulated time is the same time, however the processes are scheduled and however far the client looks ahead.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use harness::{
    link::Ended,
    record::Recorder,
    time::Millis,
    trace::{ClientAct, Fault, Message, What},
};

use crate::{
    server,
    stage::{L, Ran, run, run_with, start},
};

/// A run with an outage of half a minute, with the client's lookahead set to `lookahead`.
fn outage(clients: u32, lookahead: Millis) -> Ran<()> {
    let recorder = Recorder::default();
    let notes = recorder.clone();
    let settings = [("HARNESS_LINK_LOOKAHEAD", &*lookahead.to_string())];
    let ran = run_with(
        "jitter",
        &settings,
        start(clients, 60_000),
        |_| None,
        async |world| {
            server::outage(world, notes, 30_000, 3_000).await;
        },
    );
    // The link's notes first, then the server's: both in the order of their times.
    let mut events = ran.events;
    let end = ran.end;
    recorder.cut(end.at);
    events.extend(recorder.events());
    Ran { end, events }
}

fn pongs(ran: &Ran<()>) -> usize {
    let pong = |what: &What| matches!(what, What::Client(ClientAct::Message(Message::Pong(_))));
    ran.events.iter().filter(|event| pong(&event.what)).count()
}

#[test]
fn how_far_the_client_looks_ahead_changes_nothing() {
    for clients in [1, 20] {
        let least = outage(clients, 0);
        assert_eq!((least.end.at, &least.end.how), (60_000, &Ended::TimeUp));
        assert!(pongs(&least) >= 5 * clients as usize, "{} pongs", pongs(&least));
        for lookahead in [1, L, 2 * L - 1, 2 * L] {
            assert_eq!(outage(clients, lookahead), least, "{clients} clients, {lookahead} ms");
        }
    }
}

#[test]
fn a_client_that_looks_too_far_ahead_is_caught() {
    let ran = outage(1, 2 * L + 1);
    let rule = "The client claimed to be at 41 ms, but could not go past 40 ms unanswered.";
    assert_eq!(ran.end.how, Ended::Fault(Fault::Violated(rule.into())));
}

#[test]
fn a_loaded_machine_changes_nothing() {
    let expected = outage(5, 2 * L);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let runs: Vec<_> = (0..10).map(|_| outage(5, 2 * L)).collect();
        over.store(true, Ordering::Relaxed);
        assert!(runs.iter().all(|run| *run == expected));
    });
}

#[test]
fn time_stands_where_the_client_waits() {
    let ran = run("waits", async |world| world.clock.sleep(2_000).await);
    assert_eq!(ran.shown(), [(1_234, "1234")]);
    assert_eq!((ran.end.at, ran.end.how), (2_000, Ended::Done(())));
}

#[test]
fn the_time_is_up_when_the_run_has_lasted() {
    let ran = run_with("waits", &[], start(1, 1_234), |_| None, async |_| std::future::pending::<()>().await);
    assert_eq!((ran.end.at, &ran.end.how), (1_234, &Ended::TimeUp));
    assert_eq!(ran.shown(), [(1_234, "1234")], "the last instant belongs to the run");
    let ran = run_with("waits", &[], start(1, 1_233), |_| None, async |_| std::future::pending::<()>().await);
    assert_eq!((ran.end.at, ran.shown()), (1_233, vec![]));
}

#[test]
fn a_script_may_end_before_the_client_has_done_anything() {
    let ran = run("waits", async |_| 7);
    assert_eq!((ran.end.at, ran.end.how), (0, Ended::Done(7)));
}

#[test]
fn random_streams_differ_by_call_and_client_and_repeat_with_the_seed() {
    let told = |seed| {
        let config = serde_json::json!({"base_delay": 512, "max_retries": 9}).as_object().unwrap().clone();
        let start = harness::link::Start { config, seed, ..start(2, 1_000) };
        let ran = run_with("tells", &[], start, |_| None, async |world| world.clock.sleep(100).await);
        let shown = ran.events.into_iter().map(|event| match event.what {
            What::Claim(harness::trace::Claim::Show(json)) => serde_json::from_str(&json).unwrap(),
            other => panic!("{other:?}"),
        });
        shown.collect::<Vec<serde_json::Value>>()
    };
    let first = told(7);
    assert_eq!([&first[0], &first[2]], [&serde_json::json!([0, 512, 9]), &serde_json::json!([1, 512, 9])]);
    let streams = [&first[1][0], &first[1][1], &first[3][0], &first[3][1]];
    for (index, stream) in streams.iter().enumerate() {
        assert!(!streams[..index].contains(stream), "{streams:?}");
    }
    assert_eq!(told(7), first);
    assert_ne!(told(8)[1], first[1]);
}

#[test]
fn one_client_is_told_what_the_others_are_not() {
    let config = serde_json::json!({"base_delay": 512, "max_retries": 9}).as_object().unwrap().clone();
    let own = serde_json::json!({"max_retries": 3}).as_object().unwrap().clone();
    let start = harness::link::Start { config, own: [(1, own)].into(), ..start(2, 1_000) };
    let ran = run_with("tells", &[], start, |_| None, async |world| world.clock.sleep(100).await);
    let shown: Vec<_> = ran
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Claim(harness::trace::Claim::Show(json)) => Some(json.as_str()),
            _ => None,
        })
        .collect();
    assert!(shown.contains(&"[0,512,9]") && shown.contains(&"[1,512,3]"), "{shown:?}");
}

#[test]
fn standard_input_is_empty_and_blocking_tasks_take_no_simulated_time() {
    let ran = run("reads-stdin", async |world| world.clock.sleep(100).await);
    assert_eq!(ran.shown(), [(0, "0"), (0, "0")]);
}
