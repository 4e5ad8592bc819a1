//! Moments, and whether they can come in a scenario.

use super::{
    grammar::{Choice, Node},
    play::Setting,
    problem::Problem,
    scope::Notes,
    texts::Place,
    view,
};
use crate::scenario::{
    Content, ControlFrame, Entry, Hole, Json, LogStep, Moment, Nth, Opening, Play, Side, StatusKind, Step, Template,
    Times, UserStep,
};

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
    let place = Place::outside(setting);
    Some(match word.name {
        "attempt" => Moment::Attempt(number(value)?),
        "lost" => Moment::Lost(number(value)?),
        "accepted" => Moment::Accepted(number(value)?),
        "status" => Moment::Status(status(value)?, beside?),
        "received" => Moment::Received(place.content(value, notes)?, beside?),
        "sent" => Moment::Sent(place.content(value, notes)?, beside?),
        "request" => Moment::Request(view::text(value)?.to_owned(), beside?),
        "answered" => Moment::Answered(statuses(value)?, beside?),
        "user" => Moment::User(place.template(value, notes)?, beside?),
        "shown" => Moment::Shown(place.json(value, notes)?, beside?),
        "client_ping" => Moment::Control(Side::Client, ControlFrame::Ping, number(value)?),
        "client_pong" => Moment::Control(Side::Client, ControlFrame::Pong, number(value)?),
        "client_close" => Moment::Control(Side::Client, ControlFrame::Close(codes(value)?), beside?),
        "server_ping" => Moment::Control(Side::Server, ControlFrame::Ping, number(value)?),
        "server_pong" => Moment::Control(Side::Server, ControlFrame::Pong, number(value)?),
        "server_close" => Moment::Control(Side::Server, ControlFrame::Close(codes(value)?), beside?),
        "stalled" => Moment::Stalled(number(value)?),
        "left" => Moment::Left(number(value)?),
        "at" => Moment::At(at(value, setting, notes)?),
        _ => return None,
    })
}

