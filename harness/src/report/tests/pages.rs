//! The HTML report as text. That it works in a browser is tested with one, in `tests/it/page/`.

use std::collections::BTreeSet;

use super::{
    constant_fails,
    fixtures::{self, Play, broken, crash, evidence, fail, fleet, gone, lying, passed, unreached},
    lockstep,
};
use crate::{
    report::html,
    trace::{ClientAct, Fault, Header, How, Message, Trace, What, is_hidden},
    verdict::{CompilerWarning, CompilerWarnings, Lane, Overall, Verdict, Warning},
};

/// The page without its styles and its script, an element a line.
fn page(verdict: &Verdict, traces: &[Trace]) -> String {
    let text = html(verdict, traces);
    let (head, rest) = text.split_once("<style>").expect("there are styles");
    let (_, rest) = rest.split_once("</style>").expect("they end");
    let (body, rest) = rest.split_once("<script>").expect("there is a script");
    let (_, tail) = rest.split_once("</script>").expect("it ends");
    check(&text);
    format!("{head}{body}{tail}").replace("><", ">\n<")
}

/// What must hold of every page: names are of one thing, links lead somewhere, elements end where they should.
#[track_caller]
fn check(text: &str) {
    let values =
        |name: &'static str| text.split(name).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let ids: Vec<_> = values(" id=\"").collect();
    let known: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(known.len(), ids.len(), "an id is given twice: {ids:?}");
    let links = values(" href=\"#").chain(values(" aria-labelledby=\"")).chain(values(" aria-describedby=\""));
    let dead: Vec<_> = links.filter(|link| !known.contains(link)).collect();
    assert!(dead.is_empty(), "links that lead nowhere: {dead:?}");
    assert!(!text.contains(|c| is_hidden(c) && c != '\n' && c != '\t'));

    let (before, after) =
        (text.split_once("<style>").expect("styles").0, text.split_once("</style>").expect("styles").1);
    let markup = format!("{before}{}", after.split_once("<script>").expect("a script").0);
    let mut open: Vec<&str> = Vec::new();
    for tag in markup.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{}", &markup[markup.len().saturating_sub(200)..]),
            None if tag.ends_with('/') || tag.starts_with('!') => {}
            None => open.push(tag.split_whitespace().next().expect("a name")),
        }
        if matches!(open.last(), Some(&("meta" | "link" | "br"))) {
            open.pop();
        }
    }
    assert_eq!(open, ["html", "body"], "what is open where the script stands");
}

fn lie() -> Verdict {
    let mut verdict = passed();
    verdict.runs.retain(|run| run.scenario == "outage");
    verdict.checks.retain(|check| ["comes-back", "status-true"].contains(&check.id.as_str()));
    let marks = [
        evidence(0, (5_010, 5_490), Lane::Status, "says `connected`, but the connection is lost"),
        evidence(0, (5_110, 5_110), Lane::Connection, "lost for 100 ms"),
    ];
    let (expected, got) =
        ("`status` follows the wire within 100 ms", "`connected` was shown for 480 ms after the loss");
    fail(&mut verdict, "status-true", expected, got, &marks);
    verdict.checks[1].windows = vec![evidence(0, (5_010, 5_110), Lane::Truth, "not `connected` any more")];
    verdict
}

#[test]
fn a_failed_check_with_its_timeline_and_log() {
    insta::assert_snapshot!(page(&lie(), &[lying()]));
}

#[test]
fn what_does_not_compile() {
    let mut verdict = passed();
    verdict.outcome = Overall::NotCompiled;
    (verdict.score, verdict.checks, verdict.runs) = (0, Vec::new(), Vec::new());
    verdict.compiler_errors = 1;
    let error = "\x1b[1m\x1b[91merror[E0308]\x1b[0m: mismatched types\n \x1b[94m-->\x1b[0m src/lib.rs:7:5\n";
    verdict.compiler = Some(error.into());
    insta::assert_snapshot!(page(&verdict, &[]));
}

