//! Reports for other programs: where they go, together with what, and what the process exits with then.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Done, harness, root};
use crate::spec_schema::faults;

/// A client that gives up at once, one that is right, and one that does not compile.
struct Bench {
    dir: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { dir: TempDir::new().expect("there is room") };
        let idle = "pub async fn run(_: starter::Net, ui: starter::Ui, _: starter::User) -> starter::Result<()> {\n    \
                    ui.show(1); println!(\"\\n::error::forged\"); Ok(())\n}\n";
        fs::write(bench.path("idle.rs"), idle).expect("it is writable");
        fs::write(bench.path("broken.rs"), "pub fn run( {\n").expect("it is writable");
        fs::copy(root().join("solutions/reconnect-backoff/full-jitter.rs"), bench.path("right.rs"))
            .expect("it is there");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).expect("it is JSON")
    }

    /// Checks a client, with these reports and nothing of a CI service in the environment.
    fn check(&self, client: &str, options: &[&str]) -> Command {
        let mut command = harness(["check", "reconnect-backoff", "--scenario", "blip", "--submission"]);
        command.arg(self.path(client)).env_remove("GITHUB_STEP_SUMMARY");
        for option in options {
            match option.split_once('=') {
                // Every file is in this folder.
                Some((format, file)) if file != "-" => {
                    command.arg("--report").arg(format!("{format}={}", self.path(file).display()));
                }
                Some(_) => drop(command.args(["--report", option])),
                None => drop(command.arg(option)),
            }
        }
        for name in ["CLASSROOM", "ASSIGNMENT", "ASSIGNMENT_TYPE", "OWNER", "USERNAME", "SUBMISSION_TAG"] {
            command.env_remove(name);
        }
        command
    }
}

/// What Classroom 50 sets.
fn classroom(command: &mut Command) -> &mut Command {
    command
        .envs([("CLASSROOM", "web"), ("ASSIGNMENT", "backoff"), ("ASSIGNMENT_TYPE", "individual"), ("OWNER", "alice")])
        .env("SUBMISSION_TAG", "submit/2026-06-01T14-32-05Z-a1b2c3d")
        .envs([("COMMIT_URL", "https://x.y/commit/a1b2c3d"), ("RELEASE_URL", "https://x.y/release")])
}

#[test]
fn one_check_writes_every_format_and_all_agree() {
    let bench = Bench::new();
    let all = [
        "html=page.html",
        "json=verdict.json",
        "junit=junit.xml",
        "tap=results.tap",
        "markdown=summary.md",
        "github=annotations.txt",
        "gradescope=gradescope.json",
        "exercism=exercism.json",
        "exercism-v2=exercism-v2.json",
        "classroom50=classroom50.json",
    ];
    let done = Done::of(classroom(&mut bench.check("idle.rs", &all)));
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.out.contains("✗ Failed: "), "the usual report is printed: {}", done.out);
    let verdict = bench.json("verdict.json");
    let (score, most) =
        (verdict["score"].as_u64().expect("a number"), verdict["max_score"].as_u64().expect("a number"));
    assert!(score < most);
    assert_eq!(bench.json("gradescope.json")["score"], score);
    let classroom50 = bench.json("classroom50.json");
    assert_eq!((&classroom50["score"], &classroom50["max-score"]), (&verdict["score"], &verdict["max_score"]));
    assert_eq!((&classroom50["owner"], &classroom50["datetime"]), (&"alice".into(), &"2026-06-01T14:32:05Z".into()));
    assert!(bench.read("junit.xml").contains(&format!("<property name=\"score\" value=\"{score}\"/>")));
    assert!(bench.read("results.tap").contains(&format!("\n# score {score} of {most}\n")));
    for name in ["summary.md", "annotations.txt"] {
        assert!(bench.read(name).contains(&format!("Failed: {score} of {most} points")), "{name}");
    }
    assert!(bench.read("page.html").starts_with("<!DOCTYPE html>"));
    for (name, version) in [("exercism.json", 3), ("exercism-v2.json", 2)] {
        let exercism = bench.json(name);
        let checks = verdict["checks"].as_array().expect("checks").len();
        assert_eq!((&exercism["version"], &exercism["status"]), (&version.into(), &"fail".into()));
        assert_eq!(exercism["tests"].as_array().map(Vec::len), Some(checks));
    }
    assert_eq!(fs::read_dir(bench.dir.path()).expect("a folder").count(), all.len() + 3, "nothing else is left behind");
}

