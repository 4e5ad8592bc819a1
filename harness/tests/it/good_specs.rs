//! Right specs become the data that they mean; and no text, however broken, does anything but that or be told why not.

use std::{fs, path::Path};

use harness::{
    check,
    scenario::{
        Answer, Challenge, Channel, Content, ControlFrame, Count, Draw, Entry, Expect, Expected, Field, Json, Length,
        Moment, Nth, Opening, Play, Quantity, Side, StatusKind, Step, Term, Times, Unit, Until, UserStep,
    },
    spec,
    trace::{Clock, End, Header, How, Trace},
    verdict::Outcome,
};
use serde_json::{Number, json};

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/specs/good").join(name);
    fs::read_to_string(path).unwrap()
}

/// The files in the folder `mistakes`: as many as there are entries.
fn mistakes(text: &str) -> Vec<String> {
    let ids = text.split("[[mistake]]").skip(1).filter_map(|entry| entry.split('"').nth(1));
    ids.map(str::to_owned).collect()
}

fn parse(text: &str) -> Result<Challenge, spec::Errors> {
    spec::parse("x", "challenges/x/challenge.toml", text, Some(&mistakes(text)))
}

pub(crate) fn good(name: &str) -> Challenge {
    parse(&text(name)).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) fn named(factor: f64, name: &str) -> Length {
    Length { terms: vec![Term { factor, unit: Unit::Name(name.into()) }] }
}

pub(crate) fn ms(ms: u64) -> Length {
    Length::literal(ms)
}

#[test]
fn a_whole_challenge_is_read() {
    let challenge = good("reconnect-backoff.toml");
    assert_eq!(
        (challenge.channel, challenge.minutes, challenge.seed, challenge.latency),
        (Channel::WebSocket, 60, 1, 10)
    );
    assert_eq!((challenge.scenarios.len(), challenge.checks.len(), challenge.mistakes.len()), (14, 22, 25));
    assert_eq!(
        challenge.client,
        [
            ("base_delay".into(), Draw::LengthBetween(ms(400), ms(900))),
            ("max_delay".into(), Draw::Length(named(16.0, "base_delay"))),
            ("stable_after".into(), Draw::Length(named(20.0, "base_delay"))),
            ("connect_timeout".into(), Draw::Length(named(10.0, "base_delay"))),
            ("max_retries".into(), Draw::Count(100)),
        ]
    );
    let outage = challenge.scenario("outage").unwrap();
    assert_eq!(outage.client, [("max_retries".into(), Draw::Count(100_000))]);
    assert_eq!(challenge.values(outage, 1, 1.0).counts["max_retries"], 100_000);
    assert_eq!(outage.clients, 1);
    let refused = Play { steps: vec![Step::Refuse], answers: vec![] };
    assert_eq!(outage.server[1], Entry::Play { play: refused, times: Times::Any, until: Some(ms(65_000)), path: None });
    let waiting = challenge.scenario("close-waiting").unwrap();
    assert_eq!(waiting.user, [UserStep::Until(Until::Quiet(named(2.0, "base_delay"))), UserStep::Close]);
}

#[test]
fn checks_and_mistakes_are_read() {
    let challenge = good("reconnect-backoff.toml");
    let check = |id: &str| challenge.checks.iter().find(|check| check.id == id).unwrap();
    let at_most = Length { terms: [named(1.1, "connect_timeout").terms, named(9.0, "base_delay").terms].concat() };
    let (after, then) = (Moment::Accepted(Nth::Number(2)), Moment::Attempt(Nth::Number(3)));
    let deadline = check("deadline");
    assert_eq!(deadline.expect, [Expect::After { after, then, at_least: named(0.9, "connect_timeout"), at_most }]);
    assert_eq!((deadline.points, deadline.requires.as_slice()), (2, ["comes-back".to_owned()].as_slice()));
    assert_eq!(check("close-waiting").expect.len(), 2);
    let [Expect::After { after, then, .. }] = check("comes-back").expect.as_slice() else { panic!("not one follows") };
    assert_eq!(*after, Moment::Lost(Nth::Number(1)));
    assert_eq!(*then, Moment::Status(StatusKind::Connected, Nth::Any), "the next one is meant");
    let resets = Expect::WaitsCeiling {
        after_up: named(2.0, "stable_after"),
        first: named(3.0, "base_delay"),
        factor: 3.0,
        retries: 3,
        times: 3,
    };
    assert_eq!(check("resets").expect, [resets]);
    let quantity = Quantity::Exactly(Count::Name("max_retries".into()));
    let after = Some(Moment::Lost(Nth::Number(1)));
    assert_eq!(check("stops").expect, [Expect::Attempts { after, within: None, quantity }]);
    let frozen = challenge.mistakes.iter().find(|mistake| mistake.id == "f4-drawn-once").unwrap();
    assert_eq!(frozen.fails, [("fresh-draw".into(), None)]);
    assert!(frozen.virtual_only.as_ref().is_some_and(|why| why.starts_with("Needs four rounds")));
    let immediate = challenge.mistakes.iter().find(|mistake| mistake.id == "f6-first-immediate").unwrap();
    assert_eq!(immediate.fails, [("together".into(), Some("first-only".into()))]);
}

