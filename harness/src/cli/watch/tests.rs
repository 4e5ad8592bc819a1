//! The session and its pages, event by event.

use std::time::Duration;

use super::{
    keys::{Key, Way},
    page::{self, Page, Text, Words},
    session::{Check, Checked, Effect, Event, Eyes, Session},
};
use crate::{
    client,
    grade::{Graded, Progress},
    report::{self, Place, State, Style},
    verdict::{FORMAT, Overall, Verdict},
};

fn place(slug: &str, title: &str, chapter: &str, state: State) -> Place {
    let score = (state != State::NotStarted).then_some((2, 40));
    Place { slug: slug.into(), title: title.into(), chapter: chapter.into(), state, score }
}

fn session() -> Session {
    let places = vec![
        place("sse-minimal", "A minimal SSE client", "Choosing the channel", State::Passed),
        place("reconnect-backoff", "Reconnect with backoff", "Staying connected", State::Started),
        place("heartbeat", "Heartbeat", "Staying connected", State::NotStarted),
        place("own", "One of my own", "", State::NotStarted),
    ];
    Session::new(places, 1, Eyes::Events)
}

fn verdict(outcome: Overall) -> Verdict {
    Verdict {
        format: FORMAT,
        challenge: "reconnect-backoff".into(),
        title: "Reconnect with backoff".into(),
        submission: "challenges/reconnect-backoff".into(),
        seed: 1,
        clock: "virtual".into(),
        speed: 1.0,
        sandbox: "basic".into(),
        outcome,
        score: if outcome == Overall::Passed { 40 } else { 0 },
        max_score: 40,
        compiler: None,
        compiler_errors: 0,
        compiler_warnings: Default::default(),
        warnings: Vec::new(),
        checks: Vec::new(),
        looks_like: Vec::new(),
        runs: Vec::new(),
        replay: "cargo run -p harness -- check reconnect-backoff --seed 1".into(),
    }
}

fn done(generation: u64, outcome: Overall) -> Event {
    let graded = Graded { verdict: verdict(outcome), traces: Vec::new() };
    Event::Done(generation, Box::new(Checked { result: Ok(graded), took: Duration::from_millis(310) }))
}

/// Takes events on a screen that shows 19 lines of a page of 100.
fn on(session: &mut Session, event: Event) -> Vec<Effect> {
    session.on(event, 19, 100)
}

fn press(session: &mut Session, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|c| on(session, Event::Key(Key::Char(c)))).collect()
}

