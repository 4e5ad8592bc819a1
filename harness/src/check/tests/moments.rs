use super::story::{cases, length, outage, refused, reset, says, told, trace, trace_of, up, values, verdict};
use crate::check::history::History;
use crate::scenario::{ControlFrame, Count, Expect, Moment, Nth, Quantity, Side, StatusKind};

const LOST: Moment = Moment::Lost(Nth::Number(1));

fn close() -> Moment {
    Moment::User("close".into(), Nth::Number(1))
}

fn connected() -> Moment {
    Moment::Status(StatusKind::Connected, Nth::Any)
}

#[test]
fn attempts_exactly() {
    let quantity = Quantity::Exactly(Count::Name("max_retries".into()));
    let expect = Expect::Attempts { after: Some(LOST), within: None, quantity };
    let retries = |n: usize| trace(&outage(&vec![100; n]), 60_000);
    cases(
        &expect,
        &[
            ("pass", retries(5)),
            ("too-many", retries(6)),
            ("too-few", retries(4)),
            ("not-begun", trace(&up(1, 0), 9_000)),
            // An attempt at the very moment of the loss is a retry.
            ("too-many", trace(&outage(&[0, 100, 100, 100, 100, 100]), 60_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &retries(6)), @r"
    too-many
    expected: The client makes exactly 5 attempts after the 1st loss of a connection.
    got:      It made 6 attempts.
      c0 2710..2710 Tries: attempt 6
      band c0 2010..60000 Tries: exactly 5 attempts from here on
    ");
}

#[test]
fn attempts_within_a_window() {
    let attempts = |quantity| Expect::Attempts { after: Some(LOST), within: Some(length("1000")), quantity };
    let (most, least) = (attempts(Quantity::AtMost(Count::Literal(1))), attempts(Quantity::AtLeast(Count::Literal(2))));
    // The window is from 2 010 to 3 010; the second attempt is at 2 130 + the second wait.
    let second_at = |at: u64| trace(&outage(&[100, at - 2_130]), 9_000);
    for (at, too_many, too_few) in
        [(2_960, true, false), (2_961, false, false), (3_060, false, false), (3_061, false, true)]
    {
        assert_eq!(verdict(&most, &second_at(at)) == "too-many", too_many, "{at}");
        assert_eq!(verdict(&least, &second_at(at)) == "too-few", too_few, "{at}");
    }
}

#[test]
fn attempts_after_an_attempt_do_not_count_it() {
    let quantity = Quantity::Exactly(Count::Literal(2));
    let expect = Expect::Attempts { after: Some(Moment::Attempt(Nth::Number(1))), within: None, quantity };
    assert_eq!(verdict(&expect, &trace(&outage(&[100, 100]), 9_000)), "pass");
    let from_the_start = Expect::Attempts { after: None, within: None, quantity: Quantity::Exactly(Count::Literal(3)) };
    assert_eq!(verdict(&from_the_start, &trace(&outage(&[100, 100]), 9_000)), "pass");
}

#[test]
fn a_moment_follows_another() {
    let expect = Expect::After { after: LOST, then: connected(), at_least: length("500"), at_most: length("1000") };
    let shown = |at| {
        trace(
            &(up(1, 0)
                + &says(40, "connected")
                + &reset(1, 2_000)
                + &says(2_010, "retrying attempt=1 wait=1")
                + &says(at, "connected")),
            9_000,
        )
    };
    cases(
        &expect,
        &[
            ("pass", shown(2_510)),
            ("pass", shown(2_460)),
            ("early", shown(2_459)),
            ("pass", shown(3_060)),
            ("late", shown(3_061)),
            ("never", trace(&(up(1, 0) + &says(40, "connected") + &reset(1, 2_000)), 9_000)),
            ("gone", trace(&(up(1, 0) + &says(40, "connected") + &reset(1, 2_000) + &says(2_010, "returned")), 9_000)),
            ("not-begun", trace(&(up(1, 0) + &says(40, "connected")), 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &shown(5_000)), @r"
    late
    expected: The client shows `connected` between 500 ms and 1 s after the 1st loss of a connection.
    got:      It took 2.99 s.
      c0 2010..5000 Status: too late
      band c0 2510..3010 Status: 500 ms to 1 s after the 1st loss of a connection
    ");
}

#[test]
fn a_numbered_moment_is_counted_from_the_start() {
    let third = Moment::Attempt(Nth::Number(3));
    let follows = |after| Expect::After { after, then: third.clone(), at_least: length("0"), at_most: length("1000") };
    let story = trace(&outage(&[100, 100, 100]), 9_000);
    assert_eq!(verdict(&follows(Moment::Attempt(Nth::Number(2))), &story), "pass");
    // The fourth attempt comes after the third.
    assert_eq!(verdict(&follows(Moment::Attempt(Nth::Number(4))), &story), "early");
    assert_eq!(verdict(&follows(Moment::Attempt(Nth::Number(5))), &story), "not-begun");
}

#[test]
fn each_of_several_moments_must_be_followed() {
    let lost = Moment::Lost(Nth::Any);
    let expect =
        Expect::After { after: lost, then: Moment::Attempt(Nth::Any), at_least: length("0"), at_most: length("1000") };
    let twice =
        |second| trace(&(up(1, 0) + &reset(1, 2_000) + &up(2, 2_500) + &reset(2, 4_000) + &refused(3, second)), 9_000);
    assert_eq!(verdict(&expect, &twice(5_060)), "pass");
    assert_eq!(verdict(&expect, &twice(5_061)), "late");
    let attempts = Expect::After {
        after: Moment::Attempt(Nth::Any),
        then: Moment::Attempt(Nth::Any),
        at_least: length("0"),
        at_most: length("3000"),
    };
    assert_eq!(verdict(&attempts, &twice(5_000)), "never", "nothing follows the last attempt");
}

#[test]
fn never_after() {
    let expect = Expect::Never { never: Moment::Attempt(Nth::Any), after: close(), slack: length("100") };
    let closes = |attempts: &[u64]| {
        let later: String = attempts.iter().zip(2..).map(|(at, conn)| refused(conn, *at)).collect();
        trace(&(up(1, 0) + "5000 c0 - user close\n" + &later), 90_000)
    };
    cases(
        &expect,
        &[
            ("pass", closes(&[])),
            ("pass", closes(&[5_100])),
            ("happened", closes(&[5_101])),
            ("not-begun", trace(&up(1, 0), 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &closes(&[5_050, 6_000, 7_000])), @r"
    happened
    expected: After the user's `close` there is never an attempt.
    got:      There was one after 1 s, the first of 2.
      c0 6000..6000 Tries: an attempt
      band c0 5100..90000 Tries: none from here on
    ");
}

#[test]
fn happens() {
    let expect = Expect::Happens { moment: connected(), times: 2 };
    let says_it = |claims: &[&str]| {
        let text: String = claims.iter().zip(0..).map(|(claim, n)| says(100 * n, claim)).collect();
        trace(&text, 9_000)
    };
    cases(
        &expect,
        &[
            ("pass", says_it(&["connected", "connecting", "connected"])),
            // Saying it twice is once.
            ("too-few", says_it(&["connected", "connected"])),
            ("too-few", says_it(&[])),
            ("gone", says_it(&["connected", "returned"])),
            ("pass", says_it(&["connected", "connecting", "connected", "returned"])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &says_it(&["connecting", "connected"])), @r"
    too-few
    expected: The client shows `connected` at least 2 times.
    got:      It happened only 1 time, at 100 ms, until the scenario was over.
      c0 100..9000 Status: not yet: the client shows `connected`
    ");
}

#[test]
fn every_moment_is_found_at_the_clients_time() {
    let text = up(1, 0)
        + "50 c0 #1 client text \"hi\"\n60 c0 - user \"send hi\"\n70 c0 - user online\n2000 c0 #1 server close 1001 \"\"\n2100 c0 #1 server fin\n";
    let story = trace(&text, 9_000);
    let history = History::of(&story);
    let is_at = |moment: Moment, at: u64| {
        let found = history.clients[0].named(&moment, &values(), history.end);
        assert_eq!(found.iter().map(|found| found.at).collect::<Vec<_>>(), [at], "{moment:?}");
    };
    is_at(Moment::Attempt(Nth::Any), 0);
    is_at(Moment::Accepted(Nth::Any), 20);
    is_at(Moment::Sent("hello".into(), Nth::Any), 40);
    is_at(Moment::Received("hi".into(), Nth::Any), 50);
    is_at(Moment::User("hi".into(), Nth::Any), 60);
    is_at(Moment::User("online".into(), Nth::Any), 70);
    is_at(Moment::Lost(Nth::Any), 2010);
    is_at(Moment::Lost(Nth::Last), 2010);
}

#[test]
fn frames_silences_and_leavings_are_found() {
    let text = up(1, 0)
        + "50 c0 #1 client ping \"a\"\n60 c0 #1 server pong \"a\"\n70 c0 #1 server ping \"\"\n90 c0 #1 client pong \"\"\n\
           100 c0 #1 server stall\n200 c0 #1 client close 4000 \"\"\n300 c0 #1 client drop\n"
        + &up(2, 1_000)
        + "2000 c0 #2 server close 1001 \"\"\n2010 c0 #2 client close 1001 \"\"\n2020 c0 #2 client drop\n"
        + &up(3, 3_000)
        + "4000 c0 #3 client close - \"\"\n4020 c0 #3 server close - \"\"\n4020 c0 #3 server fin\n";
    let story = trace(&text, 9_000);
    let history = History::of(&story);
    let are_at = |moment: Moment, at: &[u64]| {
        let found = history.clients[0].named(&moment, &values(), history.end);
        assert_eq!(found.iter().map(|found| found.at).collect::<Vec<_>>(), at, "{moment:?}");
    };
    let frame = |side, frame| Moment::Control(side, frame, Nth::Any);
    are_at(frame(Side::Client, ControlFrame::Ping), &[50]);
    are_at(frame(Side::Server, ControlFrame::Pong), &[70]);
    are_at(frame(Side::Server, ControlFrame::Ping), &[80]);
    are_at(frame(Side::Client, ControlFrame::Pong), &[90]);
    are_at(Moment::Stalled(Nth::Any), &[110]);
    let close = |side, codes: &[u16]| frame(side, ControlFrame::Close(codes.to_vec()));
    are_at(close(Side::Client, &[]), &[200, 2_010, 4_000]);
    are_at(close(Side::Client, &[1000, 1001]), &[2_010]);
    are_at(close(Side::Client, &[4000, 1005]), &[200, 4_000]);
    are_at(close(Side::Server, &[1001]), &[2_010]);
    // The second connection was ended by the server.
    are_at(Moment::Left(Nth::Any), &[200, 4_000]);
    are_at(Moment::Lost(Nth::Any), &[2_010]);
    let told = |moment| told(&Expect::Happens { moment, times: 9 }, &trace(&up(1, 0), 9_000));
    let all = [close(Side::Client, &[1000, 1001]), Moment::Left(Nth::Any), Moment::Stalled(Nth::Number(2))]
        .map(told)
        .concat();
    insta::assert_snapshot!(all, @r"
    too-few
    expected: The client sends a close frame with code 1000 or 1001 at least 9 times.
    got:      It had not happened when the scenario was over, at 9 s.
      c0 0..9000 Connection: not yet: the client sends a close frame with code 1000 or 1001
    too-few
    expected: The client ends a connection itself at least 9 times.
    got:      It had not happened when the scenario was over, at 9 s.
      c0 0..9000 Connection: not yet: the client ends a connection itself
    too-few
    expected: The server falls silent for the 2nd time at least 9 times.
    got:      It had not happened when the scenario was over, at 9 s.
      c0 0..9000 Server: not yet: the server falls silent for the 2nd time
    ");
}

/// In real time there is no latency between what one side does and what the other sees of it.
#[test]
fn whoever_begins_to_end_a_connection_within_a_millisecond_has_ended_it() {
    let ended_by = |events: &str| {
        let open = "0 c0 #1 client attempt\n0 c0 #1 server accept\n0 c0 #1 server answer 101\n";
        let conditions = "clients 1  clock wall speed=10  latency 0  slack 5";
        let story = trace_of(conditions, &(open.to_owned() + events), "9000 time-up");
        let history = History::of(&story);
        [Moment::Left(Nth::Any), Moment::Lost(Nth::Any)]
            .map(|moment| history.clients[0].named(&moment, &values(), history.end).len())
    };
    let client = "5 c0 #1 client close 4000 \"\"\n5 c0 #1 server close 4000 \"\"\n5 c0 #1 server fin\n";
    assert_eq!(ended_by(client), [1, 0]);
    let server = "5 c0 #1 server close 1001 \"\"\n5 c0 #1 client close 1001 \"\"\n5 c0 #1 client drop\n";
    assert_eq!(ended_by(server), [0, 1]);
    assert_eq!(ended_by("5 c0 #1 server reset\n5 c0 #1 client drop\n"), [0, 1]);
    assert_eq!(ended_by("5 c0 #1 client drop\n5 c0 #1 server reset\n"), [1, 0]);
}

#[test]
fn what_would_arrive_after_the_end_has_not_happened() {
    let expect = Expect::Happens { moment: LOST, times: 1 };
    let text = up(1, 0) + &reset(1, 2_000);
    assert_eq!(verdict(&expect, &trace(&text, 2_010)), "pass");
    assert_eq!(verdict(&expect, &trace(&text, 2_009)), "too-few");
}
