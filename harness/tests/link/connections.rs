//! Simulated connections behave like TCP: they open, carry bytes, push back, and end in each of its ways.

use axum::body::Body;
use futures_util::{SinkExt, StreamExt};
use harness::{
    link::{Act, Ended, World},
    trace::{Claim, ClientAct, Status, What},
};
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    server::{http, knock, respond, upgrade_raw, websocket_raw},
    stage::{L, run, run_with, start},
};

const ATTEMPT: What = What::Client(ClientAct::Attempt);
const DROP: What = What::Client(ClientAct::Drop);

#[test]
fn an_attempt_takes_one_round_trip_and_ends_in_each_of_its_ways() {
    let ran = run("connects", async |mut world: World| {
        knock(&mut world).await.refuse();
        drop(knock(&mut world).await);
        knock(&mut world).await.accept().reset();
        drop(knock(&mut world).await.accept());
        let busy = knock(&mut world).await.accept();
        let answer = async |_| {
            let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, Body::empty());
            response.headers_mut().insert("retry-after", "3".parse().unwrap());
            response
        };
        http(busy, answer).await;
        let mut rude = knock(&mut world).await.accept();
        rude.write_all(b"220 mail.example.org ESMTP\r\n\r\n").await.unwrap();
        let _socket = websocket_raw(knock(&mut world).await.accept()).await;
        world.clock.sleep(L).await;
    });
    let shown: Vec<_> = ran.shown().into_iter().map(|(_, text)| text.trim_matches('"').to_owned()).collect();
    assert_eq!(
        shown[..5],
        [
            "connection refused after 20 ms".to_owned(),
            "connection refused after 20 ms".to_owned(),
            "connection lost before it was answered after 20 ms".to_owned(),
            "connection lost before it was answered after 20 ms".to_owned(),
            "503 Service Unavailable Some(\\\"3\\\") after 40 ms".to_owned(),
        ]
    );
    assert!(shown[5].starts_with("protocol error: "), "{}", shown[5]);
    assert_eq!(shown[6], "connected after 40 ms");
    assert_eq!(ran.end.how, Ended::Done(()));
}

#[test]
fn a_connection_is_noted_at_the_times_of_the_client() {
    let ran = run("gives-up", async |mut world: World| {
        let conn = knock(&mut world).await.accept();
        world.clock.sleep(200).await;
        drop(conn);
    });
    assert_eq!(ran.noted(), [(0, Some(1), &ATTEMPT), (55, Some(1), &DROP)]);
    assert_eq!((ran.end.at, ran.shown()), (L + 200, vec![(55, "true")]));
}

#[test]
fn a_knock_that_is_never_answered_can_be_given_up() {
    let ran = run("gives-up", async |mut world: World| {
        let knock = knock(&mut world).await;
        world.clock.sleep(200).await;
        drop(knock);
        world.clock.sleep(200).await;
    });
    assert_eq!(ran.noted(), [(0, Some(1), &ATTEMPT), (55, Some(1), &DROP)]);
}

#[test]
fn bytes_before_a_reset_arrive_and_then_an_error() {
    let ran = run("reads", async |mut world: World| {
        let mut socket = websocket_raw(knock(&mut world).await.accept()).await;
        socket.send("last words".into()).await.unwrap();
        socket.get_mut().reset();
        world.clock.sleep(500).await;
    });
    let texts: Vec<_> = ran.shown().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts[0], "\"last words\"");
    assert!(texts[1].starts_with("\"error: IO error: connection reset"), "{texts:?}");
    assert_eq!(texts[2], "\"end\"");
    assert_eq!(
        ran.noted(),
        [(0, Some(1), &ATTEMPT)],
        "what a client does to a connection that was reset is not on the wire"
    );
}

#[test]
fn an_end_without_a_close_frame_is_an_error_and_then_the_end() {
    let ran = run("reads", async |mut world: World| {
        drop(websocket_raw(knock(&mut world).await.accept()).await);
        world.clock.sleep(500).await;
    });
    let texts: Vec<_> = ran.shown().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["\"error: WebSocket protocol error: Connection reset without closing handshake\"", "\"end\""]);
}

