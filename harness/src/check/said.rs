//! What the client says.
//!
//! **Asserts** that the text messages which a client sends are exactly those of a list, in order and each once: over the connection of
//! one of its attempts, or over all of them, one after the other.
//!
//! **Measures** no time; there is no tolerance. What the client wrote and no server has read is not seen: it was not said to anybody.
//!
//! **Findings**, by the first difference: `missing`, a text of the list is left out or the last ones never came; `repeated`, one comes
//! again; `other-order`, one of the list comes too early; `unexpected`, one is not of the list; `not-begun`, there was no such attempt.
//!
//! **Chance of failing a correct client**: none.

use super::{
    case::{Case, Judged, Miss, count, moment},
    history::{Client, Text, ordinal},
    list::{Difference, difference, quote},
};
use crate::{
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, exactly: &[String], connection: Option<u32>) -> Judgement {
    let over = connection.map_or_else(String::new, |n| format!(" over the connection of its {} attempt", ordinal(n)));
    let expected = match exactly {
        [] => format!("The client sends no text{over}."),
        all => {
            let all: Vec<String> = all.iter().map(|text| quote(text)).collect();
            format!("The client sends exactly {}{over}, in this order.", all.join(", "))
        }
    };
    let wanted: Vec<&str> = exactly.iter().map(String::as_str).collect();
    case.each_client(expected, |client| judge_client(client, &wanted, connection, case.history.end))
}

fn judge_client(client: &Client<'_>, wanted: &[&str], connection: Option<u32>, end: Millis) -> Judged {
    let index = connection.map(|number| number as usize - 1);
    if let Some(number) = connection.filter(|number| client.connections.len() < *number as usize) {
        return Err(Miss::not_begun(client, end, &format!("the {} attempt", ordinal(number))));
    }
    let texts: Vec<&Text<'_>> =
        client.said.iter().filter(|text| index.is_none_or(|index| text.connection == index)).collect();
    let said: Vec<&str> = texts.iter().map(|text| text.text).collect();
    let Some((index, difference)) = difference(&said, wanted) else {
        return Ok(format!("It sent {}.", count(said.len() as u64, "text")));
    };
    let at = texts.get(index).map_or(end, |text| text.at);
    let mark = |label: String| vec![moment(client, at, Lane::Connection, label)];
    let Some(found) = said.get(index) else {
        let after =
            if index == 0 { "Nothing was sent".to_owned() } else { format!("After {index} nothing more was sent") };
        let got = format!("{after}: {} is missing.", quote(wanted[index]));
        return Err(Miss::new("missing", got, mark(format!("{} is missing", quote(wanted[index])))));
    };
    let here = format!("Text {}, sent at {}, is {}", index + 1, show(at), quote(found));
    let got = match difference {
        Difference::Repeated => format!("{here}, which had been sent before."),
        Difference::Missing => format!("{here}, but {} should come first and is missing.", quote(wanted[index])),
        Difference::OtherOrder => format!("{here}, but {} should come first.", quote(wanted[index])),
        Difference::Unexpected => format!("{here}, which is not one of them."),
    };
    Err(Miss::new(difference.finding(), got, mark(format!("{}: {}", difference.finding(), quote(found)))))
}
