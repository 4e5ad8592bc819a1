//! What a server does whenever the client says something, beside the steps of its play.

use std::collections::BTreeMap;

use crate::{
    scenario::{Answer, On, Step, Times, Values},
    server::expect,
    time::Millis,
    trace::Message,
};

/// The answers of one connection's play, and which of them are due.
#[derive(Debug, Default)]
pub(super) struct Answers {
    rules: Vec<Rule>,
    /// By when they are due and then by when they were earned, which the key's second part counts.
    due: BTreeMap<(Millis, u64), Vec<Step>>,
    earned: u64,
}

#[derive(Debug)]
struct Rule {
    answer: Answer,
    after: Millis,
    used: u32,
}

/// What a step or an answer follows, from a message; nothing from a close frame.
pub(super) fn on(message: &Message) -> Option<On> {
    match message {
        Message::Text(text) => Some(On::new(text.as_bytes())),
        Message::Ping(payload) | Message::Pong(payload) => Some(On::new(payload)),
        Message::Binary(_) | Message::Close { .. } => None,
    }
}

impl Answers {
    pub(super) fn new(answers: &[Answer], values: &Values) -> Self {
        let rule = |answer: &Answer| Rule { after: values.ms(&answer.after), answer: answer.clone(), used: 0 };
        Self { rules: answers.iter().map(rule).collect(), ..Self::default() }
    }

    /// The server has read a message at `now`.
    pub(super) fn heard(&mut self, message: &Message, now: Millis) {
        let Some(rule) = self.rules.iter_mut().find(|rule| rule.fits(message)) else { return };
        rule.used += 1;
        let on = on(message);
        let steps = rule.answer.with.iter().map(|step| step.map(&|text| text.following(on.as_ref()))).collect();
        self.due.insert((now.saturating_add(rule.after), self.earned), steps);
        self.earned += 1;
    }

    /// When the next of them is due.
    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next of those that are due at `now`.
    pub(super) fn take(&mut self, now: Millis) -> Option<Vec<Step>> {
        let first = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(first.remove())
    }

    /// None of them is given any more.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

impl Rule {
    fn fits(&self, message: &Message) -> bool {
        let left = match self.answer.times {
            Times::Any => true,
            Times::Exactly(times) => self.used < times,
        };
        left && expect::is_met_by(&self.answer.on, message)
    }
}
