//! Right specs become the data that they mean: messages, streams, logs, answers to requests.

use harness::scenario::{Entry, EventText, Expect, LogSpec, LogStep, Play, RetryAfter, Since, Step};

use super::good_specs::{good, json, ms, named};

#[test]
fn every_assertion_about_messages_is_read() {
    let challenge = good("every-word.toml");
    let all = challenge.checks.iter().flat_map(|check| &check.expect);
    let messages: Vec<_> =
        all.filter(|expect| matches!(expect, Expect::Received { .. } | Expect::Scripted { .. })).cloned().collect();
    let path = ["data", "id"].map(str::to_owned).to_vec();
    let texts = vec!["hi".into(), json(&[("text", "{word.kind}")])];
    let expected = [
        Expect::Received { matching: None, exactly: vec![], unique_by: None, connection: None },
        Expect::Received {
            matching: None,
            exactly: vec!["1 hi".into(), "".into()],
            unique_by: None,
            connection: Some(2),
        },
        Expect::Received {
            matching: Some(json(&[("type", "say")])),
            exactly: texts,
            unique_by: Some(path),
            connection: None,
        },
        Expect::Scripted { connections: None },
        Expect::Scripted { connections: Some(vec![2, 3]) },
    ];
    assert_eq!(messages, expected);
}

#[test]
fn every_step_of_a_stream_is_read() {
    let challenge = good("every-word.toml");
    let words = challenge.scenario("words").unwrap();
    let plays = words.server.iter().filter_map(|entry| match entry {
        Entry::Play { play, .. } if matches!(play.steps[0], Step::Sse { .. }) => Some(play.steps.clone()),
        _ => None,
    });
    let open = |content_type: &str, headers: &[(&str, &str)]| Step::Sse {
        content_type: content_type.into(),
        headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    };
    let event = |kind: Option<&str>, id: Option<&str>, data: &str| {
        Step::Event(EventText { kind: kind.map(Into::into), id: id.map(Into::into), data: data.into() })
    };
    let first = vec![
        open("text/event-stream", &[]),
        event(None, None, "tick"),
        event(Some("b"), Some("7"), "a"),
        Step::Comment("c".into()),
        Step::Retry(ms(0)),
        Step::Bytes("data: half".into()),
        Step::Fin,
    ];
    let repeated = Step::Repeat { times: 2, steps: vec![event(None, Some("{n}"), "{n}")] };
    let second = vec![open("text/plain", &[("x-a", "b")]), repeated, Step::Reset];
    assert_eq!(plays.collect::<Vec<_>>(), [first, second]);
}

#[test]
fn a_log_and_its_steps_are_read() {
    let challenge = good("every-word.toml");
    let (long, short) = (challenge.scenario("log").unwrap(), challenge.scenario("short-log").unwrap());
    assert_eq!(long.log, Some(LogSpec { epochs: vec![5, 3], same_text: vec![2, 4], message: None }));
    assert_eq!(short.log, Some(LogSpec { epochs: vec![4], same_text: vec![], message: None }));
    let Entry::Play { play, .. } = &long.server[0] else { panic!("no play") };
    let steps = [
        LogStep::Emit(Some(2)),
        LogStep::EmitPart,
        LogStep::HoldBack(1),
        LogStep::Replay { after: Since::LastEventId, overlap: 2 },
        LogStep::Replay { after: Since::Number(0), overlap: 0 },
    ];
    assert_eq!(play.steps[1..6], steps.map(Step::Log));
    let Entry::Play { play, .. } = &long.server[1] else { panic!("no play") };
    let steps = [LogStep::Emit(None), LogStep::NewEpoch, LogStep::Emit(None)];
    assert_eq!(play.steps[1..4], steps.map(Step::Log));
    let told = challenge.scenario("message-log").unwrap();
    let Entry::Play { play, .. } = &told.server[0] else { panic!("no play") };
    let again = Step::Log(LogStep::Replay { after: Since::Said("{on.seq}".into()), overlap: 0 });
    assert_eq!((&play.steps[3], play.answers[0].with.as_slice()), (&again, [again.clone()].as_slice()));
    let word = challenge.values(told, 7, 1.0).words.word("a");
    let log = challenge.values(told, 7, 1.0).log;
    let entry = log.entry(3).unwrap();
    let message = format!(r#"{{"type":"chat","list":[3,1],"id":"{}","text":"{} {word}"}}"#, entry.id, entry.text);
    assert_eq!(log.message(entry), message);
    let check = challenge.checks.iter().find(|check| check.id == "log").unwrap();
    assert_eq!(check.expect, [Expect::ShownLog]);
    let log = |seed| challenge.values(long, seed, 1.0).log;
    assert_eq!(log(1), log(1));
    assert_ne!(log(1), log(2));
    assert_eq!(log(1).entries().len(), 8);
}

#[test]
fn when_to_come_back_is_read() {
    let challenge = good("every-word.toml");
    let words = challenge.scenario("words").unwrap();
    let asked = words.server.iter().filter_map(|entry| match entry {
        Entry::Play { play: Play { steps, .. }, .. } => match &steps[0] {
            Step::Http { status, retry_after, .. } => Some((*status, retry_after.clone())),
            _ => None,
        },
        Entry::Group { .. } => None,
    });
    let seconds = Some(RetryAfter::Seconds(ms(3_000)));
    let date = Some(RetryAfter::Date(named(2.0, "base_delay")));
    assert_eq!(asked.collect::<Vec<_>>(), [(503, None), (429, seconds), (503, date)]);
}
