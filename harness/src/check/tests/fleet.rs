use super::story::{cases, length, told, trace_of, verdict};
use crate::{
    scenario::{Expect, Repeats},
    time::Millis,
    trace::Trace,
};

/// How long a fleet's round is: longer than all waits of a test together.
const ROUND: Millis = 100_000;

/// A fleet that is dropped at the end of each round; `wait` says how long which client waits in which round before which retry, from 1.
/// The last retry of a round opens a connection, the others are refused.
fn fleet(clients: u32, rounds: u32, retries: u32, wait: impl Fn(u32, u32, u32) -> Millis) -> Trace {
    let mut events: Vec<(Millis, String)> = Vec::new();
    let mut conn = 0;
    for client in 0..clients {
        let mut attempt = |at: Millis, opens: bool| {
            conn += 1;
            events.push((at, format!("c{client} #{conn} client attempt")));
            events.push((at + 10, format!("c{client} #{conn} server {}", if opens { "answer 101" } else { "refuse" })));
            conn
        };
        let mut open = attempt(0, true);
        let mut drops = Vec::new();
        for round in 0..rounds {
            let dropped = ROUND * Millis::from(round + 1);
            drops.push((dropped, format!("c{client} #{open} server reset")));
            let mut at = dropped + 10;
            for retry in 1..=retries {
                at += wait(client, round, retry);
                open = attempt(at, retry == retries);
                at += 20;
            }
        }
        events.append(&mut drops);
    }
    events.sort_by_key(|(at, _)| *at);
    let text: String = events.into_iter().map(|(at, event)| format!("{at} {event}\n")).collect();
    let conditions = format!("clients {clients}  clock virtual  latency 10  slack 0");
    trace_of(&conditions, &text, &format!("{} time-up", ROUND * Millis::from(rounds + 1)))
}

/// The same trace, over at `end`.
fn until(mut trace: Trace, end: Millis) -> Trace {
    trace.events.retain(|event| event.at <= end);
    trace.end.at = end;
    trace
}

