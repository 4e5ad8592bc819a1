//! Where it was expected instead: what the other tests do not show.

use super::story::{length, outage, refused, reset, says, trace, up, values};
use crate::{
    check::judge_one,
    scenario::{ControlFrame, Count, Expect, Json, Moment, Nth, Quantity, Side, StatusKind},
    trace::Trace,
};

const LOST: Moment = Moment::Lost(Nth::Number(1));

/// The windows of a failure, one a line.
#[track_caller]
fn windows(expect: &Expect, trace: &Trace) -> String {
    let judgement = judge_one(expect, trace, &values());
    let first = judgement.evidence.first().unwrap_or_else(|| panic!("no failure: {judgement:?}"));
    let lines = judgement.windows.iter().map(|window| {
        assert_eq!(window.client, first.client, "{judgement:?}");
        format!("{}..{} {:?}: {}", window.from, window.to, window.lane, window.label)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn after(then: Moment, at_least: &str, at_most: &str) -> Expect {
    Expect::After { after: LOST, then, at_least: length(at_least), at_most: length(at_most) }
}

#[test]
fn after_a_moment() {
    let second = Moment::Attempt(Nth::Number(2));
    let late = trace(&outage(&[4_000]), 9_000);
    assert_eq!(
        windows(&after(second.clone(), "0", "3 * base_delay"), &late),
        "2010..3510 Tries: within 1.5 s of the 1st loss of a connection"
    );
    assert_eq!(
        windows(&after(second.clone(), "500", "500"), &late),
        "2510..2510 Tries: 500 ms after the 1st loss of a connection"
    );
    // What never comes was expected at the same time, also where the run was over before.
    let never = trace(&(up(1, 0) + &reset(1, 2_000)), 2_500);
    assert_eq!(
        windows(&after(second, "500", "1000"), &never),
        "2510..3010 Tries: 500 ms to 1 s after the 1st loss of a connection"
    );
    let long = Moment::Sent("a text that is longer than a label can be".into(), Nth::Number(1));
    let expect = Expect::After {
        after: long,
        then: Moment::Status(StatusKind::Connected, Nth::Number(1)),
        at_least: length("100"),
        at_most: length("200"),
    };
    let story = up(1, 0) + "1000 c0 #1 server text \"a text that is longer than a label can be\"\n";
    assert_eq!(windows(&expect, &trace(&story, 9_000)), "1110..1210 Status: 100 ms to 200 ms later");
    // Without a beginning there is nothing to expect.
    assert_eq!(windows(&after(LOST, "0", "100"), &trace(&up(1, 0), 9_000)), "");
}

#[test]
fn so_many_attempts() {
    let attempts = |after: Option<Moment>, within: Option<&str>, quantity| Expect::Attempts {
        after,
        within: within.map(length),
        quantity,
    };
    let (one, three) = (|| Count::Literal(1), || Count::Literal(3));
    let story = trace(&outage(&[100, 100]), 9_000);
    assert_eq!(
        windows(&attempts(Some(LOST), Some("1000"), Quantity::AtMost(one())), &story),
        "2010..3010 Tries: at most 1 attempt within 1 s"
    );
    assert_eq!(
        windows(&attempts(None, Some("3000"), Quantity::AtMost(one())), &story),
        "0..3000 Tries: at most 1 attempt within 3 s"
    );
    assert_eq!(
        windows(&attempts(Some(LOST), None, Quantity::AtLeast(three())), &story),
        "2010..9000 Tries: at least 3 attempts from here on"
    );
    let few = judge_one(&attempts(Some(LOST), None, Quantity::AtLeast(three())), &story, &values()).evidence.remove(0);
    assert_eq!((few.from, few.to, few.label.as_str()), (2_010, 9_000, "only 2 attempts"));
    // Over the whole run it is no window.
    assert_eq!(windows(&attempts(None, None, Quantity::AtMost(one())), &story), "");
}

#[test]
fn waits() {
    let stable = |waits: &[u64], end| {
        let mut text = up(1, 0) + &reset(1, 12_000);
        let mut at = 12_010;
        for (wait, conn) in waits.iter().zip(2..) {
            at += wait;
            text += &refused(conn, at);
            at += 20;
        }
        trace(&text, end)
    };
    let ceiling = Expect::WaitsCeiling {
        after_up: length("stable_after"),
        first: length("3 * base_delay"),
        factor: 3.0,
        retries: 2,
        times: 1,
    };
    assert_eq!(windows(&ceiling, &stable(&[1_600], 20_000)), "12010..13510 Tries: wait 1 at most 1.5 s");
    assert_eq!(windows(&ceiling, &stable(&[100], 30_000)), "12130..16630 Tries: wait 2 at most 4.5 s");
    let most = Expect::WaitsAtMost { most: length("1000") };
    assert_eq!(windows(&most, &stable(&[500, 1_200, 3_000], 20_000)), "12530..13530 Tries: at most 1 s");
    assert_eq!(windows(&most, &trace("", 500)), "");
    let escape = Expect::WaitsEscape { over: length("1000"), within: 9 };
    assert_eq!(windows(&escape, &trace(&outage(&[500, 700]), 3_300)), "2530..3530 Tries: one is longer than 1 s");
    let storm = Expect::Storm { within: length("1000"), at_most: Count::Literal(1) };
    assert_eq!(windows(&storm, &trace(&outage(&[100, 100]), 9_000)), "2010..3010 Tries: at most 1 attempt within 1 s");
}

#[test]
fn a_rhythm() {
    let every = |moment, idle| Expect::Every {
        moment,
        least: length("900"),
        most: length("1100"),
        connection: Nth::Number(1),
        idle,
        times: 9,
    };
    let ping = || Moment::Control(Side::Client, ControlFrame::Ping, Nth::Any);
    let application = || {
        let json = Json::Object(vec![("type".into(), Json::Text("ping".into()))]);
        Moment::Received(json.into(), Nth::Any)
    };
    // The first may come at once.
    let quiet = trace(&up(1, 0), 5_000);
    assert_eq!(windows(&every(ping(), false), &quiet), "40..1140 Pings: within 1.1 s of the opening");
    assert_eq!(windows(&every(application(), false), &quiet), "40..1140 Pings: within 1.1 s of the opening");
    assert_eq!(
        windows(&every(Moment::Received("tick".into(), Nth::Any), false), &quiet),
        "40..1140 Server: within 1.1 s of the opening"
    );
    // A message restarts the longer length, not the shorter.
    let busy = trace(&(up(1, 0) + "500 c0 #1 client ping \"\"\n990 c0 #1 server text \"tick\"\n"), 5_000);
    assert_eq!(windows(&every(ping(), true), &busy), "1400..2100 Pings: 400 ms to 1.1 s after the last");
    // Too few are no matter of time.
    let ended = trace(&(up(1, 0) + "500 c0 #1 client ping \"\"\n" + &reset(1, 1_000)), 5_000);
    assert_eq!(windows(&every(ping(), false), &ended), "");
}

#[test]
fn the_end_and_what_is_shown() {
    let ends = Expect::Ends {
        status: StatusKind::Disconnected,
        after: Moment::User("close".into(), Nth::Number(1)),
        within: length("1000"),
    };
    let closed = up(1, 0) + "3000 c0 - user close\n" + &says(3_000, "disconnected \"bye\"");
    assert_eq!(windows(&ends, &trace(&closed, 9_000)), "3000..4000 Status: within 1 s of the user's `close`");
    let late = trace(&(closed + &says(4_100, "returned")), 9_000);
    assert_eq!(windows(&ends, &late), "3000..4000 Status: within 1 s of the user's `close`");
    let shown = |at: Option<Moment>| Expect::ShownLast { value: Json::Flag(true), at, within: length("100") };
    assert_eq!(
        windows(&shown(Some(LOST)), &trace(&(up(1, 0) + &reset(1, 2_000)), 9_000)),
        "2010..2110 Shown: within 100 ms of the 1st loss of a connection"
    );
    assert_eq!(windows(&shown(None), &trace(&up(1, 0), 9_000)), "");
}
