//! How long simulated time takes: whole runs of a client against a server, two processes, from spawn to trace.
//!
//! Each client connects, loses its connection after 100 ms, is refused until a minute has passed while it backs off with full jitter, and
//! then stays connected and answers a ping every five seconds. Prints the median of several runs, the peak memory of both processes, and
//! the limit of each; exits with 1 if a limit is not kept.

use std::{
    process::{Child, Command, ExitCode},
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use harness::{
    clock::Clock,
    link::{self, Ended, LinkConn, Start},
    record::Recorder,
    time::Millis,
    trace::{ClientAct, Fault, Message as Seen, ServerAct, What},
};
use http::StatusCode;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use starter::{Net, Result, Status, Ui, User, rand::RngExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

/// When the server is back.
const OUTAGE: Millis = 60_000;

/// One measurement and what it may cost.
struct Case {
    clients: u32,
    lasts: Millis,
    runs: usize,
    most_time: Duration,
    /// In KiB, over both processes.
    most_memory: Option<u64>,
}

const CASES: [Case; 3] = [
    Case { clients: 1, lasts: 600_000, runs: 21, most_time: Duration::from_millis(30), most_memory: None },
    Case { clients: 1_000, lasts: 120_000, runs: 5, most_time: Duration::from_millis(700), most_memory: None },
    Case { clients: 10_000, lasts: 120_000, runs: 3, most_time: Duration::from_secs(4), most_memory: Some(512 * 1024) },
];

fn main() -> ExitCode {
    if std::env::var_os(link::VARIABLE).is_some() {
        return starter::start(client);
    }
    // A process keeps its peak, so each case has one to itself.
    if let Some(case) = std::env::args().nth(1).and_then(|text| text.parse().ok()).and_then(|nth: usize| CASES.get(nth))
    {
        return if case.measure() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let mut kept = true;
    for nth in 0..CASES.len() {
        let case = Command::new(program()).arg(nth.to_string()).status();
        kept &= case.expect("the benchmark's own program runs").success();
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn program() -> std::path::PathBuf {
    std::env::current_exe().expect("the path of this program is known")
}

impl Case {
    /// Runs and prints it; returns whether it kept its limits.
    fn measure(&self) -> bool {
        let mut runs: Vec<_> = (0..self.runs).map(|_| run(self.clients, self.lasts)).collect();
        runs.sort_by_key(|run| run.took);
        let Run { took, attempts, pongs, peak } = runs[runs.len() / 2];
        let (client, harness) = (peak, peak_memory("self"));
        let memory = client + harness;
        let kept = took <= self.most_time && self.most_memory.is_none_or(|most| memory <= most);
        println!(
            "{:6} clients {:4} s: {:7.1} ms (at most {} ms), {} MiB client + {} MiB harness{}; {attempts} attempts, {pongs} pongs{}",
            self.clients,
            self.lasts / 1_000,
            took.as_secs_f64() * 1e3,
            self.most_time.as_millis(),
            client / 1024,
            harness / 1024,
            self.most_memory.map_or(String::new(), |most| format!(" (at most {} MiB)", most / 1024)),
            if kept { "" } else { "  LIMIT NOT KEPT" },
        );
        kept
    }
}

struct Run {
    took: Duration,
    attempts: usize,
    pongs: usize,
    peak: u64,
}

fn run(clients: u32, lasts: Millis) -> Run {
    let began = Instant::now();
    let (mut child, socket) = spawn();
    let recorder = Recorder::default();
    let start = Start { clients, config: Default::default(), own: Default::default(), seed: 1, latency: 10, lasts };
    let watched = child.id();
    let (notes, mut peak) = (recorder.clone(), 0);
    let end = link::play(
        socket,
        start,
        recorder.clone(),
        |_| None::<Fault>,
        async |world| {
            let server = serve(world.clock.clone(), world.knocks, notes);
            tokio::spawn(server);
            world.clock.sleep_until(lasts).await;
            // The client is still there, and has needed its most.
            peak = peak_memory(&watched.to_string());
        },
    );
    let events = recorder.events();
    let took = began.elapsed();
    child.wait().expect("the child was not waited for before");
    assert_eq!((end.at, end.how), (lasts, Ended::Done(())));
    let count = |wanted: fn(&What) -> bool| events.iter().filter(|event| wanted(&event.what)).count();
    let attempts = count(|what| matches!(what, What::Client(ClientAct::Attempt)));
    let pongs = count(|what| matches!(what, What::Client(ClientAct::Message(Seen::Pong(_)))));
    Run { took, attempts, pongs, peak }
}

fn spawn() -> (Child, link::End) {
    let mut client = Command::new(program());
    client.env(link::VARIABLE, "1");
    let ours = link::give(&mut client).expect("a link can be made");
    (client.spawn().expect("the benchmark's own program runs"), ours)
}

/// The largest memory that a process has had, in KiB; 0 where the system does not tell.
fn peak_memory(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

async fn serve(clock: Clock, mut knocks: tokio::sync::mpsc::UnboundedReceiver<link::Knock>, recorder: Recorder) {
    while let Some(knock) = knocks.recv().await {
        let (client, conn) = (knock.client, knock.conn);
        let first = knock.at == 0;
        if !first && clock.now() < OUTAGE {
            recorder.note(clock.now(), client, Some(conn), What::Server(ServerAct::Refuse));
            continue;
        }
        recorder.note(clock.now(), client, Some(conn), What::Server(ServerAct::Accept));
        let session = Session { client, conn, first, clock: clock.clone(), recorder: recorder.clone() };
        tokio::spawn(session.http(knock.accept()));
    }
}

#[derive(Clone)]
struct Session {
    client: u32,
    conn: u32,
    first: bool,
    clock: Clock,
    recorder: Recorder,
}

impl Session {
    async fn http(self, conn: LinkConn) {
        let service = service_fn(|mut request: http::Request<Incoming>| {
            let session = self.clone();
            async move {
                let key = request.headers().get("sec-websocket-key").map_or(&[][..], |key| key.as_bytes());
                let accept = derive_accept_key(key);
                let upgrade = hyper::upgrade::on(&mut request);
                tokio::spawn(async move {
                    if let Ok(io) = upgrade.await {
                        session.websocket(TokioIo::new(io)).await;
                    }
                });
                http::Response::builder()
                    .status(StatusCode::SWITCHING_PROTOCOLS)
                    .header("upgrade", "websocket")
                    .header("connection", "Upgrade")
                    .header("sec-websocket-accept", accept)
                    .body(String::new())
            }
        });
        // A client that goes away in the middle is part of the scenario.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(conn), service)
            .with_upgrades()
            .await;
    }

    async fn websocket(self, io: TokioIo<hyper::upgrade::Upgraded>) {
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        if self.first {
            return self.clock.sleep(100).await;
        }
        loop {
            self.clock.sleep(5_000).await;
            self.note(What::Server(ServerAct::Message(Seen::Ping(vec![]))), self.clock.now());
            if socket.send(Message::Ping(Default::default())).await.is_err() {
                return;
            }
            match socket.next().await {
                Some(Ok(Message::Pong(payload))) => {
                    let pong = What::Client(ClientAct::Message(Seen::Pong(payload.to_vec())));
                    self.note(pong, self.clock.heard());
                }
                _ => return,
            }
        }
    }

    fn note(&self, what: What, at: Millis) {
        self.recorder.note(at, self.client, Some(self.conn), what);
    }
}

/// The client: full jitter from a base of 1 s to a cap of 30 s.
async fn client(net: Net, ui: Ui, _user: User) -> Result<()> {
    let mut rng = net.rng();
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(mut socket) = net.websocket("/chat").await {
            ui.status(Status::Connected);
            attempt = 0;
            while let Some(Ok(_)) = socket.next().await {
                socket.flush().await?;
            }
        }
        let cap = Duration::from_millis((1_000_u64 << attempt.min(5)).min(30_000));
        attempt += 1;
        let wait = rng.random_range(Duration::ZERO..=cap);
        ui.status(Status::Retrying { attempt, wait });
        tokio::time::sleep(wait).await;
    }
}
