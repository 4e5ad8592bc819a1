//! Which events of a client a [`Moment`] names.

use super::{Carried, Client, Text, Traffic};
use crate::{
    check::shown::quote,
    scenario::{Content, ControlFrame, Moment, Nth, Side, Values},
    time::{Millis, show},
    trace::Heartbeat,
    verdict::Lane,
};

/// One event that a moment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Occurrence {
    /// When, in the client's time.
    pub at: Millis,
    /// The how many-th of its kind it is, from 1.
    pub nth: u32,
}

impl Client<'_> {
    /// Everything that `moment` can name, in the order of the times, whatever its [`Nth`] says.
    pub(in crate::check) fn all(&self, moment: &Moment, values: &Values, end: Millis) -> Vec<Occurrence> {
        let mut times = self.times(moment, values);
        times.sort_unstable();
        let numbered = times.into_iter().filter(|at| *at <= end).zip(1..);
        numbered.map(|(at, nth)| Occurrence { at, nth }).collect()
    }

    /// On which connections `moment` comes, by their indices, and when; only of what a side sends on them.
    pub(in crate::check) fn on_connections(&self, moment: &Moment, values: &Values) -> Vec<(usize, Millis)> {
        let moment = moment.filled(values);
        let texts = |texts: &[Text<'_>], wanted: &Content| {
            let said = texts.iter().filter(|text| wanted.is(text.text));
            said.map(|text| (text.connection, text.at)).collect()
        };
        match &moment {
            Moment::Received(wanted, _) => texts(&self.said, wanted),
            Moment::Sent(wanted, _) => texts(&self.heard, wanted),
            moment => self.carried(moment).map(|traffic| (traffic.connection, traffic.at)).collect(),
        }
    }

    /// What is carried on the connections and is such a moment.
    fn carried<'t>(&'t self, moment: &'t Moment) -> impl Iterator<Item = &'t Traffic<'t>> {
        self.traffic.iter().filter(move |traffic| match (moment, traffic.what) {
            (Moment::Control(by, frame, _), Carried::Message(message)) => traffic.by == *by && message.is(frame),
            (Moment::Stalled(_), Carried::Stall) => true,
            _ => false,
        })
    }

    /// When `moment` comes, in no certain order.
    fn times(&self, moment: &Moment, values: &Values) -> Vec<Millis> {
        match &moment.filled(values) {
            Moment::Attempt(_) => self.connections.iter().map(|connection| connection.start).collect(),
            Moment::Lost(_) => self.losses.iter().filter(|loss| loss.is_suffered()).map(|loss| loss.at).collect(),
            Moment::Accepted(_) => self.connections.iter().filter_map(|connection| connection.accepted).collect(),
            Moment::Status(kind, _) => {
                self.statuses.iter().filter(|(_, told)| told == kind).map(|(at, _)| *at).collect()
            }
            Moment::Received(text, _) => texts(&self.said, text),
            Moment::Sent(text, _) => texts(&self.heard, text),
            Moment::Request(path, _) => {
                self.requests.iter().filter(|request| request.is_for(path)).map(|request| request.at).collect()
            }
            Moment::Answered(statuses, _) => {
                self.answers.iter().filter(|(_, answered)| statuses.contains(answered)).map(|(at, _)| *at).collect()
            }
            Moment::User(act, _) => {
                let act = act.to_string();
                let names = |done: &str| done == act || done.strip_prefix("send ") == Some(&act);
                self.user.iter().filter(|(_, done)| names(done)).map(|(at, _)| *at).collect()
            }
            moment @ (Moment::Control(..) | Moment::Stalled(_)) => {
                self.carried(moment).map(|traffic| traffic.at).collect()
            }
            Moment::Left(_) => self.losses.iter().filter(|loss| !loss.is_suffered()).map(|loss| loss.at).collect(),
            Moment::Shown(wanted, _) => {
                self.shown.iter().filter(|(_, json)| wanted.is(json)).map(|(at, _)| *at).collect()
            }
            Moment::At(length) => vec![values.ms(length)],
        }
    }

    /// What `moment` names: the one of its number, each of them, or the last.
    pub(in crate::check) fn named(&self, moment: &Moment, values: &Values, end: Millis) -> Vec<Occurrence> {
        let mut all = self.all(moment, values, end);
        match which(moment) {
            Nth::Any => {}
            Nth::Number(n) => all.retain(|occurrence| occurrence.nth == n),
            Nth::Last => {
                all.drain(..all.len().saturating_sub(1));
            }
        }
        all
    }
}

