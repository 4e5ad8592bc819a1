//! `verify`: for each kind of fault a challenge that has it, and what its teacher is told.

use harness::verdict::{Fault, Verification};

use super::workspace::{IN_TIME, SLUG, Teacher};

/// What is told, and that it exits as it must.
#[track_caller]
fn told(teacher: &Teacher, code: i32) -> String {
    let done = teacher.run(&format!("verify {SLUG}"));
    assert_eq!((done.code, done.err.as_str()), (Some(code), ""), "{}", done.all());
    assert!(done.out.lines().all(|line| line.chars().count() <= 80 && !line.ends_with(' ')), "{}", done.out);
    done.out
}

#[test]
fn a_challenge_that_proves_itself_needs_no_advice() {
    insta::assert_snapshot!(told(&Teacher::new("sound"), 0));
}

#[test]
fn a_check_that_nothing_fails() {
    let teacher = Teacher::with_spec("dead", |spec| spec.to_owned() + IN_TIME);
    insta::assert_snapshot!(told(&teacher, 1));
    // What it says to write is right.
    teacher.spec(&format!(
        "{}{IN_TIME}{}",
        std::fs::read_to_string(teacher.root.join(format!("challenges/{SLUG}/challenge.toml")))
            .expect("it is there")
            .replace(IN_TIME, ""),
        "\n[[mistake]]\nid = \"says-it-late\"\nfails = [\"in-time/nothing-shown\"]\ntells = \"It waits.\"\n"
    ));
    teacher.mistake("says-it-late");
    told(&teacher, 0);
}

#[test]
fn a_mistake_that_nothing_catches() {
    let entry = "\n[[mistake]]\nid = \"says-it\"\nfails = [\"shown\"]\ntells = \"Nothing is wrong.\"\n";
    let teacher = Teacher::with_spec("uncaught", |spec| spec.to_owned() + entry);
    teacher.mistake("says-it");
    insta::assert_snapshot!(told(&teacher, 1));
}

#[test]
fn a_mistake_that_is_caught_in_another_way_than_its_entry_says() {
    let entry = "\n[[mistake]]\nid = \"says-it-twice\"\nfails = [\"shown/missing\"]\ntells = \"It is shown twice.\"\n";
    let teacher = Teacher::with_spec("otherwise", |spec| spec.to_owned() + entry);
    teacher.mistake("says-it-twice");
    let text = told(&teacher, 1);
    // What it proposes is right.
    assert!(text.contains("fails = [\"shown/repeated\"]"), "{text}");
    teacher.spec(
        &std::fs::read_to_string(teacher.root.join(format!("challenges/{SLUG}/challenge.toml")))
            .expect("it is there")
            .replace(entry, &entry.replace("shown/missing", "shown/repeated")),
    );
    told(&teacher, 0);
    insta::assert_snapshot!(text);
}

#[test]
fn a_solution_that_fails() {
    let teacher = Teacher::new("fails");
    teacher.solution("says-it-twice");
    insta::assert_snapshot!(told(&teacher, 1));
}

#[test]
fn a_crate_that_every_solution_uses_and_no_student_has() {
    let teacher = Teacher::new("crates");
    let manifest = std::fs::read_to_string(teacher.root.join("solutions/Cargo.toml")).expect("it is there");
    teacher
        .write("solutions/Cargo.toml", &format!("{manifest}[dependencies]\nharness = {{ path = \"../harness\" }}\n"));
    teacher.write(&format!("solutions/{SLUG}/right.rs"), "use harness::anything;");
    insta::assert_snapshot!(told(&teacher, 1));
    // Where one does without it, another may show it.
    teacher.solution("right-too");
    let text = told(&teacher, 0);
    assert!(!text.contains("students do not have"), "{text}");
}

#[test]
fn a_course_can_be_handed_out_without_what_gives_answers_away() {
    let teacher = Teacher::new("handed-out");
    for folder in ["solutions/greet", "challenges/greet/mistakes"] {
        std::fs::remove_dir_all(teacher.root.join(folder)).expect("it is there");
    }
    let listed = teacher.run("list");
    assert_eq!((listed.code, listed.err.as_str()), (Some(0), ""), "{}", listed.all());
    let checked = teacher.run(&format!("check {SLUG}"));
    assert_eq!((checked.code, checked.err.as_str()), (Some(1), ""), "{}", checked.all());
    let verified = teacher.run(&format!("verify {SLUG}"));
    let why = "error: challenges/greet/mistakes is not there: without it nothing can be proven\n";
    assert_eq!((verified.code, verified.err.as_str()), (Some(2), why));
}

