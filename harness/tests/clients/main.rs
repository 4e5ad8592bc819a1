//! Clients that the tests' own process starts, watches and ends, how they are built, and what shuts them in.
//!
//! They are apart from the other tests because whoever ends a client also ends whatever children of its own process lead a group that is not
//! registered: a program, say, that a test beside it has in a pseudo-terminal.

// They start shells, send signals and look into `/proc`.
#![cfg(unix)]

mod client;
mod sandbox;

#[path = "../it/robustness"]
#[expect(dead_code, reason = "it is the other tests', and these need little of it")]
mod robustness {
    pub(crate) mod command;
    pub(crate) mod workspace;
}
