//! The scripted server: real HTTP and WebSocket on connections that the script holds in its hand, on either clock.
//!
//! A connection is two handles on one [`Io`]: a [`Conn`], which hyper and, after the upgrade, tokio-tungstenite own as their stream of
//! bytes, and a [`Valve`], with which the script resets it, cuts it, stalls it. What the protocols do is real; what breaks them is not.
//!
//! [`play`] runs a scenario: it gives each connection the play that the scenario's list has for it, and each client its user. One task
//! plays one connection: it takes the steps in order, and while a step waits it reads, answers pings and closes, and notes what it
//! reads. A play is over when the client ends the connection; what the script itself ends does not end the script.
//!
//! An expectation counts from when its step is reached: what has been read during an earlier step is not looked at again. A client that
//! goes away has not met it. If the close frame it has met was the client's first, the connection is over, and the play goes on with the
//! steps that need none.
//!
//! What a play answers beside its steps is given while a step waits, at its own time; at one instant before the next step. What a script
//! still expects when the client goes away, or when the run is over, is noted as missed.
//!
//! On the virtual clock everything here is a function of the order in which the link delivers. So there is no `select!` without
//! `biased`, nothing iterates over a hash map, all pauses go through the [`Clock`](crate::clock::Clock), and hyper has no timer.

mod accept;
mod conn;
mod cursor;
mod date;
mod expect;
mod http;
mod io;
mod listen;
mod log;
mod notes;
mod plan;
mod play;
mod sight;
mod stream;
mod user;
mod valve;
mod websocket;

pub use accept::{MOST_ATTEMPTS, MOST_OPEN, Stage, play};
pub use conn::Conn;
pub use io::Io;
pub use listen::{Door, Knock, Knocks, Usher, bind, listen};
pub use user::UserLine;
pub use valve::Valve;