#[test]
fn a_close_frame_is_read_and_answered() {
    let ran = run("reads", async |mut world: World| {
        let mut socket = websocket_raw(knock(&mut world).await.accept()).await;
        socket.close(None).await.unwrap();
        let answer = format!("{:?}", socket.next().await);
        drop(socket);
        world.clock.sleep(500).await;
        answer
    });
    assert_eq!(ran.end.how, Ended::Done("Some(Ok(Close(None)))".into()));
    assert_eq!(ran.shown().last().map(|(_, text)| *text), Some("\"end\""));
}

#[test]
fn the_servers_half_close_leaves_the_client_its_own_half() {
    let ran = run("speaks-after-end", async |mut world: World| {
        let mut conn = knock(&mut world).await.accept();
        upgrade_raw(&mut conn).await;
        conn.shutdown().await.unwrap();
        let mut heard = [0; 10];
        conn.read_exact(&mut heard).await.unwrap();
        String::from_utf8_lossy(&heard).into_owned()
    });
    assert_eq!(ran.end.how, Ended::Done("still here".into()));
    assert_eq!(ran.shown()[0].1, "0", "the client has read the end");
}

#[test]
fn the_clients_half_close_leaves_the_server_its_own_half() {
    let ran = run("half-closes", async |mut world: World| {
        let mut conn = knock(&mut world).await.accept();
        upgrade_raw(&mut conn).await;
        let mut rest = Vec::new();
        conn.read_to_end(&mut rest).await.unwrap();
        let half = (world.clock.heard(), conn.write_all(b"\x81\x00").await.is_ok());
        world.clock.sleep(200).await;
        (half, conn.write_all(b"\x81\x00").await.is_err())
    });
    assert_eq!(ran.end.how, Ended::Done(((140, true), true)));
    let half_close = What::Client(ClientAct::HalfClose);
    assert_eq!(ran.noted(), [(0, Some(1), &ATTEMPT), (140, Some(1), &half_close), (240, Some(1), &DROP)]);
}

#[test]
fn a_server_that_does_not_read_holds_the_client_up() {
    let ran = run("sends-for-ever", async |mut world: World| {
        let mut conn = knock(&mut world).await.accept();
        let mut length = upgrade_raw(&mut conn).await;
        world.clock.sleep(2_000).await;
        let mut heard = vec![0; 1 << 20];
        while length < 64 * 1024 {
            length += conn.read(&mut heard).await.unwrap();
        }
        length
    });
    assert_eq!(ran.end.how, Ended::Done(64 * 1024), "one window is on its way");
    let sent: usize = ran.shown()[0].1.parse().unwrap();
    assert!((60_000..=70_000).contains(&sent), "{sent}");
}

#[test]
fn a_megabyte_goes_through_the_windows_both_ways() {
    let ran = run("echoes", async |mut world: World| {
        let socket = websocket_raw(knock(&mut world).await.accept()).await;
        let (mut to, mut from) = socket.split();
        let text: String = (0..200_000).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
        let send = async {
            for _ in 0..5 {
                to.send(Message::text(&text)).await.unwrap();
            }
        };
        let receive = async {
            let mut same = 0;
            for _ in 0..5 {
                same += usize::from(from.next().await.unwrap().unwrap() == Message::text(&text));
            }
            same
        };
        tokio::join!(send, receive).1
    });
    assert_eq!(ran.end.how, Ended::Done(5));
}

