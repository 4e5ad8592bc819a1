//! The scenarios and checks of `reconnect-backoff` that are about waits.

use crate::scenario::*;

fn len(text: &str) -> Length {
    let terms = text.split(" + ").map(|term| {
        let (factor, unit) = term.split_once(" * ").map_or((1.0, term), |(f, u)| (f.parse().unwrap(), u));
        let unit = match unit
            .strip_suffix("ms")
            .and_then(|n| n.parse().ok())
            .or_else(|| unit.strip_suffix('s').and_then(|n| n.parse::<u64>().ok().map(|n| n * 1000)))
        {
            Some(ms) => Unit::Literal(ms),
            None => Unit::Name(unit.to_owned()),
        };
        Term { factor, unit }
    });
    Length { terms: terms.collect() }
}

fn entry(times: Times, steps: Vec<Step>) -> Entry {
    Entry::Play { play: Play { steps }, times, until: None, path: None }
}

fn scenario(id: &str, clients: u32, lasts: &str, server: Vec<Entry>) -> Scenario {
    Scenario {
        id: id.into(),
        about: String::new(),
        lasts: len(lasts),
        clients,
        client: vec![],
        server,
        user: vec![],
        virtual_only: None,
    }
}

fn check(id: &str, scenario: &str, requires: &[&str], expect: Expect) -> Check {
    Check {
        id: id.into(),
        scenario: scenario.into(),
        points: 1,
        requires: requires.iter().map(|r| (*r).to_owned()).collect(),
        title: String::new(),
        expect: vec![expect],
        why: String::new(),
        read: String::new(),
        hints: vec![],
    }
}

pub(super) fn challenge() -> Challenge {
    let hello = || Step::Send("hello".into());
    let up = |wait: &str| vec![Step::Accept, hello(), Step::Wait(len(wait)), Step::Reset];
    let at = |next: &str| vec![Step::Accept, hello(), Step::AtNext(len(next)), Step::Reset];
    let last = || entry(Times::Any, vec![Step::Accept, hello(), Step::Wait(len("1s")), Step::End]);
    let hold = || entry(Times::Any, vec![Step::Accept, hello(), Step::Hold]);
    let refuse = |n| entry(Times::Exactly(n), vec![Step::Refuse]);
    let one = |steps| entry(Times::Exactly(1), steps);
    Challenge {
        slug: "reconnect-backoff".into(),
        title: String::new(),
        channel: Channel::WebSocket,
        summary: String::new(),
        minutes: 60,
        seed: 1,
        latency: 10,
        client: vec![
            ("base_delay".into(), Draw::LengthBetween(len("400ms"), len("900ms"))),
            ("max_delay".into(), Draw::Length(len("16 * base_delay"))),
            ("stable_after".into(), Draw::Length(len("20 * base_delay"))),
        ],
        scenarios: vec![
            scenario("refused", 1, "600 * base_delay", vec![one(up("5s")), refuse(34), last()]),
            scenario("long", 1, "1300 * base_delay", vec![one(up("5s")), refuse(70), last()]),
            scenario("flap", 1, "700 * base_delay", vec![entry(Times::Exactly(34), up("base_delay")), last()]),
            scenario(
                "stable",
                1,
                "900 * base_delay",
                vec![Entry::Group { repeat: 6, entries: vec![one(up("2 * stable_after")), refuse(3)] }, last()],
            ),
            scenario(
                "fleet",
                20,
                "1260 * base_delay",
                vec![Entry::Group { repeat: 15, entries: vec![one(at("80 * base_delay")), refuse(2)] }, hold()],
            ),
            scenario("fleet-long", 20, "400 * base_delay", vec![one(at("20s")), refuse(20), hold()]),
        ],
        checks: vec![
            check(
                "waits",
                "refused",
                &[],
                Expect::WaitsTogether { waits: 10, anywhere: false, at_least: len("base_delay") },
            ),
            check("grows", "refused", &["waits"], Expect::WaitsEscape { over: len("3 * base_delay"), within: 33 }),
            check("cap", "refused", &["waits"], Expect::WaitsAtMost { most: len("max_delay") }),
            check(
                "storm",
                "long",
                &["waits"],
                Expect::Storm { within: len("40 * base_delay"), at_most: Count::Literal(27) },
            ),
            check(
                "holds",
                "long",
                &["waits", "cap"],
                Expect::WaitsTogether { waits: 10, anywhere: true, at_least: len("base_delay") },
            ),
            check("earns-reset", "flap", &["grows"], Expect::WaitsEscape { over: len("3 * base_delay"), within: 33 }),
            check(
                "resets",
                "stable",
                &["grows"],
                Expect::WaitsCeiling {
                    after_up: len("2 * stable_after"),
                    first: len("3 * base_delay"),
                    factor: 3.0,
                    retries: 3,
                    times: 6,
                },
            ),
            check(
                "together",
                "fleet",
                &["waits"],
                Expect::FleetTogether { retries: vec![1, 3], window: len("0.1 * base_delay") },
            ),
            check(
                "spread",
                "fleet",
                &["together"],
                Expect::FleetRatio { retries: vec![1, 3], ratio: 1.5, share: 0.9, samples: 300 },
            ),
            check(
                "spread-at-cap",
                "fleet-long",
                &["spread", "cap"],
                Expect::FleetAtCap { from_retry: 6, cap: len("max_delay"), band: (0.9, 1.1), share: 0.9, samples: 300 },
            ),
            check(
                "fresh-draw",
                "fleet",
                &["together"],
                Expect::FleetFrozen { retry: 3, rounds: 4, window: len("0.1 * base_delay") },
            ),
        ],
        mistakes: vec![],
    }
}
