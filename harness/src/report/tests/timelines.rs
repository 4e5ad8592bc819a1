//! Timelines: where it was expected, heartbeats, what is claimed against what is true.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::{
    fixtures::{self, evidence, fail, passed},
    report,
};
use crate::{
    report::{Style, terminal, text::width},
    time::Millis,
    trace::{Trace, parse},
    verdict::{Evidence, Lane, Verdict},
};

/// What happens in the scenario `blip`, for one client.
fn trace(events: &str, end: &str) -> Trace {
    let head = "challenge reconnect-backoff  scenario blip  seed 1  clients 1  clock virtual  latency 10  slack 0";
    parse(&format!("# trace 1\n{head}\n{events}\nend {end}\n")).unwrap().remove(0)
}

/// The check about `blip` fails like this.
fn missed(evidence: &[Evidence], windows: &[Evidence]) -> Verdict {
    let mut verdict = passed();
    fail(&mut verdict, "comes-back", "so much", "so little", evidence);
    verdict.checks.iter_mut().find(|check| check.id == "comes-back").unwrap().windows = windows.to_vec();
    verdict
}

/// Only the picture, of a verdict that has one.
fn picture(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.starts_with("  server") && !line.contains("Attempts of"));
    lines.take_while(|line| !line.starts_with("  why")).map(|line| format!("{line}\n")).collect()
}

/// The picture in both ways to write it.
fn pictures(verdict: &Verdict, trace: &Trace) -> String {
    let traces = std::slice::from_ref(trace);
    let ascii = terminal(verdict, traces, Style { ascii: true, ..Style::default() });
    assert!(ascii.is_ascii(), "{ascii}");
    picture(&report(verdict, traces)) + &picture(&ascii)
}

const BEATS: &str = r#"
     0  c0   -  claim   connecting
     0  c0  #1  client  attempt
    10  c0  #1  server  accept
    30  c0  #1  server  answer 101
    30  c0  #1  server  text "hello"
    40  c0   -  claim   connected
  1040  c0  #1  client  ping ""
  1050  c0  #1  server  pong ""
  1500  c0  #1  server  ping ""
  1510  c0  #1  client  pong ""
  1800  c0  #1  client  text "{\"type\":\"ping\"}"
  2040  c0  #1  client  ping ""
  2500  c0  #1  client  text "more"
  2700  c0  #1  server  ping "x"
  2710  c0  #1  client  ping "y""#;

#[test]
fn heartbeats_and_where_the_next_one_was_expected() {
    let trace = trace(BEATS, "6000 time-up");
    let gap = [evidence(0, (2_710, 6_000), Lane::Pings, "none in 3.29 s")];
    let window = [evidence(0, (3_610, 3_810), Lane::Pings, "900 ms to 1.1 s after the last")];
    insta::assert_snapshot!(pictures(&missed(&gap, &window), &trace));
}

#[test]
fn the_lane_of_heartbeats_is_there_when_they_are_missing() {
    let trace = trace(&BEATS.lines().take(7).collect::<Vec<_>>().join("\n"), "3000 time-up");
    let gap = [evidence(0, (40, 3_000), Lane::Pings, "none in 2.96 s")];
    let text = pictures(&missed(&gap, &[]), &trace);
    assert!(text.contains("\n  pings\n") && !text.contains("app pings"), "{text}");
}

#[test]
fn a_lie_is_seen_at_a_glance() {
    let trace = trace(
        r#"
     0  c0   -  claim   connecting
     0  c0  #1  client  attempt
    10  c0  #1  server  accept
    30  c0  #1  server  answer 101
    40  c0   -  claim   connected
   400  c0  #1  server  text "hello"
  1000  c0  #1  server  reset
  2000  c0  #2  client  attempt
  2010  c0  #2  server  refuse
  2020  c0   -  claim   retrying attempt=2 wait=500
  2520  c0   -  claim   connecting
  2520  c0  #3  client  attempt
  2530  c0  #3  server  accept
  2550  c0  #3  server  answer 101
  2550  c0  #3  server  text "hello"
  2560  c0   -  claim   connected"#,
        "4000 time-up",
    );
    let lies = [
        evidence(0, (40, 410), Lane::Status, "`connecting`, not connected"),
        evidence(0, (1_010, 2_000), Lane::Status, "`retrying`, not connected"),
    ];
    let truth = [evidence(0, (0, 410), Lane::Truth, "`connecting`")];
    // Before the first message it is only the judge who can tell; the rest is a lie whatever is asked.
    let judged = pictures(&missed(&lies, &truth), &trace);
    let unjudged = pictures(&missed(&[evidence(0, (2_000, 2_020), Lane::Tries, "here")], &[]), &trace);
    insta::assert_snapshot!(judged + &unjudged);
}

#[test]
fn the_window_shows_what_was_expected_unless_that_is_far() {
    let trace = fixtures::constant();
    let scenario = |verdict: &mut Verdict| {
        verdict.checks.iter_mut().find(|check| check.id == "comes-back").unwrap().scenario =
            trace.header.scenario.clone();
    };
    let wait = [evidence(0, (5_010, 5_522), Lane::Tries, "waits 512 ms")];
    let seconds = |to: Millis| {
        let mut verdict = missed(&wait, &[evidence(0, (5_010, to), Lane::Tries, "as long as this")]);
        scenario(&mut verdict);
        let text = picture(&report(&verdict, std::slice::from_ref(&trace)));
        text.lines().find(|line| line.contains('▒')).unwrap().matches('▒').count()
    };
    let (near, far) = (seconds(7_000), seconds(100_000));
    assert!(near < 66 && far < 66, "{near} {far}");
    assert!(seconds(7_000) > seconds(6_000), "the band grows with what it shows");
}

