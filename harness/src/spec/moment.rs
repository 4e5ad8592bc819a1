//! Moments, and whether they can come in a scenario.

use super::{
    grammar::{Choice, Node},
    play::Setting,
    problem::Problem,
    scope::Notes,
    view,
};
use crate::scenario::{Entry, Moment, Nth, Opening, Play, StatusKind, Step, Times, UserStep};

/// Reads a moment written with the words of `choice`. Without a number of its own it is the `nth`.
pub(super) fn worded(
    choice: &Choice,
    node: Node<'_>,
    nth: Nth,
    setting: Setting<'_>,
    notes: &mut Notes<'_>,
) -> Option<Moment> {
    let (word, value) = choice.pick(node)?;
    let value = value?;
    let beside = match view::get(node, "nth") {
        Some(node) => number(node),
        None => Some(nth),
    };
    let text = || view::text(value).map(str::to_owned);
    Some(match word.name {
        "attempt" => Moment::Attempt(number(value)?),
        "lost" => Moment::Lost(number(value)?),
        "accepted" => Moment::Accepted(number(value)?),
        "status" => Moment::Status(status(value)?, beside?),
        "received" => Moment::Received(text()?, beside?),
        "sent" => Moment::Sent(text()?, beside?),
        "user" => Moment::User(text()?, beside?),
        "shown" => Moment::Shown(super::shown::json(value, notes)?.to_string(), beside?),
        "at" => Moment::At(at(value, setting, notes)?),
        _ => return None,
    })
}

/// A point in time, which may be the start.
fn at(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<crate::scenario::Length> {
    let length = setting.scope.length(node, notes)?;
    setting.fits(&length, node.span(), "the moment", notes).then_some(length)
}

fn number(node: Node<'_>) -> Option<Nth> {
    match view::text(node) {
        Some("any") => Some(Nth::Any),
        Some("last") => Some(Nth::Last),
        Some(_) => None,
        None => view::whole(node).map(Nth::Number),
    }
}

/// Reads a status.
pub(super) fn status(node: Node<'_>) -> Option<StatusKind> {
    let name = view::text(node)?;
    StatusKind::ALL.into_iter().find(|status| status.name() == name)
}

/// What can happen in a scenario, judged by its scripts alone.
#[derive(Clone, Copy)]
pub(super) struct Possible<'s> {
    /// The scenario's id.
    pub(super) scenario: &'s str,
    /// What its server does.
    pub(super) server: &'s [Entry],
    /// What its user does.
    pub(super) user: &'s [UserStep],
}

impl Possible<'_> {
    /// Notes if `moment`, written at `node`, can never come.
    pub(super) fn check(&self, moment: &Moment, node: Node<'_>, notes: &mut Notes<'_>) {
        let (most, does, nth) = match moment {
            Moment::Attempt(_) | Moment::Received(..) | Moment::Shown(..) | Moment::At(_) => return,
            Moment::Lost(nth) => (self.lost(), "ends".to_owned(), nth),
            Moment::Accepted(nth) => (self.accepted(), "accepts".to_owned(), nth),
            Moment::Status(StatusKind::Connected, nth) => (self.opened(), "opens".to_owned(), nth),
            Moment::Status(..) => return,
            Moment::Sent(text, nth) => (self.sent(text), format!("sends {text:?}"), nth),
            Moment::User(act, nth) => return self.check_user(act, *nth, node, notes),
        };
        if most >= needed(*nth) {
            return;
        }
        let is_text = matches!(moment, Moment::Sent(..));
        let label = match (most, is_text) {
            (0, true) => format!("the server of `{}` never {does}", self.scenario),
            (0, false) => format!("the server of `{}` never {does} a connection", self.scenario),
            (1, true) => format!("the server of `{}` {does} only once", self.scenario),
            (_, true) => format!("the server of `{}` {does} only {most} times", self.scenario),
            (1, false) => format!("the server of `{}` {does} only 1 connection", self.scenario),
            (_, false) => format!("the server of `{}` {does} only {most} connections", self.scenario),
        };
        notes.push(Problem::at(node.span(), "this moment can never come", label));
    }

    fn check_user(&self, act: &str, nth: Nth, node: Node<'_>, notes: &mut Notes<'_>) {
        let acts = || self.user.iter().filter_map(name_of);
        let most = acts().filter(|name| *name == act).count() as u64;
        if most >= needed(nth) {
            return;
        }
        let label = match most {
            0 => format!("the user of `{}` never does this", self.scenario),
            _ => format!("the user of `{}` does this only {most} times", self.scenario),
        };
        let acts: Vec<_> = acts().collect();
        let help = match acts.as_slice() {
            [] => format!("`{}` has no script for its user", self.scenario),
            acts => format!("what the user does: {}", super::names::sayings(acts.iter().copied())),
        };
        notes.push(Problem::at(node.span(), "this moment can never come", label).help(help));
    }

    /// How many connections the server can end.
    pub(super) fn lost(&self) -> u64 {
        tally(self.server, &|play| {
            u64::from(opens(&play.steps) && any(&play.steps, &ends) || any(&play.steps, &streams))
        })
    }

    fn accepted(&self) -> u64 {
        tally(self.server, &|play| u64::from(play.opening() != Opening::Refuse))
    }

    fn opened(&self) -> u64 {
        tally(self.server, &|play| u64::from(opens(&play.steps) || any(&play.steps, &streams)))
    }

    fn sent(&self, text: &str) -> u64 {
        tally(self.server, &|play| sends(&play.steps, text, 1))
    }
}

