//! What a client sends.
//!
//! **Asserts** that the text messages of a client that match a pattern, on one connection that the server accepted or on all together, and in
//! the order in which they were sent, say exactly what a list says, each item once. With `unique_by`, a message that is sent again counts once: it is known by a
//! member that is the same in both.
//!
//! **Measures** no time; there is no tolerance.
//!
//! **Findings**, by the first difference: `missing`, a message of the list is left out or the last ones never came; `other-order`, one of the
//! list comes too early; `unexpected`, one says nothing of the list. Without `unique_by` also `repeated`, one is sent again. With it
//! `changed-id`, one is sent again under another id; `reused-id`, another one is sent under the same id; `no-id`, one has no such member. Of one
//! connection also `not-begun`: there was none of that number.
//!
//! **Chance of failing a correct client**: none.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    case::{Case, Judged, Miss, capital, count, moment},
    history::{Client, Text, ordinal},
    shown::quote,
};
use crate::{
    scenario::Content,
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

/// What is looked for, with the values of the run.
struct Wanted<'a> {
    matching: Option<Content>,
    exactly: Vec<Content>,
    unique_by: Option<&'a [String]>,
    connection: Option<u32>,
}

pub(super) fn judge(
    case: &Case<'_>,
    matching: Option<&Content>,
    exactly: &[Content],
    unique_by: Option<&[String]>,
    connection: Option<u32>,
) -> Judgement {
    let wanted = Wanted {
        matching: matching.map(|matching| matching.filled(case.values)),
        exactly: exactly.iter().map(|item| item.filled(case.values)).collect(),
        unique_by,
        connection,
    };
    case.each_client(wanted.expected(), |client| wanted.judge(client, case.history.end))
}

impl Wanted<'_> {
    fn expected(&self) -> String {
        let mut like = match &self.matching {
            Some(matching) => format!(" like {}", quoted(matching)),
            None => String::new(),
        };
        if let Some(number) = self.connection {
            like += &format!(" over the {} connection that the server accepts", ordinal(number));
        }
        let again = match self.unique_by {
            Some(path) => format!("; one that is sent again has the same `{}`", path.join(".")),
            None => String::new(),
        };
        match self.exactly.as_slice() {
            [] => format!("The client sends no message{like}."),
            [only] => format!("The client sends exactly one message{like}, which says {}{again}.", quoted(only)),
            [first, .., last] => {
                let (number, first, last) = (self.exactly.len(), quoted(first), quoted(last));
                format!("The client sends exactly {number} messages{like}, from {first} to {last}{again}.")
            }
        }
    }

    fn judge(&self, client: &Client<'_>, end: Millis) -> Judged {
        let matches = |text: &&Text<'_>| self.matching.as_ref().is_none_or(|matching| matching.is(text.text));
        let connection = self.connection.map(|number| accepted(client, number, end)).transpose()?;
        let is_on = |text: &&Text<'_>| connection.is_none_or(|connection| text.connection == connection);
        let said: Vec<&Text<'_>> = client.said.iter().filter(is_on).filter(matches).collect();
        let mut reader = Reader { wanted: self, next: 0, ids: HashMap::new() };
        for (index, text) in said.iter().enumerate() {
            if let Some((finding, what)) = reader.read(text.text, &said[index + 1..]) {
                let nth = ordinal(u32::try_from(index + 1).unwrap_or(u32::MAX));
                let got = format!("The {nth} message, sent at {}, is {}, {what}.", show(text.at), quote(text.text));
                return Err(Miss::new(finding, got, vec![moment(client, text.at, Lane::Server, finding)]));
            }
        }
        match self.exactly.get(reader.next) {
            None => Ok(format!("It sent {}.", count(said.len() as u64, "message"))),
            Some(missing) => {
                let after = match said.len() {
                    0 => "nothing like it was sent".to_owned(),
                    sent => format!("after {} nothing more was sent", count(sent as u64, "message")),
                };
                let got = format!("{}: {} is missing.", capital(&after), quoted(missing));
                Err(Miss::new("missing", got, vec![moment(client, end, Lane::Server, "a message is missing")]))
            }
        }
    }
}

/// The index of the connection that the server accepted as the n-th.
fn accepted(client: &Client<'_>, number: u32, end: Millis) -> Result<usize, Miss> {
    let all = (0..client.connections.len()).filter(|index| client.connections[*index].accepted.is_some());
    let found = all.take(number as usize).nth(number.saturating_sub(1) as usize);
    found.ok_or_else(|| Miss::not_begun(client, end, &format!("the {} connection", ordinal(number))))
}

/// Goes through what a client has sent.
struct Reader<'w> {
    wanted: &'w Wanted<'w>,
    /// How far the list has come.
    next: usize,
    /// The ids that have been seen, as JSON texts, and the item of the list that each belongs to.
    ids: HashMap<String, usize>,
}

impl Reader<'_> {
    /// Reads one message, before `later` ones. Gives the finding and what is wrong if it is not the next one.
    fn read(&mut self, text: &str, later: &[&Text<'_>]) -> Option<(&'static str, String)> {
        let exactly = &self.wanted.exactly;
        let id = match self.wanted.unique_by.map(|path| member(text, path)) {
            None => None,
            Some(Some(id)) => Some(id.to_string()),
            Some(None) => return Some(("no-id", "which has no such member".to_owned())),
        };
        if let Some((id, item)) = id.as_ref().and_then(|id| Some((id, *self.ids.get(id)?))) {
            let same = exactly[item].is(text);
            return (!same).then(|| ("reused-id", format!("but {id} was the id of another message")));
        }
        if !exactly.get(self.next).is_some_and(|wanted| wanted.is(text)) {
            return Some(self.difference(text, later));
        }
        if let Some(id) = id {
            self.ids.insert(id, self.next);
        }
        self.next += 1;
        None
    }

    /// In which way a message is not the next one.
    fn difference(&self, text: &str, later: &[&Text<'_>]) -> (&'static str, String) {
        let (before, rest) = self.wanted.exactly.split_at(self.next);
        if let [next, rest @ ..] = rest
            && rest.iter().any(|item| item.is(text))
        {
            let comes = later.iter().any(|text| next.is(text.text));
            let next = quoted(next);
            return match comes {
                true => ("other-order", format!("but {next} should come first")),
                false => ("missing", format!("but {next} should come first and is missing")),
            };
        }
        match (before.iter().any(|item| item.is(text)), self.wanted.unique_by) {
            (true, Some(_)) => ("changed-id", "which had been sent before under another id".to_owned()),
            (true, None) => ("repeated", "which had been sent before".to_owned()),
            (false, _) => ("unexpected", "which is not one of them".to_owned()),
        }
    }
}

/// The member of a JSON text to which these names lead; null is none.
fn member(text: &str, path: &[String]) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    path.iter().try_fold(&value, |value, key| value.get(key)).filter(|member| !member.is_null()).cloned()
}

fn quoted(content: &Content) -> String {
    quote(&content.to_string())
}