/// A point in time, which may be the start.
fn at(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<crate::scenario::Length> {
    let length = setting.scope.length(node, notes)?;
    setting.fits(&length, node.span(), "the moment", notes).then_some(length)
}

/// Close codes: any, one, or a list.
fn codes(node: Node<'_>) -> Option<Vec<u16>> {
    match node.get_ref().as_bool() {
        Some(_) => Some(Vec::new()),
        None => view::items(node).iter().map(view::whole::<u16>).collect(),
    }
}

/// Statuses of answers: one, or a list.
fn statuses(node: Node<'_>) -> Option<Vec<u16>> {
    view::items(node).iter().map(view::whole).collect()
}

/// Reads which one of several.
pub(super) fn number(node: Node<'_>) -> Option<Nth> {
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
    /// The id of the case, in a scenario that has cases.
    pub(super) case: Option<&'s str>,
    /// What its server does.
    pub(super) server: &'s [Entry],
    /// What its user does.
    pub(super) user: &'s [UserStep],
}

impl Possible<'_> {
    /// What it is called in a sentence.
    pub(super) fn name(&self) -> String {
        format!("`{}`", self.scenario)
    }

    /// Notes if `moment`, written at `node`, can never come.
    pub(super) fn check(&self, moment: &Moment, node: Node<'_>, notes: &mut Notes<'_>) {
        let (most, does, nth) = match moment {
            Moment::Attempt(_) | Moment::Received(..) | Moment::Request(..) | Moment::Shown(..) | Moment::At(_) => {
                return;
            }
            Moment::Control(side, frame, nth) => {
                let (most, does) = self.frames(*side, frame);
                (most, does.to_owned(), nth)
            }
            Moment::Stalled(nth) => (self.counted(&|step| matches!(step, Step::Stall)), "stalls".to_owned(), nth),
            Moment::Left(nth) => (self.opened(), "opens".to_owned(), nth),
            Moment::Lost(nth) => (self.lost(), "ends".to_owned(), nth),
            Moment::Accepted(nth) => (self.accepted(), "accepts".to_owned(), nth),
            Moment::Status(StatusKind::Connected, nth) => (self.opened(), "opens".to_owned(), nth),
            Moment::Status(..) => return,
            Moment::Answered(statuses, nth) => return self.check_answered(statuses, *nth, node, notes),
            Moment::Sent(text, nth) => (self.sent(text), format!("sends {}", quoted(text)), nth),
            Moment::User(act, nth) => return self.check_user(&act.to_string(), *nth, node, notes),
        };
        if most >= needed(*nth) {
            return;
        }
        let is_text = matches!(moment, Moment::Sent(..));
        let label = match (most, is_text) {
            (0, true) => format!("the server of {} never {does}", self.name()),
            (0, false) => format!("the server of {} never {does} a connection", self.name()),
            (1, true) => format!("the server of {} {does} only once", self.name()),
            (_, true) => format!("the server of {} {does} only {most} times", self.name()),
            (1, false) => format!("the server of {} {does} only 1 connection", self.name()),
            (_, false) => format!("the server of {} {does} only {most} connections", self.name()),
        };
        notes.push(Problem::at(node.span(), "this moment can never come", label));
    }

    fn check_answered(&self, statuses: &[u16], nth: Nth, node: Node<'_>, notes: &mut Notes<'_>) {
        let answers = |step: &Step| match step {
            Step::Accept => statuses.contains(&101),
            Step::Sse { .. } => statuses.contains(&200),
            Step::Http { status, .. } => statuses.contains(status),
            _ => false,
        };
        // A request that no entry is for is answered with 404, a handshake that is none with 400 or 426.
        let by_itself = [400, 404, 426].iter().any(|status| statuses.contains(status));
        if !by_itself && tally(self.server, &|play| any(&play.steps, &answers).into()) < needed(nth) {
            let statuses = statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
            let label = format!("the server of `{}` does not answer {statuses} that often", self.scenario);
            notes.push(Problem::at(node.span(), "this moment can never come", label));
        }
    }

    fn check_user(&self, act: &str, nth: Nth, node: Node<'_>, notes: &mut Notes<'_>) {
        let acts: Vec<String> = self.user.iter().filter_map(name_of).collect();
        let most = acts.iter().filter(|name| *name == act).count() as u64;
        if most >= needed(nth) {
            return;
        }
        let label = match most {
            0 => format!("the user of {} never does this", self.name()),
            _ => format!("the user of {} does this only {most} times", self.name()),
        };
        let help = match acts.as_slice() {
            [] => format!("{} has no script for its user", self.name()),
            acts => format!("what the user does: {}", super::names::sayings(acts.iter().map(String::as_str))),
        };
        notes.push(Problem::at(node.span(), "this moment can never come", label).help(help));
    }

    /// How many connections the server can end.
    pub(super) fn lost(&self) -> u64 {
        tally(self.server, &|play| {
            u64::from(opens(&play.steps) && any(&play.steps, &ends) || any(&play.steps, &streams))
        })
    }

    /// Whether the server expects anything.
    pub(super) fn expects(&self) -> bool {
        tally(self.server, &|play| any(&play.steps, &|step| matches!(step, Step::Expect { .. })).into()) > 0
    }

    /// How many connections the server can accept.
    pub(super) fn accepted(&self) -> u64 {
        tally(self.server, &|play| u64::from(play.opening() != Opening::Refuse))
    }

    fn opened(&self) -> u64 {
        tally(self.server, &|play| u64::from(opens(&play.steps) || any(&play.steps, &streams)))
    }

    /// How often such a frame can be sent, and what the server does too seldom for more. It answers pings and closes by itself.
    fn frames(&self, side: Side, frame: &ControlFrame) -> (u64, &'static str) {
        match (side, frame) {
            (Side::Server, ControlFrame::Ping) => {
                (self.counted(&|step| matches!(step, Step::Ping(_))), "sends a ping on")
            }
            (_, ControlFrame::Close(_)) => (tally(self.server, &|play| u64::from(opens(&play.steps))), "opens"),
            _ => (tally(self.server, &|play| u64::from(opens(&play.steps)).saturating_mul(u64::MAX)), "opens"),
        }
    }

    /// How often steps of a kind are played.
    fn counted(&self, of: &impl Fn(&Step) -> bool) -> u64 {
        tally(self.server, &|play| {
            let answered = play.answers.iter().any(|answer| times(&answer.with, of) > 0);
            times(&play.steps, of).saturating_add(if answered { u64::MAX } else { 0 })
        })
    }

    fn sent(&self, said: &Content) -> u64 {
        tally(self.server, &|play| {
            let answered = play.answers.iter().any(|answer| sends(&answer.with, said, 1) > 0);
            sends(&play.steps, said, 1).saturating_add(if answered { u64::MAX } else { 0 })
        })
    }
}

fn needed(nth: Nth) -> u64 {
    match nth {
        Nth::Number(n) => n.into(),
        Nth::Any | Nth::Last => 1,
    }
}

