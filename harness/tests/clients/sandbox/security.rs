//! `SECURITY.md` names for each attack the test that tries it.

use std::{fs, path::Path};

/// Every function of the tests below a folder: `module::name`, by the file that it is in.
fn tests(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("it is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            tests(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let module = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("mod") => path.parent().and_then(Path::file_name).and_then(|name| name.to_str()),
            stem => stem,
        };
        let attributed = text.split("#[test]\n").skip(1);
        let names = attributed.filter_map(|rest| Some(rest.trim_start().strip_prefix("fn ")?.split_once('(')?.0));
        found.extend(names.map(|name| format!("{}::{name}", module.unwrap_or_default())));
    }
}

#[test]
fn each_row_of_the_table_of_attacks_names_a_test_that_exists() {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(harness.join("../SECURITY.md")).expect("it is there");
    let mut known = Vec::new();
    tests(&harness.join("tests"), &mut known);
    tests(&harness.join("src"), &mut known);
    let (_, attacks) = page.split_once("\n## Attacks").expect("there is a table of attacks");
    let rows: Vec<_> = attacks.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attack")).collect();
    assert!(rows.len() > 20, "{rows:#?}");
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [attack, defence, tried] = cells.as_slice() else { panic!("three cells: {row}") };
        assert!(!attack.is_empty() && !defence.is_empty(), "{row}");
        let named: Vec<_> = tried.split('`').skip(1).step_by(2).collect();
        let open = defence.starts_with("**not defended**");
        assert!(open || !named.is_empty(), "no test is named: {row}");
        for name in named {
            assert!(known.iter().any(|test| test == name), "there is no test `{name}`: {row}");
        }
    }
}