#[test]
fn every_line_fits() {
    let (verdict, lockstep) = super::lockstep();
    let mut fleet = verdict;
    let windows =
        vec![evidence(7, (40_522, 40_573), Lane::Fleet, "more than 51 ms apart, which is rather close as it stands")];
    fleet.checks.iter_mut().find(|check| check.id == "together").unwrap().windows = windows;
    let beats = trace(BEATS, "6000 time-up");
    let label =
        "somewhere in here, which is told in more words than fit in one line of a narrow terminal, as can happen";
    let places: Vec<_> = [Lane::Pings, Lane::Truth, Lane::Tries, Lane::Status, Lane::Shown, Lane::Server]
        .into_iter()
        .flat_map(|lane| {
            [(0, 1), (2_000, 3_000), (5_990, 6_000), (0, 9_000)].map(|span| evidence(0, span, lane, label))
        })
        .collect();
    for (i, miss) in places.iter().enumerate() {
        let windows = [places[(5 * i) % places.len()].clone(), places[(7 * i + 3) % places.len()].clone()];
        fits(&missed(std::slice::from_ref(miss), &windows), &beats);
    }
    fits(&fleet, &lockstep);
}

#[track_caller]
fn fits(verdict: &Verdict, trace: &Trace) {
    for (columns, ascii) in [60, 61, 80, 120].into_iter().flat_map(|width| [(width, false), (width, true)]) {
        let style = Style { ascii, width: columns, ..Style::default() };
        let text = terminal(verdict, std::slice::from_ref(trace), style);
        let wide: Vec<_> = text.lines().filter(|line| width(line) > columns).collect();
        assert!(wide.is_empty(), "wider than {columns} columns:\n{}", wide.join("\n"));
        assert!(!ascii || text.is_ascii(), "{text}");
    }
}

#[test]
fn a_fleet_is_shown_how_far_apart_it_should_be() {
    let (mut verdict, trace) = super::lockstep();
    let check = verdict.checks.iter_mut().find(|check| check.id == "together").unwrap();
    check.evidence = vec![evidence(7, (40_010, 40_522), Lane::Fleet, "20 clients make the 1st retry together")];
    check.windows = vec![evidence(7, (40_522, 40_773), Lane::Fleet, "more than 251 ms apart")];
    insta::assert_snapshot!(pictures(&verdict, &trace));
}

/// Whatever a client and a server could ever do, in any order.
fn soup(random: &mut SmallRng) -> Trace {
    const ACTS: [&str; 24] = [
        "client attempt",
        "client attempt",
        "client drop",
        "client reset",
        "client close 1000 \"\"",
        "client ping \"\"",
        "client text \"pong\"",
        "client text \"hi\"",
        "server accept",
        "server refuse",
        "server answer 101",
        "server answer 200",
        "server answer 103",
        "server stream",
        "server bytes \":\\n\"",
        "server pong \"\"",
        "server text \"hello\"",
        "server close 1012 \"\"",
        "server reset",
        "server fin",
        "server stall",
        "claim connecting",
        "claim retrying attempt=1 wait=1",
        "claim disconnected \"\"",
    ];
    let (mut at, mut text) = (0, String::new());
    for _ in 0..random.random_range(0..120) {
        at += [0, 0, 1, 10, 500, 8_000][random.random_range(0..6)];
        let act = match random.random_range(0..20) {
            0 => "- user close".to_owned(),
            1 => "- claim returned".to_owned(),
            2 => "- claim connected".to_owned(),
            _ => {
                let act = ACTS[random.random_range(0..ACTS.len())];
                let conn = random.random_range(1..9);
                if act.starts_with("claim") { format!("- {act}") } else { format!("#{conn} {act}") }
            }
        };
        text += &format!("{at} c0 {act}\n");
    }
    trace(&text, &format!("{} time-up", at + random.random_range(0..2_000)))
}

#[test]
fn whatever_happens_can_be_drawn() {
    let lanes = [Lane::Server, Lane::Connection, Lane::Pings, Lane::Tries, Lane::Status, Lane::Truth, Lane::Shown];
    for seed in 0..500 {
        let random = &mut SmallRng::seed_from_u64(seed);
        let soup = soup(random);
        let mut place = || {
            let (one, other) = (random.random_range(0..=soup.end.at), random.random_range(0..=soup.end.at + 9_000));
            evidence(0, (one.min(other), one.max(other)), lanes[random.random_range(0..lanes.len())], "here")
        };
        let (misses, windows) = ([place(), place(), place()], [place(), place()]);
        report(&missed(&misses, &windows), std::slice::from_ref(&soup));
    }
}

#[test]
fn what_was_expected_off_the_axis_is_pointed_at() {
    let trace = trace(BEATS, "6000 time-up");
    let miss = [evidence(0, (2_500, 2_510), Lane::Tries, "here")];
    let later = [evidence(0, (9_000, 9_500), Lane::Tries, "much later")];
    let text = pictures(&missed(&miss, &later), &trace);
    assert!(text.contains("expected: much later →\n") && text.contains("expected: much later >\n"), "{text}");
    let long = fixtures::constant();
    let mut verdict = missed(
        &[evidence(0, (300_000, 300_010), Lane::Tries, "here")],
        &[evidence(0, (10, 20), Lane::Tries, "long ago")],
    );
    let check = verdict.checks.iter_mut().find(|check| check.id == "comes-back").unwrap();
    check.scenario.clone_from(&long.header.scenario);
    let text = pictures(&verdict, &long);
    assert!(text.contains("← expected: long ago\n") && text.contains("< expected: long ago\n"), "{text}");
}