#[test]
fn the_record_satisfies_its_schema() {
    let bench = Bench::new();
    let schema = fs::read_to_string(root().join("harness/schema/verdict.schema.json")).expect("it is there");
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    for client in ["idle.rs", "broken.rs", "right.rs"] {
        Done::of(&mut bench.check(client, &["json=verdict.json"]));
        assert_eq!(faults(&schema, &schema, &bench.json("verdict.json"), ""), Vec::<String>::new(), "{client}");
    }
    let mut wrong = bench.json("verdict.json");
    wrong["score"] = "all".into();
    assert_ne!(faults(&schema, &schema, &wrong, ""), Vec::<String>::new());
}

#[test]
fn the_record_is_the_one_that_is_printed() {
    let bench = Bench::new();
    let done = Done::of(
        bench
            .check("idle.rs", &["json=verdict.json", "html=page.html", "--format", "json"])
            .args(["--color", "always"]),
    );
    assert_eq!((done.code, done.out), (Some(1), bench.read("verdict.json")));
    // The page shows the compiler's colours; the record has none.
    let done = Done::of(bench.check("broken.rs", &["json=verdict.json", "html=page.html"]).args(["--color", "always"]));
    let record = bench.read("verdict.json");
    assert!(done.code == Some(1) && bench.read("page.html").contains("<span class=\"bold red\">"), "{done:?}");
    assert!(
        record.contains("unclosed delimiter") && !record.contains("u001b") && !record.contains("u{1b}"),
        "{record}"
    );
}

#[test]
fn a_report_that_is_printed_takes_the_place_of_the_usual_one() {
    let bench = Bench::new();
    let done = Done::of(&mut bench.check("idle.rs", &["tap=-", "junit=junit.xml"]));
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    assert!(
        done.out.starts_with("TAP version 14\n1..")
            && done.out.lines().last().is_some_and(|line| line.starts_with("# score ")),
        "{}",
        done.out
    );
    assert!(bench.read("junit.xml").ends_with("</testsuites>\n"));
}

#[test]
fn annotations_stand_below_the_usual_report_and_a_summary_where_github_wants_it() {
    let bench = Bench::new();
    fs::write(bench.path("summary.md"), "# What another tool wrote\n\n").expect("it is writable");
    let done = Done::of(bench.check("idle.rs", &["github=-"]).env("GITHUB_STEP_SUMMARY", bench.path("summary.md")));
    assert_eq!((done.code, done.err.as_str()), (Some(1), ""));
    let commands: Vec<_> = done.out.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    let (usual, annotations) = done.out.split_once("\n::notice ").expect("an annotation");
    assert!(usual.contains("✗ Failed: ") && !annotations.contains("✗ Failed: "), "{}", done.out);
    assert!(commands.iter().any(|line| line.starts_with("::error title=comes-back%3A ")), "{commands:?}");
    assert!(!commands.iter().any(|line| line.contains("forged")), "{commands:?}");
    let summary = bench.read("summary.md");
    assert!(summary.starts_with("# What another tool wrote\n\n## ❌ Reconnect with backoff\n"), "{summary}");
    assert!(summary.contains("| ❌ |") && summary.contains("```text"), "{summary}");
}

#[test]
fn a_summary_for_which_there_is_no_room_is_short() {
    let bench = Bench::new();
    fs::write(bench.path("summary.md"), "x".repeat((1 << 20) - 1_000)).expect("it is writable");
    let done = Done::of(bench.check("idle.rs", &["github=-"]).env("GITHUB_STEP_SUMMARY", bench.path("summary.md")));
    assert_eq!(done.code, Some(1));
    let summary = bench.read("summary.md");
    assert!(summary.len() <= 1 << 20 && summary.contains("## ❌ Reconnect with backoff"), "{} bytes", summary.len());
}

