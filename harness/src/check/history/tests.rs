use super::{Client, Connection, Cut, History, connection::Ending};
use crate::{
    time::Millis,
    trace::{Trace, parse},
};

/// A trace with a latency of 10 ms that is over at 9 000; each line without its client, who is 0.
fn story(lines: &[&str]) -> Trace {
    let line = |line: &&str| {
        let (at, rest) = line.split_once(' ').expect("a time");
        format!("{at} c0 {rest}\n")
    };
    let header = "# trace 1\nchallenge x  scenario x  seed 1  clients 1  clock virtual  latency 10  slack 0\n";
    let text = header.to_owned() + &lines.iter().map(line).collect::<String>() + "end 9000 time-up\n";
    parse(&text).expect("a trace").pop().expect("one trace")
}

fn client<T>(lines: &[&str], look: impl FnOnce(&Client<'_>) -> T) -> T {
    look(&History::of(&story(lines)).clients[0])
}

/// What becomes of one attempt at 0.
fn fate(lines: &[&str]) -> Connection {
    client(&[&["0 #1 client attempt"], lines].concat(), |client| client.connections[0].clone())
}

/// When it was up; when it ended, when that was settled, and how.
type Fate = (Option<Millis>, Option<(Millis, Millis, Cut)>);

fn summary(connection: &Connection) -> Fate {
    (connection.up, connection.ending.map(|Ending { at, settled, cut }| (at, settled, cut)))
}

#[test]
fn what_the_server_does_counts_one_latency_later() {
    let cases: [(&[&str], Fate); 11] = [
        (&[], (None, None)),
        (&["10 #1 server refuse"], (None, Some((20, 20, Cut::Refused)))),
        (&["10 #1 server reset"], (None, Some((20, 20, Cut::Reset)))),
        (&["30 #1 server answer 101"], (Some(40), None)),
        (&["30 #1 server answer 100", "40 #1 server answer 200", "40 #1 server stream"], (Some(50), None)),
        (&["30 #1 server answer 503", "35 #1 server fin"], (None, Some((40, 45, Cut::Answered)))),
        (&["30 #1 server answer 101", "50 #1 server fin"], (Some(40), Some((60, 60, Cut::Fin)))),
        (&["30 #1 server answer 101", "50 #1 server half-close"], (Some(40), Some((60, 60, Cut::Fin)))),
        (&["30 #1 client drop"], (None, Some((30, 30, Cut::Left)))),
        // The answer comes too late: the attempt has been given up.
        (&["30 #1 server answer 101", "35 #1 client drop"], (None, Some((35, 35, Cut::Left)))),
        // A reset that the client cannot have seen when it dropped the connection.
        (
            &["30 #1 server answer 101", "95 #1 server reset", "100 #1 client drop"],
            (Some(40), Some((100, 100, Cut::Left))),
        ),
    ];
    for (lines, wanted) in cases {
        assert_eq!(summary(&fate(lines)), wanted, "{lines:?}");
    }
}

#[test]
fn a_close_handshake_is_settled_when_the_stream_ends_or_the_client_drops_it() {
    let up = "30 #1 server answer 101";
    let closed = |lines: &[&str]| summary(&fate(&[&[up], lines].concat())).1;
    let frame = "90 #1 server close 1012 \"\"";
    assert_eq!(closed(&[frame]), Some((100, 100, Cut::CloseFrame)));
    assert_eq!(closed(&[frame, "150 #1 server fin"]), Some((100, 160, Cut::CloseFrame)));
    assert_eq!(closed(&[frame, "130 #1 client drop", "150 #1 server fin"]), Some((100, 130, Cut::CloseFrame)));
    // A close that the client begins is no loss.
    assert_eq!(closed(&["90 #1 client close 1000 \"\"", "110 #1 server fin"]), Some((90, 120, Cut::Left)));
}

#[test]
fn waits_count_from_the_last_end_and_retries_from_the_last_loss() {
    let lines = [
        "0 #1 client attempt",
        "10 #1 server refuse",
        "120 #2 client attempt",
        "150 #2 server answer 101",
        "990 #2 server reset",
        "1500 #3 client attempt",
        "1510 #3 server refuse",
        "2520 #4 client attempt",
    ];
    client(&lines, |client| {
        let waits: Vec<_> = client.waits.iter().map(|wait| (wait.from, wait.longest, wait.retry, wait.loss)).collect();
        assert_eq!(waits, [(20, 100, 1, None), (1_000, 500, 1, Some(0)), (1_520, 1_000, 2, Some(0))]);
        let losses: Vec<_> = client.losses.iter().map(|loss| (loss.at, loss.up, loss.cut)).collect();
        assert_eq!(losses, [(1_000, 840, Cut::Reset)]);
        assert_eq!(client.pending, None, "the last attempt is still alive");
    });
}

#[test]
fn an_attempt_beside_another_has_waited_for_nothing() {
    let lines = [
        "0 #1 client attempt",
        "500 #2 client attempt",
        "590 #1 server refuse",
        "690 #2 server refuse",
        "1000 #3 client attempt",
        "1010 #3 server refuse",
    ];
    client(&lines, |client| {
        let waits: Vec<_> = client.waits.iter().map(|wait| (wait.from, wait.longest)).collect();
        assert_eq!(waits, [(500, 0), (700, 300)]);
        let pending = client.pending.expect("a wait");
        assert_eq!((pending.from, pending.to), (1_020, 9_000));
    });
}

#[test]
fn numbers_need_not_rise_and_count_once() {
    let lines = [
        "0 #7 client attempt",
        "10 #3 client attempt",
        "20 #7 client attempt",
        "30 #5 client attempt",
        "40 #3 server refuse",
        "50 #9 server refuse",
        "60 #5 client drop",
        "70 - client attempt",
        "80 #7 client drop",
    ];
    client(&lines, |client| {
        let ends: Vec<_> =
            client.connections.iter().map(|one| (one.number, one.ending.map(|ending| ending.at))).collect();
        assert_eq!(ends, [(7, Some(80)), (3, Some(50)), (5, Some(60))]);
    });
}
