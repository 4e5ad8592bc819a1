//! Long texts, page by page.

use rustix::process::{Pid, Signal, kill_process};

use super::terminal::Terminal;
use crate::command_line::root;

fn lesson(arguments: &[&str]) -> Terminal {
    Terminal::start(root(), &[&["lesson", "reconnect-backoff"], arguments].concat(), &[])
}

#[test]
fn a_lesson_is_read_page_by_page_and_leaves_the_terminal_as_it_was() {
    let mut terminal = lesson(&[]);
    let first = terminal.until_says("q leave");
    assert!(terminal.is_taken() && terminal.hides_cursor());
    assert!(first.starts_with("Reconnect with backoff\n") && first.ends_with(" %"), "{first}");
    terminal.press(" ");
    let second = terminal.until("the next page", |screen| !screen.starts_with("Reconnect"));
    // A line stays in sight when a page is turned.
    let [last, next] = [first.lines().nth(22), second.lines().next()];
    assert_eq!(last, next, "{first}\n{second}");
    terminal.press("b");
    terminal.until("the first page again", |screen| screen == first);
    terminal.press("G");
    let end = terminal.until_says("100 %");
    assert!(end.contains("https://html.spec.whatwg.org"), "{end}");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn a_search_finds_and_finds_more() {
    let mut terminal = lesson(&[]);
    terminal.until_says("q leave");
    terminal.press("/two traps");
    terminal.until_says("/two traps");
    terminal.press("\r");
    terminal.until("the hit", |screen| screen.starts_with("Two traps:"));
    terminal.press("/no such thing\r");
    terminal.until_says("no `no such thing` here");
    terminal.press("\x03");
    assert!(terminal.end().success());
}

#[test]
fn a_section_is_where_reading_begins_and_a_resize_keeps_the_place() {
    let mut terminal = lesson(&["contract"]);
    terminal.until("the section", |screen| screen.starts_with("━━ The contract ━━"));
    terminal.resize(60, 10);
    // All that there is room for on a row of sixty columns.
    terminal.until("a narrow page", |screen| {
        screen.lines().last().is_some_and(|row| row.starts_with("q leave") && row.ends_with(" %"))
    });
    // It was laid out anew, and not cut.
    terminal.press("/connections lasts long enough to be stable.\r");
    let found = terminal.until("all of the words", |screen| screen.replace('\n', " ").contains("enough to be stable."));
    assert!(!found.contains("here"), "{found}");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn a_key_that_comes_with_a_resize_is_heard() {
    let mut terminal = lesson(&[]);
    terminal.until_says("q leave");
    for round in 0..50 {
        terminal.resize(60 + round % 2, 12);
        terminal.press("G");
        terminal.until("the last page", |screen| !screen.is_empty() && !screen.starts_with("Reconnect with backoff\n"));
        terminal.press("g");
        terminal.until("the first page", |screen| screen.starts_with("Reconnect with backoff\n"));
    }
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn what_fits_is_printed_and_so_is_everything_if_asked() {
    let mut terminal = lesson(&["overflow"]);
    assert!(terminal.end().success());
    assert!(!terminal.was_taken());
    let mut terminal = lesson(&["--no-pager"]);
    assert!(terminal.end().success());
    assert!(!terminal.was_taken());
    let mut dumb = Terminal::start(root(), &["lesson", "reconnect-backoff"], &[("TERM", "dumb")]);
    assert!(dumb.end().success());
    assert!(!dumb.was_taken());
}

#[test]
fn a_reader_that_is_terminated_leaves_the_terminal_as_it_was() {
    let mut terminal = lesson(&[]);
    terminal.until_says("q leave");
    kill_process(Pid::from_raw(terminal.pid()).expect("it runs"), Signal::TERM).expect("it runs");
    assert_eq!(terminal.end().exit_code(), 143);
}
