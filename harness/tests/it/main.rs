//! The harness as its users see it: real processes, real sockets, real files.

mod good_specs;
mod layers;
mod schema;
mod spec_schema;
mod server;
mod specs;
