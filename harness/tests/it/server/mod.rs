//! The scripted server against raw clients that write their bytes by hand, on both clocks.

mod answers;
mod bounds;
mod cases;
mod endings;
mod expectations;
mod fleets;
mod handshakes;
mod lingers;
mod link;
mod logs;
mod messages;
mod raw;
mod scenarios;
mod stage;
mod streams;
mod tcp;
mod times;
mod users;
mod waits;
