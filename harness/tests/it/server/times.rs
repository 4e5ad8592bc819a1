//! Exact times, which only simulated time has: whatever the machine is doing meanwhile, a play is the same to the millisecond.

use harness::{
    scenario::{Expected, Length, Moment, Nth, Scenario, Step, Until, UserStep},
    trace::{Claim, Status},
};

use super::{
    raw::{Piece, Raw, UPGRADE},
    scenarios::{always, any, before, expect, once, scenario, send, wait, with_user},
    stage::{On, play},
};

/// The trace of a play, without its first two lines.
fn traced(scenario: &Scenario, client: impl FnOnce(&mut Raw<'_>) + Send) -> String {
    play(On::Link, scenario, client).text().lines().skip(2).map(|line| format!("{line}\n")).collect()
}

#[test]
fn waits_count_from_the_step_before() {
    let trace = traced(
        &always(vec![Step::AcceptSilent, wait(600), Step::Accept, send("hello"), wait(5_000), Step::Reset]),
        |raw| {
            let line = raw.open();
            raw.rest(line);
            assert_eq!(raw.now(), 5_620);
        },
    );
    insta::assert_snapshot!(trace);
}

#[test]
fn at_next_is_the_same_moment_for_all() {
    let trace = traced(
        &Scenario { clients: 2, ..always(vec![Step::Accept, Step::AtNext(Length::literal(1_000)), Step::Reset]) },
        |raw| {
            let mut open = |client| {
                let line = raw.connect_as(client);
                raw.write(line, UPGRADE);
                raw.upgraded(line);
                raw.sleep(300);
                line
            };
            let lines = [open(1), open(0)];
            assert_eq!(lines.map(|line| raw.end(line)), [Piece::Reset, Piece::Reset]);
        },
    );
    insta::assert_snapshot!(trace);
}

#[test]
fn an_expectation_waits_to_the_millisecond() {
    let trace = traced(
        &always(vec![Step::Accept, expect(Expected::Ping, 500), expect(Expected::Message(None), 500), Step::Fin]),
        |raw| {
            let line = raw.open();
            raw.frame(line, 0x1, "no ping");
            raw.sleep(600);
            raw.frame(line, 0x1, "just in time");
            raw.rest(line);
        },
    );
    insta::assert_snapshot!(trace);
}

#[test]
fn arrivals_count_when_they_reach_the_server() {
    let list = vec![before(1_000, vec![Step::Refuse]), any(vec![Step::Accept, Step::Reset])];
    let trace = traced(&scenario(list), |raw| {
        raw.sleep(989);
        for _ in 0..2 {
            let line = raw.connect();
            raw.sleep(1);
            raw.unread(line);
        }
        raw.write(1, UPGRADE);
        raw.rest(1);
    });
    insta::assert_snapshot!(trace);
}

#[test]
fn quiet_ends_to_the_millisecond() {
    let user = vec![UserStep::Until(Until::Quiet(Length::literal(1_000))), UserStep::Close];
    let list = vec![once(vec![Step::Accept, wait(2_000), Step::Reset]), any(vec![Step::Refuse])];
    let trace = traced(&with_user(scenario(list), user), |raw| {
        raw.sleep(3_000);
        let line = raw.open();
        assert_eq!(raw.end(line), Piece::Reset);
        for pause in [500, 900] {
            raw.sleep(pause);
            let line = raw.connect();
            assert_eq!(raw.end(line), Piece::Refused);
        }
        raw.claim(0, Claim::Status(Status::Retrying { attempt: 3, wait: 5_000 }));
        assert_eq!(raw.act(), (0, "close".into()));
    });
    insta::assert_snapshot!(trace);
}

#[test]
fn a_point_in_time_is_the_servers() {
    let user = vec![UserStep::Until(Until::Moment(Moment::At(Length::literal(300)))), UserStep::Online];
    let trace = traced(&with_user(always(vec![Step::Refuse]), user), |raw| {
        assert_eq!(raw.act(), (0, "online".into()));
        assert_eq!(raw.now(), 310);
    });
    insta::assert_snapshot!(trace);
}

#[test]
fn a_loss_is_what_the_server_brings_about() {
    let user = vec![UserStep::Until(Until::Moment(Moment::Lost(Nth::Number(2)))), UserStep::Close];
    let list = vec![
        once(vec![Step::Refuse]),
        once(vec![Step::Accept, Step::Hold]),
        once(vec![Step::Accept, Step::Close { code: Some(1012), reason: "".into() }]),
        any(vec![Step::Accept, Step::HalfClose, wait(100), Step::Reset]),
    ];
    let trace = traced(&with_user(scenario(list), user), |raw| {
        let line = raw.connect();
        assert_eq!(raw.end(line), Piece::Refused);
        let line = raw.open();
        raw.close(line, 1000);
        raw.rest(line);
        let line = raw.open();
        assert_eq!(raw.frame_of(line), "close 1012 ");
        raw.close(line, 1012);
        raw.rest(line);
        let line = raw.open();
        raw.rest(line);
        assert_eq!(raw.act(), (0, "close".into()));
    });
    insta::assert_snapshot!(trace);
}

#[test]
fn a_fleet_is_played_the_same_every_time() {
    let list = vec![
        once(vec![Step::Accept, send("hello"), Step::AtNext(Length::literal(1_000)), Step::Reset]),
        before(2_000, vec![Step::Refuse]),
        any(vec![Step::AcceptSilent, wait(50), Step::Accept, Step::Ping("?".into()), Step::Hold]),
    ];
    let user = vec![UserStep::Until(Until::Quiet(Length::literal(300))), UserStep::Send("where are you?".into())];
    let fleet = Scenario { clients: 20, ..with_user(scenario(list), user) };
    let run = || {
        traced(&fleet, |raw| {
            let mut lines: Vec<_> = (0..20).map(|client| raw.connect_as(client)).collect();
            for line in &lines {
                raw.write(*line, UPGRADE);
            }
            for line in &lines {
                assert_eq!(raw.rest(*line).1, Piece::Reset);
            }
            lines = (0..20).rev().map(|client| raw.connect_as(client)).collect();
            for line in &lines {
                assert_eq!(raw.end(*line), Piece::Refused);
            }
            raw.sleep(1_000);
            lines = (0..20).map(|client| raw.connect_as(client * 7 % 20)).collect();
            for line in lines.iter().rev() {
                raw.write(*line, UPGRADE);
                raw.upgraded(*line);
                assert_eq!(raw.frame_of(*line), "ping ?");
                raw.frame(*line, 0xa, "?");
            }
        })
    };
    let first = run();
    assert_eq!(first.matches("user    \"send where are you?\"").count(), 20, "{first}");
    for _ in 0..20 {
        assert_eq!(run(), first);
    }
}
