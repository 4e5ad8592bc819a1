//! The user's script: when it acts, and what the clients hear of it.

use harness::{
    scenario::{ControlFrame, Json, Length, Moment, Nth, Side, StatusKind, Step, Until, UserStep},
    trace::{Claim, How, Status},
};

use super::{
    raw::Piece,
    scenarios::{always, any, expect, message, once, scenario, send, wait, with_user},
    stage::on_both,
};

fn until(moment: Moment) -> UserStep {
    UserStep::Until(Until::Moment(moment))
}

#[test]
fn acts_reach_the_client_in_order() {
    let user = vec![
        UserStep::Send("hello".into()),
        UserStep::Wait(Length::literal(10)),
        UserStep::Online,
        UserStep::Do("refresh".into()),
        UserStep::Close,
    ];
    on_both(
        &with_user(always(vec![Step::Refuse]), user),
        |raw| {
            let acts: Vec<_> = (0..4).map(|_| raw.act()).collect();
            let expected = ["send hello", "online", "refresh", "close"].map(|act| (0, act.to_owned()));
            assert_eq!(acts, expected);
        },
        |outcome| assert_eq!(outcome.how, How::Returned),
    );
}

fn question() -> Step {
    expect(message("question"), 20_000)
}

#[test]
fn moments_of_every_kind_are_waited_for() {
    let user = vec![
        until(Moment::Attempt(Nth::Number(1))),
        until(Moment::Accepted(Nth::Number(1))),
        until(Moment::Status(StatusKind::Connected, Nth::Number(1))),
        until(Moment::Sent("hello".into(), Nth::Number(1))),
        until(Moment::Shown(
            Json::Object(vec![("a".into(), Json::Number(1.into())), ("b".into(), Json::Flag(true))]),
            Nth::Number(1),
        )),
        UserStep::Do("a".into()),
        until(Moment::Received("question".into(), Nth::Number(2))),
        UserStep::Do("b".into()),
        until(Moment::User("a".into(), Nth::Number(1))),
        until(Moment::Lost(Nth::Number(1))),
        UserStep::Do("c".into()),
        until(Moment::At(Length::literal(300))),
        UserStep::Do("d".into()),
    ];
    on_both(
        &with_user(
            scenario(vec![
                once(vec![Step::Accept, send("hello"), question(), question(), wait(20), Step::Reset]),
                any(vec![Step::Refuse]),
            ]),
            user,
        ),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text hello");
            raw.claim(0, Claim::Status(Status::Connected));
            raw.claim(0, Claim::Show(r#"{"b": true, "a": 1}"#.into()));
            assert_eq!(raw.act().1, "a");
            raw.frame(line, 0x1, "question");
            raw.sleep(5);
            raw.frame(line, 0x1, "question");
            assert_eq!(raw.act().1, "b");
            assert_eq!(raw.end(line), Piece::Reset);
            assert_eq!(raw.act().1, "c");
            assert_eq!(raw.act().1, "d");
        },
        |_| {},
    );
}

#[test]
fn frames_silences_and_leavings_are_waited_for() {
    let frame = |side, frame, nth| until(Moment::Control(side, frame, Nth::Number(nth)));
    let user = vec![
        frame(Side::Client, ControlFrame::Ping, 2),
        frame(Side::Server, ControlFrame::Pong, 2),
        UserStep::Do("a".into()),
        until(Moment::Stalled(Nth::Number(1))),
        frame(Side::Client, ControlFrame::Close(vec![1000, 4000]), 1),
        UserStep::Do("b".into()),
        until(Moment::Left(Nth::Number(2))),
        UserStep::Do("c".into()),
    ];
    let server = scenario(vec![
        once(vec![Step::Accept, wait(60), Step::Stall, Step::Hold]),
        once(vec![Step::Accept, wait(20), Step::Reset]),
        any(vec![Step::Accept, Step::Hold]),
    ]);
    on_both(
        &with_user(server, user),
        |raw| {
            let line = raw.open();
            for _ in 0..2 {
                raw.frame(line, 0x9, "");
                assert_eq!(raw.frame_of(line), "pong ");
            }
            assert_eq!(raw.act().1, "a");
            raw.sleep(100);
            raw.close(line, 4000);
            assert_eq!(raw.act().1, "b");
            raw.drop(line);
            // The client has not left a connection that the server has reset.
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Reset);
            let line = raw.open();
            raw.drop(line);
            assert_eq!(raw.act().1, "c");
        },
        |_| {},
    );
}

#[test]
fn any_and_last_mean_the_next_that_comes() {
    let user = vec![
        until(Moment::Attempt(Nth::Number(2))),
        until(Moment::Attempt(Nth::Any)),
        UserStep::Do("third".into()),
        until(Moment::Attempt(Nth::Last)),
        UserStep::Do("fourth".into()),
    ];
    on_both(
        &with_user(always(vec![Step::Refuse]), user),
        |raw| {
            for _ in 0..3 {
                let line = raw.connect();
                raw.rest(line);
            }
            assert_eq!(raw.act().1, "third");
            let line = raw.connect();
            raw.rest(line);
            assert_eq!(raw.act().1, "fourth");
        },
        |_| {},
    );
}

#[test]
fn quiet_means_neither_attempts_nor_a_connection() {
    let user = vec![UserStep::Until(Until::Quiet(Length::literal(120))), UserStep::Close];
    on_both(
        &with_user(scenario(vec![once(vec![Step::Accept, wait(200), Step::Reset]), any(vec![Step::Refuse])]), user),
        |raw| {
            raw.sleep(150);
            let line = raw.open();
            assert_eq!(raw.end(line), Piece::Reset);
            raw.sleep(60);
            let line = raw.connect();
            raw.rest(line);
            assert_eq!(raw.act(), (0, "close".into()));
        },
        |outcome| {
            // The act is not among the notes of a play over sockets; the last of them is the refusal that began the quiet.
            assert!(outcome.lines().contains(&"#2 server refuse".to_owned()));
        },
    );
}
