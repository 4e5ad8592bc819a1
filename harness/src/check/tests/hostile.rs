//! Traces that no harness would write: judges are not to panic, and not to take for ever.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::story::{length, values};
use crate::{
    check::{history::History, judge_one, judge_run},
    scenario::{ControlFrame, Count, Expect, Json, Moment, Nth, Quantity, Repeats, Side, StatusKind},
    time::Millis,
    trace::{Claim, ClientAct, Clock, End, Event, Header, How, Message, ServerAct, Status, Trace, What},
};

/// One of each kind, and more where a parameter changes the way.
fn every_kind() -> Vec<Expect> {
    let any_attempt = Moment::Attempt(Nth::Any);
    let lost = Moment::Lost(Nth::Any);
    let connected = Moment::Status(StatusKind::Connected, Nth::Any);
    vec![
        Expect::WaitsTogether { waits: 10, anywhere: false, at_least: length("base_delay") },
        Expect::WaitsTogether { waits: 10, anywhere: true, at_least: length("base_delay") },
        Expect::WaitsEscape { over: length("3 * base_delay"), within: u32::MAX },
        Expect::WaitsAtMost { most: length("max_delay") },
        Expect::WaitsCeiling {
            after_up: length("base_delay"),
            first: length("3 * base_delay"),
            factor: 3.0,
            retries: u32::MAX,
            times: 1,
        },
        Expect::Attempts { after: None, within: Some(length("60000")), quantity: Quantity::AtMost(Count::Literal(9)) },
        Expect::Attempts { after: Some(lost.clone()), within: None, quantity: Quantity::Exactly(Count::Literal(9)) },
        Expect::Storm { within: length("60000"), at_most: Count::Literal(0) },
        Expect::StatusSequence { pattern: "(connecting | connected | retrying)* disconnected".to_owned() },
        Expect::StatusTrue { slack: length("100"), connected_from: Moment::Sent("hello".into(), Nth::Any) },
        Expect::StatusTrue { slack: length("0"), connected_from: Moment::Accepted(Nth::Any) },
        Expect::After { after: lost, then: any_attempt.clone(), at_least: length("0"), at_most: length("1000000000") },
        Expect::After {
            after: any_attempt.clone(),
            then: Moment::Attempt(Nth::Last),
            at_least: length("0"),
            at_most: length("1000000000"),
        },
        Expect::Never { never: any_attempt, after: Moment::User("close".into(), Nth::Last), slack: length("100") },
        Expect::Happens { moment: connected, times: u32::MAX },
        Expect::LiveAtMost { most: 1 },
        Expect::LiveAtMost { most: u32::MAX },
        Expect::Shown { exactly: (0..9).map(|n| serde_json::Value::from(n).into()).collect() },
        Expect::Received { matching: None, exactly: vec!["a".into(), "b".into()], unique_by: None, connection: None },
        Expect::Received { matching: None, exactly: Vec::new(), unique_by: None, connection: Some(2) },
        Expect::StatusRepeats { most: 0 },
        Expect::RetriesAnnounced { times: 1 },
        Expect::Never {
            never: Moment::Shown(Json::Flag(true), Nth::Any),
            after: Moment::Shown(Json::Number(2.into()), Nth::Last),
            slack: length("0"),
        },
        Expect::Received {
            matching: None,
            exactly: vec!["a".into()],
            unique_by: Some(vec!["id".into()]),
            connection: None,
        },
        Expect::Scripted { connections: None },
        Expect::Scripted { connections: Some(vec![1, u32::MAX]) },
        Expect::Ends { status: StatusKind::Disconnected, after: Moment::Attempt(Nth::Last), within: length("1000") },
        Expect::ShownLast { value: Json::Flag(true), at: Some(Moment::Lost(Nth::Any)), within: length("100") },
        Expect::ShownLast { value: Json::Flag(true), at: None, within: length("0") },
        every(Moment::Control(Side::Client, ControlFrame::Close(Vec::new()), Nth::Any), false),
        every(Moment::Received("hello".into(), Nth::Any), true),
        Expect::FleetTogether { retries: vec![1, 3], window: length("0.1 * base_delay") },
        Expect::FleetRatio { retries: vec![1, 3], ratio: 1.5, share: 0.9, samples: 1 },
        Expect::FleetAtCap { from_retry: 1, cap: length("max_delay"), band: (0.9, 1.1), share: 0.9, samples: 1 },
        Expect::FleetFrozen { retry: 1, over: Repeats::Rounds(2), window: length("0.1 * base_delay") },
        Expect::FleetFrozen { retry: 1, over: Repeats::InARow(2), window: length("0.1 * base_delay") },
    ]
}

fn every(moment: Moment, idle: bool) -> Expect {
    let (least, most) = (length("100"), length("1000"));
    Expect::Every { moment, least, most, connection: Nth::Any, idle, times: 2 }
}

fn trace(clients: u32, latency: Millis, end: Millis, events: Vec<Event>) -> Trace {
    let header = Header {
        challenge: "practice".to_owned(),
        scenario: "soup".to_owned(),
        seed: 1,
        clients,
        clock: Clock::Virtual,
        latency,
        slack: 0,
    };
    Trace { header, events, end: End { at: end, how: How::TimeUp } }
}

