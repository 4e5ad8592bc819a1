//! The kit in real time, under the contract of `starter/CONTRACT.md`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use tokio_tungstenite::tungstenite::{Message, WebSocket, accept};

use crate::stage::command;

struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    listener: TcpListener,
}

impl Client {
    fn spawn() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut child = command("in-contract")
            .env("HARNESS_CONTRACT", "1")
            .env("HARNESS_ADDRESS", listener.local_addr().unwrap().to_string())
            .env("HARNESS_CONFIG", r#"{"base_delay":512}"#)
            .env("HARNESS_CLIENT", "3")
            .env("HARNESS_SEED", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { stdin: child.stdin.take(), lines, child, listener }
    }

    /// The next line that is a JSON object; whatever else is printed is debugging.
    fn line(&mut self) -> String {
        self.lines.find_map(|line| line.ok().filter(|line| line.starts_with('{'))).unwrap()
    }

    fn accept(&self) -> WebSocket<TcpStream> {
        accept(self.listener.accept().unwrap().0).unwrap()
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The exit code and the last line of standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said.lines().last().unwrap_or_default().into())
    }
}

#[test]
fn reports_go_out_and_the_users_acts_come_in_as_lines() {
    let mut client = Client::spawn();
    assert_eq!(client.line(), r#"{"status":"connecting"}"#);
    let mut socket = client.accept();
    assert_eq!(client.line(), r#"{"status":"connected"}"#);
    client.tell("this is no JSON");
    client.tell(r#"{"user":"send","text":"hello"}"#);
    assert_eq!(socket.read().unwrap(), Message::text("hello"));
    client.tell(r#"{"user":"close"}"#);
    assert_eq!(client.line(), r#"{"show":3}"#);
    socket.send("good bye".into()).unwrap();
    assert_eq!(client.end(), (Some(1), "the server said good bye".into()));
}

#[test]
fn the_end_of_standard_input_is_the_end_of_the_client() {
    let mut client = Client::spawn();
    let _socket = client.accept();
    client.stdin = None;
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn terms_that_cannot_be_read_are_named() {
    let output = command("in-contract").env("HARNESS_CONTRACT", "2").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), said.trim()),
        (Some(2), "The harness's terms cannot be read: HARNESS_CONTRACT is \"2\", and only version 1 is known.")
    );
}
