mod exports;
mod fixtures;
mod list;
mod pages;
mod records;
mod serving;
mod texts;
mod timelines;

use fixtures::{Play, broken, crash, evidence, fail, fleet, gone, lying, passed, unreached};

use super::{Style, terminal, text::width};
use crate::{
    time::Millis,
    trace::{Fault, How, Trace},
    verdict::{CompilerWarning, CompilerWarnings, Lane, LooksLike, Outcome, Overall, Verdict, Warning},
};

/// The report without colour, which fits.
fn report(verdict: &Verdict, traces: &[Trace]) -> String {
    let text = terminal(verdict, traces, Style::default());
    let wide: Vec<_> = text.lines().filter(|line| width(line) > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns:\n{}", wide.join("\n"));
    assert!(
        !text.contains('\x1b') && !text.contains("\n\n\n") && !text.lines().any(|line| line.ends_with(' ')),
        "{text}"
    );
    text
}

fn constant_fails() -> Verdict {
    let mut verdict = passed();
    let miss = evidence(0, (22_300, 22_812), Lane::Tries, "wait 33: still 512 ms");
    let (expected, got) = (
        "one of the first 33 waits longer than 3 × base_delay (1536 ms)",
        "the longest of 33 waits was 512 ms: the wait does not change after a failure",
    );
    fail(&mut verdict, "grows", expected, got, &[miss]);
    unreached(&mut verdict, &["resets", "close-waiting"]);
    verdict.looks_like = vec![LooksLike {
        mistake: "r6-constant".into(),
        tells: "The wait does not depend on the number of failures.".into(),
    }];
    verdict
}

#[test]
fn all_passed() {
    insta::assert_snapshot!(report(&passed(), &[]));
}

#[test]
fn one_failed() {
    insta::assert_snapshot!(report(&constant_fails(), &[fixtures::constant()]));
}

#[test]
fn several_failed_and_most_not_reached() {
    let mut verdict = passed();
    let label = "no attempt within 24.6 s";
    let expected = "a new connection within 3 × max_delay (24.58 s) after the first loss (at 5.01 s)";
    let miss = evidence(0, (5_010, 29_590), Lane::Tries, label);
    fail(&mut verdict, "comes-back", expected, "no further attempt in the 97.4 s that were left", &[miss]);
    fail(&mut verdict, "first-retry", "the status connected at least once", "it never came", &[]);
    unreached(&mut verdict, &["status-true", "waits", "grows", "cap", "resets", "close-waiting", "together", "spread"]);
    let run = verdict.runs.iter_mut().find(|run| run.scenario == "blip").unwrap();
    run.output = "connecting to /chat\ngot hello\nerror: \x1b[2J\u{202e}connection reset\n".into();
    verdict.warnings = vec![Warning {
        file: "src/lib.rs".into(),
        line: 42,
        what: "`std::time::Instant`".into(),
        advice: "It stands still in simulated time. Use that of tokio, or check with `--clock wall`.".into(),
    }];
    insta::assert_snapshot!(report(&verdict, &[gone()]));
}

#[test]
fn the_fourth_failure_is_told_in_short() {
    let mut verdict = passed();
    for id in ["first-retry", "comes-back", "waits", "cap", "together"] {
        fail(&mut verdict, id, "so much", "so little", &[evidence(0, (5_010, 6_000), Lane::Tries, "here")]);
    }
    verdict.looks_like = vec![
        LooksLike { mistake: "r9-no-wait".into(), tells: "The wait is computed and never slept.".into() },
        LooksLike { mistake: "r7-no-cap".into(), tells: "max_delay is never used.".into() },
    ];
    insta::assert_snapshot!(report(&verdict, &[gone(), fixtures::constant()]));
}

#[test]
fn a_false_status() {
    let mut verdict = passed();
    let evidence = [
        evidence(0, (5_010, 5_490), Lane::Status, "says connected, but the connection is lost"),
        evidence(0, (5_110, 5_110), Lane::Connection, "lost for 100 ms"),
    ];
    let (expected, got) =
        ("the status follows the wire within 100 ms", "connected was shown for 480 ms after the loss");
    fail(&mut verdict, "status-true", expected, got, &evidence);
    insta::assert_snapshot!(report(&verdict, &[lying()]));
}

#[test]
fn a_message_that_was_shown_as_sent_too_early() {
    let text = r#"# trace 1
challenge reconnect-backoff  scenario outage  seed 1  clients 1  clock virtual  latency 10  slack 0
     0  c0   -  claim   connecting
     0  c0  #1  client  attempt
    10  c0  #1  server  accept
    30  c0  #1  server  answer 101
    30  c0  #1  server  text "hello"
    40  c0   -  claim   connected
  1000  c0   -  user    "send Good morning."
  1000  c0   -  claim   show {"text":"Good morning.","state":"pending"}
  1000  c0  #1  client  text "1 Good morning."
  1020  c0   -  claim   show {"text":"Good morning.","state":"sent"}
  1600  c0   -  user    "send Is it?"
  1600  c0   -  claim   show ["Is it?",true,null]
  1800  c0  #1  server  text "ack 1"
end 3000 script
"#;
    let mut verdict = passed();
    let evidence = [evidence(0, (1_020, 1_810), Lane::Shown, "too early")];
    fail(&mut verdict, "status-true", "sent after the acknowledgement", "sent 790 ms before it", &evidence);
    insta::assert_snapshot!(report(&verdict, &crate::trace::parse(text).unwrap()));
}

#[test]
fn every_symbol_of_the_timeline() {
    let text = r#"# trace 1
challenge reconnect-backoff  scenario close-waiting  seed 1  clients 1  clock virtual  latency 10  slack 0
     0  c0   -  claim   connecting
     0  c0  #1  client  attempt
    10  c0  #1  server  accept
   400  c0  #1  server  answer 503
   410  c0  #1  client  drop
   410  c0   -  claim   retrying attempt=1 wait=600
  1010  c0   -  claim   connecting
  1010  c0  #2  client  attempt
  1020  c0  #2  server  refuse
  1030  c0   -  claim   retrying attempt=2 wait=700
  1730  c0   -  claim   connecting
  1730  c0  #3  client  attempt
  1740  c0  #3  server  accept
  1760  c0  #3  server  answer 101
  1770  c0   -  claim   connected
  2000  c0  #3  server  text "hello"
  2200  c0  #3  server  stall
  2300  c0  #4  client  attempt
  2310  c0  #4  server  accept
  2330  c0  #4  server  answer 101
  2700  c0  #3  server  reset
  3000  c0  #4  server  close 1012 "restart"
  3010  c0  #4  client  drop
  3010  c0   -  claim   retrying attempt=1 wait=900
  3200  c0   -  user    close
  3300  c0  #5  client  attempt
  3310  c0  #5  server  accept
  3310  c0  #6  client  attempt
  3320  c0  #6  server  accept
  3320  c0   -  claim   disconnected "closed by user"
  3600  c0  #5  client  drop
  3600  c0  #6  client  drop
end 4000 returned
"#;
    let mut verdict = passed();
    let evidence = [
        evidence(0, (3_300, 3_300), Lane::Tries, "an attempt 100 ms after the user closed"),
        evidence(0, (1_030, 1_730), Lane::Server, "quiet"),
    ];
    fail(&mut verdict, "close-waiting", "no attempt after the user closed", "2 attempts", &evidence);
    let traces = crate::trace::parse(text).unwrap();
    let ascii = terminal(&verdict, &traces, Style { ascii: true, ..Style::default() });
    insta::assert_snapshot!(report(&verdict, &traces) + &ascii);
}

#[test]
fn not_compiled() {
    let mut verdict = passed();
    verdict.outcome = Overall::NotCompiled;
    (verdict.score, verdict.checks, verdict.runs) = (0, Vec::new(), Vec::new());
    let error = "\x1b[1m\x1b[91merror[E0308]\x1b[0m: mismatched types\n \x1b[94m-->\x1b[0m src/lib.rs:7:5\n";
    verdict.compiler = Some(error.into());
    verdict.compiler_errors = 3;
    insta::assert_snapshot!(report(&verdict, &[]));
    let coloured = terminal(&verdict, &[], Style { colour: true, ..Style::default() });
    assert!(coloured.contains(error), "the compiler's colours are gone: {coloured:?}");
}

#[test]
fn errors_of_the_compiler_are_counted() {
    let mut verdict = Verdict { outcome: Overall::NotCompiled, compiler: Some("error: x\n".into()), ..passed() };
    let last = |verdict: &Verdict| report(verdict, &[]).split("\n\n").last().expect("there is one").to_owned();
    assert_eq!(last(&verdict), "✗ There was nothing to compile, so nothing was run.\n");
    verdict.compiler_errors = 1;
    assert_eq!(last(&verdict), "✗ 1 error: it does not compile, so nothing was run.\n");
}

#[test]
fn what_the_compiler_warns_of_comes_before_the_verdict() {
    let mut verdict = passed();
    let rendered = "\x1b[33mwarning\x1b[0m: unused implementer of `Future` that must be used\n  --> challenges/reconnect-backoff/src/lib.rs:31:5\n   |\n31 |     sleep(config.base_delay);\n   |     ^^^^^^^^^^^^^^^^^^^^^^^^\n\n";
    let warning = CompilerWarning {
        lint: Some("unused_must_use".into()),
        file: "challenges/reconnect-backoff/src/lib.rs".into(),
        line: 31,
        what: "unused implementer of `Future` that must be used".into(),
        rendered: rendered.into(),
    };
    verdict.compiler_warnings = CompilerWarnings { told: vec![warning.clone(), warning], more: 1, unfinished: 4 };
    insta::assert_snapshot!(report(&verdict, &[]));
    verdict.compiler_warnings = CompilerWarnings { unfinished: 1, ..CompilerWarnings::default() };
    let text = report(&verdict, &[]);
    let lines: Vec<_> = text.lines().filter(|line| line.contains("warning")).collect();
    assert_eq!(lines, ["Not shown: 1 warning about unused or unfinished code. `cargo check -p"]);
}

#[test]
fn crashed() {
    let mut verdict = passed();
    let fault = Fault::Panicked("src/lib.rs:31:20: attempt to multiply with overflow".into());
    let run = broken(&mut verdict, "blip", 5_522, &fault);
    run.output = (1..=12).map(|n| format!("line {n}\n")).collect();
    for scenario in ["outage", "long", "stable", "close-waiting", "fleet"] {
        broken(&mut verdict, scenario, 5_600, &fault);
    }
    verdict.outcome = Overall::Crashed;
    insta::assert_snapshot!(report(&verdict, &[crash()]));
}

#[test]
fn hung_and_flooded() {
    let mut verdict = passed();
    broken(&mut verdict, "blip", 5_522, &Fault::Spinning("it used 2 s of processor time at one instant".into()));
    verdict.outcome = Overall::Hung;
    let mut text = report(&verdict, &[]);
    verdict.runs[1].ended = Fault::Flooded("it printed more than 16 MiB".into()).sentence();
    verdict.runs[1].output = "x".repeat(200);
    verdict.outcome = Overall::Flooded;
    text += &report(&verdict, &[]);
    insta::assert_snapshot!(text);
}

#[test]
fn inconclusive() {
    let mut verdict = passed();
    verdict.outcome = Overall::Inconclusive;
    (verdict.clock, verdict.speed) = ("wall".into(), 10.0);
    for check in &mut verdict.checks[2..4] {
        check.outcome = Outcome::Inconclusive;
        check.got =
            "this machine woke tasks up to 61 ms late, and 20 ms is the most that can be told from a mistake".into();
        verdict.score -= check.points;
    }
    insta::assert_snapshot!(report(&verdict, &[]));
}

fn lockstep() -> (Verdict, Trace) {
    let mut verdict = passed();
    let miss = evidence(7, (40_522, 40_522), Lane::Fleet, "all 20 within 0 ms");
    let (expected, got) = (
        "20 clients dropped together spread their first retry over more than 51 ms",
        "in 5 of 5 rounds all 20 came back within 0 ms",
    );
    fail(&mut verdict, "together", expected, got, &[miss]);
    unreached(&mut verdict, &["spread"]);
    (verdict, fleet(|_, _, retry| 512 << (retry - 1)))
}

#[test]
fn a_fleet_in_lockstep() {
    let (verdict, trace) = lockstep();
    insta::assert_snapshot!(report(&verdict, &[trace]));
}

#[test]
fn a_fleet_with_too_little_jitter() {
    let mut verdict = passed();
    let miss = evidence(3, (41_500, 42_900), Lane::Fleet, "");
    fail(&mut verdict, "spread", "waits that differ by more than a factor of 1.5", "98 of 100 waits", &[miss]);
    let wait = |client: u32, round: u32, retry: u32| (512 << (retry - 1)) + Millis::from(client * 17 + round * 31) % 97;
    insta::assert_snapshot!(report(&verdict, &[fleet(wait)]));
}

#[test]
fn one_client_of_a_fleet() {
    let mut verdict = passed();
    let miss = evidence(7, (41_034, 42_058), Lane::Status, "`retrying`, not connected");
    fail(&mut verdict, "together", "what client 7 shows", "client 7: it is not true", &[miss]);
    insta::assert_snapshot!(report(&verdict, &[lockstep().1]));
}

#[test]
fn ascii() {
    let style = Style { ascii: true, ..Style::default() };
    let (mut verdict, trace) = lockstep();
    fail(&mut verdict, "grows", "≥ 3 × base_delay – “long”", "…", &[evidence(0, (9_000, 9_600), Lane::Tries, "½ s")]);
    let text = terminal(&verdict, &[trace, fixtures::constant()], style);
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn colour() {
    let style = Style { colour: true, ..Style::default() };
    let text = terminal(&constant_fails(), &[fixtures::constant()], style);
    insta::assert_snapshot!(text.replace('\x1b', "␛"));
    let plain: String = text
        .split('\x1b')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { &part[part.find('m').unwrap() + 1..] })
        .collect();
    assert_eq!(plain, report(&constant_fails(), &[fixtures::constant()]));
}

#[test]
fn later_hints_are_shown_on_demand() {
    let at = |hints| terminal(&constant_fails(), &[], Style { hints, ..Style::default() });
    assert!(
        at(1).contains("Which value decides the next wait? (for more: --hints 2)")
            && !at(1).contains("Does it change?")
    );
    assert!(at(3).contains("Double it.") && !at(3).contains("--hints"));
    assert!(!at(0).contains("Which value"));
}

#[test]
fn what_a_submission_says_cannot_act_on_the_terminal() {
    let evil = "\n::error::x\n##[error]\n\x1b[2J\x1b]0;title\x07\u{9b}31m\u{202e}\u{2066}\u{200b}\r\nnext \u{7f}\u{8}";
    let mut verdict = constant_fails();
    broken(&mut verdict, "blip", 5_522, &Fault::Panicked(evil.repeat(1_000)));
    verdict.runs[1].output = format!("{}\n", evil.repeat(100)).repeat(100);
    verdict.runs[3].output = evil.into();
    verdict.title = evil.into();
    verdict.submission = evil.into();
    verdict.compiler = Some(evil.into());
    verdict.replay = evil.into();
    verdict.looks_like[0].tells = evil.into();
    verdict.warnings = vec![Warning { file: evil.into(), line: 1, what: evil.into(), advice: evil.into() }];
    let warning = CompilerWarning {
        lint: Some(evil.into()),
        file: evil.into(),
        line: 1,
        what: evil.into(),
        rendered: evil.into(),
    };
    verdict.compiler_warnings = CompilerWarnings { told: vec![warning], more: 1, unfinished: 1 };
    for check in &mut verdict.checks {
        (check.got, check.expected, check.title, check.id) = (evil.into(), evil.into(), evil.into(), evil.into());
        check.evidence.iter_mut().for_each(|evidence| evidence.label = evil.into());
    }
    let mut play = Play::new(1);
    play.accepted();
    play.note(50, false, crate::trace::What::User(evil.into()));
    let traces = [play.trace("blip", 5_522, How::TimeUp), fixtures::constant()];
    for outcome in [Overall::Crashed, Overall::NotCompiled] {
        verdict.outcome = outcome;
        let text = terminal(&verdict, &traces, Style::default());
        assert!(!text.contains(|c| crate::trace::is_hidden(c) && c != '\n'), "{text:?}");
        let commands: Vec<_> =
            text.lines().filter(|line| line.trim().starts_with("::") || line.contains("##[")).collect();
        assert!(commands.is_empty(), "{commands:?}");
        assert!(!crate::report::json(&verdict).contains("##["));
        assert!(text.len() < 20_000, "{} bytes", text.len());
    }
}

#[test]
fn any_evidence_can_be_drawn() {
    let traces = [fixtures::constant(), gone(), lying(), crash(), lockstep().1];
    let times = [0, 1, 30, 5_000, 5_010, 5_490, 41_000, 102_400, 220_000, 1 << 40, Millis::MAX];
    for trace in &traces {
        for (from, to) in times.into_iter().flat_map(|from| times.map(|to| (from, to))) {
            let mut verdict = constant_fails();
            verdict.checks[4].scenario.clone_from(&trace.header.scenario);
            let also =
                evidence(0, (to, from), Lane::Server, "something that is rather long to tell in one line of a chart");
            verdict.checks[4].evidence = vec![evidence(99, (from, to), Lane::Status, "界界界"), also.clone()];
            verdict.checks[4].windows = vec![also.clone()];
            report(&verdict, std::slice::from_ref(trace));
            for lane in [Lane::Connection, Lane::Fleet] {
                verdict.checks[4].evidence = vec![evidence(0, (from, to), lane, "here"), also.clone()];
                verdict.checks[4].windows = vec![also.clone(), evidence(0, (to, from), lane, "there")];
                report(&verdict, std::slice::from_ref(trace));
            }
        }
    }
}
