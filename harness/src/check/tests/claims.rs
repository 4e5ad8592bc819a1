use super::story::{cases, outage, reset, says, told, trace, up, verdict};
use crate::{
    scenario::{Expect, Json, Moment, Nth},
    trace::Trace,
};

/// A trace of these lines, in the order of their times.
fn sorted(text: &str, end: u64) -> Trace {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_key(|line| line.split(' ').next().and_then(|at| at.parse::<u64>().ok()).expect("a time"));
    trace(&(lines.join("\n") + "\n"), end)
}

fn retrying(at: u64, attempt: u32, wait: u64) -> String {
    says(at, &format!("retrying attempt={attempt} wait={wait}"))
}

#[test]
fn status_repeats() {
    let all =
        |claims: &[&str]| trace(&claims.iter().zip(1..).map(|(it, n)| says(100 * n, it)).collect::<String>(), 9_000);
    let (one, two) = ("retrying attempt=1 wait=500", "retrying attempt=2 wait=400");
    cases(
        &Expect::StatusRepeats { most: 0 },
        &[
            ("pass", all(&["connecting", "connected", one, "connecting", one, "connecting", "connected"])),
            ("repeated", all(&["connecting", "connected", one, two])),
            ("repeated", all(&["connecting", "connecting"])),
            ("not-begun", all(&[])),
        ],
    );
    let most_one = Expect::StatusRepeats { most: 1 };
    assert_eq!(verdict(&most_one, &all(&["connecting", "connecting", "connected"])), "pass");
    assert_eq!(verdict(&most_one, &all(&["connecting", "connecting", "connecting"])), "repeated");
    insta::assert_snapshot!(told(&Expect::StatusRepeats { most: 0 }, &all(&["connected", one, one, one])), @r"
    repeated
    expected: No status is shown twice in a row.
    got:      `retrying` was shown at 200 ms and again at 300 ms. It happened 2 times in all.
      c0 300..300 Status: `retrying` again
      c0 400..400 Status: `retrying` again
    ");
}

#[test]
fn retries_announced() {
    // Lost at 2 010, retried at 2 510, failed at 2 530, retried at 3 030, failed at 3 050, retried at 3 550.
    let story = |claims: &str| sorted(&(outage(&[500, 500, 500]) + claims), 9_000);
    let good = [retrying(2_010, 1, 500), retrying(2_530, 2, 500), retrying(3_050, 3, 500)];
    let with = |index: usize, claim: String| {
        let mut claims = good.clone();
        claims[index] = claim;
        story(&claims.concat())
    };
    cases(
        &Expect::RetriesAnnounced { times: 3 },
        &[
            ("pass", story(&good.concat())),
            // A client that says it later announces what is left.
            ("pass", with(1, retrying(2_730, 2, 300))),
            ("pass", with(0, retrying(2_010, 1, 550))),
            ("wrong-wait", with(0, retrying(2_010, 1, 551))),
            ("pass", with(0, retrying(2_010, 1, 450))),
            ("wrong-wait", with(0, retrying(2_010, 1, 449))),
            ("wrong-attempt", with(1, retrying(2_530, 1, 500))),
            ("wrong-attempt", with(0, retrying(2_010, 0, 500))),
            ("not-announced", with(2, says(3_050, "connecting"))),
            // The attempt that ends a wait may fail in the same millisecond, and the next one be announced.
            ("pass", story(&(good.concat() + &retrying(3_550, 4, 500)))),
            // What is announced in one wait says nothing about the next.
            ("not-announced", with(1, retrying(2_520, 2, 510))),
            ("too-few", sorted(&(outage(&[500, 500]) + &good[..2].concat()), 9_000)),
        ],
    );
    insta::assert_snapshot!(told(&Expect::RetriesAnnounced { times: 3 }, &with(1, retrying(2_530, 1, 500))), @r"
    wrong-attempt
    expected: In each wait the client shows `retrying` with the number of the attempt that follows and the time until it.
    got:      At 2.53 s it showed attempt 1, and attempt 2 followed.
      c0 2530..3030 Status: attempt 2, not 1
    ");
    insta::assert_snapshot!(told(&Expect::RetriesAnnounced { times: 3 }, &with(2, retrying(3_050, 3, 900))), @r"
    wrong-wait
    expected: In each wait the client shows `retrying` with the number of the attempt that follows and the time until it.
    got:      At 3.05 s it announced a wait of 900 ms, and waited 500 ms.
      c0 3050..3550 Status: 500 ms, not 900 ms
      band c0 3900..4000 Tries: the attempt, announced for 3.95 s
    ");
}

#[test]
fn a_connection_that_was_up_starts_the_count_of_retries_again() {
    let text = up(1, 0)
        + &reset(1, 2_000)
        + &retrying(2_010, 1, 490)
        + &up(2, 2_500)
        + &reset(2, 4_000)
        + &retrying(4_010, 1, 490)
        + &up(3, 4_500);
    assert_eq!(verdict(&Expect::RetriesAnnounced { times: 2 }, &trace(&text, 9_000)), "pass");
}

#[test]
fn a_showing_is_a_moment() {
    let members = [("text", "a"), ("state", "sent")].map(|(key, text)| (key.into(), Json::Text(text.into())));
    let sent = Moment::Shown(Json::Object(members.to_vec()), Nth::Number(1));
    let at_most = super::story::length("100");
    let acked = Moment::Sent("ack 1".into(), Nth::Number(1));
    let expect = Expect::After { after: acked, then: sent, at_least: super::story::length("0"), at_most };
    let story = |at: u64| {
        let ack = "1000 c0 #1 server text \"ack 1\"\n";
        let shown = says(at, r#"show {"text": "a", "state": "sent"}"#);
        sorted(&(up(1, 0) + ack + &says(500, r#"show {"text": "a", "state": "pending"}"#) + &shown), 9_000)
    };
    assert_eq!(["pass", "early", "late"], [1_010, 1_009, 1_161].map(|at| verdict(&expect, &story(at))));
    insta::assert_snapshot!(told(&expect, &story(600)), @r#"
    early
    expected: The client shows `{"text":"a","state":"sent"}` for the 1st time within 100 ms of the 1st message `ack 1` from the server.
    got:      It happened 410 ms before that.
      c0 600..1010 Shown: too early
      band c0 1010..1110 Shown: within 100 ms of the 1st message `ack 1` from the server
    "#);
}
