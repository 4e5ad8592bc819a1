//! What the user sees last, or at a moment.
//!
//! **Asserts** that what a client has shown last is this value: at the end of the run or, if a moment is named, then; if the moment names
//! several events, at each of them. Values are compared as JSON, so that neither spaces nor the order of keys matter. What was shown before
//! does not matter either: this is for clients that show a state, such as a map, again and again.
//!
//! **Measures** from the moment to when the value is shown, in the client's time. The check says how long that may take; it is enough that
//! the user sees the value at some instant of this time.
//!
//! **Tolerance**: 50 ms of the spec more, and never less than the run's slack.
//!
//! **Findings**: `nothing-shown`; `missing`, a key of the value is not there; `unexpected`, a key is there that the value does not have;
//! `other`, something else differs; `not-begun`, the moment never came.
//!
//! **Window**, where a moment is named: the time that it may take.
//!
//! **Chance of failing a correct client**: none by itself; a moment at which a correct client cannot know the value yet is the spec's mistake.

use serde_json::Value;

use super::{
    case::{Case, Judged, Miss, due, moment, stretch},
    history::{Client, describe_moment},
    shown::quote,
};
use crate::{
    scenario::{Json, Length, Moment},
    time::{Millis, show},
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, wanted: &Json, at: Option<&Moment>, within: &Length) -> Judgement {
    let wanted = &wanted.map(&|text| text.filled(case.values)).to_string();
    let expected = match at {
        Some(at) if case.ms(within) > 0 => {
            let (at, within) = (describe_moment(at, case.values), case.describe(within));
            format!("Within {within} of {at} the user sees {}.", quote(wanted))
        }
        Some(at) => format!("At {} the user sees {}.", describe_moment(at, case.values), quote(wanted)),
        None => format!("In the end the user sees {}.", quote(wanted)),
    };
    case.each_client(expected, |client| judge_client(case, client, wanted, at, case.ms(within)))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, wanted: &str, at: Option<&Moment>, within: Millis) -> Judged {
    let end = case.history.end;
    let Some(at) = at else {
        return judge_at(client, wanted, end, end);
    };
    let moments = client.named(at, case.values, end);
    if moments.is_empty() {
        return Err(Miss::not_begun(client, end, &describe_moment(at, case.values)));
    }
    let since = describe_moment(at, case.values);
    for moment in &moments {
        let latest = moment.at.saturating_add(within).saturating_add(case.tolerance());
        let window = || due(client, (moment.at, &since), (0, within), Lane::Shown);
        judge_at(client, wanted, moment.at, latest).map_err(|miss| miss.expected(window()))?;
    }
    Ok(format!("The user saw {}.", quote(wanted)))
}

/// What the user sees between `from` and `to` must have been the wanted value at some instant.
fn judge_at(client: &Client<'_>, wanted: &str, from: Millis, to: Millis) -> Judged {
    let seen = client.shown.partition_point(|(at, _)| *at < from).saturating_sub(1);
    let candidates = client.shown.get(seen..).unwrap_or_default().iter().take_while(|(at, _)| *at <= to);
    let candidates: Vec<_> = candidates.collect();
    let Some((since, last)) = candidates.last() else {
        let got = format!("Nothing had been shown by {}.", show(to));
        return Err(Miss::new("nothing-shown", got, vec![moment(client, to, Lane::Shown, "nothing shown")]));
    };
    let value = read(wanted);
    if candidates.iter().any(|(_, text)| read(text) == value) {
        return Ok(format!("The user saw {}.", quote(wanted)));
    }
    let (finding, difference) = difference(wanted, value.as_ref(), read(last).as_ref());
    let got = format!("At {} the user saw {}: {difference}.", show(to), quote(last));
    let label = difference.replace('`', "");
    Err(Miss::new(finding, got, vec![stretch(client, *since, to, Lane::Shown, label)]))
}

/// What is shown is JSON; where a program of another language shows something else, it is no value that a check can want.
fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// The finding, and the first difference in words.
fn difference(text: &str, wanted: Option<&Value>, found: Option<&Value>) -> (&'static str, String) {
    let (Some(Value::Object(wanted)), Some(Value::Object(found))) = (wanted, found) else {
        return ("other", format!("it should be {}", quote(text)));
    };
    if let Some(key) = wanted.keys().find(|key| !found.contains_key(*key)) {
        return ("missing", format!("`{key}` is missing"));
    }
    if let Some(key) = found.keys().find(|key| !wanted.contains_key(*key)) {
        return ("unexpected", format!("`{key}` should not be there"));
    }
    let differing = wanted.iter().filter(|(key, value)| found[*key] != **value);
    let each = differing.map(|(key, value)| format!("`{key}` is {} and should be {value}", found[key]));
    ("other", each.collect::<Vec<_>>().join(", "))
}