#[test]
fn fleet_together() {
    let expect = Expect::FleetTogether { retries: vec![1, 3], window: length("0.1 * base_delay") };
    let three = |wait: fn(u32, u32, u32) -> u32| fleet(3, 4, 3, move |c, r, k| wait(c, r, k).into());
    cases(
        &expect,
        &[
            ("pass", three(|c, r, k| 1_000 + 100 * c + 10 * r + k)),
            ("no-draw", three(|_, _, k| 500 << k)),
            ("no-draw", three(|c, r, _| 500 + 5 * c + 5 * r)),
            ("shared-draw", three(|_, r, k| 500 * k + 137 * r)),
            ("first-only", three(|c, _, k| if k == 1 { 0 } else { 500 + 300 * c })),
            ("sometimes", three(|c, r, _| if r == 2 { 500 } else { 500 + 300 * c })),
            ("sometimes", three(|c, _, k| if k == 3 { 500 } else { 500 + 300 * c })),
            ("sometimes", three(|c, r, k| if k == 1 && r == 0 { 500 } else { 500 + 300 * c })),
            ("too-few", fleet(3, 4, 2, |c, _, _| 500 + 300 * Millis::from(c))),
            ("too-few", fleet(1, 4, 3, |_, _, _| 500)),
            ("too-few", trace_of("clients 3  clock virtual  latency 10  slack 0", "", "100 time-up")),
            // The window: 50 ms.
            ("pass", three(|c, _, _| if c == 2 { 551 } else { 500 })),
            ("no-draw", three(|c, _, _| if c == 2 { 550 } else { 500 })),
        ],
    );
    insta::assert_snapshot!(told(&expect, &fleet(3, 2, 3, |c, _, k| if k == 1 { 3 * Millis::from(c) } else { 500 + 300 * Millis::from(c) })), @r"
    first-only
    expected: In no round do all 3 clients wait for the same time, within 50 ms (0.1 × base_delay), before the 1st and 3rd retry.
    got:      In 2 of 2 rounds all 3 clients were in step before the 1st retry: in round 1 they all waited from 0 ms to 6 ms.
      c0 100010..100010 Fleet: 3 clients make the 1st retry within 6 ms
      c0 200010..200010 Fleet: 3 clients make the 1st retry within 6 ms
      band c0 100010..100060 Fleet: more than 50 ms apart
    ");
}

#[test]
fn a_round_that_some_clients_were_not_part_of_is_not_judged() {
    let expect = Expect::FleetTogether { retries: vec![1], window: length("0.1 * base_delay") };
    // In the second round, cut off at 201 000, two of three clients make the first retry, in step.
    let story = fleet(3, 2, 1, |c, r, _| if r == 1 && c < 2 { 500 } else { 500 + 700 * Millis::from(c) });
    assert_eq!(verdict(&expect, &until(story.clone(), 201_000)), "pass");
    assert_eq!(verdict(&expect, &until(story, 100_600)), "too-few");
}

#[test]
fn fleet_ratio() {
    let ratio = |samples| Expect::FleetRatio { retries: vec![1, 2], ratio: 1.5, share: 0.9, samples };
    let expect = ratio(20);
    // Of twenty waits, those of the first clients are between 1 000 and 1 500 and the others far above.
    let inside = |n: u32, longest: Millis| {
        fleet(20, 1, 2, move |c, _, k| match (k, c) {
            (1, _) => 100 << (c % 10),
            (_, 0) => 1_000,
            (_, 1) => longest,
            (_, c) if c < n => 1_000 + 10 * Millis::from(c),
            (_, c) => 5_000 << (c % 4),
        })
    };
    cases(
        &expect,
        &[
            ("pass", inside(17, 1_500)),
            ("narrow", inside(18, 1_500)),
            ("pass", inside(18, 1_501)),
            ("narrow", fleet(20, 1, 2, |_, _, _| 0)),
            ("too-few", fleet(20, 1, 1, |c, _, _| 100 << (c % 10))),
        ],
    );
    assert_eq!(verdict(&ratio(21), &inside(17, 1_500)), "too-few");
    insta::assert_snapshot!(told(&expect, &inside(18, 1_500)), @r"
    narrow
    expected: Of the waits before the 1st and 2nd retry (20 or more of each), less than 90 % are within a factor of 1.5 of each other.
    got:      18 of 20 waits (90 %) before the 2nd retry are between 1 s and 1.5 s.
      c0 100130..101130 Fleet: 18 waits between 1 s and 1.5 s
      band c0 101130..101630 Fleet: less than 90 % in here, a factor of 1.5
    ");
}

#[test]
fn fleet_at_cap() {
    let expect =
        Expect::FleetAtCap { from_retry: 3, cap: length("max_delay"), band: (0.9, 1.1), share: 0.9, samples: 20 };
    // From the third retry on, the first `n` of ten clients wait at the cap and the others half as long.
    let at_cap = |n: u32, cap: Millis| {
        fleet(10, 1, 4, move |c, _, k| match k {
            1 | 2 => 8_000,
            _ if c < n => cap,
            _ => 4_000,
        })
    };
    cases(
        &expect,
        &[
            ("pass", at_cap(8, 8_000)),
            ("narrow", at_cap(9, 8_000)),
            ("narrow", at_cap(9, 7_200)),
            ("pass", at_cap(9, 7_199)),
            ("narrow", at_cap(9, 8_800)),
            ("pass", at_cap(9, 8_801)),
            ("too-few", fleet(10, 1, 3, |_, _, _| 100)),
        ],
    );
    insta::assert_snapshot!(told(&expect, &at_cap(10, 8_000)), @r"
    narrow
    expected: From the 3rd retry of an outage on, less than 90 % of at least 20 waits are between 7.2 s and 8.8 s, around 8 s (max_delay).
    got:      20 of 20 waits (100 %) are between 7.2 s and 8.8 s.
      c0 116050..124050 Fleet: waits 8 s, as nearly all do
      band c0 123250..124850 Fleet: less than 90 % in here
    ");
}

#[test]
fn fleet_frozen() {
    let expect = Expect::FleetFrozen { retry: 2, over: Repeats::Rounds(3), window: length("0.1 * base_delay") };
    let three = |wait: fn(u32, u32, u32) -> u32| fleet(3, 4, 2, move |c, r, k| wait(c, r, k).into());
    cases(
        &expect,
        &[
            ("frozen", three(|c, _, _| 500 + 100 * c)),
            ("frozen", three(|c, r, k| if k == 2 { 500 + 100 * c } else { 100 * r })),
            // One client that draws anew is enough.
            ("pass", three(|c, r, _| if c == 2 { 500 + 100 * r } else { 500 })),
            ("pass", three(|_, r, _| if r == 2 { 551 } else { 500 })),
            ("frozen", three(|_, r, _| if r == 2 { 550 } else { 500 })),
            // The rounds after the third do not matter.
            ("frozen", three(|_, r, _| if r == 3 { 900 } else { 500 })),
            ("too-few", fleet(3, 2, 2, |_, _, _| 500)),
            ("too-few", fleet(3, 4, 1, |_, _, _| 500)),
            ("too-few", trace_of("clients 3  clock virtual  latency 10  slack 0", "", "100 time-up")),
        ],
    );
    insta::assert_snapshot!(told(&expect, &fleet(2, 3, 2, |c, _, _| 500 + 100 * Millis::from(c))), @r"
    frozen
    expected: Over 3 rounds the clients' waits before the 2nd retry change: not every client repeats its own within 50 ms (0.1 × base_delay).
    got:      Every client repeats its wait; client 0 waited 500 ms, 500 ms, 500 ms.
      c0 100530..101030 Fleet: waits 500 ms again
      c0 200530..201030 Fleet: waits 500 ms again
      c0 300530..301030 Fleet: waits 500 ms again
      band c0 101030..101080 Fleet: not all 3 in here
    ");
}

#[test]
fn fleet_frozen_in_an_outage() {
    let expect = Expect::FleetFrozen { retry: 2, over: Repeats::InARow(3), window: length("0.1 * base_delay") };
    let three = |wait: fn(u32, u32, u32) -> u32| fleet(3, 2, 4, move |c, r, k| wait(c, r, k).into());
    cases(
        &expect,
        &[
            // One factor for each outage, and a first wait that is another.
            ("frozen", three(|c, r, k| if k == 1 { 300 } else { 500 + 100 * c + 300 * r })),
            // One client that draws anew is enough.
            ("pass", three(|c, _, k| if c == 2 { 500 + 100 * k } else { 500 })),
            ("pass", three(|_, _, k| if k == 4 { 551 } else { 500 })),
            ("frozen", three(|_, _, k| if k == 4 { 550 } else { 500 })),
            // The outages after the first do not matter.
            ("frozen", three(|_, r, k| if r == 2 { 500 + 100 * k } else { 500 })),
            ("too-few", fleet(3, 2, 3, |_, _, _| 500)),
            ("too-few", trace_of("clients 3  clock virtual  latency 10  slack 0", "", "100 time-up")),
        ],
    );
    insta::assert_snapshot!(told(&expect, &fleet(2, 1, 4, |c, _, _| 500 + 100 * Millis::from(c))), @r"
    frozen
    expected: In one outage the clients' waits before the 2nd to 4th retry change: not every client repeats its own within 50 ms (0.1 × base_delay).
    got:      Every client repeats its wait; client 0 waited 500 ms, 500 ms, 500 ms.
      c0 100530..101030 Fleet: waits 500 ms again
      c0 101050..101550 Fleet: waits 500 ms again
      c0 101570..102070 Fleet: waits 500 ms again
      band c0 101030..101080 Fleet: not all 3 in here
    ");
}

#[test]
fn a_connection_that_the_client_drops_makes_no_round() {
    let expect = Expect::FleetFrozen { retry: 1, over: Repeats::Rounds(2), window: length("0.1 * base_delay") };
    let mut story = fleet(2, 2, 1, |_, _, _| 500);
    assert_eq!(verdict(&expect, &story), "frozen");
    // Client 1 drops its second connection long before the server would.
    let drop = crate::trace::What::Client(crate::trace::ClientAct::Drop);
    let conn = story.events.iter().filter(|event| event.client == 1).filter_map(|event| event.conn).nth(3);
    let at = story.events.partition_point(|event| event.at <= 150_000);
    story.events.insert(at, crate::trace::Event { at: 150_000, client: 1, conn, what: drop });
    assert_eq!(verdict(&expect, &story), "too-few");
}
