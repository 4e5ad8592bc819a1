//! Real time: the contract of `CONTRACT.md`, spoken by the kit itself.

use std::{
    env,
    io::{self, BufRead, Write},
    process::{self, ExitCode},
    sync::Arc,
    thread,
};

use serde_json::{Map, Value, json};
use tokio::net::TcpStream;

use crate::{
    ConnectError, Net, Result, Stream, Ui, User,
    link::Report,
    net::stream::Kind,
    user::{Action, Line},
    world::{Reporter, World},
};

/// The environment variable whose presence tells a client that it runs under the contract; its value is the contract's version.
pub(crate) const VARIABLE: &str = "HARNESS_CONTRACT";

/// Where the harness listens.
#[derive(Clone)]
pub(crate) struct Address(Arc<str>);

impl Address {
    pub(crate) fn host(&self) -> &str {
        &self.0
    }

    pub(crate) async fn connect(&self) -> Result<Stream, ConnectError> {
        let stream = TcpStream::connect(&*self.0).await?;
        // Small messages go out at once: a client's times are what is measured.
        stream.set_nodelay(true)?;
        Ok(Stream(Kind::Tcp(stream)))
    }
}

/// What the environment tells.
struct Terms {
    address: Address,
    config: Map<String, Value>,
    client: u32,
    seed: u64,
}

impl Terms {
    fn read() -> Result<Self, String> {
        let version = told(VARIABLE)?;
        if version != "1" {
            return Err(format!("{VARIABLE} is {version:?}, and only version 1 is known"));
        }
        let number = |name| told(name)?.parse::<u64>().map_err(|_| format!("{name} is no number"));
        Ok(Self {
            address: Address(told("HARNESS_ADDRESS")?.into()),
            config: serde_json::from_str(&told("HARNESS_CONFIG")?)
                .map_err(|error| format!("HARNESS_CONFIG is not a JSON object: {error}"))?,
            client: number("HARNESS_CLIENT")?.try_into().map_err(|_| "HARNESS_CLIENT is too large")?,
            seed: number("HARNESS_SEED")?,
        })
    }
}

fn told(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}

/// Runs one client in real time, until it has returned.
pub(crate) fn play<F>(run: fn(Net, Ui, User) -> F) -> ExitCode
where
    F: Future<Output = Result<()>> + 'static,
{
    let terms = match Terms::read() {
        Ok(terms) => terms,
        Err(error) => {
            eprintln!("The harness's terms cannot be read: {error}.");
            return ExitCode::from(2);
        }
    };
    let line = Line::default();
    let user = User::new(line.clone());
    thread::spawn(move || listen(&line));
    end_at_panic();
    let net = Net::new(terms.client, Arc::new(terms.config), terms.seed, World::Tcp(terms.address));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default());
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The runtime cannot be made: {error}.");
            return ExitCode::from(2);
        }
    };
    let outcome = runtime.block_on(run(net, Ui::new(Reporter::Lines), user));
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// Tells the user's line what standard input says. Its end is the harness's end, and the client's.
fn listen(line: &Line) {
    for text in io::stdin().lock().lines() {
        let Ok(text) = text else { break };
        let Ok(said) = serde_json::from_str::<Value>(&text) else { continue };
        let word = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        match word("user").as_str() {
            "close" => line.close(),
            "send" => line.act(Action::Send(word("text"))),
            "online" => line.act(Action::Online),
            "do" => line.act(Action::Do(word("name"))),
            _ => {}
        }
    }
    process::exit(0);
}

/// Reports to the harness. The line starts with a line feed of its own, so that what the student has printed without one cannot spoil
/// it; empty lines mean nothing.
pub(crate) fn report(report: &Report) {
    let Some(line) = line(report) else { return };
    let mut out = io::stdout().lock();
    // If it fails the harness is gone, which the end of standard input tells too.
    let _ = out.write_all(format!("\n{line}\n").as_bytes()).and_then(|()| out.flush());
}

fn line(report: &Report) -> Option<String> {
    Some(match report {
        Report::Connecting => json!({"status": "connecting"}).to_string(),
        Report::Connected => json!({"status": "connected"}).to_string(),
        Report::Retrying { attempt, wait } => {
            json!({"status": "retrying", "attempt": attempt, "wait": wait}).to_string()
        }
        Report::Disconnected { reason } => json!({"status": "disconnected", "reason": reason}).to_string(),
        Report::Show(message) => format!("{{\"show\":{message}}}"),
        // The exit code says it.
        Report::Returned(_) => return None,
    })
}

/// A panic in any task ends the process: tokio would catch it, and the client would be one that does nothing more.
fn end_at_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        process::exit(101);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_the_lines_of_the_contract() {
        let lines = [
            Report::Connecting,
            Report::Connected,
            Report::Retrying { attempt: 1, wait: 512 },
            Report::Disconnected { reason: "closed by user".into() },
            Report::Show(r#"{"a":1}"#.into()),
        ]
        .map(|report| line(&report).unwrap());
        assert_eq!(
            lines,
            [
                r#"{"status":"connecting"}"#,
                r#"{"status":"connected"}"#,
                r#"{"attempt":1,"status":"retrying","wait":512}"#,
                r#"{"reason":"closed by user","status":"disconnected"}"#,
                r#"{"show":{"a":1}}"#,
            ]
        );
    }
}
