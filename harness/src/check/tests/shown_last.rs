use super::story::{cases, says, told, trace, verdict};
use crate::{
    scenario::{Expect, Json, Length, Moment, Nth},
    trace::Trace,
};

const WANTED: &str = "{\"cpu\": 41, \"mem\": \"7 %\"}";

fn json(text: &str) -> Json {
    serde_json::from_str::<serde_json::Value>(text).expect("it is JSON").into()
}

fn map(at: Option<Moment>) -> Expect {
    Expect::ShownLast { value: json(WANTED), at, within: Length::literal(0) }
}

/// Each of these is shown at its time.
fn shows(claims: &[(u64, &str)]) -> Trace {
    let text: String = claims.iter().map(|(at, json)| says(*at, &format!("show {json}"))).collect();
    trace(&text, 9_000)
}

const RIGHT: &str = "{\"mem\":\"7 %\",\"cpu\":41}";

#[test]
fn the_last_thing_shown_counts() {
    let text = shows(&[(100, "{\"cpu\":40}"), (200, RIGHT)]);
    assert_eq!(verdict(&map(None), &text), "pass", "what came before does not matter");
    assert_eq!(verdict(&map(None), &shows(&[(100, RIGHT), (200, "{}")])), "missing");
    assert_eq!(verdict(&map(None), &shows(&[])), "nothing-shown");
    let text = Expect::ShownLast { value: json("\"a\""), at: None, within: Length::literal(0) };
    assert_eq!(verdict(&text, &shows(&[(100, "\"a\"")])), "pass");
}

#[test]
fn a_moment_can_be_meant() {
    let at = Moment::At(Length::literal(1_000));
    let both = |second: u64| shows(&[(100, RIGHT), (second, "{}")]);
    cases(
        &map(Some(Moment::User("online".into(), Nth::Any))),
        &[
            ("pass", online(&[(100, RIGHT)], &[500, 900])),
            ("not-begun", online(&[(100, RIGHT)], &[])),
            ("nothing-shown", online(&[(551, RIGHT)], &[500])),
            ("missing", online(&[(100, RIGHT), (600, "{\"cpu\":41}")], &[500, 900])),
            ("unexpected", online(&[(100, "{\"cpu\":41,\"mem\":\"7 %\",\"old\":1}")], &[500])),
            ("other", online(&[(100, "{\"cpu\":40,\"mem\":\"7 %\"}")], &[500])),
            ("other", online(&[(100, "41")], &[500])),
            ("other", online(&[(100, "not json")], &[500])),
        ],
    );
    assert_eq!(verdict(&map(Some(at.clone())), &both(1_001)), "pass", "what is shown later does not matter");
    assert_eq!(verdict(&map(Some(at.clone())), &both(1_000)), "pass", "at the same instant both are seen");
    assert_eq!(verdict(&map(Some(at.clone())), &both(999)), "missing");
    assert_eq!(verdict(&map(Some(at.clone())), &shows(&[(1_050, RIGHT)])), "pass", "within the tolerance");
    assert_eq!(verdict(&map(Some(at)), &shows(&[(1_051, RIGHT)])), "nothing-shown");
}

#[test]
fn it_may_take_its_time() {
    let at = Some(Moment::At(Length::literal(1_000)));
    let expect = Expect::ShownLast { value: json(WANTED), at, within: Length::literal(500) };
    assert_eq!(verdict(&expect, &shows(&[(100, "{}"), (1_550, RIGHT)])), "pass");
    assert_eq!(verdict(&expect, &shows(&[(100, RIGHT), (1_001, "{}")])), "pass", "it was seen");
    assert_eq!(verdict(&expect, &shows(&[(100, "{}"), (1_551, RIGHT)])), "missing");
    assert_eq!(verdict(&expect, &shows(&[(1_551, RIGHT)])), "nothing-shown");
}

/// What is shown, and a user who acts at these times.
fn online(claims: &[(u64, &str)], acts: &[u64]) -> Trace {
    let mut lines: Vec<(u64, String)> =
        claims.iter().map(|(at, json)| (*at, says(*at, &format!("show {json}")))).collect();
    lines.extend(acts.iter().map(|at| (*at, format!("{at} c0 - user online\n"))));
    lines.sort();
    trace(&lines.into_iter().map(|(_, line)| line).collect::<String>(), 9_000)
}

#[test]
fn the_difference_is_told() {
    insta::assert_snapshot!(told(&map(None), &shows(&[(100, "{\"cpu\":40,\"mem\":\"7\"}")])), @r#"
    other
    expected: In the end the user sees `{"cpu":41,"mem":"7 %"}`.
    got:      At 9 s the user saw `{"cpu":40,"mem":"7"}`: `cpu` is 40 and should be 41, `mem` is "7" and should be "7 %".
      c0 100..9000 Shown: cpu is 40 and should be 41, mem is "7" and should be "7 %"
    "#);
    let at = Some(Moment::At(Length::literal(1_000)));
    insta::assert_snapshot!(told(&map(at), &shows(&[(100, "{\"cpu\":41}")])), @r#"
    missing
    expected: At 1 s the user sees `{"cpu":41,"mem":"7 %"}`.
    got:      At 1.05 s the user saw `{"cpu":41}`: `mem` is missing.
      c0 100..1050 Shown: mem is missing
      band c0 1000..1000 Shown: at once
    "#);
}
