//! Short ways to write a trace, and to read what is judged of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::judge_one,
    scenario::{Expect, Length, Term, Unit, Values},
    time::Millis,
    trace::{Trace, parse},
    verdict::{Judgement, Outcome},
};

/// Base 500 ms, cap 8 s, stable after 10 s, five retries.
pub(super) fn values() -> Values {
    let durations = [("base_delay", 500), ("max_delay", 8_000), ("stable_after", 10_000), ("connect_timeout", 5_000)];
    Values {
        durations: durations.into_iter().map(|(name, ms)| (name.to_owned(), ms)).collect(),
        counts: BTreeMap::from([("max_retries".to_owned(), 5)]),
        ..Values::none()
    }
}

/// A length as in a spec: `3 * base_delay + 50`, numbers alone in milliseconds.
pub(super) fn length(text: &str) -> Length {
    let term = |term: &str| {
        let (factor, unit) =
            term.split_once(" * ").map_or((1.0, term), |(n, unit)| (n.parse().expect("a factor"), unit));
        Term { factor, unit: unit.parse().map_or_else(|_| Unit::Name(unit.to_owned()), Unit::Literal) }
    };
    Length { terms: text.split(" + ").map(term).collect() }
}

/// A trace of one client on the virtual clock, latency 10 ms, that is over at `end`.
pub(super) fn trace(events: &str, end: Millis) -> Trace {
    trace_of("clients 1  clock virtual  latency 10  slack 0", events, &format!("{end} time-up"))
}

/// A trace with that much of its header and its end written out.
pub(super) fn trace_of(conditions: &str, events: &str, end: &str) -> Trace {
    let text = format!("# trace 1\nchallenge practice  scenario story  seed 1  {conditions}\n{events}\nend {end}\n");
    match parse(&text) {
        Ok(mut traces) => traces.pop().expect("one trace"),
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// A verdict in one word: `pass`, the finding, or the outcome.
pub(super) fn word(judgement: &Judgement) -> &'static str {
    match judgement.outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => judgement.finding.expect("a finding"),
        Outcome::NotReached => "not-reached",
        Outcome::Inconclusive => "inconclusive",
    }
}

/// What is judged of a trace, in one word.
pub(super) fn verdict(expect: &Expect, trace: &Trace) -> &'static str {
    word(&judge_one(expect, trace, &values()))
}

/// All that is said about a trace.
pub(super) fn told(expect: &Expect, trace: &Trace) -> String {
    let judgement = judge_one(expect, trace, &values());
    let mut text = format!("{}\nexpected: {}\ngot:      {}\n", word(&judgement), judgement.expected, judgement.got);
    for place in &judgement.evidence {
        text += &format!("  c{} {}..{} {:?}: {}\n", place.client, place.from, place.to, place.lane, place.label);
    }
    for place in &judgement.windows {
        text += &format!("  band c{} {}..{} {:?}: {}\n", place.client, place.from, place.to, place.lane, place.label);
    }
    text
}

/// Judges each trace and compares the word. Together they must show that the kind can pass, and every finding it has.
pub(super) fn cases(expect: &Expect, cases: &[(&str, Trace)]) {
    for (number, (wanted, trace)) in cases.iter().enumerate() {
        assert_eq!(verdict(expect, trace), *wanted, "case {number}: {}", told(expect, trace));
    }
    let shown: BTreeSet<&str> = cases.iter().map(|(wanted, _)| *wanted).collect();
    let all: BTreeSet<&str> = expect.findings().iter().copied().chain(["pass"]).collect();
    assert_eq!(shown, all, "the cases do not show every finding");
}

/// An attempt that the server answers and greets: up at the client 40 ms after it starts.
pub(super) fn up(conn: u32, at: Millis) -> String {
    let (accept, answer) = (at + 10, at + 30);
    format!(
        "{at} c0 #{conn} client attempt\n{accept} c0 #{conn} server accept\n{answer} c0 #{conn} server answer 101\n\
         {answer} c0 #{conn} server text \"hello\"\n"
    )
}

/// An attempt that is refused: the client knows 20 ms after it starts.
pub(super) fn refused(conn: u32, at: Millis) -> String {
    format!("{at} c0 #{conn} client attempt\n{} c0 #{conn} server refuse\n", at + 10)
}

/// The server resets a connection: the client knows 10 ms later.
pub(super) fn reset(conn: u32, at: Millis) -> String {
    format!("{at} c0 #{conn} server reset\n")
}

/// A claim of the client.
pub(super) fn says(at: Millis, claim: &str) -> String {
    format!("{at} c0 - claim {claim}\n")
}

/// A connection that is reset, then waits of these lengths, each ended by an attempt that is refused. The loss is at 2 010 ms.
pub(super) fn outage(waits: &[Millis]) -> String {
    let mut text = up(1, 0) + &reset(1, 2_000);
    let mut at = 2_010;
    for (wait, conn) in waits.iter().zip(2..) {
        text += &refused(conn, at + wait);
        at += wait + 20;
    }
    text
}
