//! What a server answers beside its steps, and what its messages say.

use harness::{
    scenario::{
        Answer, Content, Entry, Expected, Json, Length, Moment, Nth, Play, Scenario, Step, Times, Until, UserStep,
        Values,
    },
    trace::How,
};

use super::{
    raw::Piece,
    scenarios::{always, expect, message, scenario, send, wait, with_user},
    stage::{On, on_both, play},
};

fn json(members: &[(&str, &str)]) -> Content {
    let member = |(key, text): &(&str, &str)| ((*key).to_owned(), Json::Text((*text).into()));
    Content::Json(Json::Object(members.iter().map(member).collect()))
}

fn on_say() -> Expected {
    Expected::Message(Some(json(&[("type", "say")])))
}

fn answer(on: Expected, after: u64, with: Vec<Step>) -> Answer {
    Answer { on, times: Times::Any, after: Length::literal(after), with }
}

/// Every connection gets these steps and answers.
fn answering(steps: Vec<Step>, answers: Vec<Answer>) -> Scenario {
    let (times, until, path) = (Times::Any, None, None);
    scenario(vec![Entry::Play { play: Play { steps, answers }, times, until, path }])
}

/// The lines of the messages, with what was met and missed.
fn said(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).filter(|line| !line.contains("close") && !line.contains("drop")).skip(4).collect()
}