/// Whatever a client and a server could ever do, in any order.
fn soup(random: &mut SmallRng) -> Trace {
    let (clients, conns) = (random.random_range(1..4), random.random_range(1..20));
    let mut at = 0;
    let mut events = Vec::new();
    for _ in 0..random.random_range(0..200) {
        at += [0, 0, 1, 10, 500, 8_000][random.random_range(0..6)];
        let conn = random.random_bool(0.9).then(|| random.random_range(1..=conns));
        events.push(Event { at, client: random.random_range(0..clients), conn, what: anything(random) });
    }
    let latency = [0, 1, 10, 700][random.random_range(0..4)];
    trace(clients, latency, at + random.random_range(0..2_000), events)
}

fn anything(random: &mut SmallRng) -> What {
    match random.random_range(0..4) {
        0 => What::Client(match random.random_range(0..8) {
            0..3 => ClientAct::Attempt,
            3 => ClientAct::Drop,
            4 => ClientAct::Reset,
            5 => ClientAct::HalfClose,
            6 => ClientAct::Message(Message::Text("hello".to_owned())),
            _ => ClientAct::Message(Message::Close { code: None, reason: String::new() }),
        }),
        1 => What::Server(match random.random_range(0..9) {
            0 => ServerAct::Accept,
            1 => ServerAct::Refuse,
            2 => ServerAct::Answer { status: [100, 101, 200, 503][random.random_range(0..4)] },
            3 => ServerAct::Reset,
            4 => ServerAct::Fin,
            5 => ServerAct::HalfClose,
            6 => ServerAct::Stall,
            7 => ServerAct::Message(Message::Close { code: Some(1012), reason: String::new() }),
            _ => ServerAct::Message(Message::Text("hello".to_owned())),
        }),
        2 => What::Claim(match random.random_range(0..7) {
            0 => Claim::Status(Status::Connecting),
            1 => Claim::Status(Status::Connected),
            2 => Claim::Status(Status::Retrying { attempt: 1, wait: 1 }),
            3 => Claim::Status(Status::Disconnected { reason: String::new() }),
            4 => Claim::Returned(None),
            _ => Claim::Show(random.random_range(0..4).to_string()),
        }),
        _ => What::User(["close", "online", "send hi"][random.random_range(0..3)].to_owned()),
    }
}

#[test]
fn no_soup_of_events_makes_a_judge_panic() {
    let (kinds, values) = (every_kind(), values());
    for seed in 0..3_000 {
        let soup = soup(&mut SmallRng::seed_from_u64(seed));
        for expect in &kinds {
            let judgement = judge_one(expect, &soup, &values);
            // A failure points at something that is inside the run, in the right direction.
            for place in &judgement.evidence {
                assert!(place.from <= place.to && place.to <= soup.end.at, "seed {seed}: {expect:?}: {place:?}");
            }
            // It may have been expected later than the run was over.
            for window in &judgement.windows {
                assert!(window.from <= window.to, "seed {seed}: {expect:?}: {window:?}");
            }
        }
    }
}

/// Judging takes time in proportion to the length: in proportion to its square, this would take hours.
#[test]
fn a_storm_of_events_is_judged_all_the_same() {
    const EVENTS: u32 = 100_000;
    let event = |n: u32, what| Event { at: n.into(), client: 0, conn: Some(n), what };
    let attempt = |n| event(n, What::Client(ClientAct::Attempt));
    let claim = |n: u32| {
        let status = if n.is_multiple_of(2) { Status::Connecting } else { Status::Connected };
        event(n, What::Claim(Claim::Status(status)))
    };
    let show = |n: u32| event(n, What::Claim(Claim::Show(n.to_string())));
    let ended = |n: u32| event(EVENTS + n, What::Server(ServerAct::Reset));
    let opened = |n: u32| event(n, What::Server(ServerAct::Answer { status: 101 }));
    // Connection n + 1 starts where n ends; and numbers that fall.
    let falling = |n: u32| Event { conn: Some(EVENTS - n), ..attempt(n) };
    let lost = |n: u32| Event { at: Millis::from(n) + 1, ..ended(n) };
    let stories: [Vec<Event>; 6] = [
        (0..EVENTS).map(attempt).collect(),
        (0..EVENTS).map(claim).collect(),
        (0..EVENTS).map(show).collect(),
        (0..EVENTS).map(falling).chain((0..EVENTS).map(|n| Event { conn: Some(n), ..ended(n) })).collect(),
        (0..EVENTS).map(attempt).chain((0..EVENTS).map(ended)).collect(),
        (0..EVENTS).flat_map(|n| [attempt(n), opened(n), lost(n)]).collect(),
    ];
    let values = values();
    for events in stories {
        let trace = trace(1, 0, Millis::from(3 * EVENTS), events);
        let history = History::of(&trace);
        for expect in every_kind() {
            let judgement = judge_run(std::slice::from_ref(&expect), &trace, &history, &values, None);
            assert!(judgement.evidence.len() <= 100 && judgement.windows.len() <= 1, "{expect:?}");
        }
    }
}
