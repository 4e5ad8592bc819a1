//! Programs at the other end of the link that are no honest kit. Each is caught, and nothing it writes stops the harness.

use std::{io::Write, os::unix::net::UnixStream, sync::mpsc, thread};

use harness::{
    link::{self, Ended, LinkEnd, World},
    record::Recorder,
    time::Millis,
    trace::Fault,
};
use starter::link::{Frame, Kind, VERSION};

use crate::stage::start;

/// The bytes of frames.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn hello() -> Self {
        Self::default().frame(Kind::Hello, VERSION, 0, b"rogue")
    }

    fn frame(mut self, kind: Kind, id: u32, at: Millis, body: &[u8]) -> Self {
        Frame { kind, id, at, body }.put(&mut self.0);
        self
    }

    fn open(self, id: u32) -> Self {
        self.frame(Kind::Open, id, 0, &[0; 4])
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

/// Plays against a program that writes `bytes` and reads nothing.
fn against(bytes: Bytes) -> LinkEnd<()> {
    against_script(bytes, async |mut world: World| {
        let mut open = Vec::new();
        while let Some(knock) = world.knocks.recv().await {
            open.push(knock.accept());
        }
    })
}

fn against_script(bytes: Bytes, script: impl AsyncFnOnce(World)) -> LinkEnd<()> {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let (over, wait) = mpsc::channel::<()>();
    let rogue = thread::spawn(move || {
        // The harness may end the link before all is written.
        let _ = theirs.write_all(&bytes.0);
        let _ = wait.recv();
    });
    let end = link::play(ours, start(1, 10_000), Recorder::default(), |_| None, script);
    drop(over);
    rogue.join().unwrap();
    end
}

fn violation(bytes: Bytes) -> String {
    match against(bytes).how {
        Ended::Fault(Fault::Violated(rule)) => rule,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rubbish_is_no_frame() {
    assert_eq!(
        violation(Bytes::default().raw(b"GET / HTTP/1.1\r\n\r\n")),
        "The client sent a frame of the unknown kind 47."
    );
    assert_eq!(violation(Bytes::hello().raw(&[0xff; 64])), "The client sent a frame of the unknown kind 255.");
}

#[test]
fn a_frame_has_a_greatest_size() {
    let long = violation(Bytes::hello().raw(&[0, 0, 0, 0xff, Kind::Show as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(long, "The client sent a frame of 4278190080 bytes, of which at most 1048576 are allowed.");
}

#[test]
fn a_client_says_hello_in_a_version_that_is_known() {
    assert_eq!(violation(Bytes::default().open(1)), "The client began without saying hello.");
    let version = Bytes::default().frame(Kind::Hello, 9, 0, b"");
    assert_eq!(violation(version), "The client speaks version 9 of the link, the harness version 1.");
}

#[test]
fn time_does_not_go_back_nor_past_the_horizon() {
    let ahead = Bytes::hello().frame(Kind::Idle, 0, 1, b"");
    assert_eq!(violation(ahead), "The client claimed to be at 1 ms, but could not go past 0 ms unanswered.");
    let back =
        Bytes::hello().frame(Kind::Idle, 0, 0, b"").frame(Kind::Idle, 0, 500, b"").frame(Kind::Idle, 0, 499, b"");
    assert_eq!(violation(back), "The client went back in time, from 500 ms to 499 ms.");
    let unanswered =
        Bytes::hello().frame(Kind::Idle, 0, 0, b"").frame(Kind::Status, 0, 100, &[1]).frame(Kind::Idle, 0, 121, b"");
    assert_eq!(violation(unanswered), "The client claimed to be at 121 ms, but could not go past 120 ms unanswered.");
}

#[test]
fn connections_are_opened_before_they_are_used_and_once() {
    let unknown = Bytes::hello().open(1).frame(Kind::Data, 2, 0, b"x");
    assert_eq!(violation(unknown), "The client used connection 2, which it never opened.");
    let zero = Bytes::hello().open(1).frame(Kind::Drop, 0, 0, b"");
    assert_eq!(violation(zero), "The client used connection 0, which it never opened.");
    assert_eq!(violation(Bytes::hello().open(1).open(1)), "The client opened connection 1 after connection 1.");
}

#[test]
fn only_the_clients_of_the_run_speak() {
    let rule = "There is no client 1: the last of them is client 0.";
    assert_eq!(violation(Bytes::hello().frame(Kind::Status, 1, 0, &[1])), rule);
    assert_eq!(violation(Bytes::hello().frame(Kind::Open, 1, 0, &[1, 0, 0, 0])), rule);
}

#[test]
fn frames_have_their_bodies_and_their_senders() {
    let next = violation(Bytes::hello().frame(Kind::Next, 0, 0, b""));
    assert_eq!(next, "The client sent a frame of kind Next, which is the harness's to send.");
    let open = violation(Bytes::hello().frame(Kind::Open, 1, 0, b""));
    assert_eq!(open, "The client sent a frame of kind 3 with a body of 0 bytes.");
    let idle = |bytes: Bytes| bytes.frame(Kind::Idle, 0, 0, b"").frame(Kind::Idle, 0, 5_000, b"");
    let status = violation(idle(Bytes::hello().frame(Kind::Status, 0, 0, &[9])));
    assert_eq!(status, "The client sent a report that is of no known form.");
    let show = violation(idle(Bytes::hello().frame(Kind::Show, 0, 0, b"{")));
    assert!(show.starts_with("The client sent a message that is not JSON: "), "{show}");
}

#[test]
fn windows_bound_what_a_connection_may_send_and_credit() {
    let idle = |bytes: Bytes| bytes.frame(Kind::Idle, 0, 0, b"").frame(Kind::Idle, 0, 5_000, b"");
    let rule = "The client sent more on connection 1 than its window of 64 KiB allows.";
    let full = [0; 64 * 1024];
    let over = idle(Bytes::hello().open(1).frame(Kind::Data, 1, 0, &full).frame(Kind::Data, 1, 0, b"x"));
    assert_eq!(violation(over), rule);
    let credit = idle(Bytes::hello().open(1).frame(Kind::Credit, 1, 0, &[1, 0, 0, 0]));
    assert_eq!(violation(credit), rule);
}

#[test]
fn what_waits_for_its_time_is_bounded() {
    let mut flood = Bytes::hello();
    let body = vec![b'1'; 1 << 20];
    for _ in 0..65 {
        flood = flood.frame(Kind::Show, 0, 0, &body);
    }
    // The first of its reports are heard out, and are too much already.
    let Ended::Fault(Fault::Flooded(what)) = against(flood).how else { panic!("it is stopped") };
    assert_eq!(what, "it reported states and messages of more than 16 MiB");
}

#[test]
fn what_a_client_reports_is_bounded_over_the_whole_run() {
    let reports = |times: u64, body: &[u8], each: u64| {
        let mut flood = Bytes::hello();
        for at in 0..times {
            flood = flood.frame(Kind::Idle, 0, at * 10, b"");
            for _ in 0..each {
                flood = flood.frame(Kind::Show, 0, at * 10, body);
            }
        }
        match against(flood.frame(Kind::Idle, 0, times * 10, b"")).how {
            Ended::Fault(Fault::Flooded(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reports(101, b"1", 1_000), "it reported more than 100000 states and messages");
    let body = vec![b'1'; 1 << 20];
    assert_eq!(reports(17, &body, 1), "it reported states and messages of more than 16 MiB");
}

#[test]
fn a_program_that_hangs_up_is_not_waited_for() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    theirs.write_all(&Bytes::hello().open(1).0).unwrap();
    drop(theirs);
    let recorder = Recorder::default();
    let end =
        link::play(ours, start(1, 10_000), recorder.clone(), |_| None, async |_| std::future::pending::<()>().await);
    assert_eq!((end.at, end.how), (0, Ended::HungUp));
    assert_eq!(recorder.events().len(), 1, "its attempt is noted");
}

#[test]
fn a_program_that_hands_over_without_end_is_looked_at() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let rogue = thread::spawn(move || {
        let mut idle = Bytes::hello();
        loop {
            if theirs.write_all(&idle.0).is_err() {
                return;
            }
            idle = Bytes::default().frame(Kind::Idle, 0, 0, b"");
        }
    });
    let mut silences = Vec::new();
    let watch = |silent| {
        silences.push(silent);
        (silences.len() == 2).then(|| Fault::Spinning("as the test says".into()))
    };
    let end =
        link::play(ours, start(1, 10_000), Recorder::default(), watch, async |_| std::future::pending::<()>().await);
    assert_eq!(end.how, Ended::Fault(Fault::Spinning("as the test says".into())));
    assert!(silences.is_sorted(), "{silences:?}");
    rogue.join().unwrap();
}

#[test]
fn a_program_that_reads_nothing_is_looked_at() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    theirs.write_all(&Bytes::hello().frame(Kind::Idle, 0, 0, b"").0).unwrap();
    let mut looked = 0;
    let watch = |_| {
        looked += 1;
        (looked == 3).then(|| Fault::Blocked("as the test says".into()))
    };
    let end = link::play(ours, start(1, 10_000), Recorder::default(), watch, async |world: World| {
        for _ in 0..40 {
            world.user.act(0, &link::Act::Send("x".repeat(60_000)));
        }
        std::future::pending::<()>().await
    });
    assert_eq!(end.how, Ended::Fault(Fault::Blocked("as the test says".into())));
    assert_eq!(looked, 3);
    drop(theirs);
}
