//! The harness as its users see it: real processes, real sockets, real files.

// They start shells, send signals, open pseudo-terminals and look into `/proc`.
#![cfg(unix)]

mod author;
mod class;
mod command_line;
mod good_specs;
mod good_specs_said;
mod layers;
mod page;
mod robustness;
mod schema;
mod server;
mod session;
mod spec_coverage;
mod spec_reference;
mod spec_schema;
mod specs;
mod teaching;
mod wall;
