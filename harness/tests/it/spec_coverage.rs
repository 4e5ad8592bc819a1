//! The tables of `challenges/README.md` that name checks: of what SSE clients are tested for elsewhere, and of other people's clients. Every
//! behaviour has its row, and every challenge, check, case and finding that is named exists.

use std::{collections::BTreeMap, fs, path::Path};

use harness::{
    scenario::{Challenge, Check},
    spec,
};

/// The challenges by name, as far as they were asked for.
#[derive(Default)]
struct Challenges(BTreeMap<String, Challenge>);

impl Challenges {
    fn get(&mut self, slug: &str) -> &Challenge {
        self.0.entry(slug.to_owned()).or_insert_with(|| load(slug))
    }

    fn check(&mut self, slug: &str, id: &str) -> &Check {
        let check = self.get(slug).checks.iter().find(|check| check.id == id);
        check.unwrap_or_else(|| panic!("{slug} has no check `{id}`"))
    }

    /// Asserts that the check is about this case.
    fn assert_case(&mut self, slug: &str, id: &str, case: &str) {
        let check = self.check(slug, id).clone();
        let scenario = self.get(slug).scenario(&check.scenario).expect("a check's scenario is there");
        let mut cases = check.cases.iter().map(|about| scenario.cases[about.case].id.as_str());
        assert!(cases.any(|about| about == case), "`{id}` of {slug} is not about a case `{case}`");
    }

    /// Asserts that this is what the check says when it fails: a case that it is about, or a finding of what it expects.
    fn assert_finding(&mut self, slug: &str, id: &str, finding: &str) {
        let check = self.check(slug, id);
        if check.cases.is_empty() {
            let mut findings = check.expect.iter().flat_map(|expect| expect.findings());
            assert!(findings.any(|of_check| *of_check == finding), "`{id}` of {slug} never says `{finding}`");
        } else {
            self.assert_case(slug, id, finding);
        }
    }
}

fn challenges() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../challenges"))
}

fn load(slug: &str) -> Challenge {
    let folder = challenges().join(slug);
    let text = fs::read_to_string(folder.join("challenge.toml")).unwrap_or_else(|error| panic!("{slug}: {error}"));
    let files = fs::read_dir(folder.join("mistakes")).unwrap().map(|file| file.unwrap().path());
    let mistakes: Vec<_> = files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    spec::parse(slug, "challenge.toml", &text, Some(&mistakes)).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The cells of the rows of the tables in a section.
fn rows(section: &str) -> Vec<Vec<String>> {
    let readme = fs::read_to_string(challenges().join("README.md")).unwrap();
    let (_, section) = readme.split_once(&format!("\n## {section}\n")).expect("the section is there");
    let lines = section.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    lines.map(cells).map(|cells| cells[1..cells.len() - 1].to_vec()).collect()
}

/// What stands between back quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// A text cut into what stands outside of brackets and what follows it in them.
fn bracketed(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split(')').map(|part| part.split_once('(').unwrap_or((part, "")));
    parts.filter(|(outside, _)| !outside.is_empty()).collect()
}

/// Asserts that what covers a behaviour is there; gives back how many checks are named.
fn covered(challenges: &mut Challenges, cell: &str) -> usize {
    let mut named = 0;
    for part in cell.split("; ") {
        let named_challenge = part.strip_prefix('`').and_then(|part| part.split_once("`: "));
        let (slug, checks) = named_challenge.unwrap_or_else(|| panic!("no challenge is named: {part}"));
        for (outside, inside) in bracketed(checks) {
            let ids = quoted(outside);
            named += ids.iter().filter(|id| challenges.check(slug, id).points > 0).count();
            if inside.starts_with("case") {
                let id = ids.last().expect("a case is one of a check");
                quoted(inside).iter().for_each(|case| challenges.assert_case(slug, id, case));
            }
        }
    }
    named
}

#[test]
fn every_behaviour_of_sse_clients_is_covered_or_has_a_reason() {
    let rows = rows("What SSE clients are tested for elsewhere");
    let rows: Vec<_> = rows.iter().filter(|row| row[0].parse::<usize>().is_ok()).collect();
    let numbers: Vec<usize> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=86).collect::<Vec<_>>());
    let (mut challenges, mut named) = (Challenges::default(), 0);
    for row in rows {
        let [number, _, cell] = row.as_slice() else { panic!("three cells make a row: {row:?}") };
        assert!(!cell.starts_with("see ") && !cell.contains(" see "), "row {number} only points elsewhere");
        if !["not ", "optional", "browser only"].iter().any(|reason| cell.starts_with(reason)) {
            let checks = covered(&mut challenges, cell);
            assert!(checks > 0, "row {number} names no check");
            named += checks;
        }
    }
    assert!(named > 80, "only {named} checks are named");
}

#[test]
fn what_other_peoples_clients_pass_and_fail_exists() {
    let (mut challenges, mut slug, mut named) = (Challenges::default(), String::new(), 0);
    for row in &rows("Clients of other people") {
        let [_, challenge, passes, fails, _] = row.as_slice() else { continue };
        if challenge == "challenge" || challenge.starts_with("--") {
            continue;
        }
        if !challenge.is_empty() {
            slug.clone_from(challenge);
        }
        let all = [quoted(passes), quoted(fails)].concat();
        for name in &all {
            let (id, finding) = name.split_once('/').map_or((*name, None), |(id, finding)| (id, Some(finding)));
            assert!(challenges.check(&slug, id).points > 0);
            finding.into_iter().for_each(|finding| challenges.assert_finding(&slug, id, finding));
        }
        named += all.len();
    }
    assert!(named > 50, "only {named} checks are named");
}

/// A name that does not exist is found, wherever it stands in a row.
#[test]
fn a_name_that_does_not_exist_is_found() {
    let mut challenges = Challenges::default();
    assert_eq!(covered(&mut challenges, "`sse-parser`: `bom` (case `bom-twice`), `cuts`; `sse-minimal`: `asks`"), 3);
    for wrong in [
        "`sse-parser`: `boom`",
        "`sse-parser`: `bom` (case `bom-thrice`)",
        "`sse-parser`: `bom` (case `plain`)",
        "`sse-parser`: `cuts`; `sse-minimal`: `cuts`",
        "`sse-parser` has it",
        "`no-such-challenge`: `cuts`",
    ] {
        let found = std::panic::catch_unwind(|| covered(&mut Challenges::default(), wrong));
        assert!(found.is_err(), "{wrong}");
    }
}
