//! Scenarios, made briefly.

use harness::{
    scenario::{Entry, Expected, Length, Log, Play, Scenario, Step, Times, UserStep, Values},
    time::Millis,
};

/// The values of a scenario, which names none.
pub(super) fn values(scenario: &Scenario) -> Values {
    let log = scenario.log.as_ref().map(|log| Log::draw(log, 1, &scenario.id)).unwrap_or_default();
    Values { log, ..Values::none() }
}

pub(super) fn scenario(server: Vec<Entry>) -> Scenario {
    Scenario {
        id: "test".into(),
        about: String::new(),
        lasts: Length::literal(600_000),
        clients: 1,
        client: vec![],
        log: None,
        server,
        user: vec![],
        cases: vec![],
        virtual_only: None,
        hidden: false,
    }
}

/// Every connection gets this play.
pub(super) fn always(steps: Vec<Step>) -> Scenario {
    scenario(vec![any(steps)])
}

pub(super) fn any(steps: Vec<Step>) -> Entry {
    Entry::Play { play: Play { steps, answers: vec![] }, times: Times::Any, until: None, path: None }
}

pub(super) fn once(steps: Vec<Step>) -> Entry {
    times(1, steps)
}

pub(super) fn times(times: u32, steps: Vec<Step>) -> Entry {
    Entry::Play { play: Play { steps, answers: vec![] }, times: Times::Exactly(times), until: None, path: None }
}

pub(super) fn before(until: Millis, steps: Vec<Step>) -> Entry {
    Entry::Play {
        play: Play { steps, answers: vec![] },
        times: Times::Any,
        until: Some(Length::literal(until)),
        path: None,
    }
}

pub(super) fn at_path(path: &str, steps: Vec<Step>) -> Entry {
    Entry::Play { play: Play { steps, answers: vec![] }, times: Times::Any, until: None, path: Some(path.into()) }
}

pub(super) fn with_user(scenario: Scenario, user: Vec<UserStep>) -> Scenario {
    Scenario { user, ..scenario }
}

pub(super) fn send(text: &str) -> Step {
    Step::Send(text.into())
}

pub(super) fn wait(span: Millis) -> Step {
    Step::Wait(Length::literal(span))
}

pub(super) fn expect(what: Expected, within: Millis) -> Step {
    Step::Expect { what, within: Some(Length::literal(within)), otherwise: vec![] }
}

pub(super) fn message(text: &str) -> Expected {
    Expected::Message(Some(text.into()))
}
