use super::{
    around,
    canvas::Scale,
    lanes::Lanes,
    legend::Legend,
    story::{Beat, Ping, Story, Wait},
    truth::Wire,
};
use crate::{report::style::Style, scenario::Side, time::Millis, trace::parse};

fn story(events: &str) -> Story {
    let text = format!(
        "# trace 1\nchallenge x  scenario y  seed 1  clients 2  clock virtual  latency 10  slack 0\n{events}\nend 9000 time-up\n"
    );
    let traces = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let one = Story::of(&traces[0], 0);
    assert_eq!(format!("{one:?}"), format!("{:?}", Story::of_all(&traces[0])[0]));
    one
}

const OUTAGE: &str = r#"
     0 c0 #1 client attempt
     5 c1 #2 client attempt
    10 c0 #1 server accept
    30 c0 #1 server answer 101
  1000 c0 #1 server reset
  1500 c0 #3 client attempt
  1510 c0 #3 server refuse
  2500 c0 #4 client attempt
  2510 c0 #4 server accept
  3500 c0 #4 client drop
  5000 c0 #5 client attempt
  5010 c0 #5 server accept
  5030 c0 #5 server answer 101
  6000 c0 #5 server close 1012 "restart"
  6010 c0 #5 client drop"#;

#[test]
fn waits_are_from_what_the_client_sees_to_its_next_attempt() {
    let story = story(OUTAGE);
    let wait = |from, to, retry| Wait { from, to, retry };
    assert_eq!(story.waits(), [wait(1_010, 1_500, 1), wait(1_520, 2_500, 2), wait(3_500, 5_000, 3)]);
    assert_eq!(story.last_wait(), Some((6_010, 9_000)));
    assert_eq!(story.tries.iter().map(|t| t.open).collect::<Vec<_>>(), [Some(40), None, None, Some(5_040)]);
}

#[test]
fn an_attempt_that_is_still_alive_leaves_no_wait() {
    let story =
        story("0 c0 #1 client attempt\n100 c0 #2 client attempt\n110 c0 #2 server refuse\n500 c0 #3 client attempt");
    assert_eq!(story.waits(), []);
    assert_eq!(story.last_wait(), None);
    assert_eq!(story.alive(), [(0, 1), (100, 2), (120, 1), (500, 2)]);
}

#[test]
fn the_window_shows_the_cause_and_what_is_near() {
    let landmarks: Vec<_> = (0..20).map(|n| n * 1_000).collect();
    assert_eq!(around(&landmarks, 10_500, 10_500), (8_000, 12_000));
    assert_eq!(around(&landmarks, 10_000, 13_000), (6_000, 17_000));
    assert_eq!(around(&landmarks, 10_900, 10_950), (9_000, 12_000));
    assert_eq!(around(&landmarks, 19_500, 20_000), (16_000, 20_000));
    assert_eq!(around(&[0, 40, 5_010, 5_500, 6_000], 5_010, 5_490), (5_010, 6_000));
    assert_eq!(around(&[], 5, 9), (5, 9));
}

#[test]
fn what_the_client_sends_is_marked_on_its_connection_and_heartbeats_on_a_lane_of_their_own() {
    let story = story(
        "0 c0 #1 client attempt\n10 c0 #1 server accept\n30 c0 #1 server answer 101\n3000 c0 #1 client ping \"\"\n\
         3010 c0 #1 server pong \"\"\n5000 c0 #1 client ping \"\"\n6000 c0 #1 client text \"hi\"\n\
         7000 c0 #1 client text \"{\\\"type\\\":\\\"ping\\\"}\"\n8000 c0 #1 server ping \"\"",
    );
    assert_eq!(story.sent, [6_000]);
    let mut lanes = lanes(&story);
    assert_eq!(lanes.connection().show(ASCII), format!("{}s{}", "=".repeat(30), "=".repeat(14)));
    assert_eq!(lanes.pings(false).show(ASCII), format!("{:15}%{:9}i{:14}I", "", "", ""));
    assert_eq!(lanes.pings(true).show(ASCII), format!("{:35}i", ""));
    assert!(!lanes.server().show(ASCII).contains('m'));
}

#[test]
fn comments_of_a_stream_are_heartbeats_and_what_only_looks_like_one_is_not() {
    let story = story(
        "0 c0 #1 client attempt\n10 c0 #1 server accept\n30 c0 #1 server answer 200\n30 c0 #1 server stream\n\
         1000 c0 #1 server bytes \": keep-alive\\n\\n\"\n2000 c0 #1 server bytes \"data\"\n\
         2001 c0 #1 server bytes \": one\\n\\n\"\n3000 c0 #1 server bytes \":\\r\\n\"\n\
         4000 c0 #1 server bytes \"retry: 9\\n\"",
    );
    let comment = |at| Ping { at, by: Side::Server, beat: Beat::Comment, is_message: false };
    assert_eq!(story.pings, [comment(1_010), comment(3_010)]);
}

const ASCII: Style = Style { colour: false, ascii: true, width: 80, hints: 1 };

