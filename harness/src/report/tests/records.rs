//! Lists, matrices, soaks and JSON.

use super::{constant_fails, passed};
use crate::{
    report::{Chapter, Listed, Style, json, list, matrix, soak, text::width},
    scenario::{Challenge, Channel},
    verdict::{Cell, Change, Expectation, FORMAT, Kind, Matrix, Outcome, Row, Soak, Verdict},
};

#[track_caller]
fn fits(text: String) -> String {
    assert!(text.lines().all(|line| width(line) <= 80 && !line.ends_with(' ')), "{text}");
    text
}

#[test]
fn the_list_of_challenges() {
    let challenge = |slug: &str, title: &str, summary: &str| Challenge {
        slug: slug.into(),
        title: title.into(),
        channel: Channel::WebSocket,
        summary: summary.into(),
        minutes: 60,
        seed: 1,
        latency: 10,
        without: Vec::new(),
        client: Vec::new(),
        scenarios: Vec::new(),
        checks: Vec::new(),
        mistakes: Vec::new(),
    };
    let backoff = challenge(
        "reconnect-backoff",
        "Reconnect with backoff",
        "Keep a chat alive through an outage without causing a retry storm, however long the outage is.",
    );
    let sse = Challenge { channel: Channel::Sse, minutes: 120, ..challenge("sse", "Events", "Listen.") };
    let broken = Listed::Broken { slug: "heartbeat", problem: "challenge.toml:12:3: unknown key `secnario`" };
    let chapters = [
        Chapter { title: Some("Connections"), challenges: vec![Listed::Challenge(&backoff), Listed::Challenge(&sse)] },
        Chapter { title: Some("Nothing yet"), challenges: Vec::new() },
        Chapter { title: None, challenges: vec![broken] },
    ];
    insta::assert_snapshot!(fits(list(&chapters, Style::default())));
    assert_eq!(list(&[], Style::default()), "There are no challenges here.\n");
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
        problems: Vec::new(),
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
    Matrix { format: FORMAT, challenge: "reconnect-backoff".into(), checks, rows, dead: Vec::new() }
}

#[test]
fn a_sound_matrix() {
    let large = large();
    assert!(large.is_sound());
    insta::assert_snapshot!(fits(matrix(&large, Style::default())));
}

#[test]
fn an_unsound_matrix() {
    let mut small = large();
    small.rows.truncate(12);
    small.dead = vec!["fresh-draw".into()];
    small.rows[1].cells[5].outcome = Outcome::Fail;
    small.rows[1].problems = vec!["fails `grows`".into()];
    small.rows[7].cells[1].outcome = Outcome::Pass;
    small.rows[7].problems = vec!["passes `comes-back`, which it must fail".into()];
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
