//! The schemas that are committed are those of the code.

use std::{env, fs, path::Path};

#[test]
fn the_schema_of_a_verdict_is_current() {
    is_current("verdict", &harness::report::schema());
}

#[test]
fn the_schema_of_a_verification_is_current() {
    is_current("verification", &harness::report::verification_schema());
}

#[test]
fn the_schema_of_the_list_is_current() {
    is_current("list", &harness::report::list_schema());
}

#[test]
fn the_schema_of_an_examination_is_current() {
    is_current("doctor", &harness::report::doctor_schema());
}

#[test]
fn the_schema_of_the_grades_is_current() {
    is_current("grades", &harness::report::class::schema());
}

#[track_caller]
fn is_current(name: &str, current: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"));
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(committed, current, "run the tests with INSTA_UPDATE=always and commit {}", path.display());
}
