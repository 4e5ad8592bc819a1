//! A scenario on either clock, with a raw client against it.

use std::collections::HashSet;

use harness::{
    scenario::Scenario,
    trace::{Clock, End, Event, Header, How, ServerAct, Trace, What, write},
};

use super::{link, raw::Raw, tcp};

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Tcp,
    Link,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) how: How,
    pub(super) events: Vec<Event>,
}

impl Outcome {
    /// What must be the same on both clocks: what was done on connections, without the times.
    ///
    /// Claims are noted by whoever reads them, which over sockets is not the server. And what a client does on a connection that the
    /// server has left can only be seen on the link.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut left = HashSet::new();
        let seen = |event: &&Event| match event.what {
            What::Server(ServerAct::Fin | ServerAct::Reset) => left.insert(event.conn),
            What::Client(_) => !left.contains(&event.conn),
            What::Claim(_) | What::User(_) => false,
            What::Server(_) => true,
        };
        let events = self.events.iter().filter(seen).cloned().collect();
        let words = |line: &str| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ");
        self.write(events).lines().skip(2).filter(|line| !line.starts_with("end ")).map(words).collect()
    }

    /// The lines of one side. Where a server reads later than it could, what it reads is noted at another place on each clock.
    pub(super) fn lines_of(&self, side: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.split(' ').nth(1) == Some(side)).collect()
    }

    /// The trace as text.
    pub(super) fn text(&self) -> String {
        self.write(self.events.clone())
    }

    fn write(&self, events: Vec<Event>) -> String {
        let header = Header {
            challenge: "test".into(),
            scenario: "test".into(),
            seed: 1,
            clients: 1,
            clock: Clock::Virtual,
            latency: 10,
            slack: 0,
        };
        let end = End { at: self.events.last().map_or(0, |event| event.at), how: self.how.clone() };
        write(&[Trace { header, events, end }])
    }
}

/// Plays a scenario to a raw client on one clock, until all clients have returned, which they do when the client's part is done.
pub(super) fn play(on: On, scenario: &Scenario, client: impl FnOnce(&mut Raw<'_>) + Send) -> Outcome {
    match on {
        On::Tcp => tcp::play(scenario, client),
        On::Link => link::play(scenario, client),
    }
}

/// Plays a scenario to a raw client on both clocks, and looks at what came of it.
pub(super) fn on_both(scenario: &Scenario, client: impl Fn(&mut Raw<'_>) + Send + Sync, look: impl Fn(&Outcome)) {
    for on in [On::Tcp, On::Link] {
        let outcome = play(on, scenario, &client);
        println!("on {on:?}:\n{}", outcome.text());
        look(&outcome);
    }
}

/// Plays a scenario to a raw client on both clocks: both traces must have these lines.
pub(super) fn expect_lines(scenario: &Scenario, client: impl Fn(&mut Raw<'_>) + Send + Sync, lines: &[&str]) {
    on_both(scenario, client, |outcome| {
        assert_eq!(outcome.lines(), lines);
        assert_eq!(outcome.how, How::Returned);
    });
}