fn needed(nth: Nth) -> u64 {
    match nth {
        Nth::Number(n) => n.into(),
        Nth::Any | Nth::Last => 1,
    }
}

/// What a step of the user is called as a moment.
fn name_of(step: &UserStep) -> Option<&str> {
    match step {
        UserStep::Close => Some("close"),
        UserStep::Online => Some("online"),
        UserStep::Send(text) => Some(text),
        UserStep::Do(name) => Some(name),
        UserStep::Until(_) | UserStep::Wait(_) => None,
    }
}

/// The sum of `of` over all the connections that `entries` can serve.
fn tally(entries: &[Entry], of: &impl Fn(&Play) -> u64) -> u64 {
    entries.iter().fold(0, |sum, entry| {
        sum.saturating_add(match entry {
            Entry::Play { play, times: Times::Exactly(times), .. } => of(play).saturating_mul((*times).into()),
            Entry::Play { play, times: Times::Any, .. } => of(play).saturating_mul(u64::MAX),
            Entry::Group { repeat, entries } => tally(entries, of).saturating_mul((*repeat).into()),
        })
    })
}

/// Whether `of` holds for any step, in whatever it is nested.
fn any(steps: &[Step], of: &impl Fn(&Step) -> bool) -> bool {
    steps.iter().any(|step| {
        of(step)
            || match step {
                Step::Repeat { steps, .. } | Step::Expect { otherwise: steps, .. } => any(steps, of),
                _ => false,
            }
    })
}

fn opens(steps: &[Step]) -> bool {
    any(steps, &|step| matches!(step, Step::Accept))
}

fn ends(step: &Step) -> bool {
    matches!(step, Step::Reset | Step::Fin | Step::HalfClose | Step::CutAfter(_) | Step::Close { .. })
}

/// A successful response whose body ends is a connection too: a stream of events.
fn streams(step: &Step) -> bool {
    matches!(step, Step::Http { status: 200, .. })
}

/// How often `text` is sent; `rounds` is how often the steps are repeated at their nearest `repeat`.
fn sends(steps: &[Step], text: &str, rounds: u32) -> u64 {
    steps.iter().fold(0, |sum: u64, step| {
        sum.saturating_add(match step {
            Step::Send(sent) if sent.contains("{n}") => u64::from(counted(sent, text, rounds)),
            Step::Send(sent) => u64::from(sent == text).saturating_mul(rounds.into()),
            Step::Repeat { times, steps } => sends(steps, text, *times).saturating_mul(rounds.into()),
            Step::Expect { otherwise, .. } => sends(otherwise, text, rounds),
            _ => 0,
        })
    })
}

/// Whether `text` is `pattern` in one of the rounds.
fn counted(pattern: &str, text: &str, rounds: u32) -> bool {
    let Some((before, _)) = pattern.split_once("{n}") else { return false };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    // The text after the count may begin with digits of its own.
    (1..=digits).any(|length| {
        let n = &rest[..length];
        !n.starts_with('0') && n.parse().is_ok_and(|n: u32| n <= rounds) && pattern.replace("{n}", n) == text
    })
}
