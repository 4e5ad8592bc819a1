//! The link: how a client and the harness share one virtual clock and exchange bytes. For kits and graders; a student needs none of it.
//!
//! `LINK.md` beside this crate's manifest is the protocol's definition. Both ends are built from this module: [`Frame`] and [`Inbox`]
//! put frames into bytes and back, [`Wire`] collects what one end writes and hands out what the other end wrote, and [`Conn`] is one
//! simulated connection, to be read from and written to like a socket.

mod conn;
mod frame;
mod report;
mod wire;

pub use conn::{Conn, Opening};
pub use frame::{Frame, HEAD, Inbox, Kind, Malformed};
pub use report::{Act, Report, Start};
pub use wire::{Overrun, Wire};

/// The version of the protocol that this module speaks.
pub const VERSION: u32 = 1;

/// The environment variable whose presence tells a client that its standard input is a link; its value is the newest version that
/// the harness speaks.
pub const VARIABLE: &str = "HARNESS_LINK";

/// The most that the body of a frame may hold, in bytes.
pub const MOST_BODY: usize = 1 << 20;

/// How many bytes one end of a connection may send before the other end has read some: like a TCP receive window, it keeps a sender
/// from filling the memory of both processes.
pub const WINDOW: usize = 64 * 1024;
