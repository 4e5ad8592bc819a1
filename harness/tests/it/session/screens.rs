//! What stands on the screen, page by page and size by size.

use super::{
    course::{Course, WRONG},
    terminal::{Terminal, without_times},
};

#[test]
fn pages_and_sizes() {
    let course = Course::new("pages", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch"], &[]);
    let failed = terminal.until_says("1 of 3 points");
    insta::assert_snapshot!("failed", without_times(&failed));

    terminal.press("l");
    let list = terminal.until_says("Greet another user");
    insta::assert_snapshot!("list", without_times(&list));
    terminal.press("/second");
    terminal.until("one challenge", |screen| screen.contains("filter: second_") && !screen.contains("pages-first  "));
    terminal.press("\r\r");
    terminal
        .until("the second challenge", |screen| screen.starts_with("pages-second") && screen.contains("1 of 3 points"));
    terminal.press("n");
    terminal.until_says("This is the last challenge; l lists them all.");
    terminal.press("p");
    terminal
        .until("the first challenge", |screen| screen.starts_with("pages-first") && screen.contains("1 of 3 points"));

    terminal.resize(60, 12);
    let small = terminal.until_says("lines 1 to 7 of");
    insta::assert_snapshot!("small", without_times(&small));
    terminal.press("G");
    let end =
        terminal.until("the end of the page", |screen| screen.contains("Begin with") || screen.contains("Of 2 checks"));
    assert!(!end.contains("lines 1 to 7"), "{end}");
    terminal.resize(120, 40);
    let large = terminal.until("the whole page", |screen| screen.lines().count() == 40 && !screen.contains("lines "));
    insta::assert_snapshot!("large", without_times(&large));

    terminal.press("?");
    terminal.until_says("scroll by a page");
    terminal.press("x");
    terminal.until_says("Bring back the starter of pages-first?");
    terminal.press("n");
    terminal.until_says("Nothing was changed.");
    terminal.press("q");
    assert!(terminal.end().success());
}

#[test]
fn a_key_that_comes_with_a_resize_is_heard() {
    let course = Course::new("resized", WRONG);
    let mut terminal = Terminal::start(&course.root, &["watch"], &[]);
    terminal.until_says("1 of 3 points");
    for round in 0..200 {
        terminal.resize(80 + round % 2, 24);
        terminal.press("?");
        terminal.until_says("scroll by a page");
        terminal.resize(80 + round % 2, 25);
        terminal.press("\r");
        terminal.until("the verdict", |screen| !screen.contains("scroll by a page"));
    }
    terminal.press("q");
    assert!(terminal.end().success());
}