fn lanes(story: &Story) -> Lanes<'_> {
    let scale = Scale { from: 0, to: 9_000, columns: 46 };
    Lanes { story, scale, style: ASCII, legend: Legend::default() }
}

/// A client that is connected from 40 ms on, greeted at 1 s and reset at 2 s, comes back at 5 s and is closed by its user at 6 s.
const LIFE: &str = r#"
     0 c0 #1 client attempt
    10 c0 #1 server accept
    30 c0 #1 server answer 101
   990 c0 #1 server text "hello"
  1990 c0 #1 server reset
  5000 c0 #2 client attempt
  5010 c0 #2 server accept
  5030 c0 #2 server answer 101
  5030 c0 #2 server text "hello"
  6000 c0 - user close
  6000 c0 #2 client close 1000 ""
  6020 c0 #2 client drop"#;

#[test]
fn the_truth_is_what_the_wire_says() {
    let truths = story(LIFE).truths();
    let merged = truths.chunk_by(|one, next| one.is == next.is);
    let merged: Vec<_> = merged.map(|same| (same[0].from, same[same.len() - 1].to, same[0].is)).collect();
    let expected = [
        (0, 40, Wire::Connecting),
        (40, 1_000, Wire::Open),
        (1_000, 2_000, Wire::Connected),
        (2_000, 5_000, Wire::Waiting),
        (5_000, 5_040, Wire::Connecting),
        (5_040, 6_000, Wire::Connected),
        (6_000, 9_000, Wire::Over),
    ];
    assert_eq!(merged, expected);
    assert_eq!(story("5 c0 - claim connecting").truths(), []);
}

/// The lies that are sure, of a client that claims these.
fn lies(claims: &[(Millis, &str)]) -> Vec<(Millis, Millis)> {
    let claims = claims.iter().map(|(at, claim)| (*at, format!("{at} c0 - claim {claim}")));
    let time = |line: &str| line.split_whitespace().next().and_then(|at| at.parse().ok()).unwrap_or(0);
    let mut lines: Vec<(Millis, String)> =
        LIFE.lines().filter(|line| !line.is_empty()).map(|line| (time(line), line.to_owned())).chain(claims).collect();
    lines.sort_by_key(|(at, _)| *at);
    let text: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    story(&text.join("\n")).lies().iter().filter(|lie| lie.is_sure).map(|lie| (lie.from, lie.to)).collect()
}

#[test]
fn a_lie_is_what_no_judge_lets_pass() {
    let (waits, ended) = ("retrying attempt=1 wait=3000", "disconnected \"x\"");
    let honest = [(0, "connecting"), (1_000, "connected"), (2_000, waits), (5_000, "connecting"), (5_040, "connected")];
    assert_eq!(lies(&[&honest[..], &[(6_000, ended)]].concat()), []);
    // Before the first message it depends on the spec what is connected.
    assert_eq!(lies(&[&[(0, "connecting"), (40, "connected")], &honest[2..], &[(6_000, ended)]].concat()), []);
    // A fifth of a second passes, and a second after the user's close.
    let late = |by: Millis| [&honest[..2], &[(2_000 + by, waits)], &honest[3..]].concat();
    assert_eq!(lies(&[&late(199)[..], &[(6_999, ended)]].concat()), []);
    assert_eq!(lies(&[&late(200)[..], &[(7_200, ended)]].concat()), [(2_000, 2_200), (7_000, 7_200)]);
    // However often it says so.
    let again = [(2_050, "connected"), (2_150, "connected"), (2_250, waits)];
    assert_eq!(lies(&[&honest[..2], &again, &honest[3..], &[(6_000, ended)]].concat()), [(2_000, 2_250)]);
    // Each truth has its own; an attempt of 40 ms is none.
    let all = [(500, 1_000), (1_000, 2_000), (2_000, 5_000), (5_040, 6_000)];
    assert_eq!(lies(&[(0, "connecting"), (500, ended)]), all);
    assert_eq!(lies(&[]), []);
}

#[test]
fn an_end_is_that_of_the_judges() {
    let ends = |events: &str| {
        let story = story(&format!("0 c0 #1 client attempt\n10 c0 #1 server accept\n{events}"));
        (story.tries[0].open, story.tries[0].over, story.tries[0].settled)
    };
    let open = "30 c0 #1 server answer 101\n";
    assert_eq!(ends(open), (Some(40), None, None));
    assert_eq!(
        ends(&format!("{open}500 c0 #1 server close 1012 \"\"\n900 c0 #1 server fin")),
        (Some(40), Some(510), Some(910))
    );
    assert_eq!(
        ends(&format!("{open}500 c0 #1 client close 1000 \"\"\n700 c0 #1 client drop")),
        (Some(40), Some(500), Some(700))
    );
    assert_eq!(ends("400 c0 #1 server answer 503\n500 c0 #1 client drop"), (None, Some(410), Some(500)));
    assert_eq!(ends("400 c0 #1 server answer 200\n400 c0 #1 server stream"), (Some(410), None, None));
    assert_eq!(
        ends("20 c0 #1 server answer 103\n8995 c0 #1 server reset"),
        (None, None, None),
        "the run is over first"
    );
}
