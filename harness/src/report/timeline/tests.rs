use super::{
    around,
    canvas::Scale,
    lanes::Lanes,
    legend::Legend,
    story::{Story, Wait},
};
use crate::{report::style::Style, trace::parse};

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
fn what_the_client_sends_is_marked_on_its_connection() {
    let story = story(
        "0 c0 #1 client attempt\n10 c0 #1 server accept\n30 c0 #1 server answer 101\n3000 c0 #1 client ping \"\"\n\
         3010 c0 #1 server pong \"\"\n6000 c0 #1 client text \"hi\"",
    );
    assert_eq!(story.sent, [3_000, 6_000]);
    let style = Style { ascii: true, ..Style::default() };
    let mut lanes =
        Lanes { story: &story, scale: Scale { from: 0, to: 9_000, columns: 46 }, style, legend: Legend::default() };
    let row = lanes.connection().show(style);
    assert_eq!(row, format!("{}s{}s{}", "=".repeat(15), "=".repeat(14), "=".repeat(14)));
}
