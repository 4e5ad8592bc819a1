//! A rhythm: something comes again and again while a connection is open.
//!
//! **Asserts** that while the named connections are open, something that one side sends on them comes at least so many times, each time at
//! least one length after the last and at most another. The first may come at once, and must come before the longer length has passed since
//! the opening; after the last one the connection stays open no longer than that. With `idle`, whatever arrives from the server restarts the
//! longer length: what is asked for is that so long a time in which nothing arrives does not pass without it.
//!
//! **Measures** from one to the next, in the client's time; a connection is open from the answer to its request to its end, or to the end of
//! the run.
//!
//! **Tolerance**: 50 ms of the spec on both lengths, and never less than the run's slack.
//!
//! **Findings**, by the first gap that is wrong: `missing`, it never comes though it should have; `stopped`, it has come and then does not
//! any more; `too-seldom`, a gap is too long; `too-often`, one is too short; `too-few`, all gaps are right but the connection ended before
//! it had come so many times; `not-begun`, there was no such connection.
//!
//! **Window**, where a gap is wrong: where the next one was expected, from the shorter length after the last one to the longer.
//!
//! **Chance of failing a correct client**: none by itself; lengths that a correct client's chance can break are the spec's mistake.

use super::{
    case::{Case, Judged, Miss, TOO_FEW, due, stretch},
    history::{Carried, Client, Connection, Traffic, describe_moment, lane, ordinal},
};
use crate::{
    scenario::{Length, Moment, Nth, Side},
    time::{Millis, show},
    verdict::Judgement,
};

/// What is asserted: the fields of [`Expect::Every`](crate::scenario::Expect::Every).
pub(super) struct Rhythm<'a> {
    pub moment: &'a Moment,
    pub least: &'a Length,
    pub most: &'a Length,
    pub connection: Nth,
    pub idle: bool,
    pub times: u32,
}

pub(super) fn judge(case: &Case<'_>, rhythm: &Rhythm<'_>) -> Judgement {
    let (least, most) = (case.describe(rhythm.least), case.describe(rhythm.most));
    let idle = if rhythm.idle { " in which nothing arrives" } else { "" };
    let what = describe_moment(rhythm.moment, case.values);
    let mut expected = format!("On {} there is {what} at least every {most}{idle}", connection(rhythm));
    if case.ms(rhythm.least) > 0 {
        expected += &format!(", not sooner than {least} after the last");
    }
    expected += &format!(", and at least {} in all.", rhythm.times);
    case.each_client(expected, |client| judge_client(case, client, rhythm))
}

/// Which connections, in words.
fn connection(rhythm: &Rhythm<'_>) -> String {
    match rhythm.connection {
        Nth::Number(n) => format!("the {} open connection", ordinal(n)),
        Nth::Any => "every open connection".to_owned(),
        Nth::Last => "the last open connection".to_owned(),
    }
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, rhythm: &Rhythm<'_>) -> Judged {
    let open = |connection: &Connection| connection.up.is_some_and(|up| up <= case.history.end);
    let all: Vec<usize> = (0..client.connections.len()).filter(|index| open(&client.connections[*index])).collect();
    let judged = match rhythm.connection {
        Nth::Any => all.as_slice(),
        Nth::Number(n) => all.get((n as usize).saturating_sub(1)..n as usize).unwrap_or_default(),
        Nth::Last => all.get(all.len().saturating_sub(1)..).unwrap_or_default(),
    };
    if judged.is_empty() {
        return Err(Miss::not_begun(client, case.history.end, &connection(rhythm)));
    }
    let beats = beats(case, client, rhythm);
    let mut came = 0;
    for index in judged {
        came += judge_connection(case, client, rhythm, *index, &beats)?;
    }
    Ok(format!("There were {came}."))
}

/// Something on a connection from which the longest gap counts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Beat {
    /// The index of the connection.
    connection: usize,
    at: Millis,
    /// Whether it is what shall come, and not something else that has arrived.
    is_it: bool,
}

/// What counts on all connections, by connection and time.
fn beats(case: &Case<'_>, client: &Client<'_>, rhythm: &Rhythm<'_>) -> Vec<Beat> {
    let came = client.on_connections(rhythm.moment, case.values).into_iter();
    let mut beats: Vec<Beat> = came.map(|(connection, at)| Beat { connection, at, is_it: true }).collect();
    if rhythm.idle {
        let arrives = |traffic: &&Traffic<'_>| traffic.by == Side::Server && !matches!(traffic.what, Carried::Stall);
        let arrived = client.traffic.iter().filter(arrives);
        beats.extend(arrived.map(|traffic| Beat { connection: traffic.connection, at: traffic.at, is_it: false }));
    }
    beats.sort_unstable();
    beats
}

/// How often it came on one connection, if the rhythm is right.
fn judge_connection(
    case: &Case<'_>,
    client: &Client<'_>,
    rhythm: &Rhythm<'_>,
    index: usize,
    beats: &[Beat],
) -> Result<u64, Miss> {
    let connection = &client.connections[index];
    let opened = connection.up.unwrap_or(connection.start);
    let over = connection.ending.map_or(case.history.end, |ending| ending.at.min(case.history.end));
    let beats = &beats[beats.partition_point(|beat| (beat.connection, beat.at) < (index, opened))..];
    let beats = &beats[..beats.partition_point(|beat| (beat.connection, beat.at) <= (index, over))];
    let (least, most) = (case.ms(rhythm.least), case.ms(rhythm.most) + case.tolerance());
    let (mut last, mut counted_from, mut came) = (None, opened, 0_u64);
    let miss = |finding, got: String, from: Millis, to: Millis, label: String| {
        Miss::new(finding, got, vec![stretch(client, from, to, lane(rhythm.moment), label)])
    };
    let next =
        |since: (Millis, &str), least: Millis| due(client, since, (least, case.ms(rhythm.most)), lane(rhythm.moment));
    for (n, at) in beats.iter().map(|beat| beat.at).chain([over]).enumerate() {
        let gap = at - counted_from;
        if gap > most {
            let goes_on = beats[n..].iter().any(|beat| beat.is_it);
            let finding = match (came > 0, goes_on) {
                (false, false) => "missing",
                (true, false) => "stopped",
                (_, true) => "too-seldom",
            };
            let before = if came == 0 { String::new() } else { format!(" {came} had come before.") };
            let got = format!("There was none for {}, from {} on.{before}", show(gap), show(counted_from));
            // The shorter length counts from the last one, the longer from whatever came since.
            let early = last.map_or(0, |last: Millis| last.saturating_add(least).saturating_sub(counted_from));
            let since = if counted_from == opened { "the opening" } else { "the last" };
            let window = next((counted_from, since), early.min(case.ms(rhythm.most)));
            return Err(miss(finding, got, counted_from, at, format!("none in {}", show(gap))).expected(window));
        }
        counted_from = at;
        if beats.get(n).is_none_or(|beat| !beat.is_it) {
            continue;
        }
        if let Some(last) = last.replace(at)
            && at - last + case.tolerance() < least
        {
            let gap = show(at - last);
            let got = format!("There was another after {gap}, at {}.", show(at));
            let window = next((last, "the last"), least);
            return Err(miss("too-often", got, last, at, format!("twice in {gap}")).expected(window));
        }
        came += 1;
    }
    if came < u64::from(rhythm.times) {
        let got = format!("There were {came} until the connection was over, after {}.", show(over - opened));
        return Err(miss(TOO_FEW, got, opened, over, format!("only {came}")));
    }
    Ok(came)
}
