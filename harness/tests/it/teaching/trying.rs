//! `try`: what happens is shown, whatever the checks say of it.

use super::workspace::{IN_TIME, SLUG, Teacher};

#[test]
fn a_scenario_is_shown_with_all_lanes_and_its_checks_measure() {
    let teacher = Teacher::with_spec("tries", |spec| spec.to_owned() + IN_TIME);
    for line in ["greeting", "--mistake says-nothing", "greeting --seed 7 --solution right"] {
        let done = teacher.run(&format!("try {SLUG} {line}"));
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.all());
        insta::assert_snapshot!(line.replace([' ', '-'], "_"), done.out);
    }
}

#[test]
fn a_spec_that_lies_elsewhere_is_played() {
    let teacher = Teacher::new("drafts");
    let own = std::fs::read_to_string(teacher.root.join("challenges/greet/challenge.toml")).expect("it is there");
    teacher.write("drafts/next.toml", &own.replace("hello", "good morning"));
    for line in ["try drafts/next.toml --as greet", "try challenges/greet/challenge.toml", "try challenges/greet"] {
        let done = teacher.run(line);
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.all());
        assert_eq!(done.out.contains("good morning"), line.contains("drafts"), "{}", done.out);
    }
    // Nobody knows as what it is played.
    let done = teacher.run("try drafts/next.toml");
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("there is no challenge `drafts`"), "{}", done.err);
    // Its mistakes have its own name and places.
    teacher.write("drafts/next.toml", &own.replace("\"hold\"", "\"hodl\""));
    let done = teacher.run("try drafts/next.toml --as greet");
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{}", done.all());
    assert!(done.err.contains("drafts/next.toml:14:"), "{}", done.err);
}

#[test]
fn what_is_not_there_is_told() {
    let teacher = Teacher::new("not-there");
    for (line, meant) in [
        ("try gret", "did you mean `greet`?"),
        ("try greet greetings", "did you mean `greeting`?"),
        ("try greet greeting/first", "there is no case `first`: there is none at all"),
        ("try no/such/challenge.toml", "cannot read no/such/challenge.toml"),
    ] {
        let done = teacher.run(line);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{line}");
        assert!(done.err.contains(meant), "{line}: {}", done.err);
    }
    std::fs::remove_file(teacher.root.join("solutions/greet/right.rs")).expect("it is there");
    let done = teacher.run("try greet");
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("write solutions/greet/NAME.rs"), "{}", done.err);
}