#[test]
fn a_crash_is_told_once_and_its_repetitions_are_folded() {
    let mut verdict = passed();
    let fault = Fault::Panicked("src/lib.rs:31:20: attempt to multiply with overflow".into());
    broken(&mut verdict, "blip", 5_522, &fault).output = "one line\n".into();
    broken(&mut verdict, "outage", 5_600, &fault);
    verdict.outcome = Overall::Crashed;
    let text = page(&verdict, &[crash()]);
    assert!(text.contains("It crashed") && text.contains("<section class=\"scenario\" id=\"scenario-blip\""), "{text}");
    assert!(text.contains("<details class=\"scenario\" id=\"scenario-outage\""), "{text}");
    assert!(text.contains("broke off in the same way, at 5.6 s") && text.contains("one line\n"), "{text}");
    assert!(text.contains("Look at the line that the message names"), "{text}");
}

#[test]
fn a_fleet_is_shown_as_a_whole_and_those_that_went_wrong_one_by_one() {
    let (mut verdict, trace) = lockstep();
    let text = page(&verdict, std::slice::from_ref(&trace));
    assert!(
        text.contains("Attempts of all 20 clients") && text.contains("How long they waited before retry 1"),
        "{text}"
    );
    assert!(text.contains("Client 0 of the 20") && !text.contains("Client 7 of the 20"));
    let miss = evidence(7, (41_034, 42_058), Lane::Status, "`retrying`, not connected");
    fail(&mut verdict, "spread", "what client 7 shows", "it is not true", &[miss]);
    let text = page(&verdict, &[trace]);
    assert!(text.contains("Client 7 of the 20") && !text.contains("Client 0 of the 20"));
}

#[test]
fn all_that_a_verdict_says_is_on_the_page() {
    let mut verdict = constant_fails();
    verdict.warnings = vec![Warning {
        file: "src/lib.rs".into(),
        line: 42,
        what: "`std::time::Instant`".into(),
        advice: "It stands still in simulated time.".into(),
    }];
    unreached(&mut verdict, &["spread"]);
    let rendered = "\x1b[1m\x1b[33mwarning\x1b[0m: unused implementer of `Future`\n --> src/lib.rs:7:5\n".to_owned();
    let warning =
        CompilerWarning { lint: None, file: "src/lib.rs".into(), line: 7, what: "unused implementer".into(), rendered };
    verdict.compiler_warnings = CompilerWarnings { told: vec![warning], more: 1, unfinished: 4 };
    let text = page(&verdict, &[fixtures::constant(), gone()]);
    for told in [
        "Reconnect with backoff",
        "challenges/reconnect-backoff",
        "<code>std::time::Instant</code>",
        "line 42",
        "<span class=\"bold yellow\">warning</span>: unused implementer of `Future`",
        "1 warning of the same kind and 4 warnings about unused or unfinished code.",
        "The wait does not depend on the number of failures.",
        "one of the first 33 waits longer than 3 × base_delay (1536 ms)",
        "the longest of 33 waits was 512 ms",
        "A page opened during a deployment must not stay dead until it is reloaded.",
        "challenges/reconnect-backoff/README.md#backoff",
        "Hint 3 of 3",
        "Double it.",
        "cargo run -p harness -- check reconnect-backoff --seed 1 --scenario long",
        "the script came to its end",
        "max_retries",
    ] {
        assert!(text.contains(told), "{told}");
    }
    for check in &verdict.checks {
        assert!(text.contains(&check.title), "{}", check.id);
    }
}

