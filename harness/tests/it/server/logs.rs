//! What a server sends from the scenario's log, live and again.

use harness::scenario::{
    Answer, Entry, Expected, Json, Length, Log, LogSpec, LogStep, Play, Scenario, Since, Step, Times,
};

use super::{
    raw::{Piece, Raw},
    scenarios::{at_path, expect, once, scenario, wait},
    stage::{expect_lines, on_both},
    streams::{sse, unchunked},
};

fn spec(epochs: &[u32]) -> LogSpec {
    LogSpec { epochs: epochs.to_vec(), same_text: vec![], message: None }
}

fn log(epochs: &[u32]) -> Log {
    Log::draw(&spec(epochs), 1, "test")
}

fn served(epochs: &[u32], server: Vec<Entry>) -> Scenario {
    Scenario { log: Some(spec(epochs)), ..scenario(server) }
}

fn emit(count: u32) -> Step {
    Step::Log(LogStep::Emit(Some(count)))
}

fn replay(after: Since, overlap: u32) -> Step {
    Step::Log(LogStep::Replay { after, overlap })
}

/// Entries as they stand in a stream, by their numbers over all epochs.
fn events(log: &Log, numbers: &[u32]) -> String {
    let entry = |number: &u32| log.entry(*number).expect("the log has it");
    numbers.iter().map(entry).map(|entry| format!("id: {}\ndata: {}\n\n", entry.id, entry.text)).collect()
}

/// Asks for the stream with what the header says of the last event, and reads it to its end.
fn read(raw: &mut Raw<'_>, last: Option<&str>) -> (String, bool, Piece) {
    let line = raw.connect();
    let field = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
    raw.write(line, format!("GET /events HTTP/1.1\r\nHost: x\r\n{field}\r\n"));
    raw.head(line);
    let (bytes, end) = raw.rest(line);
    let (text, whole) = unchunked(&bytes);
    (text, whole, end)
}

#[test]
fn a_log_goes_on_where_the_last_connection_left_it() {
    let log = log(&[9]);
    let last = || Since::LastEventId;
    let plays = vec![
        once(vec![sse(), emit(3), Step::Log(LogStep::EmitPart), wait(50), Step::Reset]),
        at_path("/events", vec![sse(), replay(last(), 2), emit(1), Step::Fin]),
    ];
    on_both(
        &served(&[9], plays),
        |raw| {
            let id = |number| log.entry(number).expect("the log has it").id.clone();
            let (text, whole, end) = read(raw, None);
            let four = log.entry(4).expect("the log has it");
            let part = format!("id: {}\ndata: {}", four.id, &four.text[..four.text.len() / 2]);
            assert_eq!((text, whole, end), (events(&log, &[1, 2, 3]) + &part, false, Piece::Reset));
            let again = |raw: &mut Raw<'_>, last: Option<&str>, numbers: &[u32]| {
                assert_eq!(read(raw, last), (events(&log, numbers), true, Piece::Fin), "{last:?}");
            };
            again(raw, Some(&id(3)), &[2, 3, 4, 5]);
            again(raw, Some(&id(5)), &[4, 5, 6]);
            again(raw, None, &[7]);
            again(raw, Some(""), &[8]);
            again(raw, Some("unknown"), &[9]);
            again(raw, Some(&id(6)), &[5, 6, 7, 8, 9]);
        },
        |outcome| {
            assert!(!outcome.text().contains("missed"), "{}", outcome.text());
        },
    );
}

#[test]
fn what_is_held_back_is_a_gap_until_it_is_asked_for() {
    let log = log(&[6, 2]);
    let steps = vec![
        sse(),
        emit(2),
        Step::Log(LogStep::HoldBack(2)),
        emit(1),
        replay(Since::Number(2), 0),
        Step::Log(LogStep::Emit(None)),
        Step::Log(LogStep::NewEpoch),
        Step::Log(LogStep::Emit(None)),
        replay(Since::Number(0), 0),
        Step::Fin,
    ];
    let line = |number: u32| {
        let entry = log.entry(number).expect("the log has it");
        format!("#1 server event \"{}\" id \"{}\"", entry.text, entry.id)
    };
    let numbers = [1, 2, 5, 3, 4, 5, 6, 7, 8, 7, 8];
    let head = ["#1 client attempt", "#1 server accept", "#1 client request GET /events", "#1 server answer 200"];
    let mut lines: Vec<String> = head.map(str::to_owned).to_vec();
    lines.push("#1 server stream".to_owned());
    lines.extend(numbers.map(line));
    lines.push("#1 server fin".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    expect_lines(
        &served(&[6, 2], vec![at_path("/events", steps)]),
        |raw| assert_eq!(read(raw, None), (events(&log, &numbers), true, Piece::Fin)),
        &lines,
    );
}

#[test]
fn over_a_websocket_entries_are_messages_and_the_client_says_where_it_is() {
    let member = |name: &str| (name.into(), Json::Text(format!("{{{name}}}").into()));
    let message = Some(Json::Object(["seq", "text"].map(member).to_vec()));
    let spec = LogSpec { message, ..spec(&[6]) };
    let log = Log::draw(&spec, 1, "test");
    let again = || replay(Since::Said("{on.seq}".into()), 1);
    let steps =
        vec![Step::Accept, emit(3), expect(Expected::Message(None), 5_000), again(), emit(1), wait(500), Step::Hold];
    let (times, until, path) = (Times::Any, None, None);
    let on = Expected::Message(Some("{\"seq\":0}".into()));
    let answers = vec![Answer { on, times, after: Length::literal(0), with: vec![replay(Since::Number(3), 0)] }];
    let entry = Entry::Play { play: Play { steps, answers }, times, until, path };
    on_both(
        &Scenario { log: Some(spec), ..scenario(vec![entry]) },
        |raw| {
            let line = raw.open();
            let hear = |raw: &mut Raw<'_>, line: usize, numbers: &[u32]| {
                for number in numbers {
                    let text = &log.entry(*number).expect("the log has it").text;
                    assert_eq!(raw.frame_of(line), format!(r#"text {{"seq":{number},"text":"{text}"}}"#));
                }
            };
            hear(raw, line, &[1, 2, 3]);
            raw.frame(line, 0x1, r#"{"seq":2}"#);
            hear(raw, line, &[2, 3, 4]);
            raw.frame(line, 0x1, r#"{"seq":0}"#);
            hear(raw, line, &[4]);
            raw.drop(line);
            let line = raw.open();
            hear(raw, line, &[5, 6]);
        },
        |_| {},
    );
}