#[test]
fn every_step_is_read() {
    let challenge = good("every-word.toml");
    let words = challenge.scenario("words").unwrap();
    let play = |n: usize| match &words.server[n] {
        Entry::Play { play, .. } => play.clone(),
        Entry::Group { .. } => panic!("a group"),
    };
    assert_eq!(play(1).opening(), Opening::Silent);
    assert_eq!(
        play(1).steps,
        [
            Step::AcceptSilent,
            Step::Wait(named(1.0, "idle")),
            Step::Accept,
            Step::Binary(vec![0x00, 0xff]),
            Step::Ping("".into()),
            Step::Ping("p".into()),
            Step::Pong("".into()),
            Step::Pong("q".into()),
            Step::Close { code: None, reason: "".into() },
        ]
    );
    let ending = [Step::HalfClose, Step::AtNext(ms(10_000)), Step::Fin];
    assert_eq!(play(2).steps[..4], [Step::Accept, Step::Stall, Step::StopReading, Step::Resume]);
    assert_eq!(play(2).steps[4..], ending);
    let headers = vec![("retry-after".into(), "5".into())];
    assert_eq!(play(3).steps[0], Step::Http { status: 503, headers, body: "busy".into(), retry_after: None });
    let tick = vec![Step::Send("tick {n}".into())];
    assert_eq!(
        play(4).steps[1..],
        [Step::Repeat { times: 3, steps: tick }, Step::Linger(ms(3_000)), Step::CutAfter(10), Step::Hold]
    );
    let refused = Entry::Play {
        play: Play { steps: vec![Step::Refuse], answers: vec![] },
        times: Times::Exactly(3),
        until: None,
        path: None,
    };
    assert_eq!(words.server[0], Entry::Group { repeat: 2, entries: vec![refused] });
    assert_eq!(words.virtual_only.as_deref(), Some("A reason."));
}

#[test]
fn every_expectation_is_read() {
    let challenge = good("every-word.toml");
    let Entry::Play { play, .. } = &challenge.scenario("words").unwrap().server[5] else { panic!("no play") };
    let expect = |what, within| Step::Expect { what, within, otherwise: vec![] };
    let otherwise = vec![Step::Close { code: Some(4000), reason: "silent".into() }];
    let header = |name: &str, value: Option<&str>| Expected::Header { name: name.into(), value: value.map(Into::into) };
    assert_eq!(
        play.steps[1..],
        [
            Step::Expect { what: Expected::Message(Some("hi".into())), within: Some(ms(2_000)), otherwise },
            expect(Expected::Message(None), None),
            expect(Expected::Message(None), None),
            expect(Expected::Ping, Some(ms(2_000))),
            expect(Expected::Ping, None),
            expect(Expected::Pong(Some("q".into())), None),
            expect(Expected::Pong(None), None),
            expect(Expected::Pong(None), None),
            expect(header("last-event-id", Some("7")), None),
            expect(header("origin", None), None),
            expect(Expected::Close(Some(1000)), None),
            expect(Expected::Close(None), None),
            expect(Expected::Close(None), None),
            Step::Reset,
        ]
    );
}

pub(crate) fn json(members: &[(&str, &str)]) -> Content {
    let member = |(key, text): &(&str, &str)| ((*key).into(), Json::Text((*text).into()));
    Content::Json(Json::Object(members.iter().map(member).collect()))
}