#[test]
fn requests_and_responses_go_over_it() {
    let ran = run("fetches", async |mut world: World| {
        let conn = knock(&mut world).await.accept();
        let answer = async |request: http::Request<hyper::body::Incoming>| {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let said = format!("{} {} {:?} {:?}", head.method, head.uri, head.headers["x-token"], body);
            respond(StatusCode::CREATED, Body::from(said))
        };
        http(conn, answer).await;
    });
    assert_eq!(
        ran.shown().iter().map(|(_, text)| *text).collect::<Vec<_>>(),
        ["201", r#""POST /things?x=1 \"7\" b\"the body\"""#]
    );
    assert_eq!(ran.noted().last(), Some(&(40, Some(1), &DROP)), "dropping a response closes its connection");
}

#[test]
fn events_arrive_when_they_are_sent() {
    let ran = run("listens", async |mut world: World| {
        let mut conn = knock(&mut world).await.accept();
        conn.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
        world.clock.sleep(1_000).await;
        conn.write_all(b"id: 1\ndata: a\n\ndata: b\n").await.unwrap();
        world.clock.sleep(1_000).await;
        conn.write_all(b"\nevent: x\ndata: c\n\ndata: lost").await.unwrap();
        conn.reset();
        world.clock.sleep(1_000).await;
    });
    let (first, second) = (1_000 + 2 * L, 2_000 + 2 * L);
    let expected =
        [(first, "\"message a 1\""), (second, "\"message b 1\""), (second, "\"x c 1\""), (second, "\"lost\"")];
    assert_eq!(ran.shown(), expected);
}

#[test]
fn bytes_that_are_no_event_are_heard_too() {
    let ran = run("hears", async |mut world: World| {
        let mut conn = knock(&mut world).await.accept();
        conn.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
        world.clock.sleep(500).await;
        conn.write_all(b": keep-alive\n").await.unwrap();
        world.clock.sleep(500).await;
        conn.write_all(b":").await.unwrap();
        world.clock.sleep(500).await;
        conn.write_all(b"\ndata: a\n\n").await.unwrap();
        world.clock.sleep(100).await;
    });
    // The answer is there 2 L after the attempt, and the waits in vain end every 400 ms after that.
    let at = |wait: u64, heard: u64| (2 * L + 400 * wait, (2 * L + heard).to_string());
    let expected = [at(1, 0), at(2, 500), at(3, 1_000)];
    assert_eq!(ran.shown(), expected.each_ref().map(|(at, heard)| (*at, heard.as_str())));
}

#[test]
fn the_user_acts_one_latency_later() {
    let ran = run("obeys", async |mut world: World| {
        world.user.act(0, &Act::Send("at once".into()));
        world.clock.sleep(100).await;
        world.user.act(0, &Act::Send("hello".into()));
        world.user.act(0, &Act::Online);
        world.user.act(0, &Act::Do("refresh".into()));
        world.clock.sleep(100).await;
        world.user.act(0, &Act::Close);
        let mut claims = Vec::new();
        while claims.last() != Some(&(0, Claim::Returned(None))) {
            claims.push(world.claims.recv().await.unwrap());
        }
        (world.clock.now(), claims.len())
    });
    let at = 100 + L;
    let shown = [(L, "\"at once\""), (at, "\"hello\""), (at, "\"Online\""), (at, "\"Do(\\\"refresh\\\")\"")];
    assert_eq!(ran.shown(), shown);
    assert_eq!(ran.end.how, Ended::Done((200 + 2 * L, 6)));
    let acts: Vec<_> = ran.noted().into_iter().map(|(at, _, what)| (at, what.clone())).collect();
    let names = [(L, "send at once"), (at, "send hello"), (at, "online"), (at, "refresh"), (200 + L, "close")];
    assert_eq!(acts, names.map(|(at, name)| (at, What::User(name.into()))));
}

#[test]
fn claims_come_at_their_times_and_a_returned_client_is_over() {
    let ran = run_with(
        "returns",
        &[],
        start(3, 10_000),
        |_| None,
        async |mut world: World| {
            let mut returned = Vec::new();
            while returned.len() < 3 {
                let (client, claim) = world.claims.recv().await.unwrap();
                assert_eq!(claim, Claim::Returned(None));
                returned.push((client, world.clock.heard()));
            }
            returned
        },
    );
    assert_eq!(ran.end.how, Ended::Done(vec![(0, 100), (1, 200), (2, 300)]));
    assert_eq!(ran.end.at, 310);
}

#[test]
fn an_error_that_run_returns_is_told() {
    let ran = run("fails", async |mut world: World| {
        knock(&mut world).await.refuse();
        world.claims.recv().await
    });
    assert_eq!(ran.end.how, Ended::Done(Some((0, Claim::Returned(Some("connection refused".into()))))));
}

#[test]
fn statuses_carry_their_particulars() {
    let ran = run_with(
        "jitter",
        &[],
        start(1, 100),
        |_| None,
        async |mut world: World| {
            knock(&mut world).await.refuse();
            let mut claims = Vec::new();
            while let Some((_, claim)) = world.claims.recv().await {
                claims.push(claim);
                if claims.len() == 2 {
                    break;
                }
            }
            claims
        },
    );
    let Ended::Done(claims) = ran.end.how else { panic!("{:?}", ran.end.how) };
    assert_eq!(claims[0], Claim::Status(Status::Connecting));
    assert!(matches!(claims[1], Claim::Status(Status::Retrying { attempt: 1, wait: 0..=500 })), "{claims:?}");
}
