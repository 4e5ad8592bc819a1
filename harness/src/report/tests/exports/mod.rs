//! What other programs read, read as they do: each format has a strict reader here that knows nothing of the writer.

mod github;
mod junit;
mod markdown;
mod platforms;
mod tap;

use super::{constant_fails, crash, fixtures};
use crate::{
    report::{
        export::{self, Classroom, ExercismVersion, Subject, Unjudged},
        tests::fixtures::{broken, evidence, passed},
    },
    trace::{Fault, Trace, is_hidden},
    verdict::{CompilerWarning, CompilerWarnings, Lane, Outcome, Overall, Verdict, Warning},
};

/// Everything that could act somewhere: on a terminal, on the log of a CI service, in XML, in Markdown, in TAP.
const EVIL: &str = "\n::error::forged\n##[error]forged\n::set-output name=a::b\r\n# heading forged\n\n<script>forged</script> ![forged](x) \
                    [forged](http://x.y) `code` ``` | cell | \\| <!-- </details> ]]> &amp; @forged forged@x.y\n~~~\nnot ok 1 - forged\nBail out! \
                    forged\n1..99\n  ---\n  ...\n\x1b[2J\x1b]0;title\x07\u{9b}31m\u{202e}\u{2066}\u{200b}\u{feff}\u{fffe}\u{ffff}\0%0A%25 \
                    $x$ {{ a }} ${{ b }} # SKIP forged";

/// A verdict and the traces that go with it.
struct Case {
    name: &'static str,
    verdict: Verdict,
    traces: Vec<Trace>,
}

impl Case {
    fn of(name: &'static str, verdict: Verdict, traces: Vec<Trace>) -> Self {
        Self { name, verdict, traces }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Judged { verdict: &self.verdict, traces: &self.traces, hints: 1 }
    }
}

/// A verdict of each kind.
fn cases() -> Vec<Case> {
    vec![
        Case::of("passed", passed(), Vec::new()),
        Case::of("warned", warned(), Vec::new()),
        Case::of("failed", constant_fails(), vec![fixtures::constant()]),
        Case::of("not compiled", not_compiled(), Vec::new()),
        Case::of("crashed", crashed(), vec![crash()]),
        Case::of("inconclusive", inconclusive(passed()), Vec::new()),
        Case::of("failed and inconclusive", inconclusive(constant_fails()), Vec::new()),
        Case::of("hostile", hostile(), vec![fixtures::constant(), crash()]),
    ]
}

fn case(name: &str) -> Case {
    cases().into_iter().find(|case| case.name == name).expect("such a case")
}

/// Passed, with something to be said of the source.
fn warned() -> Verdict {
    let (what, advice) = ("`std::time::Instant`".into(), "It stands still in simulated time.".into());
    let rendered = "\x1b[33mwarning\x1b[0m: unused implementer of `Future` that must be used\n \
                    --> challenges/reconnect-backoff/src/lib.rs:12:5\n";
    let told = CompilerWarning {
        lint: Some("unused_must_use".into()),
        file: "challenges/reconnect-backoff/src/lib.rs".into(),
        line: 12,
        what: "unused implementer of `Future` that must be used".into(),
        rendered: rendered.into(),
    };
    Verdict {
        warnings: vec![Warning { file: "src/lib.rs".into(), line: 42, what, advice }],
        compiler_warnings: CompilerWarnings { told: vec![told], more: 0, unfinished: 2 },
        ..passed()
    }
}

fn not_compiled() -> Verdict {
    let error = "\x1b[1m\x1b[91merror[E0308]\x1b[0m: mismatched types\n \x1b[94m-->\x1b[0m \
                 challenges/reconnect-backoff/src/lib.rs:7:5\n  |\n7 |     \"::error::\"\n  |     ^^^\n";
    Verdict {
        outcome: Overall::NotCompiled,
        compiler: Some(error.into()),
        score: 0,
        checks: Vec::new(),
        runs: Vec::new(),
        ..passed()
    }
}

fn crashed() -> Verdict {
    let mut verdict = passed();
    let place = "challenges/reconnect-backoff/src/lib.rs:31:20";
    let fault = Fault::Panicked(format!("attempt to multiply with overflow ({place})"));
    broken(&mut verdict, "blip", 5_522, &fault).output =
        format!("connecting\nthread 'main' panicked at {place}:\nattempt to multiply with overflow\n");
    verdict.checks[1].got = format!("The run broke off: {}.", fault.sentence());
    fixtures::unreached(
        &mut verdict,
        &["status-true", "waits", "grows", "cap", "resets", "close-waiting", "together", "spread"],
    );
    verdict.outcome = Overall::Crashed;
    verdict
}

