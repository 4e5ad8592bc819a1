//! The raw client on real sockets, in real time.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Arc, mpsc::channel},
    thread,
    time::{Duration, Instant},
};

use harness::{
    clock::{Clock, WallClock},
    link::Act,
    record::Recorder,
    scenario::{Scenario, Variants},
    server::{self, Stage, UserLine},
    time::Millis,
    trace::Claim,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    link::act_name,
    raw::{Network, Piece, Raw},
    scenarios::values,
    stage::Outcome,
};

/// Nothing here takes so long unless it never comes.
const NEVER: Duration = Duration::from_secs(20);

pub(super) fn play(scenario: &Scenario, client: impl FnOnce(&mut Raw<'_>) + Send) -> Outcome {
    let cast = Arc::new(scenario.cast(&values(), Variants::All));
    let recorder = Recorder::default();
    let (claim, claims) = unbounded_channel();
    let (user, acts) = unbounded_channel();
    let (tell, told) = channel();
    let how = thread::scope(|scope| {
        let server = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let clock = Clock::Wall(WallClock::start());
                let (addresses, knocks) =
                    server::listen(cast.clients(), &recorder, &clock).expect("a listener per client");
                tell.send(addresses).expect("the client waits for it");
                let stage = Stage { clock, recorder: recorder.clone(), knocks, claims, user: UserLine::Wall(user) };
                tokio::time::timeout(NEVER, server::play(scenario, &cast, &values(), stage))
                    .await
                    .expect("the play ends")
            })
        });
        let addresses = told.recv().expect("the server listens");
        let mut network = Tcp { addresses, lines: Vec::new(), claims: claim, acts, origin: Instant::now() };
        client(&mut Raw::new(&mut network));
        network.lines.clear();
        for client in 0..cast.clients() {
            network.claim(client, Claim::Returned(None));
        }
        server.join().expect("the server does not panic")
    });
    Outcome { how, events: recorder.events() }
}

struct Tcp {
    addresses: Vec<SocketAddr>,
    lines: Vec<Option<TcpStream>>,
    claims: UnboundedSender<(u32, Claim)>,
    acts: UnboundedReceiver<(u32, Act)>,
    origin: Instant,
}

impl Tcp {
    fn line(&mut self, line: usize) -> &mut TcpStream {
        self.lines[line].as_mut().expect("a connection that was not dropped")
    }
}

impl Network for Tcp {
    fn connect(&mut self, client: u32) -> usize {
        self.lines.push(match TcpStream::connect(self.addresses[client as usize]) {
            Ok(stream) => {
                stream.set_read_timeout(Some(NEVER)).expect("a timeout that is not zero");
                stream.set_nodelay(true).expect("an option of TCP");
                Some(stream)
            }
            // A reset can be faster than the call.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
            Err(error) => panic!("{error} instead of a connection"),
        });
        self.lines.len() - 1
    }

    fn write(&mut self, line: usize, bytes: &[u8]) {
        // A connection that the server has reset by now shows that when it is read.
        let _ = self.line(line).write_all(bytes);
    }

    fn read(&mut self, line: usize) -> Piece {
        if self.lines[line].is_none() {
            return Piece::Reset;
        }
        let mut bytes = [0; 4096];
        match self.line(line).read(&mut bytes) {
            Ok(0) => Piece::Fin,
            Ok(length) => Piece::Bytes(bytes[..length].to_vec()),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Piece::Reset,
            Err(error) => panic!("{error} instead of bytes or an end"),
        }
    }

    fn half_close(&mut self, line: usize) {
        self.line(line).shutdown(Shutdown::Write).expect("an open connection");
    }

    fn drop(&mut self, line: usize) {
        self.lines[line] = None;
    }

    fn sleep(&mut self, span: Millis) {
        thread::sleep(Duration::from_millis(span));
    }

    fn now(&mut self) -> Millis {
        self.origin.elapsed().as_millis() as Millis
    }

    fn claim(&mut self, client: u32, claim: Claim) {
        // A play that is over already listens to nobody.
        let _ = self.claims.send((client, claim));
    }

    fn outlast(&mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let over = async { tokio::time::timeout(NEVER, self.claims.closed()).await };
        runtime.block_on(over).expect("the play ends");
    }

    fn act(&mut self) -> (u32, String) {
        let (client, act) = self.acts.blocking_recv().expect("the user acts");
        (client, act_name(act))
    }
}
