//! The text form of a trace, both ways: one event a line, in columns that a person can read.
//!
//! ```text
//! # trace 1
//! challenge reconnect-backoff  scenario blip  seed 1  clients 1  clock virtual  latency 10  slack 0
//!      0  c0  #1  client  attempt
//!     10  c0  #1  server  accept
//!     30  c0  #1  client  request GET /chat
//!     30  c0  #1  server  answer 101
//!     30  c0  #1  server  text "hello"
//!   5010  c0   -  claim   retrying attempt=1 wait=311
//! end 6100 script
//! ```
//!
//! The columns of an event: milliseconds, client, connection, who, what. Blank lines and lines that begin with `#` mean nothing,
//! except `# trace N`, which names the version and must come first. A file may hold several traces, and files can be concatenated.
//! Texts are words or stand in quotes, with `\"`, `\\`, `\n`, `\r`, `\t` and `\u{…}`; whatever a terminal would not show as it is
//! ([`is_hidden`]) is escaped, so a trace is safe to print. Bytes are `0x` and hexadecimal digits, or a text.

mod event;
mod line;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use line::is_hidden;
pub use read::{ParseError, parse};
pub use write::write;

use super::What;

/// Who did something, and what, as the last two columns of its line say it.
#[must_use]
pub fn describe(what: &What) -> (&'static str, String) {
    event::write_what(what)
}

/// The version of the text form.
const VERSION: u32 = 1;