fn texts(texts: &[Text<'_>], wanted: &Content) -> Vec<Millis> {
    texts.iter().filter(|text| wanted.is(text.text)).map(|text| text.at).collect()
}

/// Which one of several a moment names.
pub(in crate::check) fn which(moment: &Moment) -> Nth {
    moment.nth().unwrap_or(Nth::Number(1))
}

/// How a report names a moment: `the 3rd attempt`, `the 1st loss of a connection`, `the user's close`, `65 s`.
pub(in crate::check) fn describe_moment(moment: &Moment, values: &Values) -> String {
    if let Moment::At(length) = moment {
        let at = values.ms(length);
        return if at == 0 { "the start".to_owned() } else { show(at) };
    }
    let noun = noun(moment, values);
    match (moment, which(moment)) {
        (Moment::User(act, _), Nth::Any | Nth::Number(1)) => format!("the user's `{}`", act.filled(values)),
        (_, Nth::Number(n)) => format!("the {} {noun}", ordinal(n)),
        (Moment::Attempt(_), Nth::Any) => format!("an {noun}"),
        (_, Nth::Any) => format!("a {noun}"),
        (_, Nth::Last) => format!("the last {noun}"),
    }
}

/// What happens at a moment, as a clause: `the client starts its 3rd attempt`, `the client shows `connected``.
pub(in crate::check) fn clause(moment: &Moment, values: &Values) -> String {
    let act = match &moment.filled(values) {
        Moment::Attempt(nth) => return format!("the client starts {}", its(*nth, "attempt", "an")),
        Moment::Lost(nth) => return format!("the client loses {}", its(*nth, "connection", "a")),
        Moment::Accepted(nth) => return format!("the server accepts {}", its(*nth, "connection", "a")),
        Moment::At(length) => return format!("the scenario is {} old", show(values.ms(length))),
        Moment::Status(kind, _) => format!("the client shows `{}`", kind.name()),
        Moment::Received(text, _) => format!("the client sends `{text}`"),
        Moment::Sent(text, _) => format!("the server sends `{text}`"),
        Moment::Request(path, _) => format!("the client requests `{path}`"),
        Moment::Answered(statuses, _) => format!("the server answers {}", either(statuses)),
        Moment::User(act, _) => format!("the user does `{act}`"),
        Moment::Shown(json, _) => format!("the client shows {}", quote(&json.to_string())),
        Moment::Control(by, frame, _) => format!("the {} sends a {}", side(*by), frame_name(frame)),
        Moment::Stalled(_) => "the server falls silent".to_owned(),
        Moment::Left(nth) => return format!("the client ends {} itself", its(*nth, "connection", "a")),
    };
    match which(moment) {
        Nth::Number(n) => format!("{act} for the {} time", ordinal(n)),
        Nth::Any => act,
        Nth::Last => format!("{act} for the last time"),
    }
}

fn its(nth: Nth, noun: &str, article: &str) -> String {
    match nth {
        Nth::Number(n) => format!("its {} {noun}", ordinal(n)),
        Nth::Any => format!("{article} {noun}"),
        Nth::Last => format!("its last {noun}"),
    }
}

/// How a report names a moment whose number does not matter: `the message "hello" from the server`.
pub(in crate::check) fn describe_kind(moment: &Moment, values: &Values) -> String {
    format!("the {}", noun(moment, values))
}

fn noun(moment: &Moment, values: &Values) -> String {
    match &moment.filled(values) {
        Moment::Attempt(_) => "attempt".to_owned(),
        Moment::Lost(_) => "loss of a connection".to_owned(),
        Moment::Accepted(_) => "connection that the server accepts".to_owned(),
        Moment::Status(kind, _) => format!("status `{}`", kind.name()),
        Moment::Received(text, _) => format!("message `{text}` from the client"),
        Moment::Sent(text, _) => format!("message `{text}` from the server"),
        Moment::Request(path, _) => format!("request for `{path}`"),
        Moment::Answered(statuses, _) => format!("answer {}", either(statuses)),
        Moment::User(act, _) => format!("`{act}` of the user"),
        Moment::Shown(json, _) => format!("showing of {}", quote(&json.to_string())),
        Moment::Control(by, frame, _) => format!("{} from the {}", frame_name(frame), side(*by)),
        Moment::Stalled(_) => "silence of the server".to_owned(),
        Moment::Left(_) => "connection that the client ends itself".to_owned(),
        Moment::At(_) => "point in time".to_owned(),
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// `ping`, `close frame`, `close frame with code 1000 or 1001`.
fn frame_name(frame: &ControlFrame) -> String {
    match frame {
        ControlFrame::Close(codes) if !codes.is_empty() => format!("{} with code {}", frame.name(), either(codes)),
        frame => frame.name().to_owned(),
    }
}

/// `1000 or 1001`.
fn either(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")
}

/// `1st`, `2nd`, `11th`.
pub(in crate::check) fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// The lane of the timeline on which a moment is to be seen.
pub(in crate::check) fn lane(moment: &Moment) -> Lane {
    match moment {
        Moment::Control(_, ControlFrame::Ping | ControlFrame::Pong, _) => Lane::Pings,
        Moment::Received(text, _) | Moment::Sent(text, _) if Heartbeat::of_text(&text.text()).is_some() => Lane::Pings,
        Moment::Attempt(_) => Lane::Tries,
        Moment::Lost(_) | Moment::Accepted(_) | Moment::Left(_) | Moment::Control(Side::Client, ..) => Lane::Connection,
        Moment::Status(..) => Lane::Status,
        Moment::Shown(..) => Lane::Shown,
        Moment::Request(..) => Lane::Tries,
        Moment::Received(..)
        | Moment::Sent(..)
        | Moment::Answered(..)
        | Moment::User(..)
        | Moment::Control(Side::Server, ..)
        | Moment::Stalled(_)
        | Moment::At(_) => Lane::Server,
    }
}

/// Whether two moments name events of the same kind, whichever of them.
pub(in crate::check) fn same_kind(one: &Moment, other: &Moment) -> bool {
    match (one, other) {
        (Moment::Attempt(_), Moment::Attempt(_))
        | (Moment::Lost(_), Moment::Lost(_))
        | (Moment::Accepted(_), Moment::Accepted(_)) => true,
        (Moment::Status(one, _), Moment::Status(other, _)) => one == other,
        (Moment::Received(one, _), Moment::Received(other, _)) | (Moment::Sent(one, _), Moment::Sent(other, _)) => {
            one == other
        }
        (Moment::Request(one, _), Moment::Request(other, _)) => one == other,
        (Moment::Stalled(_), Moment::Stalled(_)) | (Moment::Left(_), Moment::Left(_)) => true,
        (Moment::Control(one_side, one, _), Moment::Control(other_side, other, _)) => {
            one_side == other_side && one == other
        }
        (Moment::Answered(one, _), Moment::Answered(other, _)) => one == other,
        (Moment::User(one, _), Moment::User(other, _)) => one == other,
        (Moment::Shown(one, _), Moment::Shown(other, _)) => one == other,
        (Moment::At(one), Moment::At(other)) => one == other,
        _ => false,
    }
}