/// What a step of the user is called as a moment.
fn name_of(step: &UserStep) -> Option<String> {
    match step {
        UserStep::Close => Some("close".to_owned()),
        UserStep::Online => Some("online".to_owned()),
        UserStep::Send(text) => Some(text.to_string()),
        UserStep::Do(name) => Some(name.clone()),
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
pub(super) fn any(steps: &[Step], of: &impl Fn(&Step) -> bool) -> bool {
    steps.iter().any(|step| {
        of(step)
            || match step {
                Step::Repeat { steps, .. } | Step::Expect { otherwise: steps, .. } => any(steps, of),
                _ => false,
            }
    })
}

/// How many steps `of` holds for, `repeat` unrolled.
fn times(steps: &[Step], of: &impl Fn(&Step) -> bool) -> u64 {
    steps.iter().fold(0, |sum: u64, step| {
        sum.saturating_add(match step {
            Step::Repeat { times: rounds, steps } => times(steps, of).saturating_mul((*rounds).into()),
            Step::Expect { otherwise, .. } => times(otherwise, of),
            step => of(step).into(),
        })
    })
}

fn opens(steps: &[Step]) -> bool {
    any(steps, &|step| matches!(step, Step::Accept))
}

fn ends(step: &Step) -> bool {
    matches!(step, Step::Reset | Step::Fin | Step::HalfClose | Step::CutAfter(_) | Step::Close { .. })
}

/// A response whose body stays open is a connection too: a stream of events.
fn streams(step: &Step) -> bool {
    matches!(step, Step::Sse { .. })
}

/// How a report quotes what a message says.
fn quoted(said: &Content) -> String {
    match said {
        Content::Text(text) => format!("{:?}", text.to_string()),
        Content::Json(json) => json.to_string(),
    }
}

/// How often a message can be sent that says this; `rounds` is how often the steps are repeated at their nearest `repeat`.
fn sends(steps: &[Step], said: &Content, rounds: u32) -> u64 {
    steps.iter().fold(0, |sum: u64, step| {
        sum.saturating_add(match step {
            Step::Send(sent) => times_said(sent, said, rounds),
            Step::Event(event) => times_said(&event.data, said, rounds),
            // What an entry says is not known beforehand.
            Step::Log(LogStep::Emit(_) | LogStep::Replay { .. }) if super::log::may_be_told(said) => u64::MAX,
            Step::Repeat { times, steps } => sends(steps, said, *times).saturating_mul(rounds.into()),
            Step::Expect { otherwise, .. } => sends(otherwise, said, rounds),
            _ => 0,
        })
    })
}

/// In how many of the rounds `sent` can say this. Words and values are compared by their names.
fn times_said(sent: &Content, said: &Content, rounds: u32) -> u64 {
    match (sent, said) {
        (Content::Text(sent), Content::Text(said)) => {
            let (open, sent, said) = (follows(sent), sent.to_string(), said.to_string());
            match sent.contains("{n}") {
                _ if open => rounds.into(),
                true => counted(&sent, &said, rounds).into(),
                false => u64::from(sent == said).saturating_mul(rounds.into()),
            }
        }
        (Content::Json(sent), Content::Json(said)) => u64::from(can_hold(sent, said)).saturating_mul(rounds.into()),
        (Content::Text(sent), Content::Json(_)) => {
            let plain = sent.holes().next().is_none();
            u64::from(!plain || said.is(&sent.to_string())).saturating_mul(rounds.into())
        }
        (Content::Json(_), Content::Text(_)) => rounds.into(),
    }
}

/// Whether a text has something of a message in it, so that it can be anything.
fn follows(text: &Template) -> bool {
    text.holes().any(|hole| matches!(hole, Hole::On(_) | Hole::Retyped(_)))
}

/// Whether JSON that is sent can hold at least `wanted`. What is counted or taken from a message can be anything.
fn can_hold(sent: &Json, wanted: &Json) -> bool {
    match (sent, wanted) {
        (Json::Text(text), _) if is_open(text) => true,
        (Json::Object(sent), Json::Object(wanted)) => wanted.iter().all(|(key, wanted)| {
            sent.iter().any(|(other, sent)| (other == key || is_open(other)) && can_hold(sent, wanted))
        }),
        (Json::List(sent), Json::List(wanted)) => {
            sent.len() == wanted.len() && sent.iter().zip(wanted).all(|(sent, wanted)| can_hold(sent, wanted))
        }
        (sent, wanted) => wanted.is_in(&sent.value()),
    }
}

/// Whether a text counts rounds, or has something of a message in it.
fn is_open(text: &Template) -> bool {
    follows(text) || text.holes().any(|hole| *hole == Hole::Round)
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
