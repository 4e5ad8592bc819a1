//! The schemas that are committed are those of the code.

use std::{env, fs, path::Path};

#[test]
fn the_schema_of_a_verdict_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/verdict.schema.json");
    let current = harness::report::schema();
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(committed, current, "run the tests with INSTA_UPDATE=always and commit {}", path.display());
}