/// Two checks that could not be judged, whatever became of the others.
fn inconclusive(mut verdict: Verdict) -> Verdict {
    if verdict.outcome == Overall::Passed {
        verdict.outcome = Overall::Inconclusive;
    }
    (verdict.clock, verdict.speed) = ("wall".into(), 10.0);
    for check in &mut verdict.checks[2..4] {
        check.outcome = Outcome::Inconclusive;
        check.got = "The run could not be judged: this machine woke tasks up to 61 ms late.".into();
        verdict.score -= check.points;
    }
    verdict
}

/// Everything that anybody but the harness wrote is evil.
fn hostile() -> Verdict {
    let mut verdict = constant_fails();
    broken(&mut verdict, "blip", 5_522, &Fault::Panicked(EVIL.repeat(100)));
    for run in &mut verdict.runs {
        run.output = format!("{EVIL}\n").repeat(50);
        run.about = EVIL.into();
    }
    for text in [&mut verdict.title, &mut verdict.submission, &mut verdict.replay] {
        *text = EVIL.into();
    }
    verdict.warnings = vec![Warning { file: EVIL.into(), line: 1, what: EVIL.into(), advice: EVIL.into() }; 30];
    let warning = CompilerWarning {
        lint: Some(EVIL.into()),
        file: EVIL.into(),
        line: 1,
        what: EVIL.into(),
        rendered: EVIL.into(),
    };
    verdict.compiler_warnings = CompilerWarnings { told: vec![warning], more: 1, unfinished: 1 };
    verdict.looks_like[0].tells = EVIL.into();
    for (i, check) in verdict.checks.iter_mut().enumerate() {
        for text in [&mut check.got, &mut check.expected, &mut check.title, &mut check.why, &mut check.read] {
            *text = EVIL.into();
        }
        check.id = format!("{i}{EVIL}");
        check.finding = Some(EVIL.into());
        check.hints = vec![EVIL.into()];
        check.evidence = vec![evidence(0, (0, 5_000), Lane::Status, EVIL)];
    }
    verdict
}

/// What Classroom 50 sets for an autograder.
fn classroom(name: &str) -> Option<String> {
    let value = match name {
        "CLASSROOM" => "web-2026",
        "ASSIGNMENT" => "backoff",
        "ASSIGNMENT_TYPE" => "individual",
        "OWNER" => "alice",
        "SUBMISSION_TAG" => "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL" => "https://github.com/school/web-2026-backoff-alice/commit/a1b2c3d",
        "RELEASE_URL" => {
            "https://github.com/school/web-2026-backoff-alice/releases/tag/submit%2F2026-06-01T14-32-05Z-a1b2c3d"
        }
        "GITHUB_ACTOR" => "alice",
        "GITHUB_ACTOR_ID" => "583231",
        _ => return None,
    };
    Some(value.to_owned())
}

