//! What is shown to the user.
//!
//! **Asserts** that the messages a client shows are exactly those of a list, or the texts of the scenario's log, in order and each once. They are compared as JSON values, so
//! that neither spaces nor the order of keys matter.
//!
//! **Measures** no time; there is no tolerance.
//!
//! **Findings**, by the first difference: `missing`, a message of the list is left out or the last ones never came; `repeated`, one is shown
//! that has been shown before; `other-order`, one of the list comes too early; `unexpected`, one is not of the list.
//!
//! **Chance of failing a correct client**: none.

use serde_json::Value;

use super::{
    case::{Case, Judged, Miss, count, moment},
    history::Client,
};
use crate::{
    scenario::Json,
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

/// How many characters of a message are quoted.
const QUOTED: usize = 60;

pub(super) fn judge(case: &Case<'_>, exactly: &[Json]) -> Judgement {
    let exactly = exactly.iter().map(|json| json.map(&|text| text.filled(case.values)).to_string());
    judge_list(case, &exactly.collect::<Vec<_>>())
}

/// Each entry of the run's log once: its text, in order.
pub(super) fn judge_log(case: &Case<'_>) -> Judgement {
    let texts = case.values.log.entries().iter().map(|entry| Value::from(entry.text.as_str()).to_string());
    judge_list(case, &texts.collect::<Vec<_>>())
}

fn judge_list(case: &Case<'_>, exactly: &[String]) -> Judgement {
    let expected = match exactly {
        [] => "The client shows no message.".to_owned(),
        [only] => format!("The client shows exactly one message: {}.", quote(only)),
        [first, .., last] => {
            format!("The client shows exactly {} messages, from {} to {}.", exactly.len(), quote(first), quote(last))
        }
    };
    let wanted: Vec<Shown<'_>> = exactly.iter().map(|text| Shown::of(text)).collect();
    case.each_client(expected, |client| judge_client(client, &wanted, case.history.end))
}

fn judge_client(client: &Client<'_>, wanted: &[Shown<'_>], end: Millis) -> Judged {
    let shown: Vec<Shown<'_>> = client.shown.iter().map(|(_, text)| Shown::of(text)).collect();
    let Some(index) = (0..shown.len().max(wanted.len())).find(|index| shown.get(*index) != wanted.get(*index)) else {
        return Ok(format!("It showed {}.", count(shown.len() as u64, "message")));
    };
    let at = client.shown.get(index).map_or(end, |(at, _)| *at);
    let mark = |label: &str| vec![moment(client, at, Lane::Shown, label)];
    let Some(found) = shown.get(index) else {
        let got = format!(
            "After {} nothing more was shown: {} is missing.",
            count(index as u64, "message"),
            wanted[index].quoted()
        );
        return Err(Miss::new("missing", got, mark("a message is missing")));
    };
    let here = format!("Message {}, shown at {}, is {}", index + 1, show(at), found.quoted());
    let (finding, got) =
        if shown[..index].contains(found) && wanted.get(index..).is_none_or(|rest| !rest.contains(found)) {
            ("repeated", format!("{here}, which had been shown before."))
        } else {
            match wanted.get(index..).unwrap_or_default().iter().position(|later| later == found) {
                // The list goes on as if what stands between had never been: it was left out.
                Some(skipped) if continues(&shown[index..], &wanted[index + skipped..]) => {
                    ("missing", format!("{here}, but {} should come first and is missing.", wanted[index].quoted()))
                }
                Some(_) => ("other-order", format!("{here}, but {} should come first.", wanted[index].quoted())),
                None => ("unexpected", format!("{here}, which is not one of them.")),
            }
        };
    Err(Miss::new(finding, got, mark(finding)))
}

/// Whether what was shown goes on as the list does, as far as it goes.
fn continues(shown: &[Shown<'_>], wanted: &[Shown<'_>]) -> bool {
    shown.iter().zip(wanted).all(|(one, other)| one == other)
}

/// A message: as a value where it is JSON, else as its text.
#[derive(Debug)]
struct Shown<'a> {
    text: &'a str,
    value: Option<Value>,
}

impl<'a> Shown<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, value: serde_json::from_str(text).ok() }
    }

    fn quoted(&self) -> String {
        quote(self.text)
    }
}

impl PartialEq for Shown<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.text == other.text,
            _ => false,
        }
    }
}

/// A message, cut where it is long.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((cut, _)) => format!("`{}…`", &text[..cut]),
        None => format!("`{text}`"),
    }
}
