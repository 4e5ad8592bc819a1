use serde_json::json;

use super::story::{cases, length, refused, reset, says, told, trace, trace_of, up, values, verdict, word};
use crate::{
    check::judge_one,
    scenario::{Expect, Json, Log, LogSpec, Moment, Nth, StatusKind, Values},
};

#[test]
fn live_at_most() {
    let expect = Expect::LiveAtMost { most: 1 };
    // The first attempt is abandoned at 1 000 at the latest; the second starts while it is still pending.
    let pending = |second: u64| {
        trace(&format!("0 c0 #1 client attempt\n{second} c0 #2 client attempt\n1000 c0 #1 client drop\n"), 9_000)
    };
    let open = |second: u64| trace(&(up(1, 0) + &up(2, second) + "1000 c0 #1 client drop\n"), 9_000);
    cases(
        &expect,
        &[
            ("pass", trace(&(up(1, 0) + &reset(1, 990) + &up(2, 1_000)), 9_000)),
            // The client cannot know of a reset before it arrives.
            ("while-connected", trace(&(up(1, 0) + &up(2, 900) + &reset(1, 1_000)), 9_000)),
            ("pass", pending(951)),
            ("while-pending", pending(950)),
            ("pass", open(951)),
            ("while-connected", open(950)),
            ("not-begun", trace("", 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &pending(400)), @r"
    while-pending
    expected: No attempt starts while an earlier attempt or connection of the client is alive.
    got:      Attempt 2 started at 400 ms while attempt 1 was pending; 2 were alive for 600 ms.
      c0 400..1000 Connection: 2 alive
    ");
}

#[test]
fn a_connection_is_alive_until_its_end_is_visible_or_the_client_drops_it() {
    let expect = Expect::LiveAtMost { most: 1 };
    // What ends the first connection at 1 000, as the client sees it.
    let ended_by = |end: &str| trace(&(up(1, 0) + end + &up(2, 1_000)), 9_000);
    for end in [
        "990 c0 #1 server reset\n",
        "990 c0 #1 server fin\n",
        "990 c0 #1 server half-close\n",
        "990 c0 #1 server close 1012 \"\"\n",
        "1000 c0 #1 client close 1000 \"\"\n",
        "1000 c0 #1 client drop\n",
        "1000 c0 #1 client reset\n",
    ] {
        assert_eq!(verdict(&expect, &ended_by(end)), "pass", "{end}");
    }
    for end in ["", "990 c0 #1 server stall\n", "1000 c0 #1 client half-close\n"] {
        assert_eq!(verdict(&expect, &ended_by(end)), "while-connected", "{end}");
    }
}

#[test]
fn two_may_be_alive_where_two_are_allowed() {
    let expect = Expect::LiveAtMost { most: 2 };
    let story = |n: u32| (1..=n).map(|conn| format!("{conn} c0 #{conn} client attempt\n")).collect::<String>();
    assert_eq!(verdict(&expect, &trace(&story(2), 9_000)), "pass");
    assert_eq!(verdict(&expect, &trace(&story(3), 9_000)), "while-pending");
}

#[test]
fn each_client_is_one_of_its_own() {
    let expect = Expect::LiveAtMost { most: 1 };
    let text = "0 c0 #1 client attempt\n0 c1 #2 client attempt\n";
    let both = |more: &str| {
        super::story::trace_of(
            "clients 2  clock virtual  latency 10  slack 0",
            &(text.to_owned() + more),
            "9000 time-up",
        )
    };
    assert_eq!(verdict(&expect, &both("")), "pass");
    insta::assert_snapshot!(told(&expect, &both("50 c1 #3 client attempt\n")), @r"
    while-pending
    expected: No attempt starts while an earlier attempt or connection of the client is alive.
    got:      Client 1: Attempt 2 started at 50 ms while attempt 1 was pending; 2 were alive for 8.95 s.
      c1 50..9000 Connection: 2 alive
    ");
}

#[test]
fn shown() {
    let expect = Expect::Shown { exactly: [json!(1), json!({ "a": 1, "b": 2 }), json!("end")].map(Json::from).into() };
    let shows = |messages: &[&str]| {
        let text: String = messages.iter().zip(0..).map(|(json, n)| says(100 * n, &format!("show {json}"))).collect();
        trace(&text, 9_000)
    };
    let object = "{\"b\":2,\"a\":1}";
    cases(
        &expect,
        &[
            ("pass", shows(&["1", object, "\"end\""])),
            ("missing", shows(&["1", object])),
            ("missing", shows(&["1", "\"end\""])),
            ("missing", shows(&[])),
            ("repeated", shows(&["1", "1", object, "\"end\""])),
            ("repeated", shows(&["1", object, "\"end\"", "1"])),
            ("other-order", shows(&[object, "1", "\"end\""])),
            ("unexpected", shows(&["1", "2", "\"end\""])),
            ("unexpected", shows(&["1", object, "\"end\"", "3"])),
            ("unexpected", shows(&["1", "not json", "\"end\""])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &shows(&["1", "\"end\""])), @r#"
    missing
    expected: The client shows exactly 3 messages, from `1` to `"end"`.
    got:      Message 2, shown at 100 ms, is `"end"`, but `{"a":1,"b":2}` should come first and is missing.
      c0 100..100 Shown: missing
    "#);
}

#[test]
fn ends() {
    let after = Moment::User("close".into(), Nth::Number(1));
    let expect = Expect::Ends { status: StatusKind::Disconnected, after, within: length("1000") };
    let closes = |rest: &str| trace(&(up(1, 0) + &says(40, "connected") + "5000 c0 - user close\n" + rest), 9_000);
    let last = |at: u64| says(at, "disconnected \"closed\"");
    let returns = |at: u64| says(at, "returned");
    cases(
        &expect,
        &[
            ("pass", closes(&(last(5_000) + &returns(5_000)))),
            ("pass", closes(&(last(6_050) + &returns(6_050)))),
            ("late", closes(&(last(6_051) + &returns(6_051)))),
            ("late", closes(&(last(5_000) + &returns(6_051)))),
            ("pass", closes(&(returns(5_000) + &last(5_001)))),
            ("pass", closes(&(last(5_000) + &says(5_000, "returned \"an error\"")))),
            ("never-ended", closes(&last(5_000))),
            ("wrong-status", closes(&returns(5_000))),
            ("wrong-status", closes(&(last(5_000) + &says(5_001, "retrying attempt=1 wait=1") + &returns(5_002)))),
            ("wrong-status", closes("")),
            ("not-begun", trace(&(up(1, 0) + &last(50) + &returns(50)), 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &closes("")), @r"
    wrong-status
    expected: Within 1 s of the user's `close` the client shows `disconnected` as its last status and returns from `run`.
    got:      Its last status was `connected`, at 40 ms; `run` had not returned when the scenario was over, 4 s later.
      c0 40..9000 Status: connected
      band c0 5000..6000 Status: within 1 s of the user's `close`
    ");
    insta::assert_snapshot!(told(&expect, &closes(&(last(5_000) + &returns(8_000)))), @r"
    late
    expected: Within 1 s of the user's `close` the client shows `disconnected` as its last status and returns from `run`.
    got:      It showed `disconnected` after 0 ms, and `run` returned after 3 s.
      c0 6000..8000 Status: too late
      band c0 5000..6000 Status: within 1 s of the user's `close`
    ");
}

#[test]
fn on_the_wall_clock_a_process_has_three_seconds_to_exit() {
    let after = Moment::User("close".into(), Nth::Number(1));
    let expect = Expect::Ends { status: StatusKind::Disconnected, after, within: length("1000") };
    let closes = |last: u64, returns: u64| {
        let events = up(1, 0)
            + &says(40, "connected")
            + "5000 c0 - user close\n"
            + &says(last, "disconnected \"closed\"")
            + &says(returns, "returned");
        let trace = trace_of("clients 1  clock wall speed=1  latency 0  slack 20", &events, "20000 time-up");
        verdict(&expect, &trace)
    };
    assert_eq!((closes(5_000, 9_050), closes(6_050, 9_050)), ("pass", "pass"));
    assert_eq!((closes(5_000, 9_051), closes(6_051, 6_052)), ("late", "late"));
}

#[test]
fn the_end_can_be_counted_from_the_last_attempt() {
    let after = Moment::Attempt(Nth::Last);
    let expect = Expect::Ends { status: StatusKind::Disconnected, after, within: length("1000") };
    let end = |at| says(at, "disconnected \"gave up\"") + &says(at, "returned");
    let gives_up = |at| trace(&(refused(1, 0) + &refused(2, 3_000) + &end(at)), 9_000);
    assert_eq!(verdict(&expect, &gives_up(4_050)), "pass");
    assert_eq!(verdict(&expect, &gives_up(4_051)), "late");
}

#[test]
fn the_log_is_shown_entry_by_entry() {
    let log = Log::draw(&LogSpec { epochs: vec![2, 2], same_text: vec![1, 4], message: None }, 1, "story");
    let json: Vec<_> = log.entries().iter().map(|entry| format!("show \"{}\"", entry.text)).collect();
    let values = Values { log, ..values() };
    for (shown, wanted) in [
        (&[0, 1, 2, 3][..], "pass"),
        // Two entries have one text, and it has to be shown for both.
        (&[0, 1, 2], "missing"),
        (&[0, 2, 3], "missing"),
        (&[0, 1, 1, 2, 3], "repeated"),
        (&[0, 2, 1, 3], "other-order"),
        (&[], "missing"),
    ] {
        let lines: String = shown.iter().zip(0..).map(|(n, line)| says(100 * line, &json[*n])).collect();
        let judgement = judge_one(&Expect::ShownLog, &trace(&lines, 9_000), &values);
        assert_eq!(word(&judgement), wanted, "{shown:?}: {judgement:?}");
        assert!(judgement.expected.starts_with("The client shows exactly 4 messages, from"), "{}", judgement.expected);
    }
}
