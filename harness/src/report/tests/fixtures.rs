//! Verdicts and traces as runs leave them.

use serde_json::json;

use crate::{
    time::Millis,
    trace::{Claim, ClientAct, Clock, End, Event, Fault, Header, How, Message, ServerAct, Status, Trace, What},
    verdict::{CheckResult, CompilerWarnings, Evidence, FORMAT, Lane, Outcome, Overall, Run, Verdict},
};

pub(super) const LATENCY: Millis = 10;

/// Writes a trace the way a well-behaved client and server leave it.
pub(super) struct Play {
    events: Vec<Event>,
    client: u32,
    conns: u32,
    clients: u32,
    /// The client's time.
    pub(super) now: Millis,
}

impl Play {
    pub(super) fn new(clients: u32) -> Self {
        Self { events: Vec::new(), client: 0, conns: 0, clients, now: 0 }
    }

    /// Goes on with another client, from the beginning.
    pub(super) fn client(&mut self, client: u32) {
        (self.client, self.now) = (client, 0);
    }

    pub(super) fn note(&mut self, at: Millis, conn: bool, what: What) {
        let conn = conn.then_some(self.conns);
        self.events.push(Event { at, client: self.client, conn, what });
    }

    pub(super) fn status(&mut self, status: Status) {
        self.note(self.now, false, What::Claim(Claim::Status(status)));
    }

    /// Waits, and says so.
    pub(super) fn wait(&mut self, attempt: u32, wait: Millis) {
        self.status(Status::Retrying { attempt, wait });
        self.now += wait;
    }

    pub(super) fn attempt(&mut self) {
        self.status(Status::Connecting);
        self.conns += 1;
        self.note(self.now, true, What::Client(ClientAct::Attempt));
    }

    pub(super) fn refused(&mut self) {
        self.attempt();
        self.note(self.now + LATENCY, true, What::Server(ServerAct::Refuse));
        self.now += 2 * LATENCY;
    }

    pub(super) fn accepted(&mut self) {
        self.attempt();
        self.note(self.now + LATENCY, true, What::Server(ServerAct::Accept));
        self.note(self.now + 3 * LATENCY, true, What::Server(ServerAct::Answer { status: 101 }));
        let hello = Message::Text("hello".into());
        self.note(self.now + 3 * LATENCY, true, What::Server(ServerAct::Message(hello)));
        self.now += 4 * LATENCY;
        self.status(Status::Connected);
    }

    /// The server resets the connection after a while, or when that has come.
    pub(super) fn reset_at(&mut self, at: Millis) {
        self.now = at;
        self.note(self.now, true, What::Server(ServerAct::Reset));
        self.now += LATENCY;
    }

    pub(super) fn trace(mut self, scenario: &str, at: Millis, how: How) -> Trace {
        self.events.sort_by_key(|event| event.at);
        self.events.retain(|event| event.at <= at);
        Trace { header: header(scenario, self.clients), events: self.events, end: End { at, how } }
    }
}

fn header(scenario: &str, clients: u32) -> Header {
    Header {
        challenge: "reconnect-backoff".into(),
        scenario: scenario.into(),
        seed: 1,
        clients,
        clock: Clock::Virtual,
        latency: LATENCY,
        slack: 0,
    }
}

/// Reset after 5 s, then refusals; the client always waits 512 ms.
pub(super) fn constant() -> Trace {
    let mut play = Play::new(1);
    play.accepted();
    play.reset_at(5_000);
    for attempt in 1..=70 {
        play.wait(attempt, 512);
        play.refused();
    }
    play.wait(71, 512);
    play.accepted();
    let end = play.now + 1_000;
    play.trace("long", end, How::Script)
}

/// Reset after 5 s; the client never tries again and still shows that it is connected.
pub(super) fn gone() -> Trace {
    let mut play = Play::new(1);
    play.accepted();
    play.reset_at(5_000);
    play.trace("blip", 102_400, How::TimeUp)
}

/// Waits grow; at the third the client still says connected.
pub(super) fn lying() -> Trace {
    let mut play = Play::new(1);
    play.accepted();
    play.reset_at(5_000);
    play.now += 480;
    for (attempt, wait) in [(2, 911), (3, 1_502), (4, 3_707), (5, 7_214)] {
        play.refused();
        play.wait(attempt, wait);
    }
    play.accepted();
    let end = play.now + 5_000;
    play.trace("outage", end, How::Script)
}

/// Panics 512 ms after the reset.
pub(super) fn crash() -> Trace {
    let mut play = Play::new(1);
    play.accepted();
    play.reset_at(5_000);
    play.wait(1, 512);
    let how = How::Broken(Fault::Panicked("attempt to multiply with overflow".into()));
    play.trace("blip", 5_522, how)
}

/// Twenty clients, dropped together five times, that wait `wait(client, round, retry)` before each of three retries.
pub(super) fn fleet(wait: impl Fn(u32, u32, u32) -> Millis) -> Trace {
    let mut play = Play::new(20);
    for client in 0..20 {
        play.client(client);
        for round in 1..=5 {
            play.accepted();
            play.reset_at(Millis::from(round) * 40_000);
            for retry in 1..=3 {
                play.wait(retry, wait(client, round, retry));
                if retry < 3 {
                    play.refused();
                }
            }
        }
        play.accepted();
    }
    play.trace("fleet", 220_000, How::TimeUp)
}

