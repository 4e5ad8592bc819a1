//! A class as classes are: correct, wrong, broken and hostile submissions together, each of which gets what it deserves.

use std::{fs, os::unix::fs::symlink};

use harness::verdict::{GradeResult, Outcome};

use super::{
    Class, SLUG, contents,
    handed_in::{tar_gz, zip},
    mistake, of, root, solution,
};

/// A client that misbehaves before it serves anybody.
fn hostile(deed: &str) -> String {
    format!(
        "use starter::{{Net, Result, Ui, User}};\n\
         pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {{\n    let _ = (&net, &ui, &user);\n    {deed}\n    #[expect(unreachable_code)]\n    Ok(())\n}}\n"
    )
}

/// A correct client that does something first, all of it in vain.
fn with_deed(deed: &str) -> String {
    let honest = solution("one-loop.rs");
    let (before, after) = honest.split_once("-> Result<()> {").expect("it has such a function");
    format!("{before}-> Result<()> {{\n{deed}\n{after}")
}

#[test]
fn each_of_thirty_gets_what_it_deserves() {
    let class = Class::new();
    let spec = root().join("challenges").join(SLUG).join("challenge.toml");
    let (spec, secret) = (spec.display(), class.path("secret"));
    fs::write(&secret, "what nobody should read").expect("it is writable");
    use GradeResult::{Crashed, Failed, Flooded, Hung, NotCompiled, Passed, Unusable};
    let mut expected: Vec<(&str, &[GradeResult])> = Vec::new();
    let mut add = |name: &'static str, outcomes: &'static [GradeResult]| expected.push((name, outcomes));

    // Correct ones, in every form in which they can be handed in.
    class.hand_in("right-file.rs", solution("one-loop.rs"));
    class.hand_in("right-crate/src/lib.rs", solution("race.rs"));
    class.hand_in("right-zip.zip", zip(&[("anna/src/lib.rs", &solution("states.rs")), ("anna/README.md", "# Hello")]));
    class.hand_in("right-tar.tar.gz", tar_gz(&[("client/src/lib.rs", &solution("task.rs"))]));
    let own = format!("work/challenges/{SLUG}/src/lib.rs");
    class.hand_in("right-course.zip", zip(&[(&own, &solution("one-loop.rs")), ("work/solutions/x.rs", "no")]));
    class.hand_in("right-upload_file_/upload.zip", zip(&[("lib.rs", &solution("race.rs"))]));
    for name in
        ["right-file.rs", "right-crate", "right-zip.zip", "right-tar.tar.gz", "right-course.zip", "right-upload_file_"]
    {
        add(name, &[Passed]);
    }

    // Wrong ones.
    for (name, known) in [
        ("wrong-accept.rs", "no-accept.rs"),
        ("wrong-wait.rs", "no-wait.rs"),
        ("wrong-id.rs", "no-last-event-id.rs"),
        ("wrong-hard-coded.rs", "hard-coded.rs"),
        ("wrong-late.rs", "shows-at-the-end.rs"),
        ("wrong-deaf.rs", "close-unheard.rs"),
    ] {
        class.hand_in(name, mistake(known));
        add(name, &[Failed]);
    }

    // Broken ones.
    class.hand_in("broken-syntax.rs", "pub async fn run( {");
    class.hand_in("broken-module/src/lib.rs", "mod missing;");
    class.hand_in("broken-empty/README.md", "I could not do it.");
    class.hand_in("broken-archive.zip", b"PK\x03\x04 and then the upload broke off");
    class.hand_in("broken-two.zip", zip(&[("a/src/lib.rs", ""), ("b/src/lib.rs", "")]));
    class.hand_in("broken-panic.rs", hostile("panic!(\"not yet\");"));
    add("broken-syntax.rs", &[NotCompiled]);
    add("broken-module", &[NotCompiled]);
    add("broken-empty", &[Unusable]);
    add("broken-archive.zip", &[Unusable]);
    add("broken-two.zip", &[Unusable]);
    add("broken-panic.rs", &[Crashed]);

    // Hostile ones. What only tries to reach something is graded by what it does on the wire.
    class.hand_in("hostile-exit.rs", hostile("std::process::exit(0);"));
    class.hand_in(
        "hostile-print.rs",
        hostile("loop { println!(\"{}\", \"::error::1000 of 1000 points \".repeat(1000)); }"),
    );
    class.hand_in("hostile-spin.rs", hostile("loop { std::hint::spin_loop(); }"));
    class.hand_in(
        "hostile-forged.rs",
        hostile("println!(\"{{\\\"outcome\\\":\\\"passed\\\",\\\"score\\\":99}}\"); return Ok(());"),
    );
    class.hand_in(
        "hostile-include.rs",
        format!("const SPEC: &str = include_str!(\"{spec}\");\n{}", solution("one-loop.rs")),
    );
    let reads = format!(
        "if std::fs::read({secret:?}).is_ok() || std::fs::read(\"{spec}\").is_ok() {{ panic!(\"it could be read\") }}"
    );
    class.hand_in("hostile-reads.rs", with_deed(&reads));
    class.hand_in(
        "hostile-writes.rs",
        with_deed(&format!(
            "if std::fs::write({:?}, \"1000\").is_ok() {{ panic!(\"it could be written\") }}",
            class.path("out/grades.csv")
        )),
    );
    class.hand_in(
        "hostile-connects.rs",
        with_deed("if std::net::TcpListener::bind(\"127.0.0.1:0\").is_ok() { panic!(\"there is a network\") }"),
    );
    class.hand_in("hostile-starts.rs", with_deed("if std::process::Command::new(\"/bin/sh\").arg(\"-c\").arg(\"sleep 1000 &\").status().is_ok() { panic!(\"a process could be started\") }"));
    class.hand_in("hostile-build/src/lib.rs", solution("one-loop.rs"));
    class.hand_in("hostile-build/build.rs", "fn main() { panic!(\"a build script ran\") }");
    class.hand_in(
        "hostile-build/Cargo.toml",
        "[package]\nname = \"evil\"\nbuild = \"build.rs\"\n[dependencies]\nnone-such = \"1\"\n",
    );
    class.hand_in("hostile-build/.cargo/config.toml", "[build]\nrustc = \"/nowhere/rustc\"\n");
    class.hand_in("hostile-build/src/main.rs", "fn main() { println!(\"all is well\"); }");
    class.hand_in("hostile-path.zip", zip(&[("../../../escaped.rs", "no"), ("src/lib.rs", &solution("one-loop.rs"))]));
    class.hand_in("hostile-link/README.md", "");
    symlink(root().join("solutions").join(SLUG), class.path("class/hostile-link/src")).expect("it is writable");
    add("hostile-exit.rs", &[Crashed]);
    add("hostile-print.rs", &[Flooded]);
    add("hostile-spin.rs", &[Hung]);
    add("hostile-forged.rs", &[Failed]);
    add("hostile-include.rs", &[NotCompiled]);
    for name in [
        "hostile-reads.rs",
        "hostile-writes.rs",
        "hostile-connects.rs",
        "hostile-starts.rs",
        "hostile-build",
        "hostile-path.zip",
    ] {
        add(name, &[Passed]);
    }
    add("hostile-link", &[Unusable]);
    assert_eq!(expected.len(), 30);

    let ran = class.grade("out", &["--report", "junit,html"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let grades = class.grades("out");
    let wrong: Vec<_> =
        expected.iter().filter(|(name, outcomes)| !outcomes.contains(&of(&grades, name).outcome)).collect();
    assert!(wrong.is_empty(), "{wrong:?} in {grades:#?}");
    assert_eq!(grades.grades.len(), 30);
    for grade in &grades.grades {
        let name = &grade.submission;
        match grade.outcome {
            Passed => assert_eq!(grade.score, Some(grade.max_score), "{name}"),
            Failed => assert!(grade.score.is_some_and(|score| score < grade.max_score), "{name}"),
            // A crash may come late, when points were earned.
            Crashed | Hung | Flooded => assert!(grade.score.is_some_and(|score| score < grade.max_score), "{name}"),
            _ => assert_eq!(grade.score, Some(0), "{name}"),
        }
        assert!(grade.checks.iter().all(|mark| mark.outcome != Outcome::Inconclusive), "{name}");
        let run = !matches!(grade.outcome, Unusable);
        assert_eq!(grade.sandbox, if run { "strict" } else { "" }, "{name}");
        for report in ["report.txt", "junit.xml", "report.html", "grade.json"] {
            let file = class.path("out/results").join(&grade.folder).join(&grade.challenge).join(report);
            assert!(file.is_file(), "{} is missing", file.display());
        }
    }
    // Nothing came out of an archive, and nobody's command reaches the log.
    assert!(contents(class.dir.path()).iter().all(|(path, _)| !path.ends_with("escaped.rs")));
    let printed = class.path("out/results/hostile-print.rs").join(SLUG).join("report.txt");
    let printed = fs::read_to_string(printed).expect("it was written");
    assert!(printed.contains("1000 of 1000 points"), "the output is shown: {printed}");
    for text in [&printed, &ran.stdout, &ran.stderr] {
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error")), "{text}");
    }
}
