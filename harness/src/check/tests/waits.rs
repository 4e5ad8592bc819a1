use super::story::{cases, length, outage, refused, reset, told, trace, trace_of, up, values, verdict, word};
use crate::{
    check::judge_one,
    scenario::{Count, Expect},
    time::Millis,
    trace::Trace,
};

/// An outage with these waits, and time enough after the last.
fn waiting(waits: &[Millis]) -> Trace {
    let end = 2_010 + waits.iter().map(|wait| wait + 20).sum::<Millis>() + 10;
    trace(&outage(waits), end)
}

#[test]
fn the_first_waits_together() {
    let expect = Expect::WaitsTogether { waits: 3, anywhere: false, at_least: length("base_delay") };
    cases(
        &expect,
        &[
            ("pass", waiting(&[0, 0, 500])),
            ("pass", waiting(&[0, 0, 500, 0, 0, 0])),
            ("too-short", waiting(&[0, 0, 499])),
            ("too-short", waiting(&[0, 0, 499, 9_000])),
            ("too-few", waiting(&[900, 900])),
            ("too-few", trace("", 100)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &waiting(&[100, 200, 199])), @r"
    too-short
    expected: The first 3 waits in a row add up to at least 500 ms (base_delay).
    got:      They come to 499 ms.
      c0 2010..2549 Tries: 3 waits, 499 ms in all
      band c0 2010..2510 Tries: 3 waits take 500 ms or more
    ");
}

#[test]
fn any_waits_together() {
    let expect = Expect::WaitsTogether { waits: 3, anywhere: true, at_least: length("base_delay") };
    cases(
        &expect,
        &[
            ("pass", waiting(&[0, 0, 500, 0, 0, 500])),
            ("too-short", waiting(&[0, 500, 0, 0, 499])),
            ("too-short", waiting(&[500, 500, 500, 0, 0, 0])),
            ("too-few", waiting(&[900, 900])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &waiting(&[500, 500, 500, 0, 0, 0])), @r"
    too-short
    expected: Any 3 waits in a row add up to at least 500 ms (base_delay).
    got:      The waits 4 to 6 come to 0 ms.
      c0 3570..3610 Tries: 3 waits, 0 ms in all
      band c0 3570..4070 Tries: 3 waits take 500 ms or more
    ");
}

#[test]
fn on_the_wall_clock_a_sum_of_waits_may_be_short_by_the_slack() {
    let expect = Expect::WaitsTogether { waits: 2, anywhere: false, at_least: length("base_delay") };
    let wall =
        |wait| trace_of("clients 1  clock wall speed=2  latency 0  slack 25", &outage(&[200, wait]), "9000 time-up");
    // Without latency each attempt is refused 10 ms earlier: two of the waits are longer by that.
    assert_eq!(verdict(&expect, &wall(255)), "pass");
    assert_eq!(verdict(&expect, &wall(254)), "too-short");
}

#[test]
fn waits_escape() {
    let expect = Expect::WaitsEscape { over: length("3 * base_delay"), within: 4 };
    cases(
        &expect,
        &[
            ("pass", waiting(&[100, 1_501])),
            ("pass", waiting(&[100, 100, 100, 1_501])),
            ("never-longer", waiting(&[1_500, 1_500, 1_500, 1_500])),
            ("never-longer", waiting(&[1_500, 1_500, 1_500, 1_500, 9_000])),
            ("too-few", waiting(&[1_500, 1_500])),
            ("too-few", trace("", 100)),
            // The wait in which the run ends counts with what there was of it: from 3 530 on.
            ("pass", trace(&outage(&[1_500]), 3_530 + 1_501)),
            ("too-few", trace(&outage(&[1_500]), 3_530 + 1_500)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &waiting(&[400, 600, 500, 500])), @r"
    never-longer
    expected: One of the first 4 waits is longer than 1.5 s (3 × base_delay).
    got:      The longest of them was 600 ms.
      c0 2430..3030 Tries: the longest: 600 ms
      band c0 2430..3930 Tries: one is longer than 1.5 s
    ");
}

#[test]
fn waits_at_most() {
    let expect = Expect::WaitsAtMost { most: length("max_delay") };
    cases(
        &expect,
        &[
            ("pass", waiting(&[100, 8_050])),
            ("jitter-above-cap", waiting(&[100, 8_051])),
            ("jitter-above-cap", waiting(&[16_050, 100])),
            ("keeps-growing", waiting(&[16_051, 100])),
            ("too-few", trace(&up(1, 0), 9_000)),
            ("too-few", trace("", 100)),
            // The wait in which the run ends.
            ("pass", trace(&outage(&[100]), 2_130 + 8_050)),
            ("jitter-above-cap", trace(&outage(&[100]), 2_130 + 8_051)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &waiting(&[100, 9_000, 20_000])), @r"
    keeps-growing
    expected: No wait is longer than 8 s (max_delay).
    got:      The longest wait was 20 s.
      c0 2130..11130 Tries: waits 9 s
      c0 11150..31150 Tries: waits 20 s
      band c0 2130..10130 Tries: at most 8 s
    ");
}

#[test]
fn the_tolerance_follows_the_clock() {
    let expect = Expect::WaitsAtMost { most: length("max_delay") };
    let at_speed_four = |slack: u32, wait: Millis| {
        let conditions = format!("clients 1  clock wall speed=4  latency 0  slack {slack}");
        // Without latency the loss is 10 ms earlier.
        let trace = trace_of(&conditions, &outage(&[wait - 10]), &format!("{} time-up", 2_000 + wait + 10));
        let mut values = values();
        values.durations.values_mut().for_each(|ms| *ms /= 4);
        values.speed = 4.0;
        word(&judge_one(&expect, &trace, &values))
    };
    // 50 ms of the spec are 13 at this speed.
    assert_eq!(at_speed_four(3, 2_013), "pass");
    assert_eq!(at_speed_four(3, 2_014), "jitter-above-cap");
    assert_eq!(at_speed_four(40, 2_040), "pass");
    assert_eq!(at_speed_four(40, 2_041), "jitter-above-cap");
}

#[test]
fn a_finished_close_handshake_is_not_part_of_a_wait() {
    let expect = Expect::WaitsAtMost { most: length("max_delay") };
    // The close frame is seen at 2 010, the end of the stream at 2 310.
    let closed = |next: Millis| {
        let frames =
            "2000 c0 #1 server close 1012 \"restart\"\n2010 c0 #1 client close 1012 \"\"\n2300 c0 #1 server fin\n";
        trace(&(up(1, 0) + frames + &refused(2, next)), next + 20)
    };
    assert_eq!(verdict(&expect, &closed(2_310 + 8_050)), "pass");
    assert_eq!(verdict(&expect, &closed(2_310 + 8_051)), "jitter-above-cap");
    // For a lower bound it is: the client may have waited from the close frame on.
    let expect = Expect::WaitsTogether { waits: 1, anywhere: false, at_least: length("base_delay") };
    assert_eq!(verdict(&expect, &closed(2_010 + 500)), "pass");
    assert_eq!(verdict(&expect, &closed(2_010 + 499)), "too-short");
}

#[test]
fn waiting_ends_when_the_client_does() {
    let expect = Expect::WaitsAtMost { most: length("max_delay") };
    for last in ["2500 c0 - user close", "2500 c0 - claim returned", "2500 c0 - claim disconnected \"gave up\""] {
        let text = outage(&[100]) + last + "\n";
        assert_eq!(verdict(&expect, &trace(&text, 60_000)), "pass", "{last}");
    }
}

#[test]
fn waits_ceiling() {
    let expect = Expect::WaitsCeiling {
        after_up: length("stable_after"),
        first: length("3 * base_delay"),
        factor: 3.0,
        retries: 2,
        times: 1,
    };
    // A connection that is up from 40 to `lost`, and then waits.
    let stable = |lost: Millis, waits: &[Millis]| {
        let mut text = up(1, 0) + &reset(1, lost - 10);
        let mut at = lost;
        for (wait, conn) in waits.iter().zip(2..) {
            text += &refused(conn, at + wait);
            at += wait + 20;
        }
        trace(&text, at + 10)
    };
    cases(
        &expect,
        &[
            ("pass", stable(10_040, &[1_550, 4_550, 60_000])),
            ("too-long", stable(10_040, &[1_551, 100])),
            ("too-long", stable(10_040, &[100, 4_551])),
            // The time up has its tolerance too.
            ("pass", stable(9_990, &[1_500])),
            ("too-few", stable(9_989, &[1_500])),
            ("too-few", stable(9_989, &[9_000])),
            ("too-few", trace(&up(1, 0), 20_000)),
            // The wait in which the run ends.
            ("too-long", trace(&(up(1, 0) + &reset(1, 10_030)), 10_040 + 1_551)),
            ("pass", trace(&(up(1, 0) + &reset(1, 10_030)), 10_040 + 1_550)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &stable(10_040, &[100, 5_000])), @r"
    too-long
    expected: After a loss of a connection that was up for 10 s (stable_after) or longer, wait 1 is at most 1.5 s (3 × base_delay), wait 2 at most 4.5 s. There is at least 1 such loss.
    got:      Wait 2 after the loss at 10.04 s was 5 s, longer than 4.5 s; the connection had been up for 10 s.
      c0 10160..15160 Tries: wait 2: 5 s, at most 4.5 s
      band c0 10160..14660 Tries: wait 2 at most 4.5 s
    ");
}

#[test]
fn only_losses_that_are_suffered_count_for_a_ceiling() {
    let expect = Expect::WaitsCeiling {
        after_up: length("stable_after"),
        first: length("3 * base_delay"),
        factor: 3.0,
        retries: 1,
        times: 1,
    };
    let dropped = up(1, 0) + "20000 c0 #1 client drop\n20005 c0 #1 server reset\n" + &refused(2, 29_000);
    assert_eq!(verdict(&expect, &trace(&dropped, 30_000)), "too-few");
}

#[test]
fn storm() {
    let expect = Expect::Storm { within: length("4 * base_delay"), at_most: Count::Literal(2) };
    // The window ends at 2 010 + 2 000, and 50 ms earlier for the client's benefit: attempts up to 3 960 count.
    cases(
        &expect,
        &[
            ("pass", waiting(&[100, 100])),
            ("pass", waiting(&[900, 900, 200, 0, 0, 0])),
            ("too-many", waiting(&[900, 900, 110])),
            ("pass", waiting(&[900, 900, 111])),
            ("too-many", waiting(&[0, 0, 0])),
            ("not-begun", trace(&up(1, 0), 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &waiting(&[0, 0, 0, 0])), @r"
    too-many
    expected: Within 2 s (4 × base_delay) of the first loss there are at most 2 attempts.
    got:      There were 4 attempts.
      c0 2050..2050 Tries: attempt 3
      band c0 2010..4010 Tries: at most 2 attempts within 2 s
    ");
}
