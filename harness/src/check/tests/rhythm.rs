use super::story::{cases, length, reset, says, told, trace, up, verdict};
use crate::{
    scenario::{ControlFrame, Expect, Moment, Nth, Side},
    time::Millis,
};

fn pings(connection: Nth, idle: bool, times: u32) -> Expect {
    Expect::Every {
        moment: Moment::Control(Side::Client, ControlFrame::Ping, Nth::Any),
        least: length("900"),
        most: length("1100"),
        connection,
        idle,
        times,
    }
}

/// The client sends pings at these times, each answered.
fn beat(conn: u32, times: &[Millis]) -> String {
    let ping = |at: &Millis| format!("{at} c0 #{conn} client ping \"\"\n{} c0 #{conn} server pong \"\"\n", at + 10);
    times.iter().map(ping).collect()
}

/// Up from 40 ms on, pings at these times, over at 5 s.
fn quiet(times: &[Millis]) -> crate::trace::Trace {
    trace(&(up(1, 0) + &beat(1, times)), 5_000)
}

#[test]
fn a_rhythm_is_kept() {
    let expect = pings(Nth::Number(1), false, 4);
    cases(
        &expect,
        &[
            ("pass", quiet(&[1_040, 2_040, 3_040, 4_040])),
            // The first may come at once.
            ("pass", quiet(&[40, 1_040, 2_040, 3_040, 4_040])),
            // Both sides of the tolerance, for the first gap, one within, and the last.
            ("pass", quiet(&[1_190, 2_040, 3_190, 4_040])),
            ("too-seldom", quiet(&[1_191, 2_040, 3_190, 4_040])),
            ("too-often", quiet(&[1_190, 2_039, 3_189, 4_040])),
            ("too-seldom", quiet(&[1_190, 2_040, 3_191, 4_041])),
            ("pass", quiet(&[950, 1_950, 2_900, 3_850])),
            ("stopped", quiet(&[950, 1_950, 2_900, 3_849])),
            ("missing", quiet(&[])),
            ("too-few", trace(&up(1, 0), 1_190)),
            ("missing", trace(&up(1, 0), 1_191)),
            ("too-few", trace(&(up(1, 0) + &beat(1, &[1_040]) + &reset(1, 2_000)), 5_000)),
            ("too-few", trace(&(up(1, 0) + &reset(1, 500)), 5_000)),
            ("not-begun", trace("", 5_000)),
        ],
    );
    let ended = trace(&(up(1, 0) + &beat(1, &[1_040]) + &reset(1, 1_500)), 5_000);
    let stories = [quiet(&[1_040, 2_040]), quiet(&[1_040, 2_040, 2_500]), quiet(&[1_040, 3_040]), ended];
    let all: Vec<_> = stories.iter().map(|story| told(&expect, story)).collect();
    insta::assert_snapshot!(all.concat(), @r"
    stopped
    expected: On the 1st open connection there is a ping from the client at least every 1.1 s, not sooner than 900 ms after the last, and at least 4 in all.
    got:      There was none for 2.96 s, from 2.04 s on. 2 had come before.
      c0 2040..5000 Pings: none in 2.96 s
      band c0 2940..3140 Pings: 900 ms to 1.1 s after the last
    too-often
    expected: On the 1st open connection there is a ping from the client at least every 1.1 s, not sooner than 900 ms after the last, and at least 4 in all.
    got:      There was another after 460 ms, at 2.5 s.
      c0 2040..2500 Pings: twice in 460 ms
      band c0 2940..3140 Pings: 900 ms to 1.1 s after the last
    too-seldom
    expected: On the 1st open connection there is a ping from the client at least every 1.1 s, not sooner than 900 ms after the last, and at least 4 in all.
    got:      There was none for 2 s, from 1.04 s on. 1 had come before.
      c0 1040..3040 Pings: none in 2 s
      band c0 1940..2140 Pings: 900 ms to 1.1 s after the last
    too-few
    expected: On the 1st open connection there is a ping from the client at least every 1.1 s, not sooner than 900 ms after the last, and at least 4 in all.
    got:      There were 1 until the connection was over, after 1.47 s.
      c0 40..1510 Pings: only 1
    ");
}

#[test]
fn a_gap_in_which_something_arrives_is_no_silence() {
    let twice = up(1, 0) + "900 c0 #1 server text \"tick\"\n1800 c0 #1 server binary 0x00\n";
    let story = |ping| trace(&(twice.clone() + &beat(1, &[ping])), 2_971);
    assert_eq!(verdict(&pings(Nth::Number(1), true, 1), &story(2_810)), "pass");
    assert_eq!(verdict(&pings(Nth::Number(1), true, 1), &story(2_961)), "too-seldom");
    assert_eq!(verdict(&pings(Nth::Number(1), false, 1), &story(2_810)), "too-seldom");
    // One that comes soon after a message comes too often only after another one.
    assert_eq!(verdict(&pings(Nth::Number(1), true, 1), &story(1_811)), "pass");
}

#[test]
fn only_the_connections_that_are_meant_are_judged() {
    let lost = up(1, 0) + &reset(1, 1_000) + &up(2, 2_000) + &beat(2, &[3_000]) + &reset(2, 3_500);
    let third = |pings: &[Millis]| trace(&(lost.clone() + &up(3, 4_000) + &beat(3, pings)), 6_000);
    let right = third(&[5_000]);
    for (connection, wanted) in [
        (Nth::Number(1), "too-few"),
        (Nth::Number(2), "pass"),
        (Nth::Number(3), "pass"),
        (Nth::Number(4), "not-begun"),
        (Nth::Last, "pass"),
        (Nth::Any, "too-few"),
    ] {
        assert_eq!(verdict(&pings(connection, false, 1), &right), wanted, "{connection:?}");
    }
    // What an old timer sends on the new connection counts there, on another connection it does not.
    assert_eq!(verdict(&pings(Nth::Last, false, 1), &third(&[4_500, 5_000])), "too-often");
    let stray = third(&[5_000]);
    let mut stray_text = crate::trace::write(&[stray]);
    stray_text = stray_text.replace("5000 c0 #3 client", "4900 c0 #2 client ping \"\"\n5000 c0 #3 client");
    let stray = crate::trace::parse(&stray_text).unwrap().pop().unwrap();
    assert_eq!(verdict(&pings(Nth::Last, false, 1), &stray), "pass");
}

#[test]
fn an_attempt_that_never_opened_is_no_connection() {
    let story =
        trace(&("0 c0 #1 client attempt\n10 c0 #1 server accept\n".to_owned() + &says(20, "connecting")), 5_000);
    assert_eq!(verdict(&pings(Nth::Any, false, 1), &story), "not-begun");
}
