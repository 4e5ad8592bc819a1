//! Matrices, soaks and JSON.

use super::{constant_fails, passed};
use crate::{
    report::{Style, json, matrix, soak, text::width},
    verdict::{Advice, Cell, Change, Expectation, FORMAT, Fault, Kind, Matrix, Outcome, Row, Soak, Verdict},
};

#[track_caller]
pub(super) fn fits(text: String) -> String {
    assert!(text.lines().all(|line| width(line) <= 80 && !line.ends_with(' ')), "{text}");
    text
}

/// As many checks and mistakes as a large challenge has.
fn large() -> Matrix {
    let ids = ["first-retry", "comes-back", "status-true", "patience", "waits", "grows", "cap", "holds", "earns-reset"];
    let more =
        ["resets", "restart", "one-loop", "deadline", "one-while-slow", "stops", "says-gave-up", "close-waiting"];
    let rest = ["close-connected", "together", "spread", "spread-at-cap", "fresh-draw"];
    let checks: Vec<String> = ids.into_iter().chain(more).chain(rest).map(str::to_owned).collect();
    let cells = |failing: &[usize], unreached: usize| -> Vec<Cell> {
        let outcome = |i| match i {
            i if failing.contains(&i) => Outcome::Fail,
            i if i >= unreached => Outcome::NotReached,
            _ => Outcome::Pass,
        };
        (0..checks.len()).map(|i| Cell { outcome: outcome(i), finding: None }).collect()
    };
    let row = |name: &str, kind, expected: Vec<Expectation>, cells| Row {
        name: name.into(),
        kind,
        expected,
        cells,
        skipped: None,
    };
    let mut rows: Vec<_> = ["full-jitter", "equal-jitter", "decorrelated-jitter", "state-machine", "backon"]
        .map(|name| row(name, Kind::Solution, Vec::new(), cells(&[], 99)))
        .into();
    rows.push(row("starter", Kind::Starter, Vec::new(), cells(&[0, 1], 2)));
    for i in 0..26 {
        let check = i % checks.len();
        let name = ["r3-second-while-pending", "f1-no-jitter", "error-is-final"][i % 3];
        let expected = vec![Expectation { check: checks[check].clone(), finding: None }];
        rows.push(row(name, Kind::Mistake, expected, cells(&[check], 18 + i)));
    }
    Matrix { format: FORMAT, challenge: "reconnect-backoff".into(), seed: 1, checks, rows, advice: Vec::new() }
}

#[test]
fn a_sound_matrix() {
    let large = large();
    assert!(large.is_sound());
    insta::assert_snapshot!(fits(matrix(&large, Style::default())));
}

fn advice(fault: Fault, about: &str, what: &str) -> Advice {
    Advice {
        fault,
        about: about.into(),
        what: what.into(),
        change: "Mend the one, or the other if it asks for more than the README states.".into(),
        place: "challenges/reconnect-backoff/challenge.toml:123".into(),
        write: None,
        shows: None,
    }
}

#[test]
fn of_much_advice_the_first_is_told_and_the_rest_counted() {
    let mut small = large();
    small.advice =
        (0..14).map(|n| advice(Fault::DeadCheck, &format!("check number-{n}"), "No mistake fails it.")).collect();
    let text = fits(matrix(&small, Style::default()));
    assert!(text.contains("check number-9\n") && !text.contains("check number-10"), "{text}");
    assert!(text.contains("And 4 more pieces of advice"), "{text}");
}

#[test]
fn an_unsound_matrix() {
    let mut small = large();
    small.rows.truncate(12);
    small.advice = vec![
        Advice {
            shows: Some("cargo run -p harness -- check reconnect-backoff --solution equal-jitter".into()),
            ..advice(
                Fault::SolutionFails,
                "solution equal-jitter",
                "`grows` fails with `never-longer`: The longest wait was 1.2 s.",
            )
        },
        Advice {
            write: Some("fails = [\"grows\"]".into()),
            ..advice(
                Fault::CaughtOtherwise,
                "mistake f1-no-jitter",
                "`comes-back` passes, though its entry says that it fails.",
            )
        },
        advice(Fault::DeadCheck, "check fresh-draw", "No mistake fails it, so nothing shows that it can fail."),
        advice(Fault::StarterScores, "starter", "It passes `waits`, and so has 2 of 40 points."),
    ];
    small.rows[1].cells[5].outcome = Outcome::Fail;
    small.rows[7].cells[1].outcome = Outcome::Pass;
    small.rows[8].cells = Vec::new();
    small.rows[8].skipped = Some("needs four rounds of twenty clients".into());
    small.rows[9].cells[3].outcome = Outcome::Inconclusive;
    assert!(!small.is_sound());
    insta::assert_snapshot!(fits(matrix(&small, Style { ascii: true, ..Style::default() })));
}

#[test]
fn a_matrix_that_is_too_wide_is_cut_into_panels() {
    let mut wide = large();
    wide.checks = (0..120).map(|n| format!("check-{n}")).collect();
    for row in &mut wide.rows {
        row.expected.clear();
        row.kind = Kind::Solution;
        row.cells = vec![Cell { outcome: Outcome::Pass, finding: None }; 120];
        row.cells[119].outcome = Outcome::NotReached;
    }
    let text = fits(matrix(&wide, Style::default()));
    assert_eq!(text.lines().filter(|line| line.contains('‼')).count(), wide.rows.len() + 3, "{text}");
}

fn steady() -> Soak {
    Soak {
        format: FORMAT,
        challenge: "reconnect-backoff".into(),
        submission: "solution full-jitter".into(),
        seed: 1,
        runs: 1_000,
        inconclusive: 0,
        scores: [(35, 1_000)].into(),
        max_score: 35,
        changed: Vec::new(),
        digests: [("9f86d081884c7d65".to_owned(), 1_000)].into(),
    }
}

#[test]
fn soaks() {
    let change = |run, check: &str, after| Change { run, check: check.into(), before: Outcome::Pass, after };
    let fickle = Soak {
        submission: "challenges/reconnect-backoff".into(),
        inconclusive: 2,
        scores: [(33, 3), (35, 995)].into(),
        changed: vec![
            change(17, "spread", Outcome::Fail),
            change(230, "together", Outcome::Fail),
            change(230, "spread", Outcome::NotReached),
            change(871, "together", Outcome::Fail),
        ],
        digests: [("9f86d081884c7d65".to_owned(), 997), ("e3b0c44298fc1c14".to_owned(), 3)].into(),
        ..steady()
    };
    insta::assert_snapshot!(fits(soak(&steady(), Style::default()) + "\n" + &soak(&fickle, Style::default())));
}

#[test]
fn json_is_the_whole_record() {
    for verdict in [passed(), constant_fails()] {
        let text = json(&verdict);
        assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
        assert_eq!(json(&verdict), text);
    }
    insta::assert_snapshot!(json(&Verdict { checks: vec![constant_fails().checks.remove(4)], ..passed() }));
}

#[test]
fn json_cannot_act_on_the_terminal() {
    let title = "\x1b[2J \u{9b}31m \u{202e} \u{e0041} \u{7f} \n end";
    let text = json(&Verdict { title: title.into(), ..passed() });
    assert!(!text.contains(|c| crate::trace::is_hidden(c) && c != '\n'), "{text:?}");
    assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap().title, title);
}
