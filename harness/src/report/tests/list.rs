//! The list of challenges.

use super::records::fits;
use crate::report::{About, Best, Chapter, List, Listed, State, Style, json, list};

fn listed(slug: &str, title: &str, channel: &str) -> Listed {
    Listed {
        slug: slug.into(),
        about: Some(About {
            title: title.into(),
            channel: channel.into(),
            summary: "Keep a chat alive through an outage without causing a retry storm, however long the outage is."
                .into(),
            minutes: 60,
            points: 40,
        }),
        state: State::NotStarted,
        best: None,
        started: None,
        checked: None,
        passed: None,
        gave_up: None,
        requires: Vec::new(),
        after: Vec::new(),
    }
}

/// A course in which one challenge is passed, one is begun, and one is broken.
fn course() -> List {
    let time = |day: u32| Some(format!("2026-03-{day:02}T12:30:00Z"));
    let score = |score| Some(Best { score, max_score: 26 });
    let passed = Listed {
        state: State::Passed,
        best: score(26),
        started: time(1),
        checked: time(9),
        passed: time(2),
        ..listed("sse-minimal", "A minimal SSE client", "sse")
    };
    let after = vec!["connection-state".to_owned(), "reconnect-backoff".to_owned(), "heartbeat".to_owned()];
    let started = Listed {
        state: State::Started,
        best: score(7),
        started: time(3),
        checked: time(3),
        requires: after.clone(),
        after: after[1..].to_vec(),
        ..listed("resume-session", "Resume a session that has a very long title", "both")
    };
    let changed = Listed { state: State::Started, ..listed("heartbeat", "Heartbeat", "websocket") };
    let chapter = |title: &str, challenges| Chapter { title: Some(title.into()), challenges };
    let chapters = vec![
        chapter("Choosing the channel", vec![passed, listed("choose-channel", "Choose the channel", "both")]),
        chapter("Nothing yet", Vec::new()),
        chapter("Staying connected", vec![started, changed]),
        Chapter { title: None, challenges: vec![Listed { about: None, ..listed("broken", "", "sse") }] },
    ];
    List::new(Some("resume-session".into()), chapters)
}

fn slugs(list: &List) -> Vec<&str> {
    list.chapters.iter().flat_map(|chapter| &chapter.challenges).map(|listed| listed.slug.as_str()).collect()
}

fn filtered<'a>(words: &[&str], states: &[State], list: &'a mut Option<List>) -> Vec<&'a str> {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    slugs(list.insert(course().filtered(&words, states)))
}

#[test]
fn the_list_of_challenges() {
    insta::assert_snapshot!(fits(list(&course(), Style::default())));
    assert_eq!(list(&List::new(None, Vec::new()), Style::default()), "There are no challenges here.\n");
}

#[test]
fn states_are_told_apart_without_colour_and_in_ascii() {
    let ascii = list(&course(), Style { ascii: true, ..Style::default() });
    assert!(ascii.is_ascii());
    for line in ["  + sse-minimal ", "    choose-channel ", "> * resume-session ", "  * heartbeat "] {
        assert!(ascii.lines().any(|shown| shown.starts_with(line)), "{line:?} in\n{ascii}");
    }
}

#[test]
fn long_names_leave_the_page_whole() {
    let slug = "a-challenge-with-a-name-that-goes-on";
    let long = Listed {
        best: Some(Best { score: 1_000, max_score: 1_000 }),
        ..listed(slug, "A title of some length, and then a little more of it", "both")
    };
    let one = List::new(None, vec![Chapter { title: None, challenges: vec![long] }]);
    let shown = fits(list(&one, Style::default()));
    assert!(shown.contains("a-challenge-with-a-name-that-") && shown.contains("check a-challenge"), "{shown}");
}

#[test]
fn what_is_shown_cannot_steer_the_terminal() {
    let evil = Listed { slug: "evil\u{1b}[2J".into(), ..listed("", "Title\u{1b}]0;gone\u{7}", "both") };
    let one = List::new(None, vec![Chapter { title: Some("Chapter\u{1b}[31m".into()), challenges: vec![evil] }]);
    for text in [list(&one, Style::default()), json(&one)] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
}

#[test]
fn it_is_filtered_by_words_and_by_state() {
    let mut list = None;
    assert_eq!(filtered(&[], &[], &mut list).len(), 5);
    assert_eq!(filtered(&["SSE"], &[], &mut list), ["sse-minimal"], "the channel, and the name");
    assert_eq!(filtered(&["choos"], &[], &mut list), ["sse-minimal", "choose-channel"], "the chapter");
    assert_eq!(filtered(&["title", "resume"], &[], &mut list), ["resume-session"]);
    assert_eq!(filtered(&["either"], &[], &mut list), ["choose-channel", "resume-session"], "as it is shown");
    assert_eq!(filtered(&["both"], &[], &mut list), ["choose-channel", "resume-session"], "as it is in the record");
    assert_eq!(filtered(&["minimal", "resume"], &[], &mut list), [""; 0]);
    assert_eq!(filtered(&[], &[State::Started], &mut list), ["resume-session", "heartbeat"]);
    assert_eq!(filtered(&["staying"], &[State::Passed, State::NotStarted], &mut list), [""; 0]);
    assert_eq!(
        filtered(&[], &[State::Passed, State::NotStarted], &mut list),
        ["sse-minimal", "choose-channel", "broken"]
    );
}

/// The way on: what was worked on last, else the first that is open and needs no other.
#[test]
fn it_says_how_to_go_on() {
    let next = |list: List| {
        let text = super::super::list(&list, Style::default());
        text.lines().last().and_then(|line| line.split_once("check ")).expect("it does").1.to_owned()
    };
    assert_eq!(next(course()), "resume-session");
    assert_eq!(next(List { last: Some("sse-minimal".into()), ..course() }), "choose-channel", "the last one is passed");
    assert_eq!(next(List { last: None, ..course() }.filtered(&["staying".into()], &[])), "heartbeat");
    assert_eq!(
        next(List { last: None, ..course() }.filtered(&["resume".into()], &[])),
        "resume-session",
        "there is no other"
    );
    assert_eq!(next(course().filtered(&["minimal".into()], &[])), "SLUG", "all are passed");
}

#[test]
fn the_record_names_what_is_not_known() {
    insta::assert_snapshot!(json(&course().filtered(&["resume".into()], &[])));
}