#[test]
fn a_record_of_any_length_makes_a_page_that_opens() {
    let mut play = Play::new(1);
    for attempt in 1..=10_000 {
        play.wait(attempt, 30);
        play.refused();
        let text = format!("{attempt}: {}", "<&\"".repeat(1_000));
        play.note(play.now, true, What::Client(ClientAct::Message(Message::Text(text.clone()))));
        play.note(play.now, false, What::User(text));
    }
    let end = play.now;
    let mut verdict = passed();
    let place = evidence(0, (250_000, 250_020), Lane::Tries, "here");
    fail(&mut verdict, "grows", "less", "more", &[place]);
    let run = verdict.runs.iter_mut().find(|run| run.scenario == "long").expect("there is one");
    run.output = "<&\"".repeat(1_000_000);
    let trace = play.trace("long", end, How::TimeUp);
    let text = html(&verdict, std::slice::from_ref(&trace));
    check(&text);
    assert!(text.len() < 2_500_000, "{} bytes", text.len());
    assert!(text.contains("events left out here") && text.contains("more are not drawn"));
    assert!(text.contains("The beginning is left out."));
    assert!(
        text.contains("<td>250.000</td>") && !text.contains("<td>20.000</td>"),
        "what is kept is near what is marked"
    );
    // With such a record of every scenario it is not many times as long.
    let all = verdict.runs.iter().map(|run| {
        let header = Header { scenario: run.scenario.clone(), ..trace.header.clone() };
        Trace { header, ..trace.clone() }
    });
    let text = html(&verdict, &all.collect::<Vec<_>>());
    assert!(text.len() < 5_000_000, "{} bytes", text.len());
}

#[test]
fn any_evidence_can_be_put_on_a_page() {
    let times = [0, 5_010, 220_000, u64::MAX];
    for trace in [
        fixtures::constant(),
        lying(),
        crash(),
        fleet(|_, _, retry| 512 << retry),
        Play::new(3).trace("long", 0, How::TimeUp),
    ] {
        for (from, to) in times.into_iter().flat_map(|from| times.map(|to| (from, to))) {
            let mut verdict = constant_fails();
            verdict.checks[4].scenario.clone_from(&trace.header.scenario);
            let lanes = [Lane::Server, Lane::Status, Lane::Pings, Lane::Truth, Lane::Fleet];
            verdict.checks[4].evidence = lanes.map(|lane| evidence(0, (from, to), lane, "界")).into();
            verdict.checks[4].windows = lanes.map(|lane| evidence(99, (to, from), lane, "界")).into();
            check(&html(&verdict, std::slice::from_ref(&trace)));
        }
    }
}

#[test]
fn what_a_submission_says_is_text() {
    let evil =
        "</script></style></title>--><script>x()</script><img src=x onerror=x()>\" '\u{2028}\u{202e}\u{7}\r\n&amp;";
    let mut verdict = constant_fails();
    verdict.runs[1].output = evil.repeat(10);
    broken(&mut verdict, "blip", 5_522, &Fault::Panicked(evil.into()));
    verdict.submission = evil.into();
    verdict.replay = evil.into();
    verdict.warnings = vec![Warning { file: evil.into(), line: 1, what: evil.into(), advice: evil.into() }];
    for check in &mut verdict.checks {
        (check.got, check.expected, check.title, check.id) = (evil.into(), evil.into(), evil.into(), evil.into());
        check.evidence.iter_mut().for_each(|evidence| evidence.label = evil.into());
    }
    let mut play = Play::new(1);
    play.accepted();
    play.note(50, false, What::User(evil.into()));
    play.note(60, true, What::Client(ClientAct::Message(Message::Text(evil.into()))));
    let traces = [play.trace("blip", 5_522, How::TimeUp), fixtures::constant()];
    for compiler in [None, Some(evil.to_owned())] {
        verdict.compiler = compiler;
        verdict.outcome = if verdict.compiler.is_some() { Overall::NotCompiled } else { Overall::Crashed };
        let text = html(&verdict, &traces);
        check(&text);
        assert_eq!((text.matches("<script").count(), text.matches("<img").count()), (1, 0));
        assert!(text.contains("&lt;script&gt;x()") && text.contains("&amp;amp;") && text.contains("\\u{202e}"));
    }
}
