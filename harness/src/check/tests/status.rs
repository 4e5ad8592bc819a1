use super::story::{cases, length, outage, refused, reset, says, told, trace, trace_of, up, verdict};
use crate::{
    scenario::{Expect, Moment, Nth},
    verdict::Outcome,
};

#[test]
fn status_sequence() {
    let pattern = "connecting connected (retrying connecting)+ connected";
    let expect = Expect::StatusSequence { pattern: pattern.into() };
    let says_all = |claims: &[&str]| {
        let text: String = claims.iter().zip(0..).map(|(claim, n)| says(100 * n, claim)).collect();
        trace(&text, 9_000)
    };
    let (one, two) = ("retrying attempt=1 wait=500", "retrying attempt=2 wait=1000");
    cases(
        &expect,
        &[
            ("pass", says_all(&["connecting", "connected", one, "connecting", two, "connecting", "connected"])),
            ("pass", says_all(&["connecting", "connecting", "connected", one, two, "connecting", "connected"])),
            ("other-order", says_all(&["connecting", "connected", "connecting", "connected"])),
            ("other-order", says_all(&["connecting", "connected", one, "connecting", "connected", one])),
            ("cut-short", says_all(&["connecting", "connected", one])),
            ("cut-short", says_all(&[])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &says_all(&["connecting", "connected", one, "connected"])), @r"
    other-order
    expected: The statuses follow `connecting connected (retrying connecting)+ connected`.
    got:      `connected` follows `connecting connected retrying`, where `connecting` should.
      c0 300..300 Status: connected
    ");
    insta::assert_snapshot!(told(&expect, &says_all(&["connecting", "connected", one])), @r"
    cut-short
    expected: The statuses follow `connecting connected (retrying connecting)+ connected`.
    got:      They end with `connecting connected retrying`, where `connecting` should follow.
      c0 9000..9000 Status: no `connecting`
    ");
}

#[test]
fn a_bad_expression_costs_no_points() {
    let expect = Expect::StatusSequence { pattern: "connecting (".into() };
    let judgement = crate::check::judge_one(&expect, &trace("", 100), &super::story::values());
    assert_eq!((judgement.outcome, judgement.got.as_str()), (Outcome::Inconclusive, "`(` is not closed."));
}

fn truth() -> Expect {
    Expect::StatusTrue { slack: length("100"), connected_from: Moment::Sent("hello".into(), Nth::Number(1)) }
}

const RETRYING: &str = "retrying attempt=1 wait=500";

#[test]
fn status_true() {
    // Up from 40 to 2 010, an attempt from 4 000 to 4 020, up from 6 040 on.
    let story = |first: &[(u64, &str)]| {
        let mut lines: Vec<(u64, String)> = (up(1, 0) + &reset(1, 2_000) + &refused(2, 4_000) + &up(3, 6_000))
            .lines()
            .map(|line| (line.split(' ').next().and_then(|at| at.parse().ok()).expect("a time"), format!("{line}\n")))
            .collect();
        lines.extend(first.iter().map(|(at, claim)| (*at, says(*at, claim))));
        lines.sort_by_key(|(at, _)| *at);
        trace(&lines.into_iter().map(|(_, line)| line).collect::<String>(), 9_000)
    };
    let good = [
        (0, "connecting"),
        (40, "connected"),
        (2_010, RETRYING),
        (4_000, "connecting"),
        (4_020, RETRYING),
        (6_000, "connecting"),
        (6_040, "connected"),
    ];
    let flicker = |until| {
        let mut claims = good.to_vec();
        claims.splice(3..3, [(2_100, "connecting"), (2_160, RETRYING), (3_000, "connecting"), (until, RETRYING)]);
        claims
    };
    let with = |changes: &[(usize, (u64, &'static str))]| {
        let mut claims = good;
        changes.iter().for_each(|(index, claim)| claims[*index] = *claim);
        story(&claims)
    };
    cases(
        &truth(),
        &[
            ("pass", story(&good)),
            // Late by less than the slack, or by as much.
            ("pass", with(&[(1, (139, "connected")), (2, (2_109, RETRYING))])),
            ("connected-not-shown", with(&[(1, (140, "connected"))])),
            ("connected-while-down", with(&[(2, (2_110, RETRYING))])),
            // Too early is as wrong as too late.
            ("pass", with(&[(2, (1_911, RETRYING))])),
            ("connected-not-shown", with(&[(2, (1_910, RETRYING))])),
            ("wait-not-shown", with(&[(2, (2_010, "connecting")), (4, (4_020, "connecting"))])),
            // An attempt of 20 ms need not be shown.
            ("pass", with(&[(3, (4_000, RETRYING)), (5, (6_000, RETRYING))])),
            // Stretches count together as long as the truth is the same, here 60 ms and 39 ms, and then 60 ms and 40 ms.
            ("pass", story(&flicker(3_039))),
            ("wait-not-shown", story(&flicker(3_040))),
            ("ended-too-soon", with(&[(2, (2_010, "disconnected \"\""))])),
            ("nothing-shown", story(&[(200, "connected")])),
            ("nothing-shown", story(&[])),
            // A long attempt must be.
            ("attempt-not-shown", trace(&("0 c0 #1 client attempt\n".to_owned() + &says(1, RETRYING)), 9_000)),
            ("end-not-shown", trace(&(refused(1, 0) + &says(20, RETRYING) + &says(500, "returned")), 9_000)),
            ("not-begun", trace("", 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&truth(), &story(&good[..2])), @r"
    connected-while-down
    expected: What the client shows is true, but for less than 100 ms after each change of the truth; it is connected from the message `hello` from the server on.
    got:      From 2.01 s on, for 1.99 s, it showed `connected` while the truth was `retrying`. It was wrong 2 times, for 3.97 s in all.
      c0 2010..4000 Status: `retrying`, not connected
      c0 4020..6000 Status: `retrying`, not connected
      band c0 2010..4000 Truth: `retrying`
    ");
}

/// In real time an attempt can be refused within the millisecond. It ends a wait all the same: what is shown in each wait is told apart.
#[test]
fn an_attempt_that_takes_no_time_ends_a_wait() {
    let refused = |conn: u32, at: u64| format!("{at} c0 #{conn} client attempt\n{at} c0 #{conn} server refuse\n");
    let events = says(0, "connecting")
        + &up(1, 0)
        + &says(40, "connected")
        + &reset(1, 2_000)
        + &says(3_000, "connecting")
        + &refused(2, 3_000)
        + &refused(3, 5_000);
    let trace = trace_of("clients 1  clock wall speed=1  latency 0  slack 0", &events, "9000 time-up");
    insta::assert_snapshot!(told(&truth(), &trace), @r"
    connected-while-down
    expected: What the client shows is true, but for less than 100 ms after each change of the truth; it is connected from the message `hello` from the server on.
    got:      From 2 s on, for 1 s, it showed `connected` while the truth was `retrying`. It was wrong 3 times, for 7 s in all.
      c0 2000..3000 Status: `retrying`, not connected
      c0 3000..5000 Status: `retrying`, not connecting
      c0 5000..9000 Status: `retrying` or `disconnected`, not connecting
      band c0 2000..3000 Truth: `retrying`
    ");
}

#[test]
fn connected_means_greeted() {
    let answered = "0 c0 #1 client attempt\n10 c0 #1 server accept\n30 c0 #1 server answer 101\n";
    let story = |shown: &str| {
        trace(
            &(answered.to_owned() + &says(40, shown) + "530 c0 #1 server text \"hello\"\n" + &says(540, "connected")),
            9_000,
        )
    };
    assert_eq!(verdict(&truth(), &story("connected")), "connected-while-down");
    assert_eq!(verdict(&truth(), &story("connecting")), "pass");
    let open = Expect::StatusTrue { slack: length("100"), connected_from: Moment::Accepted(Nth::Number(1)) };
    assert_eq!(verdict(&open, &story("connected")), "pass");
    assert_eq!(verdict(&open, &story("connecting")), "connected-not-shown");
}

#[test]
fn a_client_that_has_given_up_says_so() {
    let gives_up = |last: &str| trace(&(outage(&[100]) + &says(2_130, last)), 9_000);
    let story = |last: &str| {
        let text = up(1, 0)
            + &says(40, "connected")
            + &reset(1, 2_000)
            + &says(2_010, RETRYING)
            + &refused(2, 2_510)
            + &says(2_530, last);
        trace(&text, 9_000)
    };
    assert_eq!(verdict(&truth(), &story("disconnected \"gave up\"")), "pass");
    // As far as anybody knows it is waiting.
    assert_eq!(verdict(&truth(), &story(RETRYING)), "pass");
    assert_eq!(verdict(&truth(), &story("connected")), "connected-while-down");
    assert_eq!(verdict(&truth(), &gives_up("disconnected \"gave up\"")), "nothing-shown");
}

#[test]
fn after_the_users_close_a_client_has_a_second() {
    let closes = |claims: &str| {
        let text = up(1, 0) + &says(40, "connected") + "5000 c0 - user close\n" + claims;
        trace(&text, 9_000)
    };
    assert_eq!(verdict(&truth(), &closes(&says(6_000, "disconnected \"\""))), "pass");
    assert_eq!(verdict(&truth(), &closes(&says(6_099, "disconnected \"\""))), "pass");
    assert_eq!(verdict(&truth(), &closes(&says(6_100, "disconnected \"\""))), "end-not-shown");
    assert_eq!(verdict(&truth(), &closes("")), "end-not-shown");
}

#[test]
fn while_a_close_handshake_is_finished_both_states_are_true() {
    let story = |settled: u64, shown: u64| {
        let text = up(1, 0)
            + &says(40, "connected")
            + "2000 c0 #1 server close 1012 \"\"\n"
            + &format!("{} c0 #1 server fin\n", settled - 10)
            + &says(shown, RETRYING);
        trace(&text, 9_000)
    };
    assert_eq!(verdict(&truth(), &story(2_500, 2_599)), "pass");
    assert_eq!(verdict(&truth(), &story(2_500, 2_600)), "connected-while-down");
    let early = up(1, 0)
        + &says(40, "connected")
        + "2000 c0 #1 server close 1012 \"\"\n"
        + &says(2_010, RETRYING)
        + "2490 c0 #1 server fin\n";
    assert_eq!(verdict(&truth(), &trace(&early, 9_000)), "pass");
}

#[test]
fn a_stream_is_connected_from_the_answer_that_opens_it() {
    let expect =
        Expect::StatusTrue { slack: length("100"), connected_from: Moment::Answered(vec![200], Nth::Number(1)) };
    let stream =
        "0 c0 #1 client attempt\n10 c0 #1 server accept\n1000 c0 #1 server answer 200\n1000 c0 #1 server stream\n";
    // The answer of the second connection has the same status, and opens nothing.
    let page =
        "5000 c0 #2 client attempt\n5010 c0 #2 server accept\n5010 c0 #2 server answer 200\n5010 c0 #2 server fin\n";
    let story = |claims: &[(u64, &str)]| {
        let text: String = claims.iter().map(|(at, claim)| says(*at, claim)).collect();
        let lines = stream.to_owned() + "3000 c0 #1 server reset\n" + page + &text;
        let mut lines: Vec<&str> = lines.lines().collect();
        lines.sort_by_key(|line| line.split(' ').next().and_then(|at| at.parse::<u64>().ok()));
        trace(&(lines.join("\n") + "\n"), 9_000)
    };
    let good = [(0, "connecting"), (1_010, "connected"), (3_010, RETRYING), (5_000, "connecting"), (5_020, RETRYING)];
    assert_eq!(verdict(&expect, &story(&good)), "pass", "{}", told(&expect, &story(&good)));
    assert_eq!(
        verdict(&expect, &story(&[(0, "connecting"), (10, "connected"), (3_010, RETRYING)])),
        "connected-while-down"
    );
    let mut page = good;
    page[4] = (5_020, "connected");
    assert_eq!(verdict(&expect, &story(&page)), "connected-while-down");
}
