//! What the server's script expects.
//!
//! **Asserts** that on certain connections of a client, or on all of them, everything has come that the server's script expected there, in
//! the time that it allowed. Connections are numbered as the server accepts them, from 1. An expectation that the run was over for, or for
//! which the client had gone, has not been met.
//!
//! **Measures** no time: whether something came in time was decided by the script, whose times are the tolerance.
//!
//! **Findings**: `missed`; `not-begun`, there was no such connection, or on all of them nothing had been expected.
//!
//! **Chance of failing a correct client**: the script's.

use super::{
    case::{Case, Judged, Miss, count, moment},
    history::{Client, Expectation, ordinal},
    shown::quote,
};
use crate::{
    time::show,
    verdict::{Judgement, Lane},
};

/// How many messages that came instead are quoted.
const MOST_QUOTED: usize = 3;

pub(super) fn judge(case: &Case<'_>, connections: Option<&[u32]>) -> Judgement {
    let what = "The client does what the server's script expects";
    let expected = match connections {
        None => format!("{what} on every connection."),
        Some([only]) => format!("{what} on its {} connection.", ordinal(*only)),
        Some(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(|number| ordinal(*number)).collect();
            let (last, others) = numbers.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
            format!("{what} on its {} and {last} connections.", others.join(", "))
        }
    };
    case.each_client(expected, |client| judge_client(case, client, connections))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, connections: Option<&[u32]>) -> Judged {
    let accepted: Vec<usize> =
        (0..client.connections.len()).filter(|index| client.connections[*index].accepted.is_some()).collect();
    if let Some(lacking) = connections.into_iter().flatten().find(|number| **number as usize > accepted.len()) {
        return Err(Miss::not_begun(client, case.history.end, &format!("its {} connection", ordinal(*lacking))));
    }
    let number = |index: usize| accepted.binary_search(&index).ok().map(|place| place as u32 + 1);
    let judged = |expectation: &&Expectation<'_>| match (connections, number(expectation.connection)) {
        (None, _) => true,
        (Some(numbers), Some(number)) => numbers.contains(&number),
        (Some(_), None) => false,
    };
    let all: Vec<&Expectation<'_>> = client.expectations.iter().filter(judged).collect();
    if let Some(missed) = all.iter().find(|expectation| !expectation.met) {
        return Err(miss(client, missed, number(missed.connection)));
    }
    if all.is_empty() {
        return Err(Miss::not_begun(client, case.history.end, "a connection on which anything is expected"));
    }
    Ok(format!("All of {} came.", count(all.len() as u64, "expectation")))
}

/// Names what has not come, and what came instead.
fn miss(client: &Client<'_>, missed: &Expectation<'_>, number: Option<u32>) -> Miss {
    let on = number.map_or_else(String::new, |number| format!(" on the {} connection", ordinal(number)));
    let got = format!("`{}` had not come{on} at {}. {}", missed.what, show(missed.at), instead(client, missed));
    let evidence = moment(client, missed.at, Lane::Server, format!("missed: {}", missed.what));
    Miss::new("missed", got, vec![evidence])
}

/// What the client sent while the server waited.
fn instead(client: &Client<'_>, missed: &Expectation<'_>) -> String {
    let before = client.expectations.iter().rev().filter(|other| other.connection == missed.connection);
    let since = before.skip_while(|other| !std::ptr::eq(*other, missed)).nth(1).map(|before| before.heard);
    let heard = client.said.iter().filter(|text| {
        text.connection == missed.connection && since.is_none_or(|since| text.at > since) && text.at <= missed.heard
    });
    let texts: Vec<String> = heard.map(|text| quote(text.text)).collect();
    match texts.as_slice() {
        [] => "No message came instead.".to_owned(),
        several => {
            let quoted = several[..several.len().min(MOST_QUOTED)].join(", ");
            let more = several.len().saturating_sub(MOST_QUOTED);
            if more > 0 {
                format!("Instead came: {quoted} and {more} more.")
            } else {
                format!("Instead came: {quoted}.")
            }
        }
    }
}
