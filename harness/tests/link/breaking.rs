//! Clients that break off: each ends the run with its cause, and its process ends too.

use futures_util::{SinkExt, StreamExt};
use harness::{
    link::{Ended, World},
    trace::{Claim, ClientAct, Event, Fault, Message as Seen, Status, What},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    server::{knock, websocket_raw},
    stage::{L, Ran, run, run_with, start},
};

async fn forever(_: World) {
    std::future::pending().await
}

fn fault(ran: &Ran<()>) -> &Fault {
    match &ran.end.how {
        Ended::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_panic_is_told_with_its_message_and_place() {
    let ran = run("panics", forever);
    let Fault::Panicked(message) = fault(&ran) else { panic!("{ran:?}") };
    assert!(message.starts_with("no luck today (") && message.contains("client.rs:"), "{message}");
    assert_eq!(ran.end.at, 40);
    let claim = What::Claim(Claim::Status(Status::Connecting));
    assert_eq!(ran.events, [Event { at: 40, client: 0, conn: None, what: claim }], "what it said before is heard");
}

#[test]
fn a_panic_in_a_library_is_told_with_the_place_of_the_call() {
    let ran = run("overflows", forever);
    let Fault::Panicked(message) = fault(&ran) else { panic!("{ran:?}") };
    assert!(message.contains("overflow (called from ") && message.contains("client.rs:"), "{message}");
}

#[test]
fn a_panic_in_a_task_is_no_less_a_panic() {
    let ran = run("task-panics", forever);
    let Fault::Panicked(message) = fault(&ran) else { panic!("{ran:?}") };
    assert!(message.contains("in a task") && message.contains("client.rs:"), "{message}");
    assert_eq!(ran.end.at, 40);
}

#[test]
fn a_script_that_ended_before_the_panic_has_ended() {
    let ran = run("panics", async |world| world.clock.sleep(40).await);
    assert_eq!((ran.end.at, ran.end.how), (40, Ended::Done(())));
    let ran = run("panics", async |world| world.clock.sleep(41).await);
    assert!(matches!(fault(&ran), Fault::Panicked(_)));
}

#[test]
fn what_a_client_wrote_before_it_exited_is_heard() {
    let ran = run("exits", async |mut world: World| {
        let mut socket = websocket_raw(knock(&mut world).await.accept()).await;
        socket.send(Message::Ping("x".into())).await.unwrap();
        let answer = socket.next().await;
        world.claims.recv().await;
        assert!(matches!(answer, Some(Ok(Message::Pong(_)))), "{answer:?}");
        // From here on nobody is there to wait for.
        std::future::pending::<()>().await
    });
    assert_eq!((ran.end.at, ran.end.how), (4 * L + 5, Ended::HungUp));
    let kept: Vec<_> = ran.events.iter().map(|event| (event.at, &event.what)).collect();
    let connected = What::Claim(Claim::Status(Status::Connected));
    assert_eq!(kept, [(0, &What::Client(ClientAct::Attempt)), (4 * L + 5, &connected)]);
}

#[test]
fn a_pong_is_heard_although_the_client_is_gone_when_it_arrives() {
    let recorder = harness::record::Recorder::default();
    let notes = recorder.clone();
    let ran = run("exits", async |mut world: World| {
        let mut socket = websocket_raw(knock(&mut world).await.accept()).await;
        socket.send(Message::Ping("x".into())).await.unwrap();
        if let Some(Ok(Message::Pong(_))) = socket.next().await {
            notes.note(world.clock.heard(), 0, Some(1), What::Client(ClientAct::Message(Seen::Pong(vec![]))));
        }
        std::future::pending::<()>().await
    });
    assert_eq!(recorder.events().iter().map(|event| event.at).collect::<Vec<_>>(), [4 * L]);
    assert_eq!(ran.end.how, Ended::HungUp);
}

#[test]
fn a_client_that_moves_its_clock_is_told_so() {
    for name in ["advances", "advances-and-returns", "resumes"] {
        let ran = run(name, forever);
        let rule =
            "The client moved its clock itself: tokio::time::advance and tokio::time::resume are for tests only.";
        assert_eq!(*fault(&ran), Fault::Violated(rule.into()), "{name}");
        assert_eq!(ran.end.at, 40);
    }
}

#[test]
fn a_client_that_never_comes_to_wait_is_looked_at_and_its_process_ends() {
    for name in ["spins", "blocks"] {
        let mut looked = 0;
        let ran = run_with(
            name,
            &[],
            start(1, 10_000),
            |_| {
                looked += 1;
                (looked == 2).then(|| Fault::Spinning("as the test says".into()))
            },
            forever,
        );
        assert_eq!(*fault(&ran), Fault::Spinning("as the test says".into()), "{name}");
        assert_eq!((looked, ran.end.at), (2, 0), "its last frame was written at 0");
    }
}

#[test]
fn a_client_that_connects_without_end_is_stopped() {
    let ran = run("storms", forever);
    assert!(matches!(fault(&ran), Fault::Stormed(100_001)), "{:?}", ran.end);
}