pub(super) fn evidence(client: u32, (from, to): (Millis, Millis), lane: Lane, label: &str) -> Evidence {
    Evidence { client, from, to, lane, label: label.to_owned() }
}

/// The checks of a challenge, all passed.
pub(super) fn passed() -> Verdict {
    let check = |id: &str, scenario: &str, points, requires: &[&str], title: &str| CheckResult {
        id: id.into(),
        title: title.into(),
        scenario: scenario.into(),
        points,
        requires: requires.iter().map(|id| (*id).to_owned()).collect(),
        outcome: Outcome::Pass,
        finding: None,
        expected: "what a correct client does, with numbers".into(),
        got: "what this client did, with numbers".into(),
        why: "A page opened during a deployment must not stay dead until it is reloaded.".into(),
        read: "README.md#backoff".into(),
        hints: ["Which value decides the next wait?", "Does it change?", "Double it."].map(str::to_owned).into(),
        evidence: Vec::new(),
        windows: Vec::new(),
        hidden: false,
    };
    let checks = vec![
        check("first-retry", "first-fails", 1, &[], "A first connection that fails is tried again"),
        check("comes-back", "blip", 1, &[], "A reset connection is replaced"),
        check("status-true", "outage", 2, &["comes-back"], "The status tells the truth at every moment"),
        check("waits", "long", 1, &["comes-back"], "There are waits between retries"),
        check("grows", "long", 3, &["waits"], "Waits grow after each failure"),
        check("cap", "long", 2, &["waits"], "No wait is longer than max_delay"),
        check("resets", "stable", 2, &["grows"], "A stable connection starts the next outage from the base"),
        check("close-waiting", "close-waiting", 2, &["grows"], "Close during a wait means close"),
        check("together", "fleet", 3, &["waits"], "Clients dropped together do not come back together"),
        check("spread", "fleet", 1, &["together"], "Jitter covers a good part of the wait"),
    ];
    let run = |scenario: &str, about: &str, ended_ms| Run {
        scenario: scenario.into(),
        about: about.into(),
        ended_ms,
        ended: "the script came to its end".into(),
        broken: false,
        client: [("base_delay".to_owned(), json!(512)), ("max_retries".to_owned(), json!(100))].into_iter().collect(),
        output: String::new(),
        hidden: false,
    };
    Verdict {
        format: FORMAT,
        challenge: "reconnect-backoff".into(),
        title: "Reconnect with backoff".into(),
        submission: "challenges/reconnect-backoff".into(),
        seed: 1,
        clock: "virtual".into(),
        speed: 1.0,
        sandbox: "basic".into(),
        outcome: Overall::Passed,
        score: 18,
        max_score: 18,
        compiler: None,
        compiler_errors: 0,
        compiler_warnings: CompilerWarnings::default(),
        warnings: Vec::new(),
        checks,
        looks_like: Vec::new(),
        runs: vec![
            run("first-fails", "The server is not up yet when the client starts.", 9_310),
            run("blip", "The connection is reset, the next two attempts are refused, then the server is back.", 11_404),
            run("outage", "Reset after 5 s, nobody listens for a minute, then the server is back.", 74_220),
            run("long", "Seventy refusals in a row: far past the cap and past the overflow of doubling.", 570_000),
            run("stable", "Six outages, each after a connection that was up for twice stable_after.", 131_000),
            run("close-waiting", "The user closes in the middle of a long wait.", 7_100),
            run("fleet", "Twenty clients are dropped together, five times.", 220_000),
        ],
        replay: "cargo run -p harness -- check reconnect-backoff --seed 1".into(),
    }
}

/// Makes a check of [`passed`] fail.
pub(super) fn fail(verdict: &mut Verdict, id: &str, expected: &str, got: &str, evidence: &[Evidence]) {
    let check = verdict.checks.iter_mut().find(|check| check.id == id).expect("such a check");
    check.outcome = Outcome::Fail;
    check.expected = expected.to_owned();
    check.got = got.to_owned();
    check.evidence = evidence.to_vec();
    verdict.outcome = Overall::Failed;
    verdict.score -= check.points;
}

/// Makes checks of [`passed`] unreached.
pub(super) fn unreached(verdict: &mut Verdict, ids: &[&str]) {
    for check in verdict.checks.iter_mut().filter(|check| ids.contains(&check.id.as_str())) {
        check.outcome = Outcome::NotReached;
        check.got = "a check that it requires did not pass".to_owned();
        verdict.score -= check.points;
    }
}

/// Makes the run of a scenario break off.
pub(super) fn broken<'a>(verdict: &'a mut Verdict, scenario: &str, at: Millis, fault: &Fault) -> &'a mut Run {
    let checks: Vec<_> =
        verdict.checks.iter().filter(|check| check.scenario == scenario).map(|c| c.id.clone()).collect();
    unreached(verdict, &checks.iter().map(String::as_str).collect::<Vec<_>>());
    let run = verdict.runs.iter_mut().find(|run| run.scenario == scenario).expect("such a run");
    run.broken = true;
    run.ended_ms = at;
    run.ended = fault.sentence();
    run
}
