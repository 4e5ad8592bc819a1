//! Which events of a client a [`Moment`] names.

use super::{Client, Text};
use crate::{
    check::list::quote,
    scenario::{Moment, Nth, Values},
    time::{Millis, show},
    trace::is_same_json,
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
        let mut times: Vec<Millis> = match moment {
            Moment::Attempt(_) => self.connections.iter().map(|connection| connection.start).collect(),
            Moment::Lost(_) => self.losses.iter().filter(|loss| loss.is_suffered()).map(|loss| loss.at).collect(),
            Moment::Accepted(_) => self.connections.iter().filter_map(|connection| connection.accepted).collect(),
            Moment::Status(kind, _) => {
                self.statuses.iter().filter(|(_, told)| told == kind).map(|(at, _)| *at).collect()
            }
            Moment::Received(text, _) => texts(&self.said, text),
            Moment::Sent(text, _) => texts(&self.heard, text),
            Moment::User(act, _) => {
                let names = |done: &str| done == act || done.strip_prefix("send ") == Some(act);
                self.user.iter().filter(|(_, done)| names(done)).map(|(at, _)| *at).collect()
            }
            Moment::Shown(wanted, _) => {
                self.shown.iter().filter(|(_, json)| is_same_json(json, wanted)).map(|(at, _)| *at).collect()
            }
            Moment::At(length) => vec![values.ms(length)],
        };
        times.sort_unstable();
        let numbered = times.into_iter().filter(|at| *at <= end).zip(1..);
        numbered.map(|(at, nth)| Occurrence { at, nth }).collect()
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

fn texts(texts: &[Text<'_>], wanted: &str) -> Vec<Millis> {
    texts.iter().filter(|text| text.text == wanted).map(|text| text.at).collect()
}

/// Which one of several a moment names.
pub(in crate::check) fn which(moment: &Moment) -> Nth {
    match moment {
        Moment::Attempt(nth)
        | Moment::Lost(nth)
        | Moment::Accepted(nth)
        | Moment::Status(_, nth)
        | Moment::Received(_, nth)
        | Moment::Sent(_, nth)
        | Moment::User(_, nth)
        | Moment::Shown(_, nth) => *nth,
        Moment::At(_) => Nth::Number(1),
    }
}

/// How a report names a moment: `the 3rd attempt`, `the 1st loss of a connection`, `the user's close`, `65 s`.
pub(in crate::check) fn describe_moment(moment: &Moment, values: &Values) -> String {
    if let Moment::At(length) = moment {
        let at = values.ms(length);
        return if at == 0 { "the start".to_owned() } else { show(at) };
    }
    let noun = noun(moment);
    match (moment, which(moment)) {
        (Moment::User(act, _), Nth::Any | Nth::Number(1)) => format!("the user's `{act}`"),
        (_, Nth::Number(n)) => format!("the {} {noun}", ordinal(n)),
        (Moment::Attempt(_), Nth::Any) => format!("an {noun}"),
        (_, Nth::Any) => format!("a {noun}"),
        (_, Nth::Last) => format!("the last {noun}"),
    }
}

/// What happens at a moment, as a clause: `the client starts its 3rd attempt`, `the client shows `connected``.
pub(in crate::check) fn clause(moment: &Moment, values: &Values) -> String {
    let act = match moment {
        Moment::Attempt(nth) => return format!("the client starts {}", its(*nth, "attempt", "an")),
        Moment::Lost(nth) => return format!("the client loses {}", its(*nth, "connection", "a")),
        Moment::Accepted(nth) => return format!("the server accepts {}", its(*nth, "connection", "a")),
        Moment::At(length) => return format!("the scenario is {} old", show(values.ms(length))),
        Moment::Status(kind, _) => format!("the client shows `{}`", kind.name()),
        Moment::Received(text, _) => format!("the client sends `{text}`"),
        Moment::Sent(text, _) => format!("the server sends `{text}`"),
        Moment::User(act, _) => format!("the user does `{act}`"),
        Moment::Shown(json, _) => format!("the client shows {}", quote(json)),
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
pub(in crate::check) fn describe_kind(moment: &Moment) -> String {
    format!("the {}", noun(moment))
}

fn noun(moment: &Moment) -> String {
    match moment {
        Moment::Attempt(_) => "attempt".to_owned(),
        Moment::Lost(_) => "loss of a connection".to_owned(),
        Moment::Accepted(_) => "connection that the server accepts".to_owned(),
        Moment::Status(kind, _) => format!("status `{}`", kind.name()),
        Moment::Received(text, _) => format!("message `{text}` from the client"),
        Moment::Sent(text, _) => format!("message `{text}` from the server"),
        Moment::User(act, _) => format!("`{act}` of the user"),
        Moment::Shown(json, _) => format!("showing of {}", quote(json)),
        Moment::At(_) => "point in time".to_owned(),
    }
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
        Moment::Attempt(_) => Lane::Tries,
        Moment::Lost(_) | Moment::Accepted(_) => Lane::Connection,
        Moment::Status(..) => Lane::Status,
        Moment::Shown(..) => Lane::Shown,
        Moment::Received(..) | Moment::Sent(..) | Moment::User(..) | Moment::At(_) => Lane::Server,
    }
}

/// Whether two moments name events of the same kind, whichever of them.
pub(in crate::check) fn same_kind(one: &Moment, other: &Moment) -> bool {
    match (one, other) {
        (Moment::Attempt(_), Moment::Attempt(_))
        | (Moment::Lost(_), Moment::Lost(_))
        | (Moment::Accepted(_), Moment::Accepted(_)) => true,
        (Moment::Status(one, _), Moment::Status(other, _)) => one == other,
        (Moment::Received(one, _), Moment::Received(other, _))
        | (Moment::Sent(one, _), Moment::Sent(other, _))
        | (Moment::User(one, _), Moment::User(other, _))
        | (Moment::Shown(one, _), Moment::Shown(other, _)) => one == other,
        (Moment::At(one), Moment::At(other)) => one == other,
        _ => false,
    }
}