#[test]
fn other_seeds_are_tried_too() {
    let teacher = Teacher::new("seeds");
    let done = teacher.run(&format!("verify {SLUG} --more-seeds 2"));
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{}", done.all());
    assert!(done.out.ends_with("greet: sound with seed 2, too\ngreet: sound with seed 3, too\n"), "{}", done.out);
}

#[test]
fn a_starter_that_passes() {
    let teacher = Teacher::new("passes");
    teacher.starter("right");
    insta::assert_snapshot!(told(&teacher, 1));
}

#[test]
fn a_starter_that_passes_some_checks_is_only_worth_knowing() {
    let entry = "\n[[mistake]]\nid = \"says-it-late\"\nfails = [\"in-time\"]\ntells = \"It waits.\"\n";
    let teacher = Teacher::with_spec("scores", |spec| format!("{spec}{IN_TIME}{entry}"));
    teacher.mistake("says-it-late");
    teacher.starter("says-it-late");
    insta::assert_snapshot!(told(&teacher, 0));
}

#[test]
fn a_starter_that_does_not_compile() {
    let teacher = Teacher::new("no-starter");
    teacher.write(&format!("challenges/{SLUG}/src/lib.rs"), "pub fn run( {}");
    insta::assert_snapshot!(told(&teacher, 1));
}

#[test]
fn a_solution_that_is_not_the_same_when_it_runs_again_is_only_worth_knowing() {
    // What is played only once, as scenarios with several clients are, is no verdict that changes.
    let teacher = Teacher::with_spec("unlike", |spec| {
        let part = |from: &str, to: &str| {
            let part = spec.split_once(from).expect("it is there").1;
            format!("{from}{}", part.split(to).next().expect("it has a beginning"))
        };
        let scenario =
            part("[[scenario]]", "[[check]]").replace("greeting", "greetings").replace("lasts ", "clients = 2\nlasts ");
        let check =
            part("[[check]]", "[[mistake]]").replace("greeting\"", "greetings\"").replace("shown\"", "all-shown\"");
        spec.replace("[[mistake]]", &format!("{scenario}{check}[[mistake]]"))
            .replace("fails = [\"shown/missing\"]", "fails = [\"shown/missing\", \"all-shown/missing\"]")
    });
    teacher.solution("unlike-itself");
    insta::assert_snapshot!(told(&teacher, 0));
}

#[test]
fn a_section_that_is_not_there_and_one_that_does_not_name_a_value() {
    let entry = "\n[[mistake]]\nid = \"says-it-late\"\nfails = [\"in-time\"]\ntells = \"It waits.\"\n";
    let teacher = Teacher::with_spec("unstated", |spec| {
        let spec = spec.replace("README.md#the-idea", "README.md#the-ideas");
        format!("{spec}{}{entry}", IN_TIME.replace("#the-idea", "#what-is-checked"))
    });
    teacher.mistake("says-it-late");
    insta::assert_snapshot!(told(&teacher, 1));
}

#[test]
fn the_record_has_all_of_it() {
    let teacher = Teacher::with_spec("record", |spec| spec.to_owned() + IN_TIME);
    let done = teacher.run("verify --format json");
    let found: Verification = serde_json::from_str(&done.out).expect("it is JSON");
    assert_eq!((done.code, found.sound, found.broken.len()), (Some(1), false, 0));
    let faults: Vec<_> = found.matrices[0].advice.iter().map(|advice| advice.fault).collect();
    assert_eq!(faults, [Fault::DeadCheck]);
    insta::assert_snapshot!(done.out);
}

#[test]
fn a_broken_spec_is_in_the_record_and_told() {
    let teacher = Teacher::with_spec("record-broken", |spec| spec.replace("lasts ", "last "));
    let done = teacher.run("verify --format json");
    let found: Verification = serde_json::from_str(&done.out).expect("it is JSON");
    assert_eq!((done.code, found.sound, found.matrices.len()), (Some(2), false, 0));
    assert_eq!(found.broken[0].errors, done.err);
}