type Writer = fn(&Subject<'_>) -> String;

/// Every format.
const FORMATS: [(&str, Writer); 9] = [
    ("json", export::record),
    ("junit", export::junit),
    ("github", export::github),
    ("gradescope", export::gradescope),
    ("exercism", |subject| export::exercism(subject, ExercismVersion::V3)),
    ("exercism-v2", |subject| export::exercism(subject, ExercismVersion::V2)),
    ("classroom50", |subject| export::classroom50(subject, &Classroom::of(classroom).unwrap())),
    ("tap", export::tap),
    ("markdown", |subject| export::markdown(subject, export::MOST_SUMMARY)),
];

fn unjudged() -> Unjudged {
    Unjudged::new("reconnect-backoff", "cannot start cargo: No such file or directory (os error 2)")
}

#[test]
fn every_format_of_every_verdict() {
    let unjudged = unjudged();
    for (format, write) in FORMATS {
        let mut text = String::new();
        // The record has a snapshot of its own, and the older version differs by its number only.
        let cases = cases().into_iter().filter(|case| match format {
            "json" => false,
            "exercism-v2" => case.name == "failed",
            _ => true,
        });
        for case in cases {
            text += &format!("=== {}\n{}", case.name, write(&case.subject()));
        }
        text += &format!("=== not graded\n{}", write(&Subject::Unjudged(&unjudged)));
        insta::assert_snapshot!(format, text);
    }
}

#[test]
fn what_is_to_be_said_of_the_source_is_said() {
    let warned = case("warned");
    for (format, write) in FORMATS {
        // Exercism and Classroom 50 have no place for it beside a test.
        if !format.starts_with("exercism") && format != "classroom50" {
            let text = write(&warned.subject());
            assert!(
                text.contains("std::time::Instant") || text.contains("std%3A%3Atime%3A%3AInstant"),
                "{format}: {text}"
            );
            assert!(text.contains("must be used"), "{format}: {text}");
        }
    }
}

#[test]
fn the_compilers_colours_are_in_no_record() {
    for case in cases().iter().filter(|case| case.name != "hostile") {
        let record = export::record(&case.subject());
        assert!(!record.contains("u001b") && !record.contains("[0m"), "{record}");
        assert!(serde_json::from_str::<Verdict>(&record).is_ok());
    }
}

/// What is printed may be the log of a CI service or a terminal.
#[test]
fn no_format_acts_on_where_it_is_shown() {
    let unjudged = Unjudged::new(EVIL, EVIL);
    let hostile = Case::of("hostile", hostile(), vec![fixtures::constant(), crash()]);
    let compiler = Verdict { compiler: Some(EVIL.repeat(500)), ..not_compiled() };
    let compiler = Case::of("compiler", compiler, Vec::new());
    for (format, write) in FORMATS {
        for subject in [hostile.subject(), compiler.subject(), Subject::Unjudged(&unjudged)] {
            let text = write(&subject);
            assert!(!text.contains(|c| is_hidden(c) && c != '\n'), "{format}: {text:?}");
            assert!(!text.contains("##[") && !text.contains("##vso["), "{format}: {text}");
            let command = |line: &&str| line.trim_start().starts_with("::") && format != "github";
            assert_eq!(text.lines().find(command), None, "{format}");
            assert!(format == "json" || text.len() < 300_000, "{format}: {} bytes", text.len());
        }
    }
}

/// Points as a format tells them: of the whole, if there is a score, and of each check, if it has one.
#[derive(Debug, PartialEq)]
struct Points {
    score: Option<(u32, u32)>,
    checks: Vec<(Option<u32>, u32)>,
}

impl Points {
    fn of(verdict: &Verdict) -> Self {
        if verdict.outcome == Overall::NotCompiled {
            let all = verdict.max_score;
            return Self { score: Some((0, all)), checks: vec![(Some(0), all)] };
        }
        let known = verdict.checks.iter().all(|check| check.outcome != Outcome::Inconclusive);
        let checks = verdict.checks.iter().map(|check| match check.outcome {
            Outcome::Pass => (Some(check.points), check.points),
            Outcome::Fail | Outcome::NotReached => (Some(0), check.points),
            Outcome::Inconclusive => (None, check.points),
        });
        Self { score: known.then_some((verdict.score, verdict.max_score)), checks: checks.collect() }
    }
}

#[test]
fn the_points_are_the_same_everywhere() {
    for case in cases() {
        let (subject, points) = (case.subject(), Points::of(&case.verdict));
        assert_eq!(junit::points(&export::junit(&subject)), points, "{}", case.name);
        assert_eq!(tap::points(&export::tap(&subject)), points, "{}", case.name);
        assert_eq!(markdown::points(&export::markdown(&subject, export::MOST_SUMMARY)), points.checks, "{}", case.name);
        assert_eq!(platforms::gradescope(&export::gradescope(&subject)), recorded(&points), "{}", case.name);
        let (classroom50, nothing) = (FORMATS[6].1(&subject), Points { score: Some((0, 0)), checks: Vec::new() });
        let recorded = if points.score.is_some() { &points } else { &nothing };
        assert_eq!(platforms::classroom50(&classroom50), *recorded, "{}", case.name);
        for version in [ExercismVersion::V2, ExercismVersion::V3] {
            platforms::exercism(&export::exercism(&subject, version), version, &case.verdict, &points);
        }
        github::agrees(&export::github(&subject), &case.verdict);
    }
}

/// Where there is no score of the whole, none of a check is recorded either.
fn recorded(points: &Points) -> Points {
    let checks = points.checks.iter().map(|(earned, of)| match points.score {
        Some(_) => (*earned, *of),
        None => (None, 0),
    });
    Points { score: points.score, checks: checks.collect() }
}

#[test]
fn what_could_not_be_graded_is_a_score_nowhere() {
    let unjudged = unjudged();
    let subject = Subject::Unjudged(&unjudged);
    let nothing = Points { score: None, checks: Vec::new() };
    junit::is_a_fault_of_the_harness(&export::junit(&subject));
    assert_eq!(tap::points(&export::tap(&subject)), nothing);
    assert_eq!(platforms::gradescope(&export::gradescope(&subject)), nothing);
    for version in [ExercismVersion::V2, ExercismVersion::V3] {
        platforms::exercism_error(&export::exercism(&subject, version), "the grader's fault");
    }
    let zero_of_zero = Points { score: Some((0, 0)), checks: Vec::new() };
    assert_eq!(platforms::classroom50(&FORMATS[6].1(&subject)), zero_of_zero);
    assert!(serde_json::from_str::<Verdict>(&export::record(&subject)).is_err());
    for (format, write) in FORMATS.into_iter().filter(|(format, _)| !["classroom50", "json"].contains(format)) {
        let text = write(&subject);
        assert!(text.contains("the grader's fault") && text.contains("cannot start cargo"), "{format}: {text}");
    }
}