#[test]
fn every_answer_is_read() {
    let challenge = good("every-word.toml");
    let plays = challenge.scenario("words").unwrap().server.iter().filter_map(|entry| match entry {
        Entry::Play { play, .. } => Some(play),
        Entry::Group { .. } => None,
    });
    let play = plays.into_iter().find(|play| !play.answers.is_empty()).unwrap();
    let said = Expected::Message(Some(json(&[("type", "say")])));
    assert_eq!(
        play.steps,
        [
            Step::Accept,
            Step::Pongs(false),
            Step::Send(json(&[("type", "{word.kind}"), ("n", "{burst}")])),
            Step::Pongs(true),
            Step::Expect { what: said.clone(), within: None, otherwise: vec![] },
            Step::Send("re {on.id}: {on}".into()),
        ]
    );
    let answer = |on, with| Answer { on, times: Times::Any, after: ms(0), with: vec![with] };
    let ack = Step::Send(json(&[("type", "ack"), ("id", "{on.id}")]));
    assert_eq!(
        play.answers,
        [
            Answer { on: said, times: Times::Exactly(2), after: ms(100), with: vec![ack, Step::Reset] },
            answer(Expected::Message(Some("{word.kind}".into())), Step::End),
            answer(Expected::Message(None), Step::Close { code: None, reason: "".into() }),
            answer(Expected::Message(None), Step::Ping("".into())),
            answer(Expected::Ping, Step::Pong("{on}".into())),
            answer(Expected::Ping, Step::Stall),
        ]
    );
}

