//! What is shown to the user.
//!
//! **Asserts** that the messages a client shows are exactly those of a list, in order and each once. They are compared as JSON values, so
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
    list::{Difference, difference, quote},
};
use crate::{
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, exactly: &[String]) -> Judgement {
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
    let Some((index, difference)) = difference(&shown, wanted) else {
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
    let got = match difference {
        Difference::Repeated => format!("{here}, which had been shown before."),
        Difference::Missing => format!("{here}, but {} should come first and is missing.", wanted[index].quoted()),
        Difference::OtherOrder => format!("{here}, but {} should come first.", wanted[index].quoted()),
        Difference::Unexpected => format!("{here}, which is not one of them."),
    };
    Err(Miss::new(difference.finding(), got, mark(difference.finding())))
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
