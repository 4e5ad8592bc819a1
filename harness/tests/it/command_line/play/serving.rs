//! A `play` that runs, its log as it comes, and clients that poke at it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio_tungstenite::tungstenite::{self, WebSocket};

use crate::command_line::harness;

/// When something that must come is given up, so that a broken harness does not stop CI. No test measures anything by it.
const PATIENCE: Duration = Duration::from_secs(300);

/// A `play` that runs. Dropping it ends it.
pub(super) struct Serving {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    /// Where it serves.
    pub(super) address: SocketAddr,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    /// All that it printed.
    pub(super) lines: Vec<String>,
    pub(super) err: String,
}

impl Serving {
    /// Serves with these arguments on any free port.
    pub(super) fn start(line: &str) -> Self {
        Self::of(harness(["play", "--port", "0"]).args(line.split_whitespace()))
    }

    /// Starts a command and reads until it says where it serves.
    pub(super) fn of(command: &mut Command) -> Self {
        let mut serving = Self::unread(command);
        let stdout = serving.child.stdout.take().expect("it is piped");
        let (line, lines) = mpsc::channel();
        thread::spawn(move || {
            for read in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.send(read).is_err() {
                    break;
                }
            }
        });
        serving.lines = lines;
        let told = serving.until("127.0.0.1:");
        serving.address = address(&told).unwrap_or_else(|| panic!("no address in {told}"));
        serving
    }

    /// Starts a command whose output nobody reads.
    fn unread(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        Self { child, lines: mpsc::channel().1, seen: Vec::new(), address: SocketAddr::from(([0; 4], 0)) }
    }

    /// Serves, and reads nothing but where: gives the pipe.
    pub(super) fn start_unread(line: &str) -> (Self, ChildStdout) {
        let mut serving = Self::unread(harness(["play", "--port", "0"]).args(line.split_whitespace()));
        let mut stdout = serving.child.stdout.take().expect("it is piped");
        let (mut text, mut byte) = (Vec::new(), [0]);
        loop {
            // Byte by byte: the rest stays in the pipe.
            stdout.read_exact(&mut byte).expect("it says where");
            text.push(byte[0]);
            if let (b'\n', Some(address)) = (byte[0], address(&String::from_utf8_lossy(&text))) {
                serving.address = address;
                return (serving, stdout);
            }
        }
    }

    /// Reads the log up to a line that holds this, and gives it.
    pub(super) fn until(&mut self, part: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("no `{part}` ({error}) in\n{}", self.seen.join("\n")));
            self.seen.push(line);
            if let Some(line) = self.seen.last().filter(|line| line.contains(part)) {
                return line.clone();
            }
        }
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Waits for its end.
    pub(super) fn end(mut self) -> Ended {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.seen.push(line);
        }
        let mut err = String::new();
        let stderr = self.child.stderr.take();
        stderr.expect("it is piped").read_to_string(&mut err).expect("errors are text");
        let code = self.child.wait().expect("it is ours").code();
        Ended { code, lines: std::mem::take(&mut self.seen), err }
    }

    /// Ends it with Ctrl-C.
    pub(super) fn interrupt(self) -> Ended {
        self.signal(Signal::INT);
        self.end()
    }

    /// A connection. It listens before it says where.
    pub(super) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("it listens")
    }

    /// A WebSocket, if the server has one for us.
    pub(super) fn websocket(&self, path: &str) -> Option<WebSocket<TcpStream>> {
        let url = format!("ws://{}{path}", self.address);
        tungstenite::client(url, self.connect()).ok().map(|(socket, _)| socket)
    }

    /// Sends a request, and reads the answer for as long as it comes.
    pub(super) fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        let (mut answer, request) = (Vec::new(), format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept: a/b\r\n\r\n"));
        // A reset is an end as well, and may come before anything is written.
        let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// The address in what it says first.
fn address(text: &str) -> Option<SocketAddr> {
    text.split([' ', ',', 'm', '\n']).find_map(|word| word.parse().ok())
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// What the log says of the connections and of the client, without the times: who, and what.
    pub(super) fn log(&self) -> Vec<String> {
        let lines = self.lines.iter().skip_while(|line| !line.starts_with("The clock starts with th"));
        let events =
            lines.filter(|line| line.starts_with(' ') && line.as_bytes().get(8).is_some_and(u8::is_ascii_digit));
        events.map(|line| line[9..].split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }
}