#[test]
fn only_one_thing_is_printed_for_a_program() {
    let bench = Bench::new();
    for options in [
        &["tap=-", "junit=-"][..],
        &["json=-", "--format", "json"],
        &["github=-", "--format", "json"],
        &["github=-", "tap=-"],
    ] {
        let done = Done::of(&mut bench.check("idle.rs", options));
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{options:?}");
        assert!(done.err.contains("` both go to standard output: give one of them a file"), "{}", done.err);
    }
}

#[test]
fn a_report_about_nobody_is_refused_before_the_work() {
    let bench = Bench::new();
    let done = Done::of(&mut bench.check("idle.rs", &["classroom50=result.json"]));
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(
        done.err.contains("CLASSROOM, ASSIGNMENT, ASSIGNMENT_TYPE, OWNER or USERNAME, SUBMISSION_TAG"),
        "{}",
        done.err
    );
    let done =
        Done::of(classroom(&mut bench.check("idle.rs", &["classroom50=result.json"])).env("SUBMISSION_TAG", "v1"));
    assert!(done.code == Some(2) && done.err.contains("SUBMISSION_TAG is `v1`: it must be like submit/"), "{done:?}");
    assert!(!bench.path("result.json").exists());
}

#[test]
fn zero_is_what_a_platform_gets_that_asks_for_it() {
    let bench = Bench::new();
    for (client, usual) in [("idle.rs", 1), ("broken.rs", 1), ("right.rs", 0)] {
        assert_eq!(Done::of(&mut bench.check(client, &[])).code, Some(usual), "{client}");
        assert_eq!(Done::of(&mut bench.check(client, &["--exit-zero"])).code, Some(0), "{client}");
    }
    let done = Done::of(&mut bench.check("no such file.rs", &["--exit-zero"]));
    assert_eq!(done.code, Some(2), "{done:?}");
}

/// No platform may take an older report, or none, for what this submission is worth.
#[test]
fn a_failure_of_the_harness_is_reported_as_one() {
    let bench = Bench::new();
    let all = [
        "html=page.html",
        "json=verdict.json",
        "junit=junit.xml",
        "tap=results.tap",
        "gradescope=results.json",
        "exercism=exercism.json",
        "markdown=summary.md",
    ];
    let files: Vec<_> = all.iter().map(|report| report.split_once('=').expect("a file").1).collect();
    for file in &files {
        fs::write(bench.path(file), "{\"score\": 40}").expect("it is writable");
    }
    let mut command = bench.check("idle.rs", &all);
    let done = Done::of(command.args(["--exit-zero", "--report", "github=-"]).env("PATH", bench.dir.path()));
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.out.starts_with("::error title=reconnect-backoff was not graded::Not graded: "), "{done:?}");
    for file in files {
        let text = bench.read(file);
        assert!(!text.contains("40}") && text.contains("cargo"), "{file}: {text}");
        assert!(file == "verdict.json" || text.contains("the grader"), "{file}: {text}");
    }
    assert_eq!(bench.json("exercism.json")["status"], "error");
    assert!(bench.json("results.json").get("score").is_none());
    assert!(bench.read("results.tap").starts_with("TAP version 14\nBail out! "));
}

#[test]
fn a_trace_is_reported_as_its_run_was() {
    let bench = Bench::new();
    let (trace, junit) = (bench.path("run.trace"), bench.path("replayed.xml"));
    let done = Done::of(bench.check("idle.rs", &["junit=junit.xml"]).arg("--trace").arg(&trace));
    assert_eq!(done.code, Some(1));
    let report = |file: &Path| format!("junit={}", file.display());
    let line = [trace.display().to_string(), "--report".to_owned(), report(&junit), "--exit-zero".to_owned()];
    let done = Done::of(&mut harness(["replay".to_owned()].iter().chain(&line)));
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let points = |name: &str| {
        let text = bench.read(name);
        text.lines().filter(|line| line.contains("\"points.")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!points("junit.xml").is_empty());
    assert_eq!(points("junit.xml"), points("replayed.xml"));
}
