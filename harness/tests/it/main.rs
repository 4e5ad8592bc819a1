//! The harness as its users see it: real processes, real sockets, real files.

mod layers;
mod server;
