//! The link: how a client and the harness share one virtual clock and exchange bytes. For kits and graders; a student needs none of it.
//!
//! `LINK.md` beside this crate's manifest is the protocol's definition. Both ends are built from this module: [`Frame`] and [`Inbox`]
//! put frames into bytes and back, [`Wire`] collects what one end writes and hands out what the other end wrote, and [`Conn`] is one
//! simulated connection, to be read from and written to like a socket.

mod conn;
mod frame;
mod report;
mod wire;

/// What carries the link where no socket can be inherited: a connection to the harness over loopback TCP.
#[cfg(not(unix))]
pub use std::net::TcpStream as Transport;
/// What carries the link: a socket of a pair, the other end of which the harness holds.
#[cfg(unix)]
pub use std::os::unix::net::UnixStream as Transport;

pub use conn::{Conn, Opening};
pub use frame::{Frame, HEAD, Inbox, Kind, Malformed};
pub use report::{Act, Report, Start};
pub use wire::{Overrun, Wire};

/// The version of the protocol that this module speaks.
pub const VERSION: u32 = 1;

/// The environment variable whose presence tells a client that it has a link; its value is the newest version that the harness speaks.
pub const VARIABLE: &str = "HARNESS_LINK";

/// The environment variable that says where the harness waits for the client, where the link is no socket on standard input.
pub const ADDRESS: &str = "HARNESS_LINK_ADDRESS";

/// The environment variable with what the client sends there first, so that nobody takes its place.
pub const SECRET: &str = "HARNESS_LINK_SECRET";

/// The most that the body of a frame may hold, in bytes.
pub const MOST_BODY: usize = 1 << 20;

/// How many bytes one end of a connection may send before the other end has read some: like a TCP receive window, it keeps a sender
/// from filling the memory of both processes.
pub const WINDOW: usize = 64 * 1024;
