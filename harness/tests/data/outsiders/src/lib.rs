//! The contract of `starter/CONTRACT.md`, as far as these clients need it.

use std::{collections::BTreeMap, env, io::BufRead, thread, time::Duration};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Where the server listens, and the path there: the first argument.
pub fn address() -> (String, String) {
    let address = env::var("HARNESS_ADDRESS").expect("the harness says where it listens");
    (address, env::args().nth(1).unwrap_or_else(|| "/".into()))
}

/// What the client is told.
pub fn config() -> Value {
    let config = env::var("HARNESS_CONFIG").expect("the harness tells a configuration");
    serde_json::from_str(&config).expect("the configuration is JSON")
}

/// A duration of the configuration; none if it is not told.
pub fn duration(config: &Value, name: &str) -> Option<Duration> {
    config[name].as_u64().map(Duration::from_millis)
}

pub fn connecting() {
    println!("{}", json!({ "status": "connecting" }));
}

pub fn connected() {
    println!("{}", json!({ "status": "connected" }));
}

pub fn retrying(attempt: u64, wait: Duration) {
    println!("{}", json!({ "status": "retrying", "attempt": attempt, "wait": wait.as_millis() as u64 }));
}

pub fn disconnected(reason: &str) {
    println!("{}", json!({ "status": "disconnected", "reason": reason }));
}

pub fn show(text: &str) {
    println!("{}", json!({ "show": text }));
}

pub fn show_all(values: &BTreeMap<String, Value>) {
    println!("{}", json!({ "show": values }));
}

/// What the user does: a text to send, or none when the client is closed.
pub fn user() -> UnboundedReceiver<Option<String>> {
    let (tell, told) = unbounded_channel();
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let act: Value = serde_json::from_str(&line).unwrap_or_default();
            let _ = match act["user"].as_str() {
                Some("close") => tell.send(None),
                Some("send") => tell.send(act["text"].as_str().map(str::to_owned)),
                _ => Ok(()),
            };
        }
        // The harness is done.
        let _ = tell.send(None);
    });
    told
}
