//! The virtual clock between two real processes: this program starts itself again as the client.

// Its servers and rogues hold one socket of a pair.
#![cfg(unix)]

mod breaking;
mod client;
mod connections;
mod contract;
mod lockstep;
mod rogue;
mod server;
mod stage;

use std::process;

/// Also the entry of all clients: with a client's name in the environment, this program is that client.
#[test]
fn a_client_that_is_run_by_hand_says_how_to_run_it() {
    if let Ok(name) = std::env::var(stage::CLIENT) {
        process::exit(client::start(&name));
    }
    let output = stage::command("waits").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("cargo run -p harness -- check "), "{said}");
}