#[test]
fn answers_are_given_while_the_steps_wait() {
    let ack = Step::Send(json(&[("type", "ack"), ("id", "{on.id}")]));
    on_both(
        &answering(vec![Step::Accept, send("hello"), Step::Hold], vec![answer(on_say(), 0, vec![ack])]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text hello");
            raw.frame(line, 0x1, r#"{"type":"say","id":7}"#);
            assert_eq!(raw.frame_of(line), r#"text {"type":"ack","id":7}"#);
            raw.frame(line, 0x1, r#"{"type":"other","id":8}"#);
            raw.frame(line, 0x1, r#"{"id":"nine","type":"say"}"#);
            assert_eq!(raw.frame_of(line), r#"text {"type":"ack","id":"nine"}"#);
            raw.frame(line, 0x1, r#"{"type":"say"}"#);
            assert_eq!(raw.frame_of(line), r#"text {"type":"ack","id":null}"#);
        },
        |_| {},
    );
}

#[test]
fn each_answer_comes_at_its_time_and_the_first_that_fits_is_given() {
    let first = |after, times| Answer {
        times: Times::Exactly(times),
        ..answer(Expected::Message(None), after, vec![send("slow {on}"), Step::Ping("{on}".into())])
    };
    let rest = answer(Expected::Message(None), 100, vec![send("quick {on}")]);
    let steps = vec![Step::Accept, wait(1_000), send("step"), Step::Hold];
    let outcome = play(On::Link, &answering(steps, vec![first(300, 2), rest]), |raw| {
        let line = raw.open();
        let opened = raw.now();
        for text in ["a", "b", "c"] {
            raw.frame(line, 0x1, text);
        }
        let mut told = Vec::new();
        for _ in 0..6 {
            told.push((raw.frame_of(line), raw.now() - opened));
        }
        let latencies = 20;
        let expected = [
            ("text quick c", 100 + latencies),
            ("text slow a", 300 + latencies),
            ("ping a", 300 + latencies),
            ("text slow b", 300 + latencies),
            ("ping b", 300 + latencies),
            ("text step", 1_000),
        ];
        assert_eq!(told, expected.map(|(text, at)| (text.to_owned(), at)));
    });
    assert!(outcome.lines().iter().any(|line| line == "#1 server text \"step\""));
}

#[test]
fn at_one_instant_answers_come_before_the_next_step() {
    let echo = |after| answer(Expected::Message(None), after, vec![send("answer")]);
    let steps = vec![Step::Accept, expect(message("a"), 1_000), wait(50), send("step"), Step::Reset];
    for after in [0, 50] {
        let outcome = play(On::Link, &answering(steps.clone(), vec![echo(after)]), |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "a");
            assert_eq!(raw.frame_of(line), "text answer");
            assert_eq!(raw.frame_of(line), "text step");
        });
        let lines = outcome.lines_of("server");
        let texts: Vec<_> = lines.iter().map(String::as_str).filter(|line| line.contains(" text ")).collect();
        assert_eq!(texts, ["#1 server text \"answer\"", "#1 server text \"step\""]);
    }
}

#[test]
fn an_answer_can_end_the_connection() {
    let goodbye = Step::Close { code: Some(4000), reason: "{on.type}".into() };
    on_both(
        &answering(
            vec![Step::Accept, Step::Hold],
            vec![
                answer(on_say(), 10, vec![goodbye]),
                answer(message("reset"), 0, vec![send("soon"), Step::Reset, send("never")]),
            ],
        ),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, r#"{"type":"say"}"#);
            assert_eq!(raw.frame_of(line), "close 4000 say");
            raw.close(line, 4000);
            assert_eq!(raw.end(line), Piece::Fin);
            raw.drop(line);
            let line = raw.open();
            raw.frame(line, 0x1, "reset");
            assert_eq!(raw.frame_of(line), "text soon");
            assert_eq!(raw.end(line), Piece::Reset);
        },
        |outcome| {
            let ends = |line: &&String| line.contains("server close") || line.contains("fin") || line.contains("reset");
            let lines = outcome.lines_of("server");
            let ends: Vec<_> = lines.iter().filter(ends).map(String::as_str).collect();
            assert_eq!(ends, ["#1 server close 4000 \"say\"", "#1 server fin", "#2 server reset"]);
        },
    );
}

#[test]
fn pings_are_answered_by_the_script_alone_where_it_says_so() {
    let steps = vec![
        Step::Accept,
        Step::Pongs(false),
        expect(message("on"), 10_000),
        Step::Pongs(true),
        send("it is"),
        Step::Hold,
    ];
    let echo = Answer { times: Times::Exactly(1), ..answer(Expected::Ping, 30, vec![Step::Pong("{on}".into())]) };
    on_both(
        &answering(steps, vec![echo]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x9, "by script");
            assert_eq!(raw.frame_of(line), "pong by script");
            raw.frame(line, 0x9, "by nobody");
            raw.frame(line, 0x1, "on");
            assert_eq!(raw.frame_of(line), "text it is");
            raw.frame(line, 0x9, "by itself");
            assert_eq!(raw.frame_of(line), "pong by itself");
            raw.close(line, 1000);
            assert_eq!(raw.frame_of(line), "close 1000 ");
        },
        |outcome| {
            let lines = outcome.lines_of("server");
            let pongs: Vec<_> = lines.iter().map(String::as_str).filter(|line| line.contains("pong")).collect();
            assert_eq!(pongs, ["#1 server pong \"by script\"", "#1 server pong \"by itself\""]);
        },
    );
}

#[test]
fn a_payload_that_is_no_text_is_echoed() {
    let echo = answer(Expected::Ping, 0, vec![Step::Pong("{on}".into())]);
    on_both(
        &answering(vec![Step::Accept, Step::Pongs(false), Step::Hold], vec![echo]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x9, [0xff, 0x00]);
            assert_eq!(raw.exactly(line, 4), [0x8a, 2, 0xff, 0x00]);
        },
        |_| {},
    );
}

#[test]
fn steps_follow_the_message_that_was_expected() {
    let steps = vec![
        Step::Accept,
        expect(on_say(), 10_000),
        send("{on.id} {on.data.text}"),
        expect(Expected::Message(Some(json(&[("re", "{on.id}")]))), 10_000),
        send("{on.re}"),
        expect(Expected::Ping, 10_000),
        send("{on}"),
        Step::Reset,
    ];
    on_both(
        &always(steps),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "no JSON");
            raw.frame(line, 0x1, r#"{"type":"say","id":7,"data":{"text":"hi"}}"#);
            assert_eq!(raw.frame_of(line), "text 7 hi");
            raw.frame(line, 0x1, r#"{"re":8}"#);
            raw.frame(line, 0x1, r#"{"re":7.0}"#);
            assert_eq!(raw.frame_of(line), "text 7.0");
            raw.frame(line, 0x9, "beat");
            assert_eq!(raw.frame_of(line), "pong beat");
            assert_eq!(raw.frame_of(line), "text beat");
        },
        |outcome| {
            let lines = outcome.lines();
            let met: Vec<_> = said(&lines).into_iter().filter(|line| line.contains("met")).collect();
            let expected = [
                r#"#1 server met "message {\"type\":\"say\"}""#,
                r#"#1 server met "message {\"re\":7}""#,
                r#"#1 server met "ping""#,
            ];
            assert_eq!(met, expected);
        },
    );
}

#[test]
fn words_and_values_are_filled_in() {
    let values = Values::none();
    let word = values.words.word("greeting");
    let steps = vec![
        Step::Accept,
        send("{word.greeting}"),
        Step::Repeat { times: 2, steps: vec![Step::Send(json(&[("n", "{n}"), ("word", "{word.greeting}")]))] },
        expect(message("{word.greeting}"), 10_000),
        Step::Close { code: Some(4000), reason: "{word.greeting}".into() },
    ];
    let user = vec![
        UserStep::Until(Until::Moment(Moment::Sent("{word.greeting}".into(), Nth::Number(1)))),
        UserStep::Send("{word.greeting}!".into()),
        UserStep::Until(Until::Moment(Moment::Received(json(&[("said", "{word.greeting}")]), Nth::Number(1)))),
        UserStep::Do("done".into()),
    ];
    on_both(
        &with_user(always(steps), user),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), format!("text {word}"));
            assert_eq!(raw.act().1, format!("send {word}!"));
            for n in [1, 2] {
                assert_eq!(raw.frame_of(line), format!(r#"text {{"n":{n},"word":"{word}"}}"#));
            }
            raw.frame(line, 0x1, format!(r#"{{"more":1,"said":"{word}"}}"#));
            assert_eq!(raw.act().1, "done");
            raw.frame(line, 0x1, &word);
            assert_eq!(raw.frame_of(line), format!("close 4000 {word}"));
        },
        |_| {},
    );
}

#[test]
fn what_is_expected_of_a_client_that_has_gone_is_missed() {
    let steps = vec![Step::Accept, expect(Expected::Ping, 10_000), wait(500), expect(message("late"), 10_000)];
    on_both(
        &always(steps),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x9, "");
            assert_eq!(raw.frame_of(line), "pong ");
            raw.drop(line);
            raw.sleep(20);
        },
        |outcome| {
            let lines = outcome.lines();
            let judged: Vec<_> = lines.iter().filter(|line| line.contains("met") || line.contains("missed")).collect();
            assert_eq!(judged, [r#"#1 server met "ping""#, r#"#1 server missed "message \"late\"""#]);
        },
    );
}

#[test]
fn what_is_expected_when_the_run_is_over_is_missed() {
    let steps = vec![
        Step::Accept,
        Step::Repeat { times: 2, steps: vec![expect(message("{n}"), 10_000)] },
        expect(Expected::Ping, 10_000),
    ];
    let stop = answer(message("stop"), 0, vec![Step::End]);
    let outcome = play(On::Link, &answering(steps, vec![stop]), |raw| {
        let line = raw.open();
        raw.frame(line, 0x1, "1");
        raw.frame(line, 0x1, "stop");
        raw.outlast();
    });
    assert_eq!(outcome.how, How::Script);
    let judged = outcome.lines_of("server")[2..].to_vec();
    assert_eq!(judged, [r#"#1 server met "message \"1\"""#, r#"#1 server missed "message \"2\"""#]);
}
