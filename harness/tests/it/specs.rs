//! Specs as files: right ones become the data that they mean, wrong ones are told all that is wrong with them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use harness::spec::{self, Errors};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/specs").join(name)
}

/// The files of a folder, by name.
fn files(name: &str) -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let read =
        |path: PathBuf| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap());
    paths.into_iter().map(read).collect()
}

/// What is wrong with a file. Its first line may name the files in the folder `mistakes`; a course has three challenges.
fn errors(name: &str, text: &str) -> Option<Errors> {
    if name.starts_with("course-") {
        let slugs = ["first", "second", "third"].map(str::to_owned);
        return spec::parse_course("challenges/course.toml", text, &slugs).err();
    }
    let first = text.lines().next().and_then(|line| line.strip_prefix("# files:")).unwrap_or_default();
    let mistakes: Vec<_> = first.split_whitespace().map(str::to_owned).collect();
    spec::parse("x", "challenges/x/challenge.toml", text, Some(&mistakes)).err()
}

#[test]
fn every_wrong_spec_is_told_what_is_wrong_with_it() {
    let files = files("bad");
    assert!(files.len() >= 30);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder("bad"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    for (name, text) in files {
        let errors = errors(&name, &text).unwrap_or_else(|| panic!("{name} is taken for right"));
        insta::assert_snapshot!(name, errors.render(false));
    }
}

#[test]
fn errors_fit_a_terminal_of_eighty_columns() {
    for (name, text) in files("bad") {
        let shown = errors(&name, &text).unwrap().render(false);
        // An ideograph takes two columns (UAX #11), all others that occur here one.
        let columns = |line: &str| {
            line.chars().map(|c| if ('\u{2e80}'..='\u{a4cf}').contains(&c) { 2 } else { 1 }).sum::<usize>()
        };
        for line in shown.lines() {
            assert!(columns(line) <= 80, "{name}: {line}");
        }
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let (name, text) = files("bad").into_iter().find(|(name, _)| name == "ten-mistakes").unwrap();
    let errors = errors(&name, &text).unwrap();
    let coloured = errors.render(true);
    assert!(coloured.contains("\x1b[1;31merror\x1b[0m"));
    let mut plain = String::new();
    for part in coloured.split('\x1b') {
        plain.push_str(part.strip_prefix('[').and_then(|rest| rest.split_once('m')).map_or(part, |(_, rest)| rest));
    }
    assert_eq!(plain, errors.render(false));
}

#[test]
fn many_mistakes_are_reported_at_once_in_the_order_of_the_file() {
    let (name, text) = files("bad").into_iter().find(|(name, _)| name == "ten-mistakes").unwrap();
    let errors = errors(&name, &text).unwrap();
    assert!(errors.problems().len() >= 10);
    let places: Vec<_> = errors.problems().iter().filter_map(|problem| errors.place(problem)).collect();
    assert!(places.is_sorted(), "{places:?}");
}