/// The screen as it would be drawn, without colours.
fn drawn(session: &mut Session, columns: usize, rows: usize) -> String {
    let style = Style { width: columns, ..Style::default() };
    let laid = page::lay_out(session, style);
    if let Some(chosen) = laid.chosen {
        session.keep_in_sight(chosen, report::page_rows(rows));
    }
    let words = Words::of(session, style);
    let lines = report::screen(&page::frame(session, &laid.lines, &words), style, (columns, rows));
    assert_eq!(lines.len(), rows);
    assert!(lines.iter().all(|line| line.chars().count() <= columns), "{lines:#?}");
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn a_save_breaks_off_what_is_being_checked_and_begins_anew() {
    let mut session = session();
    let begun = session.begin();
    let check = |generation| Effect::Check("reconnect-backoff".into(), generation);
    assert_eq!(begun, [Effect::Follow("reconnect-backoff".into()), Effect::Stop, check(1)]);
    assert_eq!(on(&mut session, Event::Saved), [Effect::Stop, check(2)]);
    assert_eq!(on(&mut session, Event::Saved), [Effect::Stop, check(3)]);
}

#[test]
fn nothing_of_a_version_that_is_no_more_is_shown() {
    let mut session = session();
    session.begin();
    on(&mut session, done(1, Overall::Passed));
    assert!(session.is_passed());
    on(&mut session, Event::Saved);
    assert!(session.graded().is_none(), "the old verdict went with the save");
    on(&mut session, done(1, Overall::Passed));
    on(&mut session, Event::Progress(1, Progress::Running { done: 1, of: 2, broken: 0 }));
    assert!(matches!(session.check, Check::Begun), "{:?}", session.check);
    on(&mut session, done(2, Overall::Failed));
    assert!(session.graded().is_some() && !session.is_passed());
    on(&mut session, Event::Progress(2, Progress::Running { done: 1, of: 2, broken: 0 }));
    assert!(session.graded().is_some(), "progress that is told late hides no verdict");
}

#[test]
fn on_green_it_stays_until_the_student_moves_on() {
    let mut session = session();
    session.begin();
    on(&mut session, done(1, Overall::Passed));
    assert_eq!((session.at, session.page), (1, Page::Verdict));
    let effects = press(&mut session, "n");
    assert_eq!(session.at, 2);
    assert_eq!(effects[0], Effect::Follow("heartbeat".into()));
    assert!(session.graded().is_none(), "the verdict on another challenge is not shown");
    press(&mut session, "pp");
    assert_eq!(session.at, 0);
    press(&mut session, "p");
    assert_eq!((session.at, session.notice.as_deref()), (0, Some("This is the first challenge; l lists them all.")));
}

#[test]
fn keys_answer_while_a_check_goes_on() {
    let mut session = session();
    session.begin();
    on(&mut session, Event::Progress(1, Progress::Running { done: 1, of: 8, broken: 0 }));
    let hint = |further| Effect::Fetch { slug: "reconnect-backoff".into(), page: Page::Hint, further };
    assert_eq!(press(&mut session, "h"), [hint(false)]);
    assert_eq!(press(&mut session, "h"), [hint(true)], "asked for again, it gives the next step");
    on(&mut session, done(1, Overall::Failed));
    assert_eq!(session.page, Page::Hint, "a verdict does not take the page away that is being read");
    on(&mut session, Event::Key(Key::Escape));
    assert_eq!(session.page, Page::Verdict);
    press(&mut session, "q");
    assert!(session.over);
}

#[test]
fn a_page_that_comes_late_is_not_shown_in_place_of_another() {
    let mut session = session();
    session.begin();
    press(&mut session, "t");
    let page = |slug: &str, page| Event::Page(slug.into(), Text { page, lines: vec!["theory".into()], at: 0 });
    on(&mut session, page("heartbeat", Page::Lesson));
    on(&mut session, page("reconnect-backoff", Page::Hint));
    assert_eq!(session.text, None);
    on(&mut session, page("reconnect-backoff", Page::Lesson));
    assert!(session.text.is_some());
    on(&mut session, Event::Key(Key::Move(Way::PageDown)));
    assert_eq!(session.scroll, 18);
    let again = Effect::Fetch { slug: "reconnect-backoff".into(), page: Page::Lesson, further: false };
    assert_eq!(on(&mut session, Event::Size(100, 30)), [again], "it is laid out for the new width");
    on(&mut session, page("reconnect-backoff", Page::Lesson));
    assert_eq!(session.scroll, 18, "and one stays where one was");
}

#[test]
fn the_starter_comes_back_only_after_a_yes() {
    let mut session = session();
    session.begin();
    for other in [Key::Char('x'), Key::Escape, Key::Enter, Key::Other] {
        assert_eq!(press(&mut session, "x"), []);
        assert_eq!(on(&mut session, Event::Key(other)), []);
        assert_eq!(session.page, Page::Verdict);
    }
    assert_eq!(press(&mut session, "xy"), [Effect::Reset("reconnect-backoff".into())]);
}

#[test]
fn the_list_is_filtered_and_chosen_from() {
    let mut session = session();
    session.begin();
    press(&mut session, "l/");
    // What has a meaning elsewhere is a letter here.
    press(&mut session, "staying beat q");
    assert_eq!(session.filter, "staying beat q");
    on(&mut session, Event::Key(Key::Backspace));
    on(&mut session, Event::Key(Key::Backspace));
    assert_eq!(session.listed(), [2]);
    on(&mut session, Event::Key(Key::Enter));
    let effects = on(&mut session, Event::Key(Key::Enter));
    assert_eq!((session.at, session.page), (2, Page::Verdict));
    assert_eq!(effects[0], Effect::Follow("heartbeat".into()));
}

#[test]
fn q_leaves_a_page_first_and_the_list_is_whole_again() {
    let mut session = session();
    session.begin();
    for page in ["h", "t", "s", "?", "l"] {
        press(&mut session, page);
        assert_ne!(session.page, Page::Verdict, "{page}");
        assert_eq!(press(&mut session, "q"), []);
        assert_eq!((session.page, session.over), (Page::Verdict, false), "{page}");
    }
    press(&mut session, "l/beat");
    on(&mut session, Event::Key(Key::Enter));
    assert_eq!(session.listed(), [2]);
    press(&mut session, "ql");
    assert_eq!(session.listed(), [0, 1, 2, 3]);
    on(&mut session, Event::Key(Key::Quit));
    assert!(session.over, "Ctrl-C leaves all, wherever one is");
}

#[test]
fn nobody_is_told_twice_that_saves_are_found_by_looking() {
    let mut session = session();
    on(&mut session, Event::Eyes(Eyes::Fallback));
    assert!(session.notice.take().is_some());
    on(&mut session, Event::Eyes(Eyes::Fallback));
    assert_eq!((session.notice.take(), session.eyes), (None, Eyes::Fallback));
}

#[test]
fn screens() {
    let mut session = session();
    session.begin();
    insta::assert_snapshot!("begun", drawn(&mut session, 80, 12));
    let compiling = client::Progress::Crates { done: 3, total: 4, now: "reconnect-backoff".into() };
    on(&mut session, Event::Progress(1, Progress::Building(compiling)));
    insta::assert_snapshot!("building", drawn(&mut session, 80, 12));
    on(&mut session, Event::Progress(1, Progress::Running { done: 3, of: 8, broken: 2 }));
    insta::assert_snapshot!("running", drawn(&mut session, 80, 12));
    on(&mut session, done(1, Overall::Passed));
    insta::assert_snapshot!("passed", drawn(&mut session, 80, 12));
    press(&mut session, "l");
    insta::assert_snapshot!("list", drawn(&mut session, 80, 20));
    insta::assert_snapshot!("list_on_few_rows", drawn(&mut session, 60, 9));
    press(&mut session, "x");
    insta::assert_snapshot!("reset", drawn(&mut session, 80, 12));
    press(&mut session, "n?");
    on(&mut session, Event::Eyes(Eyes::Fallback));
    insta::assert_snapshot!("keys", drawn(&mut session, 80, 24));
    insta::assert_snapshot!("too_small", drawn(&mut session, 18, 4));
}
