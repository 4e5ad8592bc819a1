//! Colour, characters, and what goes where.

use super::{Done, harness, run};

const LINE: &str = "check reconnect-backoff --mistake error-is-final --scenario blip";

fn with(options: &str, environment: &[(&str, &str)]) -> Done {
    let line = format!("{LINE} {options}");
    Done::of(harness(line.split_whitespace()).envs(environment.iter().copied()))
}

#[test]
fn colour_goes_to_terminals_and_where_it_is_asked_for() {
    assert!(!with("", &[]).out.contains('\u{1b}'), "a pipe is no terminal");
    assert!(with("--color always", &[("NO_COLOR", "1")]).out.contains("\u{1b}[31"), "the option is the last word");
    assert!(!with("--color never", &[]).out.contains('\u{1b}'));
    // What is wrong with the arguments themselves is coloured in the same way.
    assert!(run("check x --sed 1 --color always").err.contains('\u{1b}'));
    assert!(!run("check x --sed 1 --color=never").err.contains('\u{1b}'));
    assert!(run("check x --color always").err.starts_with("\u{1b}[1;31merror:\u{1b}[0m there is no challenge"));
}

#[test]
fn colours_take_no_room() {
    let coloured = with("--color always", &[]).out;
    let mut plain = String::new();
    for (i, part) in coloured.split('\u{1b}').enumerate() {
        plain += if i == 0 { part } else { part.split_once('m').expect("only colours").1 };
    }
    assert_eq!(plain, with("", &[]).out);
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    for environment in [&[("LC_ALL", "C")][..], &[("LC_ALL", ""), ("LC_CTYPE", "POSIX")]] {
        let done = with("", environment);
        assert!(done.out.is_ascii() && done.out.contains("x comes-back"), "{}", done.out);
    }
    for environment in
        [&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "de_CH.utf8")], &[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "")]]
    {
        assert!(with("", environment).out.contains("✗ comes-back"));
    }
}

/// A line that is redrawn belongs on a terminal; in a file it would be rubbish.
#[test]
fn progress_is_not_written_to_pipes() {
    let done = with("", &[]);
    assert_eq!(done.err, "");
    assert!(!done.out.contains('\r'));
}