#[test]
fn every_moment_and_assertion_is_read() {
    let challenge = good("every-word.toml");
    let until = |moment| UserStep::Until(Until::Moment(moment));
    let one = Nth::Number(1);
    let list = [Json::Number(1.into()), Json::Number(Number::from_f64(1.5).unwrap()), Json::Flag(true)];
    let listed =
        Json::Object(vec![("type".into(), Json::Text("say".into())), ("list".into(), Json::List(list.into()))]);
    assert_eq!(
        challenge.scenario("words").unwrap().user[1..],
        [
            until(Moment::Attempt(one)),
            until(Moment::Lost(one)),
            until(Moment::Accepted(Nth::Number(2))),
            until(Moment::Status(StatusKind::Retrying, Nth::Number(2))),
            until(Moment::Received("hi".into(), one)),
            until(Moment::Sent("tick 2".into(), one)),
            until(Moment::Control(Side::Client, ControlFrame::Ping, one)),
            until(Moment::Control(Side::Client, ControlFrame::Pong, Nth::Number(2))),
            until(Moment::Control(Side::Client, ControlFrame::Close(vec![1000, 4000]), one)),
            until(Moment::Control(Side::Server, ControlFrame::Ping, Nth::Number(2))),
            until(Moment::Control(Side::Server, ControlFrame::Pong, one)),
            until(Moment::Control(Side::Server, ControlFrame::Close(vec![]), one)),
            until(Moment::Stalled(one)),
            until(Moment::Left(one)),
            until(Moment::Received(Content::Json(listed), one)),
            until(Moment::Request("/ws".into(), one)),
            until(Moment::Answered(vec![503, 429], one)),
            until(Moment::Shown(
                Json::Object(vec![
                    ("state".into(), Json::Text("sent".into())),
                    ("text".into(), Json::Text("hi".into())),
                ]),
                Nth::Number(2),
            )),
            until(Moment::At(ms(65_000))),
            UserStep::Wait(ms(1_000)),
            UserStep::Send("hi".into()),
            UserStep::Send("{word.kind} {transport} {idle}".into()),
            UserStep::Online,
            UserStep::Do("open-widget".into()),
            UserStep::Close,
        ]
    );
    let claims = [Expect::StatusRepeats { most: 0 }, Expect::RetriesAnnounced { times: 3 }];
    let is_claim = |expect: &&Expect| claims.contains(expect);
    assert!(challenge.checks[1].expect.iter().filter(is_claim).eq(&claims));
    let text = |text: &str| Json::Text(text.into());
    let (never, after) = (Moment::Shown(text("b"), Nth::Any), Moment::Shown(text("a"), Nth::Last));
    assert!(challenge.checks[1].expect.contains(&Expect::Never { never, after, slack: ms(0) }));
    let rest = &challenge.checks[1].expect;
    let Expect::Shown { exactly } = &rest[6] else { panic!("{:?}", rest[6]) };
    let shown: Vec<_> = exactly.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["\"a\"", "1", "1.5", "true", r#"{"text":"b","list":[1]}"#]);
    let every =
        |moment, least, most, connection, idle, times| Expect::Every { moment, least, most, connection, idle, times };
    let ping = Moment::Control(Side::Client, ControlFrame::Ping, Nth::Any);
    assert_eq!(rest[10], every(ping, named(0.9, "base_delay"), named(1.1, "base_delay"), one, false, 3));
    assert_eq!(rest[11], every(Moment::Received("hi".into(), Nth::Any), ms(0), ms(2_000), Nth::Any, true, 1));
    let close = |side, code| Moment::Control(side, ControlFrame::Close(vec![code]), Nth::Any);
    let never = Expect::Never { never: close(Side::Client, 1000), after: Moment::Stalled(one), slack: ms(0) };
    assert_eq!(rest[12], never);
    assert_eq!(rest[13], Expect::Happens { moment: close(Side::Server, 4000), times: 1 });
    assert_eq!(rest[14], Expect::Happens { moment: Moment::Status(StatusKind::Connecting, Nth::Any), times: 4 });
    assert_eq!(rest[15], Expect::Happens { moment: Moment::Lost(Nth::Number(2)), times: 1 });
    let fields = [
        ("last-event-id".to_owned(), Field::Is("7".into())),
        ("accept".to_owned(), Field::Has("text/event-stream".into())),
    ];
    let request = |which, path: Option<&str>, method: Option<&str>, fields: &[(String, Field)]| Expect::Request {
        which,
        path: path.map(Into::into),
        method: method.map(Into::into),
        fields: fields.to_vec(),
    };
    assert_eq!(rest[17], request(Nth::Number(2), Some("/events"), Some("GET"), &fields));
    let fields = [("a", Field::Absent), ("b", Field::Present), ("c", Field::IsOrAbsent("".into()))];
    assert_eq!(rest[18], request(Nth::Any, None, None, &fields.map(|(name, field)| (name.to_owned(), field))));
    let quantity = Quantity::AtMost(Count::Literal(3));
    assert_eq!(rest[19], Expect::Requests { path: Some("/ws".into()), quantity });
    let state = vec![("cpu".into(), Json::Number(41.into())), ("on".into(), Json::Flag(true))];
    assert_eq!(rest[20], Expect::ShownLast { value: Json::Object(state), at: None, within: ms(0) });
    let at = Some(Moment::Lost(one));
    assert_eq!(rest[21], Expect::ShownLast { value: Json::Text("a".into()), at, within: ms(1_000) });
    let storm = Expect::Storm { within: named(40.0, "base_delay"), at_most: Count::Name("burst".into()) };
    assert_eq!(challenge.checks[0].expect[6], storm);
    assert_eq!(challenge.client[2], ("burst".into(), Draw::CountBetween(2, 4)));
    assert_eq!(challenge.client[4], ("transport".into(), Draw::Text("websocket".into())));
    let told: Vec<_> = challenge.client[5..].iter().map(|(_, draw)| draw.clone()).collect();
    let plan = json!({ "down": "often", "binary": false, "parts": [1, 2.5, { "a": "b" }] });
    let briefs = vec![json!({ "down": "often" }), json!({ "down": "rare" })];
    let greetings = vec![json!("hello"), json!("")];
    assert_eq!(
        told,
        [Draw::Told(plan), Draw::Told(json!(["sse", "websocket"])), Draw::OneOf(briefs), Draw::OneOf(greetings)]
    );
}

#[test]
fn values_of_every_scenario_can_be_drawn() {
    for name in ["reconnect-backoff.toml", "every-word.toml"] {
        let challenge = good(name);
        for (scenario, seed) in
            challenge.scenarios.iter().flat_map(|scenario| (0..20).map(move |seed| (scenario, seed)))
        {
            let values = challenge.values(scenario, seed, 1.0);
            assert!((1..=24 * 3_600_000).contains(&values.ms(&scenario.lasts)));
        }
    }
}

#[test]
fn a_course_is_read() {
    let text = "format = 1\n[[chapter]]\ntitle = \"One\"\nchallenges = [\"a\", \"b\"]\n[requires]\nb = [\"a\"]\n";
    let course = spec::parse_course("challenges/course.toml", text, &["a".into(), "b".into(), "c".into()]).unwrap();
    assert_eq!(course.chapters[0].challenges, ["a", "b"]);
    assert_eq!(course.requires["b"], ["a"]);
}

/// Every pattern of five tokens that a spec may hold can be judged, and the largest ones too.
#[test]
fn a_right_pattern_can_be_judged() {
    let header = Header {
        challenge: "x".into(),
        scenario: "blip".into(),
        seed: 1,
        clients: 1,
        clock: Clock::Virtual,
        latency: 10,
        slack: 0,
    };
    let trace = Trace { header, events: vec![], end: End { at: 1_000, how: How::TimeUp } };
    let tokens = ["connected ", "(", ")", "|", "*"];
    let short = (0..tokens.len().pow(5)).map(|n| {
        let digits = (0..5).map(|place| n / tokens.len().pow(place) % tokens.len());
        digits.map(|digit| tokens[digit]).collect::<String>()
    });
    let deep = format!("{}connected{}", "(".repeat(16), ")".repeat(16));
    let mut judged = 0;
    for pattern in short.chain([deep, "connected ".repeat(64)]) {
        let Ok(challenge) = parse(&SMALL.replace("PATTERN", &pattern)) else { continue };
        let values = challenge.values(&challenge.scenarios[0], 1, 1.0);
        let judgement = check::judge_one(&challenge.checks[0].expect[0], &trace, &values);
        assert_ne!(judgement.outcome, Outcome::Inconclusive, "{pattern}: {}", judgement.got);
        judged += 1;
    }
    // Of five tokens, 39 rows have a name or a group before every sign and closed groups; and the two large ones.
    assert_eq!(judged, 39 + 2);
}

/// A spec with a pattern to be filled in.
const SMALL: &str = r#"
format  = 1
title   = "A title"
channel = "websocket"
summary = "A sentence."
minutes = 10
[[scenario]]
id     = "blip"
about  = "Nothing."
lasts  = "10s"
server = [{ times = "any", play = ["refuse"] }]
[[check]]
id     = "order"
in     = "blip"
points = 1
title  = "A title"
expect = { status_sequence = "PATTERN" }
why    = "A sentence."
read   = "README.md"
hints  = ["A question?", "A concept.", "A line."]
"#;

/// Reads whatever `text` is: it is right, or it is told what is wrong, which can be shown.
fn read(text: &str, files: &[String]) {
    match spec::parse("x", "challenge.toml", text, Some(files)) {
        Ok(challenge) => assert!(!challenge.scenarios.is_empty()),
        Err(errors) => assert!(errors.render(false).contains("error: ")),
    }
}

#[test]
fn a_right_spec_that_is_cut_or_lacks_a_character_is_read_or_refused() {
    for (name, step) in [("reconnect-backoff.toml", 61), ("every-word.toml", 7)] {
        let text = text(name);
        let files = mistakes(&text);
        for (at, c) in text.char_indices().step_by(step) {
            read(&text[..at], &files);
            read(&format!("{}{}", &text[..at], &text[at + c.len_utf8()..]), &files);
        }
    }
}

#[test]
fn a_right_spec_with_a_wrong_value_is_read_or_refused() {
    let text = text("every-word.toml");
    let files = mistakes(&text);
    let quotes: Vec<_> = text.match_indices('"').map(|(at, _)| at).collect();
    let texts = quotes.chunks(2).map(|pair| pair[0]..pair[1] + 1);
    let digit = |c: char| c.is_ascii_digit();
    let numbers = text
        .match_indices(digit)
        .filter(|(at, _)| !text[..*at].ends_with(digit))
        .map(|(at, _)| at..at + text[at..].find(|c: char| !digit(c)).unwrap_or(0));
    for range in texts.chain(numbers) {
        for other in ["0", "-1", "\"x\"", "\"\"", "[]", "{}", "true", "99999999999999999999"] {
            read(&format!("{}{other}{}", &text[..range.start], &text[range.end..]), &files);
        }
    }
}
